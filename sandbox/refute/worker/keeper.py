"""The first process of a zygote: it forks the zygote proper, and when that ends or the server is gone, clears up.

It runs nothing but this module, so it is there to kill what is left and to remove the private folder however the
zygote dies.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
import time
import traceback
from types import FrameType

from .codec import decode
from .frames import read_message
from .limits import adopt_orphans, children, kill
from .policy import Start

_CONTROL = 0
_PATIENCE_SECONDS = 1.0


def main() -> None:
    """Run a zygote that obeys standard input."""
    message = read_message(_CONTROL)
    if message is None:
        return
    start = decode(Start, message["start"])
    sys.path.extend(entry for entry in start.search_path if entry not in sys.path)
    adopt_orphans()
    wakeup, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.signal(signal.SIGCHLD, _noticed)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    parent = os.getpid()
    zygote = os.fork()
    if zygote == 0:
        _become_zygote(start, parent, (wakeup, tell))
    status = _wait(zygote, wakeup)
    _end_children()
    shutil.rmtree(start.root, ignore_errors=True)
    os._exit(status)


def _noticed(number: int, frame: FrameType | None) -> None:
    """The wakeup descriptor tells; Python only writes to it where there is a handler."""


def _become_zygote(start: Start, parent: int, unneeded: tuple[int, int]) -> None:
    try:
        signal.set_wakeup_fd(-1)
        for descriptor in unneeded:
            os.close(descriptor)
        from .zygote import run_zygote

        run_zygote(start, parent)
    except BaseException:  # whatever it is, it belongs on stderr, and the keeper's code must not run here
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _wait(zygote: int, wakeup: int) -> int:
    """Wait until the zygote ends, and kill it when the server hangs up. The exit status."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)  # so that the server sees the end of the zygote as the end of the stream
    poll = select.poll()
    poll.register(_CONTROL, 0)
    poll.register(wakeup, select.POLLIN)
    while True:
        pid, status = os.waitpid(zygote, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) & 0xFF
        for descriptor, _ in poll.poll():
            if descriptor == wakeup:
                os.read(wakeup, 4096)
            else:
                kill(zygote)
                poll.unregister(_CONTROL)


def _end_children() -> None:
    """Kill and reap what the zygote left; they came to us as orphans."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        for pid in children():
            kill(pid, group=True)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.005)
            continue
        return

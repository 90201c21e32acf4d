"""The first process of a zygote: it forks the zygote proper, and when that ends or the server is gone, clears up.

It runs nothing but this module, so it is there to kill what is left and to remove the private folder however the
zygote dies.
"""

import contextlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from types import FrameType

from .codec import decode
from .confinement import Confinement, wants
from .folders import remove_folder
from .frames import read_message
from .limits import adopt_orphans, children, close_descriptors, die_with_parent, kill
from .linux import namespaces
from .policy import Start
from .reading import readable_paths
from .zygote import run_zygote

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
    status = _wait(_fork_zygote(start, (wakeup, tell)), wakeup)
    _end_children()
    remove_folder(start.root)
    os._exit(status)


def _noticed(number: int, frame: FrameType | None) -> None:
    """The wakeup descriptor tells; Python only writes to it where there is a handler."""


def _fork_zygote(start: Start, unneeded: tuple[int, int]) -> int:
    """Fork the zygote, in namespaces of its own if they can be had. The id of the process to wait for."""
    missing: tuple[str, ...] = ()
    if wants(start, "namespaces"):
        answer, say = os.pipe()
        pid = _fork(lambda: _enter_namespaces(start, say), (*unneeded, answer))
        os.close(say)
        with os.fdopen(answer, "rb") as told:
            problem = told.read().decode("utf-8", "replace")
        if not problem:
            return pid
        os.waitpid(pid, 0)
        missing = (f"namespaces: {problem}",)
    parent = os.getpid()
    return _fork(lambda: run_zygote(start, parent, Confinement(start, missing=missing)), unneeded)


def _fork(work: Callable[[], None], unneeded: Sequence[int]) -> int:
    """Do `work` in a child, and nothing after it. The child's id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for descriptor in unneeded:
            os.close(descriptor)
        work()
    except BaseException:  # whatever it is, it belongs on stderr, and the keeper's code must not run here
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _enter_namespaces(start: Start, say: int) -> None:
    """Leave the session's namespaces and fork the zygote into new ones. Writes to `say` what went wrong, if it does."""
    die_with_parent(os.getppid())
    try:
        namespaces.leave(network=start.network)
    except OSError as error:
        os.write(say, str(error).encode())
        return
    pid = _fork(lambda: _furnish_and_run(start, say), ())
    close_descriptors([2])
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


def _furnish_and_run(start: Start, say: int) -> None:
    try:
        namespaces.furnish(start.root, start.cache, start.limits.folder_bytes, readable_paths(start.readable))
    except OSError as error:
        os.write(say, str(error).encode())
        return
    os.close(say)
    run_zygote(start, 0, Confinement(start, in_namespaces=True))


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

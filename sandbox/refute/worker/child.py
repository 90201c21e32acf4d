"""The life of one worker after the fork: clean up, confine, warm up, wait for a request, answer it, end."""

import contextlib
import os
import random
import signal
import sys
import tempfile
from collections.abc import Sequence

from .codec import decode
from .confinement import Confinement
from .frames import Message, pack, read_message, write_all
from .installed import uncover
from .limits import close_descriptors, die_with_parent, limit_processor_time, silence
from .policy import Errand, Start
from .preparing import prepare
from .protocol import ModuleSource
from .refusals import Refusals
from .texts import describe_error
from .warmup import warm_up
from .work import carry_out

_RESULTS = 40
_REQUESTS = 41


def live(start: Start, errand: Errand, confinement: Confinement) -> None:
    """Everything a worker does. Returns only when it is done; the caller then ends the process."""
    os.dup2(errand.results, _RESULTS, inheritable=False)
    os.dup2(errand.requests, _REQUESTS, inheritable=False)
    os.setsid()
    die_with_parent(errand.parent)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.nice(10)
    silence()
    close_descriptors([0, 1, 2, _RESULTS, _REQUESTS, *confinement.descriptors])
    os.chdir(errand.folder)
    for name in ("HOME", "TMPDIR", "TEMP", "TMP", "HYPOTHESIS_STORAGE_DIRECTORY"):
        os.environ[name] = errand.folder
    tempfile.tempdir = None
    warm_up()
    send({"type": "warm"})
    random.seed(0)
    refusals = Refusals()
    prepared = None
    if errand.own is not None:
        _confine(start, errand, confinement, refusals, errand.own.search_path)
        prepared = prepare(errand.own, refusals)
        random.seed(0)
        send({"type": "prepared"})
    message = read_message(_REQUESTS)
    if message is None:
        return
    os.close(_REQUESTS)
    if prepared is None:
        _confine(start, errand, confinement, refusals, message["request"]["module"]["search_path"])
    elif not prepared.fits(decode(ModuleSource, message["request"]["module"])):
        send({"type": "stale"})
        return
    limit_processor_time(float(message["request"]["seconds"]))
    carry_out(message, send, errand.box, refusals)


def _confine(
    start: Start, errand: Errand, confinement: Confinement, refusals: Refusals, search_path: Sequence[str]
) -> None:
    """Prepare for foreign code: from here on this process may do no more than that may."""
    uncover(errand.ahead, search_path)
    if start.mode != "off":
        readable = confinement.readable
        confinement.confine_worker(errand.folder)
        if confinement.has("audit"):
            refusals.install(errand.folder, readable, start.readable, network=start.network)
    sys.stdout = open(os.devnull, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # until the end
    sys.stderr = sys.stdout


def send(message: Message) -> None:
    """Send a frame to the zygote. Foreign code may have closed the pipe: then nobody is left to tell."""
    write_all(_RESULTS, pack(message))


def report_broken(error: BaseException) -> None:
    """Tell that this worker could not do its work, for a reason of ours."""
    with contextlib.suppress(OSError):
        send({"type": "broken", "detail": describe_error(error)})

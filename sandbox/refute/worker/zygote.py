"""The zygote: holds a warm interpreter, forks a worker for each request, watches it and tells the server.

One thread, one loop. What workers say is passed on unread; how they ended is said by the zygote, and that counts more.
"""

import contextlib
import gc
import importlib
import os
import platform
import select
import sys
import time
from typing import Any

from .blackbox import BlackBox
from .budget import PATIENCE
from .codec import ProtocolError, decode, encode
from .confinement import Confinement
from .folders import folder_bytes
from .forked import Worker
from .frames import REQUEST_BYTES, Message, Unpacker, pack, write_all
from .installed import StartsThreads, import_ahead, muted, threads
from .limits import adopt_orphans, die_with_parent, kill
from .policy import GRACE_SECONDS, Ahead, Errand, Start
from .reaping import Reaper
from .selftest import try_everything

_CONTROL, _REPLIES = 0, 1
_TICK_SECONDS = 0.05
_MOST_FALSE_STARTS = 3
"""Workers that may end, one after the other, before they are ready to stand by; more would end in the same way."""
_PREPARING_SECONDS = 60.0
"""Imports that take longer are left to the request."""


def run_zygote(start: Start, parent: int, confinement: Confinement) -> None:
    """Serve requests from standard input until it ends. `parent` is the id of the parent as this process sees it."""
    die_with_parent(parent)
    adopt_orphans()
    confinement.confine_zygote()
    os.chdir(start.root)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = start.cache or start.root
    known = _import_warm()
    try:
        with muted():
            imported = list(import_ahead(start.preimport))
    except StartsThreads as error:
        tell({"type": "threads", "module": str(error)})
        return
    confinement.enforced = try_everything(start, confinement)
    if confinement.in_namespaces:
        confinement.enforced |= {"namespaces"}
    gc.collect()
    gc.freeze()
    zygote = Zygote(start, confinement, frozenset(sys.modules) - known)
    tell({
        "type": "ready",
        "enforced": sorted(confinement.enforced),
        "missing": encode(confinement.missing),
        "hypothesis": importlib.import_module("hypothesis").__version__,
        "python": platform.python_version(),
        "preimported": imported,
        "pid": os.getpid(),
    })  # fmt: skip
    zygote.serve()


def tell(message: Message) -> None:
    """Send a frame to the server."""
    write_all(_REPLIES, pack(message))


def _import_warm() -> frozenset[str]:
    """Import Hypothesis and our modules that use it. All that is imported then."""
    from .warmup import warm_up

    warm_up()
    importlib.import_module(".work", __package__)
    return frozenset(sys.modules)


class Zygote:
    """The loop and what it knows."""

    def __init__(self, start: Start, confinement: Confinement, ahead: frozenset[str]) -> None:
        self._start = start
        self._ahead = ahead
        self._confinement = confinement
        self._control = Unpacker(REQUEST_BYTES)
        self._workers: dict[int, Worker] = {}
        self._standby: Worker | None = None
        self._prepared: Worker | None = None
        self._own: Ahead | None = None
        self._hopeless: set[Ahead] = set()
        self._false_starts = 0
        self._reaper = Reaper()
        self._number = 0
        self._poll = select.poll()
        self._poll.register(_CONTROL, select.POLLIN)

    def serve(self) -> None:
        """Work until the server hangs up, or until a fork would not be safe any more."""
        with contextlib.suppress(StartsThreads):
            self._serve()
        for worker in list(self._workers.values()):
            self._end(worker, "shutdown")

    def _serve(self) -> None:
        self._standby = self._fork()
        while True:
            ready = [descriptor for descriptor, _ in self._poll.poll(self._patience())]
            for worker in [worker for worker in self._workers.values() if worker.results in ready]:
                self._hear(worker)
            self._watch()
            if _CONTROL in ready and not self._obey():
                break
            self._replace_standby()

    def _replace_standby(self) -> None:
        if self._standby is None and self._false_starts < _MOST_FALSE_STARTS:
            self._standby = self._fork()
        if self._prepared is None and self._own is not None and self._own not in self._hopeless:
            self._prepared = self._fork(self._own)
            self._prepared.deadline = time.monotonic() + _PREPARING_SECONDS

    def _patience(self) -> int | None:
        busy = any(worker.is_busy for worker in self._workers.values())
        return int(_TICK_SECONDS * 1000) if busy else None

    def _obey(self) -> bool:
        """Do what the server asks; False where it hung up."""
        data = os.read(_CONTROL, 1 << 20)
        if not data:
            return False
        for message in self._control.feed(data):
            if message["type"] in ("run", "compare", "survey", "trace", "test"):
                self._assign(message)
            elif message["type"] == "prepare":
                self._own = decode(Ahead, message["ahead"])
                if self._prepared is not None and self._prepared.own != self._own:
                    self._end(self._prepared, "shutdown")
            elif message["type"] == "cancel":
                for worker in [worker for worker in self._workers.values() if worker.job == message["id"]]:
                    self._end(worker, "cancelled")
        return True

    def _assign(self, message: Message) -> None:
        """Give a request to a worker: the one that has imported what it needs, or the one that stands by."""
        worker = self._prepared
        if worker is not None and worker.fits(message["request"]["module"]):
            self._prepared = None
        else:
            worker = self._standby or self._fork()
            self._standby = None
        worker.job = message["id"]
        worker.request = message
        worker.deadline = time.monotonic() + float(message["request"]["seconds"]) * PATIENCE + GRACE_SECONDS
        if worker.own is None or worker.prepared:
            self._hand_over(worker)

    def _hand_over(self, worker: Worker) -> None:
        """Send a worker its request. Not while it imports: a full pipe would keep the loop waiting."""
        assert worker.request is not None
        with contextlib.suppress(BrokenPipeError):  # it died while it stood by; its end will be heard
            write_all(worker.requests, pack(worker.request))
        os.close(worker.requests)
        worker.requests = -1
        worker.has_it = True

    def _fork(self, own: Ahead | None = None) -> Worker:
        if threads() > 1:  # a fork would leave their locks as they are, for ever
            tell({"type": "threads", "module": ""})
            raise StartsThreads
        self._number += 1
        folder = os.path.join(self._start.root, f"w{self._number}")
        os.mkdir(folder, 0o700)
        box = BlackBox()
        requests, give = os.pipe()
        results, report = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._live(Errand(folder, requests, report, box, parent, self._ahead, own))
        os.close(requests)
        os.close(report)
        self._poll.register(results, select.POLLIN)
        worker = Worker(pid, folder, give, results, box, own=own)
        self._workers[pid] = worker
        return worker

    def _live(self, errand: Errand) -> None:
        from .child import live, report_broken  # imports Hypothesis, so not before this process is confined

        try:
            live(self._start, errand, self._confinement)
        except BaseException as error:  # nothing may unwind into the zygote's loop
            report_broken(error)
            os._exit(70)
        os._exit(0)

    def _hear(self, worker: Worker) -> None:
        try:
            data = os.read(worker.results, 1 << 20)
            for message in worker.unpacker.feed(data):
                self._pass_on(worker, message)
        except ProtocolError:
            self._end(worker, "protocol")
            return
        if not data:
            self._end(worker, "ended")
        elif worker.answered:
            self._end(worker, "completed")
        elif worker.stale:
            self._end(worker, "stale")

    def _pass_on(self, worker: Worker, message: Message) -> None:
        kind = message["type"]
        if not worker.may_say(kind):
            raise ProtocolError(f"a worker sent {kind!r:.40}")
        if kind == "warm":
            worker.warm = True
        elif kind == "prepared" and not worker.prepared:
            worker.prepared = True
            if worker.request is not None:
                self._hand_over(worker)
        elif kind == "stale":
            worker.stale = True
        elif worker.has_it:
            worker.answered = kind == "result"
            tell({"type": "frame", "id": worker.job, "body": message})

    def _watch(self) -> None:
        self._reaper.look_around()
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if not worker.is_busy:
                continue
            if now > worker.deadline:
                self._end(worker, "timeout")
            elif folder_bytes(worker.folder, self._start.limits.folder_bytes) > self._start.limits.folder_bytes:
                self._end(worker, "folder")

    def _end(self, worker: Worker, reason: str) -> None:
        """Kill what is left of a worker, clear up after it, and tell how it ended."""
        if reason != "ended":
            kill(worker.pid, group=True)
        status = self._reaper.wait_for(worker)
        kill(worker.pid, group=True)
        del self._workers[worker.pid]
        if self._standby is worker:
            self._standby = None
            self._false_starts = 0 if worker.warm else self._false_starts + 1
        if self._prepared is worker:
            self._prepared = None
        self._poll.unregister(worker.results)
        os.close(worker.results)
        if worker.requests >= 0:
            os.close(worker.requests)
        self._reaper.end_strays(self._workers)
        self._reaper.clear(worker.folder)
        if worker.own is not None and not worker.prepared and reason != "shutdown":
            self._hopeless.add(worker.own)
        if worker.request is not None and worker.leaves_request and reason not in ("shutdown", "cancelled"):
            self._assign(worker.request)  # to a worker that does the whole work itself
        elif worker.request is not None:
            tell({"type": "exit", "id": worker.job, **self._ending(worker, reason, status)})
        worker.box.memory.close()

    def _ending(self, worker: Worker, reason: str, status: int | None) -> dict[str, Any]:
        call = worker.box.read()
        code = os.waitstatus_to_exitcode(status) if status is not None else None
        return {
            "reason": reason,
            "code": code,
            "variant": call[0] if call else -1,
            "arguments": [list(argument) for argument in call[1]] if call else [],
        }

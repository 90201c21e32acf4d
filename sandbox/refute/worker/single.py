"""A worker for one request, started ahead of it, where forking a warm process is not safe (macOS) or impossible.

It is told what a zygote is told, then warms up and says "warm", answers one request, and ends. With `trial` as its
argument, it tries what must be refused instead, says "ready", and ends.
"""

import gc
import importlib
import os
import platform
import sys
import tempfile
import threading
from typing import Protocol

from .blackbox import BlackBox
from .codec import decode, encode
from .folders import remove_folder
from .frames import Message, pack, read_message, write_all
from .installed import StartsThreads, import_ahead
from .policy import Start
from .refusals import Refusals
from .selftest import refused_here

BOX = "box"
"""The file of the black box, beside the private folder."""
TRIAL = "trial"


class Layers(Protocol):
    """What the system refuses, seen from a worker of one request."""

    @property
    def missing(self) -> tuple[str, ...]: ...

    @property
    def readable(self) -> tuple[str, ...]: ...

    def has(self, layer: str) -> bool: ...

    def confine_zygote(self) -> None:
        """Confine this process before anything of a third party is imported."""

    def confine_worker(self, folder: str) -> None:
        """Confine this process for good, to writing in `folder`."""


def main(mode: str) -> None:
    """Live one life, obeying standard input."""
    requests, answers = _own_pipes()
    message = read_message(requests)
    if message is None:
        return
    start = decode(Start, message["start"])
    box = BlackBox.in_file(os.path.join(os.path.dirname(start.root), BOX))
    sys.path.extend(entry for entry in start.search_path if entry not in sys.path)
    layers = _layers(start)
    layers.confine_zygote()
    _settle_in(start)

    def send(answer: Message) -> None:
        write_all(answers, pack(answer))

    if mode == TRIAL:
        _try(start, layers, send)
        return
    message = _next_request(start, requests, send)
    if message is not None:
        _confine(start, layers, message, refusals := Refusals())
        # not before: threads that are there already would not be confined with this one
        threading.Thread(target=_die_with_server, args=(requests, start.root), daemon=True).start()
        carry_out = importlib.import_module(".work", __package__).carry_out
        carry_out(message, send, box, refusals)


def _own_pipes() -> tuple[int, int]:
    """The ends of requests and of answers, moved away from standard input and output, which become void."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    os.close(null)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, answers):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return requests, answers


def _layers(start: Start) -> Layers:
    if sys.platform == "win32":
        from .windows import JobAndLabel

        return JobAndLabel(start)
    from .confinement import Confinement

    return Confinement(start)


def _settle_in(start: Start) -> None:
    os.chdir(start.root)
    for name in ("HOME", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = start.root
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = start.cache or start.root
    tempfile.tempdir = None


def _try(start: Start, layers: Layers, send: "_Send") -> None:
    canary = os.path.join(os.path.dirname(start.root), "canary")
    layers.confine_worker(start.root)
    enforced = refused_here(canary, os.getppid(), start.limits.memory_bytes + (64 << 20))
    send({
        "type": "ready",
        "enforced": sorted({*enforced, "time"}),
        "missing": encode(layers.missing),
        "hypothesis": importlib.import_module("hypothesis").__version__,
        "python": platform.python_version(),
        "preimported": list(start.preimport),
        "pid": os.getpid(),
    })  # fmt: skip


def _next_request(start: Start, requests: int, send: "_Send") -> Message | None:
    """The request, once this process is warm."""
    from .warmup import warm_up

    warm_up()
    importlib.import_module(".work", __package__)
    try:
        for _ in import_ahead(start.preimport):
            pass
    except StartsThreads:
        pass  # nothing is forked from here
    gc.collect()
    gc.freeze()
    send({"type": "warm"})
    return read_message(requests)


def _die_with_server(requests: int, folder: str) -> None:
    """The server closes the pipe when it ends, however it ends."""
    while os.read(requests, 4096):
        pass
    remove_folder(folder)
    os._exit(1)


def _confine(start: Start, layers: Layers, message: Message, refusals: Refusals) -> None:
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = start.root
    if start.mode != "off":
        readable = layers.readable
        layers.confine_worker(start.root)
        if layers.has("audit"):
            refusals.install(start.root, readable, start.readable, network=start.network)
    if sys.platform != "win32":
        from .limits import limit_processor_time

        limit_processor_time(float(message["request"]["seconds"]))
    sys.stdout = open(os.devnull, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # until the end
    sys.stderr = sys.stdout


class _Send(Protocol):
    def __call__(self, answer: Message, /) -> None: ...

"""Workers where no zygote can be: single-use processes, started ahead so that the next request finds one warm."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refute.sandbox import seatbelt
from refute.sandbox.interface import Ending, Ready, Report, SandboxError, decode_ready
from refute.sandbox.starting import MAIN, START_SECONDS, private_folder, spawn
from refute.worker.blackbox import SIZE, BlackBox
from refute.worker.budget import PATIENCE
from refute.worker.codec import ProtocolError, encode
from refute.worker.folders import folder_bytes, remove_folder
from refute.worker.frames import ANSWER_BYTES, Message, Unpacker, pack
from refute.worker.policy import GRACE_SECONDS, Ahead, Limits, Start
from refute.worker.reading import secrets_at_top

_TICK_SECONDS = 0.05
_TYPES = frozenset({"stage", "outcomes", "result", "broken", "imported"})
_BOX, _CANARY = "box", "canary"


@dataclass(eq=False)
class Single:
    """One process, and what is heard of it. Its folder holds its private folder, the black box and a file that it must
    not read."""

    process: asyncio.subprocess.Process
    folder: str
    box: BlackBox
    unpacker: Unpacker = field(default_factory=lambda: Unpacker(ANSWER_BYTES))

    def send(self, message: Message) -> None:
        """Send a frame; one to a dead process is lost."""
        if self.process.stdin is not None and not self.process.stdin.is_closing():
            self.process.stdin.write(pack(message))

    async def frames(self) -> AsyncIterator[Message]:
        """What it says, until it ends. Raises `ProtocolError`."""
        stream = self.process.stdout
        while stream is not None and (data := await stream.read(1 << 18)):
            for message in self.unpacker.feed(data):
                yield message

    async def end(self) -> int | None:
        """Kill it and all that came from it, and clear up. Its exit code, where it ended by itself."""
        code = self.process.returncode
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform != "win32":
                os.killpg(self.process.pid, signal.SIGKILL)
            elif code is None:
                self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()
        self.box.memory.close()
        await asyncio.to_thread(remove_folder, self.folder)
        return code


class SpawnPool:
    """Keeps a warm process at hand; implements `Supervisor`. Make one with `start`."""

    def __init__(self, interpreter: Path, options: Mapping[str, Any], ready: Ready) -> None:
        self._interpreter = interpreter
        self._options = options
        self._ready = ready
        self._next: asyncio.Task[Single] | None = None
        self._at_work: set[Single] = set()
        self._closed = False

    @classmethod
    async def start(cls, interpreter: Path, options: Mapping[str, Any]) -> "SpawnPool":
        """Try in a process what is refused, and start another one ahead; `options` are the fields of `Start` but its
        root. Raises `SandboxError`."""
        trial = await _started(interpreter, options, "trial")
        try:
            ready = decode_ready(await _first(trial, "ready"))
        finally:
            await trial.end()
        pool = cls(interpreter, options, ready)
        pool._start_next()
        return pool

    @property
    def ready(self) -> Ready:
        """What the trial found."""
        return self._ready

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._closed

    @property
    def has_threads(self) -> bool:
        """Threads do no harm here: nothing is forked."""
        return False

    async def ask(self, kind: str, request: object, seconds: float) -> Report:
        """Have a fresh worker carry out `request`, which takes `seconds` at most. Cancelling kills the worker."""
        if self._closed:
            return Report()
        waiting, self._next = self._next or self._start_next(), None
        try:
            worker = await waiting
        except SandboxError as error:
            return Report([{"type": "broken", "detail": str(error)}], Ending("ended"))
        self._start_next()
        self._at_work.add(worker)
        try:
            return await self._watched(worker, {"type": kind, "id": 1, "request": encode(request)}, seconds)
        finally:
            self._at_work.discard(worker)
            await asyncio.shield(worker.end())

    def prepare(self, ahead: Ahead) -> None:
        """Nothing: here a worker does the whole work itself."""

    async def idle(self) -> None:
        """Wait until all that was asked is answered."""
        while self._at_work:
            await asyncio.wait([asyncio.ensure_future(worker.process.wait()) for worker in self._at_work])
            await asyncio.sleep(_TICK_SECONDS)

    async def aclose(self) -> None:
        """End every process."""
        self._closed = True
        if self._next is not None:
            with contextlib.suppress(SandboxError):
                await (await self._next).end()
        for worker in tuple(self._at_work):
            worker.process.kill()

    def _start_next(self) -> asyncio.Task[Single]:
        self._next = asyncio.create_task(_warm(self._interpreter, self._options))
        self._next.add_done_callback(lambda task: task.cancelled() or task.exception())  # it is told when it is awaited
        return self._next

    async def _watched(self, worker: Single, message: Message, seconds: float) -> Report:
        report = Report()
        worker.send(message)
        listening = asyncio.create_task(_listen(worker, report))
        deadline = time.monotonic() + seconds * PATIENCE + GRACE_SECONDS
        limits: Limits = self._options["limits"]
        reason = ""
        try:
            while not reason:
                done, _ = await asyncio.wait({listening}, timeout=_TICK_SECONDS)
                if done:
                    reason = listening.result()
                elif time.monotonic() > deadline:
                    reason = "timeout"
                elif await asyncio.to_thread(folder_bytes, worker.folder, limits.folder_bytes) > limits.folder_bytes:
                    reason = "folder"
        finally:
            listening.cancel()
        code = None
        if reason == "ended":
            code = await worker.process.wait()
        call = worker.box.read()
        report.ending = Ending(reason, code, call[0] if call else -1, call[1] if call else ())
        return report


async def _listen(worker: Single, report: Report) -> str:
    """Gather what a worker says; why that came to its end."""
    try:
        async for message in worker.frames():
            if message["type"] not in _TYPES:
                return "protocol"
            report.frames.append(message)
            if message["type"] == "result":
                return "completed"
    except ProtocolError:
        return "protocol"
    return "ended"


async def _warm(interpreter: Path, options: Mapping[str, Any]) -> Single:
    """A process that waits for its request. Raises `SandboxError`."""
    single = await _started(interpreter, options, "single")
    try:
        await _first(single, "warm")
    except BaseException:
        await single.end()
        raise
    return single


async def _first(single: Single, kind: str) -> Message:
    """The first message, which is of this kind. Raises `SandboxError`."""
    try:
        message = await asyncio.wait_for(anext(single.frames()), START_SECONDS)
    except (StopAsyncIteration, ProtocolError, asyncio.TimeoutError):
        message = {}
    if message.get("type") == kind:
        return message
    told = b"" if single.process.stderr is None else await _errors(single.process.stderr)
    lines = told.decode("utf-8", "replace").strip().splitlines()
    raise SandboxError(f"the worker could not start: {lines[-1] if lines else 'it said nothing'}")


async def _errors(stream: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(stream.read(8192), 1.0)
    except asyncio.TimeoutError:
        return b""


async def _started(interpreter: Path, options: Mapping[str, Any], mode: str) -> Single:
    """A process in a folder of its own. Raises `SandboxError`."""
    folder = private_folder(options["readable"])
    try:
        root, box = _furnish(folder)
        start = Start(root=root, **options)
        process = await spawn(interpreter, root, mode, wrapper=_wrapper(interpreter, start, folder))
    except BaseException:
        remove_folder(folder)
        raise
    single = Single(process, folder, box)
    single.send({"type": "start", "start": encode(start)})
    return single


def _furnish(folder: str) -> tuple[str, BlackBox]:
    root, box = Path(folder, "private"), Path(folder, _BOX)
    root.mkdir(0o700)
    box.write_bytes(bytes(SIZE))
    Path(folder, _CANARY).write_text("canary")
    return str(root), BlackBox.in_file(str(box))


def _wrapper(interpreter: Path, start: Start, folder: str) -> tuple[str, ...]:
    """What goes before the command: on macOS, the sandbox of the system."""
    if sys.platform != "darwin" or start.mode == "off" or not Path(seatbelt.EXECUTABLE).exists():
        return ()
    secrets = [path for root in start.readable for path in secrets_at_top(root)]
    base = os.path.realpath(interpreter.parent.parent)
    readable = (str(MAIN.parent), base, *start.search_path, *start.readable)
    box = str(Path(folder, _BOX))
    text = seatbelt.profile([base], readable, secrets, [start.root, box], network=start.network)
    return seatbelt.EXECUTABLE, "-p", text

"""One zygote as the server sees it: a process, requests to it, and the frames that come back."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from refute.sandbox.interface import (
    KILLED,
    Ending,
    KilledError,
    Ready,
    Report,
    SandboxError,
    ThreadsError,
    decode_ready,
)
from refute.sandbox.starting import START_SECONDS, private_folder, spawn
from refute.worker.budget import PATIENCE
from refute.worker.codec import ProtocolError, decode, encode
from refute.worker.folders import remove_folder
from refute.worker.frames import ANSWER_BYTES, Message, Unpacker, pack
from refute.worker.policy import Ahead, Start

_STUCK_SECONDS = 5.0
_KILLED = frozenset({KILLED, KILLED & 0xFF})
"""The keeper passes the zygote's exit code on as a status."""
_END_SECONDS = 2.0


class ZygoteProcess:
    """A running zygote. Make one with `start`."""

    def __init__(self, process: asyncio.subprocess.Process, root: str) -> None:
        self._process = process
        self._root = root
        self._reports: dict[int, tuple[Report, asyncio.Future[None]]] = {}
        self._number = 0
        self._ahead: Ahead | None = None
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._errors = bytearray()
        self._starts_threads: str | None = None
        self._tasks = (asyncio.create_task(self._listen()), asyncio.create_task(self._collect_errors()))

    @classmethod
    async def start(cls, interpreter: Path, start: Mapping[str, Any]) -> "ZygoteProcess":
        """Start a zygote; `start` are the fields of `Start` but its root. Raises `SandboxError`."""
        root = private_folder(start["readable"])
        zygote: ZygoteProcess | None = None
        try:
            zygote = cls(await spawn(interpreter, root), root)
            zygote.send({"type": "start", "start": encode(Start(root=root, **start))})
            await asyncio.wait_for(asyncio.shield(zygote._ready), START_SECONDS)
        except BaseException as error:
            if zygote is not None:
                await zygote.aclose()
            await asyncio.to_thread(remove_folder, root)
            if isinstance(error, asyncio.TimeoutError):
                raise SandboxError(f"{interpreter} did not start within {START_SECONDS:g} s") from None
            raise
        return zygote

    @property
    def ready(self) -> Ready:
        """What the zygote said when it was ready."""
        return self._ready.result()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.returncode is None and not self._tasks[0].done()

    @property
    def has_threads(self) -> bool:
        """Whether it ended because something that it imported ahead started threads."""
        return self._starts_threads is not None

    def send(self, message: Message) -> None:
        """Send a frame; one to a dead zygote is lost."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(pack(message))

    async def ask(self, kind: str, request: object, seconds: float) -> Report:
        """Have a fresh worker carry out `request`, which takes `seconds` at most. Cancelling kills the worker."""
        self._number += 1
        number = self._number
        report, done = Report(), asyncio.get_running_loop().create_future()
        if not self.alive:
            return report
        self._reports[number] = report, done
        self.send({"type": kind, "id": number, "request": encode(request)})
        try:
            await asyncio.wait_for(done, seconds * PATIENCE + _STUCK_SECONDS)
        except asyncio.TimeoutError:
            await self.aclose()
        except asyncio.CancelledError:
            self.send({"type": "cancel", "id": number})
            raise
        finally:
            self._reports.pop(number, None)
        return report

    def prepare(self, ahead: Ahead) -> None:
        """Have a worker that stands by import this, until told otherwise."""
        if ahead != self._ahead:
            self._ahead = ahead
            self.send({"type": "prepare", "ahead": encode(ahead)})

    async def idle(self) -> None:
        """Wait until all that was asked is answered."""
        while self._reports:
            await asyncio.wait([done for _, done in self._reports.values()])
            await asyncio.sleep(0)  # until those who asked have taken their answers

    async def aclose(self) -> None:
        """End the zygote and everything below it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(remove_folder, self._root)

    async def _listen(self) -> None:
        unpacker = Unpacker(2 * ANSWER_BYTES)
        stream = self._process.stdout
        try:
            while stream is not None and (data := await stream.read(1 << 18)):
                for message in unpacker.feed(data):
                    self._take(message)
        except (ProtocolError, KeyError, TypeError):
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        finally:
            await self._say_lost()

    async def _say_lost(self) -> None:
        for _, done in self._reports.values():
            if not done.done():
                done.set_result(None)
        if not self._ready.done():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._tasks[1]), _END_SECONDS)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._process.wait(), _END_SECONDS)
            told = self._errors.decode("utf-8", "replace").strip().splitlines()
            reason = told[-1] if told else f"it ended with status {self._process.returncode}"
            kind = KilledError if self._process.returncode in _KILLED else SandboxError
            error = kind(f"the worker could not start: {reason}")
            self._ready.set_exception(ThreadsError(self._starts_threads) if self._starts_threads else error)
            self._ready.exception()

    def _take(self, message: Message) -> None:
        kind = message["type"]
        if kind == "ready" and not self._ready.done():
            self._ready.set_result(decode_ready(message))
            return
        if kind == "threads":
            self._starts_threads = str(message["module"])[:200]
        report, done = self._reports.get(cast(int, message.get("id")), (None, None))
        if report is None or done is None:
            return
        if kind == "frame":
            report.frames.append(cast(Message, message["body"]))
        elif kind == "exit":
            fields = {name: message[name] for name in ("reason", "code", "variant", "arguments")}
            report.ending = decode(Ending, fields, longest=2000)
            if not done.done():
                done.set_result(None)

    async def _collect_errors(self) -> None:
        stream = self._process.stderr
        while stream is not None and (data := await stream.read(4096)):
            self._errors += data
            del self._errors[:-8192]

"""The client's end of the model process: start it, talk to it, end it for certain."""

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from refute.model.interface import ModelError
from refute.model.wire import Message, decode, encode

_LONGEST_LINE = 64 << 20
_SECONDS_OF_SILENCE = 300.0
"""Longest wait for any message while the process loads or works: a batch of a prompt on a slow machine."""
_SECONDS_TO_END = 2.0

_T = TypeVar("_T")
_Reply = asyncio.Future[Message]


class ModelProcess:
    """One running model process. Made by `start`, which waits until the model is loaded.

    `backend` is the one really in use. Once the process has died, `ended` holds why, and every request in
    flight has failed with it.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._replies: dict[int, _Reply] = {}
        self._listeners: dict[int, Callable[[int, str], None]] = {}
        self._last_words: deque[str] = deque(maxlen=5)
        self._next_id = 1
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[str] = self._loop.create_future()
        self._last_heard = self._loop.time()
        self.backend = ""
        self.ended: str | None = None
        self._tasks = (asyncio.create_task(self._read()), asyncio.create_task(self._drain_stderr()))

    @classmethod
    async def start(cls, arguments: Sequence[str]) -> "ModelProcess":
        """Start `python -m refute.model` with `arguments` and wait for the model; `ModelError` where it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "refute.model",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            cwd=sys.prefix,  # `-m` puts the working directory before everything else on the path
        )
        started = cls(process)
        try:
            started.backend = await started._unless_silent(started._loaded)
        except BaseException:
            await started.aclose()
            raise
        return started

    @property
    def id(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    @property
    def is_busy(self) -> bool:
        """Whether any request waits for its answer."""
        return bool(self._replies)

    async def ask(self, message: Message, on_text: Callable[[int, str], None] | None = None) -> Message:
        """Send a request and wait for its last message. Cancelling stops the work in the process too."""
        if self.ended is not None:
            raise ModelError(self.ended)
        request_id, self._next_id = self._next_id, self._next_id + 1
        reply: _Reply = self._loop.create_future()
        self._replies[request_id] = reply
        if on_text is not None:
            self._listeners[request_id] = on_text
        try:
            await self._send({**message, "id": request_id, "stream": on_text is not None})
            answer = await self._unless_silent(reply)
        except asyncio.CancelledError:
            if self.ended is None and not reply.done():
                self._write({"kind": "cancel", "id": request_id})
            raise
        finally:
            self._replies.pop(request_id, None)
            self._listeners.pop(request_id, None)
        if answer["kind"] == "error":
            raise ModelError(answer["message"])
        return answer

    async def aclose(self) -> None:
        """End the process; returns once it is gone and reaped."""
        self._end("the model process was ended")
        stdin = self._process.stdin
        if stdin is not None:
            stdin.close()
        try:
            await asyncio.wait(self._tasks, timeout=_SECONDS_TO_END)
        finally:
            self._kill()
            for task in self._tasks:
                task.cancel()
        await self._process.wait()

    async def _unless_silent(self, future: asyncio.Future[_T]) -> _T:
        """The result of `future`, which a message will bring; without any message for too long, end the process."""
        self._last_heard = self._loop.time()
        while not future.done():
            patience = self._last_heard + _SECONDS_OF_SILENCE - self._loop.time()
            if patience <= 0:
                self._end(f"the model process said nothing for {_SECONDS_OF_SILENCE:.0f} s and was ended")
                self._kill()
                break
            await asyncio.wait((future,), timeout=patience)
        return await future

    def _write(self, message: Message) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(encode(message))

    async def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        self._write(message)
        # Where the process is gone, the reader knows why and fails the request.
        with contextlib.suppress(ConnectionError):
            await self._process.stdin.drain()

    async def _read(self) -> None:
        """Hand out messages until the process ends."""
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                self._last_heard = self._loop.time()
                self._hand_out(decode(line))
        except ValueError as error:
            self._end(f"the model process sent what is no message ({error}) and was ended")
            self._kill()
        status = await self._process.wait()
        words = "; ".join(self._last_words)
        self._end(f"the model process ended (exit status {status}{'; ' + words if words else ''})")

    def _hand_out(self, message: Message) -> None:
        kind = message["kind"]
        if kind == "ready":
            self._loaded.set_result(message["backend"])
        elif kind == "failed":
            self._loaded.set_exception(ModelError(message["message"]))
        elif kind != "alive":
            reply = self._replies.get(message["id"])
            if reply is None or reply.done():
                return  # cancelled meanwhile
            if kind == "text":
                self._pass_on(message, reply)
            else:
                reply.set_result(message)

    def _pass_on(self, message: Message, reply: _Reply) -> None:
        listener = self._listeners.get(message["id"])
        if listener is None:
            return
        try:
            listener(message["sample"], message["text"])
        except Exception as error:  # whatever it is, it is for the caller to hear and must not stop the reading
            reply.set_exception(error)

    async def _drain_stderr(self) -> None:
        """Keep the last lines for the message about a crash, and the pipe empty."""
        assert self._process.stderr is not None
        with contextlib.suppress(ValueError):
            while line := await self._process.stderr.readline():
                self._last_words.append(line.decode("utf-8", "replace").strip())

    def _end(self, reason: str) -> None:
        """Fail everything that waits. The first reason counts."""
        if self.ended is not None:
            return
        self.ended = reason
        if not self._loaded.done():
            self._loaded.set_exception(ModelError(reason))
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(ModelError(reason))
        if self._loaded.done() and not self._loaded.cancelled():
            self._loaded.exception()  # marks it as seen: nobody may be waiting for it any more

    def _kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

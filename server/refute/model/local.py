"""A GGUF file on this machine, evaluated by llama.cpp in the model process."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from refute.model.interface import Completion, CompletionRequest, ModelError, ModelState, ModelStatus, Prompt, ReadToken
from refute.model.process import ModelProcess
from refute.model.wire import Message, Usage, completion_request, parse_completions

_SECONDS_BEFORE_NEXT_LOAD = 30.0
"""How long a failed load is believed, so that not every function checked tries the same load again."""


@dataclass(frozen=True)
class _File:
    """What tells a model file from another one."""

    size: int
    number: int
    changed: int

    @classmethod
    def at(cls, path: Path) -> "_File | None":
        """The file at `path`, None where there is none."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(status.st_size, status.st_ino, status.st_mtime_ns)


class LocalModel:
    """Starts the model process on first need and ends it after `idle_seconds` without work (0: never).

    Where the file is replaced, the next request starts a process with the new one.

    Where the process crashes, the requests in flight fail with `ModelError` and the next one starts it again; nothing
    is retried, since a request that crashes llama.cpp once would do so twice. Requests wait for each other in order.
    For one event loop.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        when_missing: str = "",
        threads: int = 0,
        gpu_layers: int = -1,
        context_size: int = 8192,
        idle_seconds: float = 600.0,
    ) -> None:
        """`name` is for the status line; `when_missing` says how to get the file. `threads` 0 means all usable
        cores, fewer while other programs want them; `gpu_layers` -1 means all layers; `context_size` is in tokens,
        for all samples of a request together."""
        self._path = path.absolute()
        self._name = name or path.name
        self._when_missing = when_missing or f"there is no file {path}"
        self._idle_seconds = idle_seconds
        self._arguments = (
            *("--path", str(self._path)),
            *("--threads", str(threads)),
            *("--gpu-layers", str(gpu_layers)),
            *("--context-size", str(context_size)),
        )
        self._process: ModelProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._failure: tuple[str, float] | None = None
        self._backend = ""
        self._loaded: _File | None = None
        """The file as it was when the process began to load it."""
        self.usage: Usage | None = None
        """What the last completion cost."""

    @property
    def status(self) -> ModelStatus:
        """What the model is doing now."""
        speed = self.usage.tokens_per_second if self.usage else None
        state, detail = self._state()
        return ModelStatus(state, self._name, self._backend, detail, speed)

    @property
    def process_id(self) -> int | None:
        """The system's number of the model process; None where there is none."""
        return self._process.id if self._process is not None and self._process.ended is None else None

    def _state(self) -> tuple[ModelState, str]:
        process = self._process
        if self._starting is not None:
            return ModelState.LOADING, ""
        if process is not None and process.ended is None:
            return (ModelState.BUSY if process.is_busy else ModelState.READY), ""
        if not self._is_there:
            return ModelState.MISSING, self._when_missing
        if process is not None:
            return ModelState.FAILED, f"{process.ended}; it starts again with the next request"
        return (ModelState.FAILED, self._failure[0]) if self._failure else (ModelState.UNLOADED, "")

    @property
    def identity(self) -> str:
        """The file's name and size in bytes; where the file is gone, those of what is loaded."""
        file = _File.at(self._path) or self._loaded
        return self._path.name if file is None else f"{self._path.name}:{file.size}"

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        """See `refute.model.interface.Model`."""
        (completions,) = await self._complete((request,), on_text)
        return completions

    async def complete_together(self, requests: Sequence[CompletionRequest]) -> tuple[tuple[Completion, ...], ...]:
        """See `refute.model.interface.Model`."""
        return await self._complete(requests, None)

    async def score(self, prompt: Prompt, continuations: Sequence[str]) -> tuple[float, ...]:
        """See `refute.model.interface.Model`."""
        answer = await self._ask({"kind": "score", "prompt": asdict(prompt), "continuations": list(continuations)})
        return tuple(answer["scores"])

    async def read(self, prompt: Prompt, text: str) -> tuple[ReadToken, ...]:
        """See `refute.model.interface.Model`."""
        answer = await self._ask({"kind": "read", "prompt": asdict(prompt), "text": text})
        return tuple(ReadToken(**token) for token in answer["tokens"])

    async def aclose(self) -> None:
        """End the process; a later request starts it again."""
        self._stop_idle_timer()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait((self._starting,))
        self._unload()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _complete(
        self, requests: Sequence[CompletionRequest], on_text: Callable[[int, str], None] | None
    ) -> tuple[tuple[Completion, ...], ...]:
        asked = [completion_request(request) for request in requests]
        answer = await self._ask({"kind": "complete", "requests": asked}, on_text)
        self.usage = Usage(**answer["usage"])
        return tuple(parse_completions(completions) for completions in answer["completions"])

    async def _ask(self, message: Message, on_text: Callable[[int, str], None] | None = None) -> Message:
        process = await self._loaded_process()
        self._stop_idle_timer()
        try:
            return await process.ask(message, on_text)
        finally:
            self._start_idle_timer()

    async def _loaded_process(self) -> ModelProcess:
        if self._process is not None and self._process.ended is None and not self._is_replaced():
            return self._process
        if not self._is_there:
            raise ModelError(self._when_missing)
        now = asyncio.get_running_loop().time()
        if self._starting is None:
            if self._failure is not None and now < self._failure[1] + _SECONDS_BEFORE_NEXT_LOAD:
                raise ModelError(self._failure[0])
            self._unload()
            self._starting = asyncio.create_task(self._start())
        # Shielded, because others may wait for the same start when this request is cancelled.
        await asyncio.shield(self._starting)
        if self._process is None:
            raise ModelError(self._failure[0] if self._failure else "the model was unloaded")
        return self._process

    @property
    def _is_there(self) -> bool:
        return os.path.isfile(self._path)

    def _is_replaced(self) -> bool:
        """Whether the file is another one than the process has. One that is gone is good for as long as the process."""
        return _File.at(self._path) not in (None, self._loaded)

    async def _start(self) -> None:
        self._loaded = _File.at(self._path)
        try:
            self._process = await ModelProcess.start(self._arguments)
            self._backend = self._process.backend
            self._failure = None
            self._start_idle_timer()
        except (ModelError, OSError) as error:
            self._failure = (str(error), asyncio.get_running_loop().time())
        finally:
            self._starting = None

    def _start_idle_timer(self) -> None:
        self._stop_idle_timer()
        if self._idle_seconds > 0 and self._process is not None and not self._process.is_busy:
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._unload)

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _unload(self) -> None:
        """Let go of the process; it ends in a task of its own."""
        process, self._process = self._process, None
        if process is not None:
            task = asyncio.create_task(process.aclose())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

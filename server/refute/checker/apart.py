"""Calls that may block: on a disk that is busy, a folder on a network that hangs, or on much to compute."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST = 8
"""Threads at once. What hangs keeps its thread; more of them would not make it answer."""


class Apart:
    """Makes calls in threads of their own, at most `most` at once, so that the event loop goes on.

    Unlike those of `asyncio.to_thread`, they do not keep the process from ending. Cancelling who waits does not end a
    call; its result is thrown away. For one event loop.
    """

    def __init__(self, most: int = MOST) -> None:
        self._slots = asyncio.Semaphore(most)

    async def __call__(self, work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """The result of `work`, or what it raises."""
        await self._slots.acquire()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._slots.release()
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        def run() -> None:
            result, error = None, None
            try:
                result = work(*arguments, **options)
            except Exception as raised:  # whatever it is, it belongs to who waits
                error = raised
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=run, name=f"apart: {getattr(work, '__name__', work)}", daemon=True).start()
        return await future

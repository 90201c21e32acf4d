"""Calls that may block: on a disk that is busy, a folder on a network that hangs, or on much to compute."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST = 8
"""Calls at once. What hangs keeps its thread; more of them would not make it answer."""


async def in_thread(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """The result of `work`, or what it raises, for what computes much and does not hang: threads are not counted."""
    return await _future_of(partial(work, *arguments, **options), _nothing)


class Apart:
    """Makes calls in other threads, at most `most` at once, so that the event loop goes on.

    Unlike those of `asyncio.to_thread`, they do not keep the process from ending. Cancelling who waits does not end a
    call; its result is thrown away. For one event loop.
    """

    def __init__(self, most: int = MOST) -> None:
        self._slots = asyncio.Semaphore(most)

    async def __call__(self, work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """The result of `work`, or what it raises."""
        await self._slots.acquire()
        return await _future_of(partial(work, *arguments, **options), self._slots.release)


def _future_of(work: Callable[[], T], ended: Callable[[], None]) -> asyncio.Future[T]:
    """What comes of `work` in a thread; `ended` is called in the event loop once it ended, awaited or not."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        ended()
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as raised:  # whatever it is, it belongs to who waits
            error = raised
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, error)

    _THREADS.do(run)
    return future


def _nothing() -> None:
    """For calls that hold no slot."""


class _Threads:
    """Threads that wait for something to do, as many as were ever needed at once.

    Whoever starts a thread waits until it runs, and then for the interpreter, which the new thread has by then; so the
    event loop does not start one for each call.
    """

    def __init__(self) -> None:
        self._jobs = queue.SimpleQueue[Callable[[], None]]()
        self._lock = threading.Lock()
        self._idle = 0

    def do(self, job: Callable[[], None]) -> None:
        """Do `job`, which raises nothing, in one of the threads."""
        with self._lock:
            is_one_idle = self._idle > 0
            self._idle -= is_one_idle
        self._jobs.put(job)
        if not is_one_idle:
            threading.Thread(target=self._work, name="apart", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._jobs.get()()
            with self._lock:
                self._idle += 1


_THREADS = _Threads()

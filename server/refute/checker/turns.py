"""Whose turn it is to ask the model, which works on one question at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

T = TypeVar("T")

REMEMBERED = 1000
"""Functions of which it is remembered when the user looked at them."""


@dataclass(eq=False)
class _Waiting:
    key: str
    order: tuple[int, int]
    called: asyncio.Future[None]


class Turns:
    """Lets one piece of work run at a time: what is for the function that the user looked at last, then what has the
    lowest ticket.

    A check that began keeps its ticket for all of its questions, so it is done before a later one gets far. Work for
    something else is interrupted for what the user looks at, and begun anew when its turn comes again. For one event
    loop.
    """

    def __init__(self) -> None:
        self._tickets = count()
        self._arrivals = count()
        self._looked_at: dict[str, int] = {}
        self._looks = count(1)
        self._waiting: list[_Waiting] = []
        self._running: tuple[str, asyncio.Task[Any]] | None = None
        self._interrupted: set[asyncio.Task[Any]] = set()
        self._is_taken = False

    def ticket(self) -> int:
        """The number of the next check."""
        return next(self._tickets)

    def attend(self, key: str) -> None:
        """The user looks at the function `key`."""
        self._looked_at.pop(key, None)
        self._looked_at[key] = next(self._looks)
        if len(self._looked_at) > REMEMBERED:
            del self._looked_at[next(iter(self._looked_at))]
        if any(one.key == key for one in self._waiting):
            self._interrupt_for(key)

    async def take(self, key: str, ticket: int, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, for the function `key`, which runs when it is its turn. Cancelling who waits for it
        ends it."""
        order = ticket, next(self._arrivals)
        while True:
            await self._turn(key, order)
            task = asyncio.create_task(work())
            self._running = key, task
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                self._interrupted.discard(task)
                task.cancel()
                raise
            finally:
                self._running = None
                self._call_next()
            if task not in self._interrupted:
                return await task
            self._interrupted.remove(task)
            if not task.cancelled():
                return task.result()

    async def _turn(self, key: str, order: tuple[int, int]) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        waiting = _Waiting(key, order, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._interrupt_for(key)
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:  # it was called, and goes away without its turn
                self._call_next()
            raise

    def _interrupt_for(self, key: str) -> None:
        if self._running is not None and self._rank(key) > self._rank(self._running[0]):
            self._interrupted.add(self._running[1])
            self._running[1].cancel()

    def _call_next(self) -> None:
        if not self._waiting:
            self._is_taken = False
            return
        chosen = min(self._waiting, key=lambda one: (-self._rank(one.key), one.order))
        self._waiting.remove(chosen)
        chosen.called.set_result(None)  # it stays taken: nobody may slip in before the one who waited wakes up

    def _rank(self, key: str) -> int:
        return self._looked_at.get(key, 0)

"""Whose turn it is to ask the model, which works on one question at a time."""

import asyncio
import heapq
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count


class Turns:
    """Lets one in at a time: of those that wait, the one with the lowest ticket.

    A check that began keeps its ticket for all of its questions, so it is done before a later one gets far.
    """

    def __init__(self) -> None:
        self._tickets = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()
        self._taken = False

    def ticket(self) -> int:
        """The number of the next check."""
        return next(self._tickets)

    @asynccontextmanager
    async def turn(self, ticket: int) -> AsyncGenerator[None]:
        """Wait for the turn, and have it until the end of the block."""
        if self._taken:
            freed = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (ticket, next(self._arrivals), freed))
            try:
                await freed
            except asyncio.CancelledError:
                if freed.done() and not freed.cancelled():
                    self._pass_on()  # it was given the turn and goes away without it
                raise
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        self._taken = False
        while self._waiting:
            _, _, freed = heapq.heappop(self._waiting)
            if not freed.done():
                self._taken = True  # nobody may slip in before the one who waited wakes up
                freed.set_result(None)
                return

"""Work that is asked for more often than it can be done."""

import asyncio
from collections.abc import Callable

SHARE = 0.1
"""Of the loop's time, so much goes into one such work at most: what a document of a thousand functions says of
itself takes long to put together, and each function that is judged changes it."""


class Paced:
    """Does `work` when asked: at once, or as soon as it has rested for long enough after the last time."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._rested = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, delay: float = 0.0) -> None:
        """Do it, in `delay` seconds at the earliest; once, however often it is asked for until then."""
        loop = asyncio.get_running_loop()
        due = max(loop.time() + delay, self._rested)
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
            self._timer = None
        if due <= loop.time():
            self._do()
        else:
            self._timer = loop.call_at(due, self._do)

    def cancel(self) -> None:
        """Forget what was asked for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _do(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._work()
        ended = loop.time()
        self._rested = ended + (ended - began) * (1 - SHARE) / SHARE

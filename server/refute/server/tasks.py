"""Background tasks that are never lost: each is kept referenced, and what it raises is logged."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

CLOSE_SECONDS = 3.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, or `asyncio.TimeoutError` when it takes longer; it is cancelled then.

    Unlike `asyncio.wait_for` before Python 3.12, this never swallows that the caller is cancelled.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            raise asyncio.TimeoutError
        return task.result()
    finally:
        task.cancel()


class Tasks:
    """The background tasks of one owner."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` in the background; `name` says in the log what failed."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def aclose(self) -> None:
        """Cancel all tasks and wait for them, though not for ever."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            _, stuck = await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
            for task in stuck:
                logger.warning("%s did not end when cancelled", task.get_name())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s failed", task.get_name(), exc_info=error)

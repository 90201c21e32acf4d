"""Which function is checked next: one job for each function, a bounded number at once, the latest looked at first."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from refute.properties.units import FunctionUnit
from refute.server.anchoring import same_function
from refute.server.tasks import Tasks

Key = tuple[str, str]
"""A function: the document's URI and the qualified name."""


@dataclass(frozen=True, eq=False)
class Job:
    """One check of one function; `work` does it. Cancelling it is always safe."""

    key: Key
    unit: FunctionUnit
    work: Callable[[], Awaitable[None]]


class Batch:
    """Jobs that were asked for together, for progress and for cancelling."""

    def __init__(self, jobs: Iterable[Job], scheduler: "Scheduler") -> None:
        self._left = set(jobs)
        self._scheduler = scheduler
        self._moved = asyncio.Event()
        self.total = len(self._left)

    @property
    def done(self) -> int:
        """How many jobs have ended in whatever way."""
        return self.total - len(self._left)

    @property
    def is_done(self) -> bool:
        return not self._left

    async def moved(self) -> None:
        """Wait until one more job has ended."""
        await self._moved.wait()
        self._moved.clear()

    def cancel(self) -> None:
        """Cancel what is left of it."""
        left = frozenset(self._left)
        self._scheduler.cancel_where(left.__contains__)

    def ended(self, job: Job) -> None:
        """Heard from the scheduler."""
        self._left.discard(job)
        self._moved.set()


class Scheduler:
    """Runs jobs of one event loop. `limit` says how many at once; `changed` hears that the queue changed.

    A job for what the user looks at need not wait: one more may run for it than `limit` says.
    """

    def __init__(self, limit: Callable[[], int], changed: Callable[[], None]) -> None:
        self._limit = limit
        self._changed = changed
        self._waiting: dict[Key, Job] = {}
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._started: dict[Key, Job] = {}
        """The running jobs that were not cancelled; there is one for a function at most."""
        self._batches: dict[Job, Batch] = {}
        self._attention: dict[Key, int] = {}
        self._moments = itertools.count(1)
        self._tasks = Tasks()
        self.paused = False

    @property
    def queued(self) -> int:
        """How many jobs wait or run; those that were cancelled and still clean up do not count."""
        return len(self._waiting) + len(self._started)

    def is_busy_with(self, key: Key) -> bool:
        """Whether a job for this function waits or runs."""
        return key in self._waiting or key in self._started

    def attend(self, key: Key) -> None:
        """The user looks at or edits this function: it goes before all others that wait."""
        self._attention[key] = next(self._moments)
        if key in self._waiting:
            self._fill()

    def forget(self, uri: str) -> None:
        """The document was closed: cancel its jobs, and forget when the user looked at it."""
        self.cancel_where(lambda job: job.key[0] == uri)
        for key in [key for key in self._attention if key[0] == uri]:
            del self._attention[key]

    def submit(self, jobs: Iterable[Job]) -> Batch:
        """Queue jobs. A job for the same function takes the place of an earlier one, unless that does the same."""
        live = {key: job.unit for key, job in (*self._waiting.items(), *self._started.items())}
        new = [job for job in jobs if job.key not in live or not same_function(job.unit, live[job.key])]
        new = [] if self.paused else new
        batch = Batch(new, self)
        keys = {job.key for job in new}
        self.cancel_where(lambda job: job.key in keys)
        for job in new:
            self._waiting[job.key] = job
            self._batches[job] = batch
        self._fill()
        return batch

    def cancel_where(self, condition: Callable[[Job], bool]) -> None:
        """Cancel the jobs that fulfil `condition`, waiting or running."""
        for job in [job for job in self._waiting.values() if condition(job)]:
            del self._waiting[job.key]
            self._end(job)
        for job in [job for job in self._started.values() if condition(job)]:
            del self._started[job.key]
            self._running[job].cancel()
        self._fill()

    def pause(self) -> None:
        """Cancel everything and take no jobs until `resume`."""
        self.paused = True
        self.cancel_where(lambda _: True)

    def resume(self) -> None:
        """Take jobs again."""
        self.paused = False

    async def aclose(self) -> None:
        """Cancel everything, for good, and wait until the jobs have cleaned up."""
        self.pause()
        await self._tasks.aclose()

    def _fill(self) -> None:
        """Start as many waiting jobs as may run."""
        while self._waiting:
            key = max(self._waiting, key=self._rank)
            if len(self._running) >= self._limit() + self._is_urgent(key):
                break
            job = self._waiting.pop(key)
            task = self._tasks.start(self._run(job), f"the check of {job.unit.qualname}")
            self._running[job] = task
            self._started[key] = job
            task.add_done_callback(partial(self._finished, job))
        self._changed()

    def _rank(self, key: Key) -> int:
        return self._attention.get(key, 0)

    def _is_urgent(self, key: Key) -> bool:
        """Whether the user looked at this function after all that are being checked."""
        return self._rank(key) > max((self._rank(running) for running in self._started), default=self._rank(key))

    async def _run(self, job: Job) -> None:
        await job.work()

    def _finished(self, job: Job, _task: asyncio.Task[None]) -> None:
        del self._running[job]
        if self._started.get(job.key) is job:
            del self._started[job.key]
        self._end(job)
        self._fill()

    def _end(self, job: Job) -> None:
        self._batches.pop(job).ended(job)

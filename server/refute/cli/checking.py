"""A run over many functions: read, analyse, check several at once, and keep what is done."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from refute.checker.analysis import FunctionReport
from refute.checker.interface import Checking
from refute.cli.interruption import status_of
from refute.cli.sources import SourceError, SourceFile, read
from refute.cli.workspaces import Target, TargetError, shown
from refute.properties.units import FunctionUnit


@dataclass(frozen=True)
class Job:
    """One function of one file."""

    source: SourceFile
    unit: FunctionUnit


@dataclass(frozen=True)
class Done:
    """A function that was checked."""

    source: SourceFile
    report: FunctionReport


@dataclass
class Run:
    """What happened so far. It is kept outside of the event loop, so that an interrupted run still has it."""

    jobs: tuple[Job, ...] = ()
    done: list[Done] = field(default_factory=list[Done])
    problems: int = 0
    """Files that could not be read or parsed."""
    failed: bool = False
    """Whether the checker said that something it needs is missing."""
    ended_by: int = 0
    """The number of the signal that interrupted it."""
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the run began."""
        return time.monotonic() - self.began

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended it before all was checked."""
        return self.ended_by != 0

    @property
    def exit_status(self) -> int:
        """0 nothing violated, 1 something violated, 3 nothing could be checked, 128 and the signal's number
        interrupted."""
        if self.interrupted:
            return status_of(self.ended_by)
        verdicts = {done.report.verdict for done in self.done}
        if "violated" in verdicts:
            return 1
        lacks_something = self.failed and "holds" not in verdicts
        broken = self.problems or any(done.report.is_broken for done in self.done)
        return 3 if lacks_something or (broken and verdicts <= {"skipped"}) else 0


class Output(Protocol):
    """One format of results."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Hear what will be checked, in the order of files and lines."""
        ...

    def add(self, done: Done) -> None:
        """Hear of one function, as soon as it is done."""
        ...

    def end(self, run: Run) -> None:
        """Hear that nothing more comes."""
        ...


class Listener(Protocol):
    """Hears of progress and of what is amiss; none of it is a result."""

    def planned(self, jobs: int) -> None: ...

    def started(self, job: Job) -> None: ...

    def finished(self, job: Job) -> None: ...

    def tell(self, severity: str, text: str) -> None: ...

    def hidden(self) -> AbstractContextManager[None]:
        """While it lasts, the terminal belongs to the results."""
        ...


async def check_targets(
    checker: Checking, run: Run, targets: Sequence[Target], *, fix: bool, output: Output, listener: Listener
) -> None:
    """Check every function that `targets` mean, several at once, and add what comes out to `run` and `output`.

    Raises `TargetError` for a function that does not exist. Cancelling it stops the checks.
    """
    sources = tuple(read_all(targets, run, listener))
    run.jobs = tuple(plan(checker, sources, run, listener))

    def check(job: Job) -> Awaitable[FunctionReport]:
        return checker.check(job.source.snapshot, job.unit, fix=fix)

    await work_through(run, checker.settings.jobs, check, output, listener)


def read_all(targets: Sequence[Target], run: Run, listener: Listener) -> Iterator[tuple[Target, SourceFile]]:
    """Read the files of `targets`; those that cannot be read are told and left out."""
    current = Path.cwd()
    for target in targets:
        name = shown(target.path, current)
        try:
            yield target, read(target.path, name)
        except SourceError as error:
            run.problems += 1
            listener.tell("error", f"{name}: {error}")


def plan(
    checker: Checking, sources: Sequence[tuple[Target, SourceFile]], run: Run, listener: Listener
) -> Iterator[Job]:
    """The functions to check, in the order of files and lines. Raises `TargetError`."""
    for target, source in sources:
        analysis = checker.analyse(source.snapshot)
        if analysis.problem is not None:
            run.problems += 1
            listener.tell("error", f"{source.shown}: {analysis.problem}; the file is not checked")
            continue
        names = [unit.qualname for unit in analysis.units]
        for wanted in target.functions:
            if wanted not in names:
                raise TargetError(f"{source.shown} has no function {wanted!r}{_suggest(wanted, names)}")
        for unit in analysis.units:
            if not target.functions or unit.qualname in target.functions:
                yield Job(source, unit)


async def work_through(
    run: Run, parallel: int, work: Callable[[Job], Awaitable[FunctionReport]], output: Output, listener: Listener
) -> None:
    """Do `work` for every job of `run`, `parallel` at once (0: one per core), and add what comes out as it comes."""
    listener.planned(len(run.jobs))
    output.begin(run.jobs)
    queue = iter(run.jobs)

    async def go_on() -> None:
        for job in queue:
            listener.started(job)
            done = Done(job.source, await work(job))
            run.done.append(done)
            listener.finished(job)
            with listener.hidden():
                output.add(done)

    workers = [asyncio.create_task(go_on()) for _ in range(min(parallel or os.cpu_count() or 1, len(run.jobs)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def _suggest(wanted: str, names: Sequence[str]) -> str:
    close = get_close_matches(wanted, names, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(names[:8]) or 'none at all'}"

"""The bodies that `refute implement` writes: which functions are meant, and what is printed."""

from collections.abc import Awaitable, Iterable, Sequence

from rich.console import Console
from rich.text import Text

from refute.checker.analysis import FunctionReport
from refute.checker.interface import Checking
from refute.cli import wording
from refute.cli.checking import Done, Job, Listener, Output, Run, plan, read_all, work_through
from refute.cli.diffs import changed_lines
from refute.cli.human import MOST_COLUMNS, StdoutConsole, diff_line, labelled
from refute.cli.jsonl import JsonlOutput
from refute.cli.sources import apply_edits
from refute.cli.workspaces import Target
from refute.properties.obstacles import NO_BODY


def make_output(name: str, *, write: bool) -> Output:
    """The format called `name`, on stdout."""
    return JsonlOutput() if name == "jsonl" else Bodies(StdoutConsole(highlight=False), write=write)


async def implement_targets(
    checker: Checking, run: Run, targets: Sequence[Target], rounds: int, *, output: Output, listener: Listener
) -> None:
    """Write the body of every function that is named, and of every stub in files that are named without a function.

    Raises `TargetError` for a function that does not exist.
    """
    sources = tuple(read_all(targets, run, listener))
    named = {target.path for target in targets if target.functions}
    jobs = plan(checker, sources, run, listener)
    run.jobs = tuple(job for job in jobs if job.source.path in named or job.unit.obstacle == NO_BODY)

    def implement(job: Job) -> Awaitable[FunctionReport]:
        return checker.implement(job.source.snapshot, job.unit, rounds=rounds)

    await work_through(run, checker.settings.jobs, implement, output, listener)


class Bodies:
    """Prints each body as a diff, with what it was checked against."""

    def __init__(self, console: Console, *, write: bool) -> None:
        self._console = console
        self._write = write

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nothing comes before the first body."""

    def add(self, done: Done) -> None:
        """Print what came of one stub."""
        for line in _rendered(done, min(self._console.width, MOST_COLUMNS)):
            self._console.print(line, soft_wrap=True)
        self._console.print()

    def end(self, run: Run) -> None:
        """Say how many bodies there are, and how to keep them."""
        written = sum(bool(done.report.fixes) for done in run.done)
        if not run.jobs and not run.problems:
            self._console.print("There are no stubs to implement.")
        elif run.done:
            passing = sum(done.report.verdict == "holds" for done in run.done)
            text = f"{passing} of {wording.count(len(run.done), 'stub')} implemented and checked"
            self._console.print(f"{text} in {wording.duration(run.seconds)}")
        if written and not self._write:
            self._console.print(Text("Add --write to put them into the files.", "dim"))


def _rendered(done: Done, columns: int) -> Iterable[Text]:
    source, report = done.source, done.report
    unit = report.unit
    yield Text.assemble((f"{source.shown}:{unit.first_line + 1}", "bold cyan"), f" {unit.qualname}")
    if report.reason:
        yield from labelled(report.verdict, "yellow", report.reason, columns)
    for fix in report.fixes:
        if report.verdict == "holds":
            rounds = f", {wording.count(fix.rounds, 'round')}" if fix.rounds else ""
            checked = (
                wording.checked(fix) if fix.properties else "most independent bodies agree; nothing else is stated"
            )
            yield from labelled("implemented", "bold green", checked + rounds, columns)
        for line in changed_lines(source.text, apply_edits(source.text, fix.edits)):
            if line.text:
                yield diff_line(line)
    for verdict in report.violations:
        yield from labelled("violated", "bold red", verdict.explanation, columns)

"""`--format human`: what a person would like to read. Files come in order, each when all of it is done."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from refute.checker.analysis import FunctionReport, Verdict
from refute.cli import wording
from refute.cli.checking import Done, Job, Run
from refute.cli.diffs import DiffLine, changed_lines
from refute.cli.sources import SourceFile, apply_edits
from refute.repair.fix import Fix

LABEL_WIDTH = 16
MOST_COLUMNS = 100
MOST_OTHERS = 2
STYLES = {"violated": "bold red", "holds": "green", "unknown": "yellow", "skipped": "dim"}
DIFF_STYLES = {"-": "red", "+": "green", " ": "dim"}


class StdoutConsole(Console):
    """A console on stdout that lets a closed pipe be known; rich would end the process with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class HumanOutput:
    """Prints what was refuted in full, and of the rest how much there is and why."""

    def __init__(self, console: Console, *, fix: bool, write: bool) -> None:
        self._console = console
        self._fix = fix
        self._write = write
        self._waiting: dict[Path, list[Done]] = {}
        self._expected: dict[Path, int] = {}

    def begin(self, jobs: Sequence[Job]) -> None:
        """Remember how many functions each file has."""
        for job in jobs:
            self._expected[job.source.path] = self._expected.get(job.source.path, 0) + 1

    def add(self, done: Done) -> None:
        """Keep the report until its file is complete and all files before it are printed."""
        self._waiting.setdefault(done.source.path, []).append(done)
        while self._expected:
            path = next(iter(self._expected))
            if len(self._waiting.get(path, [])) < self._expected[path]:
                break
            del self._expected[path]
            self._print_file(self._waiting.pop(path, []))

    def end(self, run: Run) -> None:
        """Print what is left of an interrupted run, then the summary."""
        for path in self._expected:
            self._print_file(self._waiting.get(path, []))
        reports = [done.report for done in run.done]
        self._print_reasons(run.done)
        if reports:
            self._console.print(_summary(reports, run.seconds), soft_wrap=True)
        elif not run.interrupted:
            self._console.print("Nothing was checked." if run.problems else "There are no functions to check.")
        if not self._write:
            self._print_hint(reports)

    def _print_file(self, done: Iterable[Done]) -> None:
        for item in sorted(done, key=lambda item: item.report.unit.first_line):
            if item.report.verdict == "violated":
                for line in render(item.source, item.report, self._columns):
                    self._console.print(line, soft_wrap=True)
                self._console.print()

    def _print_reasons(self, done: Iterable[Done]) -> None:
        """Why functions were not judged: each reason once, with the functions it holds for."""
        left = [item for item in done if item.report.verdict in ("unknown", "skipped")]
        left.sort(key=lambda item: (wording.VERDICTS.index(item.report.verdict), item.report.reason or ""))
        for (verdict, reason), group in groupby(left, lambda item: (item.report.verdict, item.report.reason or "")):
            places = [
                f"{item.source.shown}:{item.report.unit.first_line + 1} {item.report.unit.qualname}" for item in group
            ]
            for line in labelled(verdict, STYLES[verdict], f"{reason}: {wording.some(places)}", self._columns):
                self._console.print(line, soft_wrap=True)
        if left:
            self._console.print()

    def _print_hint(self, reports: Sequence[FunctionReport]) -> None:
        fixable = sum(bool(report.fixes) for report in reports)
        if fixable:
            text = f"Add --write to put {wording.count(fixable, 'checked fix', 'checked fixes')} into the files."
        elif not self._fix and any(report.verdict == "violated" for report in reports):
            text = "Add --fix to look for fixes."
        else:
            return
        self._console.print(Text(text, "dim"), soft_wrap=True)

    @property
    def _columns(self) -> int:
        return min(self._console.width, MOST_COLUMNS)


def render(source: SourceFile, report: FunctionReport, columns: int) -> Iterable[Text]:
    """One function with violations as lines of text: where it is, what does not hold, for which input, and a fix."""
    unit = report.unit
    yield Text.assemble((f"{source.shown}:{unit.first_line + 1}", "bold cyan"), f" {unit.qualname}")
    for line in unit.spec.signature.splitlines():
        yield Text.assemble(("  | ", "dim"), line)
    yield Text()
    first, *others = wording.leading(report)
    yield from _violation(source, report, first, columns)
    for other in others[:MOST_OTHERS]:
        yield from labelled("also violated", "red", other.property.statement, columns)
        yield from _counterexample(report, other, "", columns)
    if len(others) > MOST_OTHERS:
        more = wording.count(len(others) - MOST_OTHERS, "more property", "more properties")
        yield from labelled("also violated", "red", more, columns)
    if report.fixes:
        yield from _fix(source, report.fixes[0], columns)


def _violation(source: SourceFile, report: FunctionReport, verdict: Verdict, columns: int) -> Iterable[Text]:
    claim = verdict.property
    yield from labelled("violated", STYLES["violated"], claim.statement, columns)
    yield from _counterexample(report, verdict, "counterexample", columns)
    yield from labelled("evidence", "bold", wording.evidence(claim), columns)
    quoted = "" if claim.spec_line is None else source.line(claim.spec_line).strip(" \t\"'")
    if quoted:
        quotation = quoted if quoted.startswith(">>>") else f'"{quoted}"'
        yield from labelled("", "", quotation, columns, "dim italic")


def _counterexample(report: FunctionReport, verdict: Verdict, label: str, columns: int) -> Iterable[Text]:
    if verdict.counterexample is not None:
        yield Text.assemble((_label(label), "bold"), (wording.call(report.unit, verdict.counterexample), "yellow"))
        yield from labelled("", "", wording.outcome(verdict, verdict.counterexample), columns)
        if verdict.expected is not None:
            yield from labelled("", "", f"expected {verdict.expected}", columns, "green")


def _fix(source: SourceFile, fix: Fix, columns: int) -> Iterable[Text]:
    yield from labelled("fix", "bold green", f"{fix.title} ({wording.checked(fix)})", columns)
    for line in changed_lines(source.text, apply_edits(source.text, fix.edits)):
        if line.text:
            yield diff_line(line)


def diff_line(line: DiffLine) -> Text:
    """A line of a difference with its number."""
    number = "" if line.number is None else str(line.number)
    gutter = Text(f"{number:>{LABEL_WIDTH}}  ", "dim")
    return Text.assemble(gutter, (f"{line.mark} {line.text}".rstrip(), DIFF_STYLES[line.mark]))


def labelled(label: str, style: str, text: str, columns: int, text_style: str = "") -> Iterable[Text]:
    """`text` wrapped beside its label."""
    width = max(columns - LABEL_WIDTH - 2, 30)
    wrapped = [
        piece
        for line in text.splitlines()
        for piece in textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    for number, piece in enumerate(wrapped):
        yield Text.assemble((_label(label if number == 0 else ""), style), (piece, text_style))


def _label(label: str) -> str:
    return f"  {label}".ljust(LABEL_WIDTH + 2)


def _summary(reports: Sequence[FunctionReport], seconds: float) -> Text:
    text = Text(wording.tally(reports))
    for verdict, style in STYLES.items():
        text.highlight_regex(rf"\d+ {verdict.rstrip('s')}\w*", style)
    text.append(f" in {wording.duration(seconds)}", "dim")
    return text

"""The real server with a checker that reads its verdicts off the source instead of running it.

A body that mentions `wrong` violates a property, and the fix puts `right` in its place; `raise wrong` is an exception
on its line; `skip` is not checked; `explode` is a bug of the checker. The check of a function whose name begins with
`slow` lasts until the file `release` stands in the workspace; a checker is not closed as long as `hold` does. Every
function depends on `imported.py` there. What is done is written to `checks.log`.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from refute.checker.analysis import Analysis, FunctionReport, Ruling, Verdict
from refute.checker.interface import CheckerStatus, Notice, Notify
from refute.checker.messages import HOW_TO_ALLOW
from refute.checker.settings import Settings
from refute.model.interface import ModelState, ModelStatus
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.keeping import KeptUnits
from refute.properties.modules import read_module
from refute.properties.narrowing import narrowed_by
from refute.properties.parsing import parse_units
from refute.properties.positions import split_lines
from refute.properties.property import Property
from refute.properties.tracing import TraceLine
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.fix import Edit, Fix
from refute.server.main import serve
from refute.worker.protocol import Answer, Counterexample, LineCount, Share, Survey, TriedInput

HOLDING = Property("idempotent", "doing it twice is doing it once", "result == result + 0", Evidence.DOCSTRING)
TYPE = Property("type", "the result is an int", "isinstance(result, int)", Evidence.TYPE)


def implemented(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
    """A report with the body `return 1` for a stub; for one that is called `hopeless`, with none."""
    if unit.spec.name == "hopeless":
        return FunctionReport(unit, "unknown", "the model wrote no usable body")
    last = unit.last_line
    edit = Edit(last, 4, last, len(snapshot.text.splitlines()[last]), "return 1")
    fix = Fix(f"implement {unit.spec.name}", (edit,), "", "model", properties=2, examples=1000)
    return FunctionReport(unit, "holds", fixes=(fix,))


class FakeChecking:
    """Implements `refute.checker.interface.Checking`."""

    def __init__(self, workspace: Path, settings: Settings, notify: Notify) -> None:
        self.settings = settings
        self.workspace = workspace
        self.notify = notify
        self.reports: dict[tuple[str, str, str], FunctionReport] = {}
        self.dismissed: set[tuple[str, str]] = set()
        self.narrowed: tuple[str, ...] = ()
        self.kept_units = KeptUnits()
        self.running = 0

    @property
    def status(self) -> CheckerStatus:
        model = ModelStatus(ModelState.READY, self.settings.model, "CPU", "", 27.5)
        return CheckerStatus(model, Path(sys.executable), "6.1", frozenset({"network"}), self.running)

    def analyse(self, snapshot: Snapshot) -> Analysis:
        parsed = parse_units(snapshot, self.kept_units)
        found = (self.reports.get(self._key(unit)) for unit in parsed.units)
        reports = tuple(self._without_dismissed(report) for report in found if report is not None)
        return Analysis(snapshot, parsed.units, reports, parsed.problem)

    async def check(
        self,
        snapshot: Snapshot,
        unit: FunctionUnit,
        *,
        fix: bool = True,
        on_update: Callable[[FunctionReport], None] | None = None,
    ) -> FunctionReport:
        self._log(f"start {unit.qualname}")
        read_module(snapshot.text)  # raises where the text cannot be read, as the real checker's steps do
        if unit.spec.name.startswith("shout"):
            self.notify(Notice("warning", "it is loud here; use earplugs"))
        self.running += 1
        try:
            report = self._narrowed(_judge(snapshot, unit))
            if on_update is not None and report.fixes:
                on_update(replace(report, fixes=(), final=False))
            if unit.spec.name.startswith("slow"):
                while not (self.workspace / "release").exists():  # noqa: ASYNC110 (the test is another process)
                    await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self._log(f"cancelled {unit.qualname}")
            raise
        finally:
            self.running -= 1
        self._log(f"done {unit.qualname}")
        self.reports[self._key(unit)] = report
        return report

    async def implement(self, snapshot: Snapshot, unit: FunctionUnit, *, rounds: int) -> FunctionReport:
        return implemented(snapshot, unit)

    async def survey(self, snapshot: Snapshot, unit: FunctionUnit, domain: Domain) -> Survey:
        tried = TriedInput((("x", "1"),), Answer("value", "1"))
        return Survey(2, 3, 1, (tried,), (Share("x", "positive", 2),), (LineCount(unit.first_line + 2, 2),))

    def attend(self, unit: FunctionUnit) -> None:
        pass

    def dismiss(self, unit: FunctionUnit, property_id: str) -> None:
        self.dismissed.add((unit.spec_digest, property_id))

    def restore(self, unit: FunctionUnit, property_id: str) -> None:
        self.dismissed.discard((unit.spec_digest, property_id))

    def narrow(self, unit: FunctionUnit, condition: str) -> None:
        self.narrowed = (*self.narrowed, condition)

    def widen(self, unit: FunctionUnit, condition: str) -> None:
        self.narrowed = tuple(known for known in self.narrowed if known != condition)

    async def aclose(self) -> None:
        hold = self.workspace / "hold"
        if hold.exists():
            self._log("held")
        while hold.exists():  # noqa: ASYNC110 (the test is another process)
            await asyncio.sleep(0.005)
        self._log("closed")

    def _key(self, unit: FunctionUnit) -> tuple[str, str, str]:
        imported = self.workspace / "imported.py"
        return unit.spec_digest, unit.body_digest, imported.read_text() if imported.exists() else ""

    def _without_dismissed(self, report: FunctionReport) -> FunctionReport:
        verdicts = tuple(
            replace(verdict, ruling=Ruling.DISMISSED)
            if (report.unit.spec_digest, verdict.property.id) in self.dismissed
            else verdict
            for verdict in report.verdicts
        )
        seen = replace(report, verdicts=verdicts)
        return seen if seen.violations or report.verdict != "violated" else replace(seen, verdict="holds", fixes=())

    def _narrowed(self, report: FunctionReport) -> FunctionReport:
        """The report of a function whose violation is outside of the narrowed domain."""
        if not self.narrowed or report.domain is None:
            return report
        return replace(report, verdict="holds", verdicts=(), fixes=(), domain=narrowed_by(report.domain, self.narrowed))

    def _log(self, line: str) -> None:
        with (self.workspace / "checks.log").open("a") as file:
            file.write(line + "\n")


def _judge(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
    if "explode" in unit.source:
        raise RuntimeError("a bug of the checker")
    if "skip" in unit.source:
        return FunctionReport(unit, "skipped", "it needs the network")
    if "effect" in unit.source and not unit.is_allowed:
        return FunctionReport(unit, "skipped", f"it opens a socket; {HOW_TO_ALLOW}")
    domain = Domain((ParameterDomain("x", "integers()", Evidence.TYPE),), "x > 0")
    holds = Verdict(TYPE, Ruling.HOLDS, 0.9, examples_run=100)
    if "wrong" not in unit.source:
        return FunctionReport(unit, "holds", None, domain, (holds, Verdict(HOLDING, Ruling.HOLDS, 0.9)))
    line, raises = _line_with_wrong(snapshot, unit)
    counterexample = Counterexample(
        (("x", "0"),), None if raises else "1", "ValueError: no" if raises else None, line + 1 if raises else None
    )
    claim = replace(HOLDING, spec_line=unit.spec.docstring_line)
    trace = (TraceLine(line - unit.first_line, "returns 1"),) if "traced" in unit.spec.name else ()
    violated = Verdict(claim, Ruling.VIOLATED, 0.97, counterexample, "violated: x=0 gives 1", trace=trace)
    column = split_lines(snapshot.text)[line].index("wrong")
    fix = Fix("say right", (Edit(line, column, line, column + 5, "right"),), unit.source, "mutation", 5, 1000)
    return FunctionReport(unit, "violated", None, domain, (violated, holds), (fix,), 1.5)


def _line_with_wrong(snapshot: Snapshot, unit: FunctionUnit) -> tuple[int, bool]:
    lines = split_lines(snapshot.text)
    for number in range(unit.first_line, unit.last_line + 1):
        if "wrong" in lines[number]:
            return number, "raise" in lines[number]
    raise AssertionError("looked for before")


async def open_fake(workspace: Path, settings: Settings, notify: Notify) -> FakeChecking:
    return FakeChecking(workspace, settings, notify)


async def open_noisy(workspace: Path, settings: Settings, notify: Notify) -> FakeChecking:
    """As libraries and their children do that do not know where they are."""
    print("a stray line", flush=True)
    await (await asyncio.create_subprocess_exec("echo", "a stray line")).wait()
    return await open_fake(workspace, settings, notify)


if __name__ == "__main__":
    overrides = dict(argument.split("=", 1) for argument in sys.argv[1:] if not argument.startswith("--"))
    address = ("127.0.0.1", 0) if "--tcp" in sys.argv else None
    sys.exit(serve(overrides, address=address, checker=open_noisy if "--noisy" in sys.argv else open_fake))

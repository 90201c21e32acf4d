"""What an editor shows of a document: its functions where they stand now, each with the latest that is known. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from refute.checker.analysis import Analysis, FunctionReport, Ruling
from refute.properties.units import FunctionUnit, Snapshot, shifted
from refute.server.anchoring import anchored, same_function
from refute.server.text import Text


@dataclass(frozen=True)
class FunctionView:
    """One function of the document.

    `checked` is the latest report, in the lines of the version that was checked. `in_doubt` says that it may not be
    true any more: the function was edited but cannot be read, since the document has a syntax error, or something
    changed that it depends on.
    """

    unit: FunctionUnit
    checked: FunctionReport | None = None
    in_doubt: bool = False

    @cached_property
    def report(self) -> FunctionReport | None:
        """The latest report, in the lines of the document as it is now."""
        return None if self.checked is None else anchored(self.checked, self.unit)

    @property
    def outdated(self) -> bool:
        """Whether the function was edited since it was checked: the report is true of how it was."""
        return self.in_doubt or (self.checked is not None and not same_function(self.checked.unit, self.unit))

    @property
    def is_due(self) -> bool:
        """Whether a check would say something new."""
        return self.unit.obstacle is None and (self.checked is None or self.outdated or not self.checked.final)


@dataclass(frozen=True)
class View:
    """One version of a document. `problem` says why it cannot be read; its functions are then those of before."""

    snapshot: Snapshot
    functions: tuple[FunctionView, ...] = ()
    problem: str | None = None

    def function(self, qualname: str) -> FunctionView | None:
        """The function called `qualname`, if the document has it; of several, the one that can be checked."""
        same_name = (f for f in self.functions if f.unit.qualname == qualname)
        return min(same_name, key=lambda f: f.unit.obstacle is not None, default=None)

    def functions_at(self, first_line: int, last_line: int) -> tuple[FunctionView, ...]:
        """The functions that reach into the zero-based, inclusive range of lines."""
        return tuple(f for f in self.functions if f.unit.first_line <= last_line and first_line <= f.unit.last_line)

    def advanced(self, analysis: Analysis) -> "View":
        """The view of a later version: what is still true is kept, what was said of edited functions is outdated."""
        if analysis.problem is not None:
            return self._beside_problem(analysis)
        known = {f.unit.qualname: f for f in self.functions if f.unit.obstacle is None}
        confirmed = {report.unit.qualname: report for report in analysis.reports}

        def function(unit: FunctionUnit) -> FunctionView:
            if unit.obstacle is not None:
                return FunctionView(unit)  # a report of that name is of another definition
            if (report := confirmed.get(unit.qualname)) is not None:
                return FunctionView(unit, report)
            before = known.get(unit.qualname)
            return FunctionView(unit) if before is None else FunctionView(unit, before.checked, before.in_doubt)

        return View(analysis.snapshot, tuple(map(function, analysis.units)))

    def with_report(self, report: FunctionReport) -> "View":
        """The view with a report that has just arrived; the same view where it says nothing of this version.

        A report that is not final and shows no violation does not take the place of an earlier one, so that what
        was violated does not flicker while it is checked again.
        """
        known = self.function(report.unit.qualname)
        if known is None or known.unit.obstacle is not None or not same_function(known.unit, report.unit):
            return self
        if known.checked is not None and not report.final and not report.violations:
            return self
        return self._replaced(known, replace(known, checked=report, in_doubt=False))

    def in_doubt(self, qualname: str | None = None) -> "View":
        """The view after a change elsewhere, or of what is known beside the text of the function `qualname`: only what
        the next analysis or check confirms is still true."""
        doubted = (
            replace(f, in_doubt=f.checked is not None) if qualname in (None, f.unit.qualname) else f
            for f in self.functions
        )
        return replace(self, functions=tuple(doubted))

    def without_property(self, qualname: str, property_id: str) -> "View":
        """The view after the user dismissed a property."""
        known = self.function(qualname)
        if known is None or known.checked is None:
            return self
        return self._replaced(known, replace(known, checked=_dismissed(known.checked, property_id)))

    def _replaced(self, old: FunctionView, new: FunctionView) -> "View":
        return replace(self, functions=tuple(new if function is old else function for function in self.functions))

    def _beside_problem(self, analysis: Analysis) -> "View":
        """The old functions, moved with the text around the one region where the versions differ."""
        old, new = Text(self.snapshot.text).lines, Text(analysis.snapshot.text).lines
        same_before = _common(old, new)
        same_after = min(_common(reversed(old), reversed(new)), min(len(old), len(new)) - same_before)
        edit_end, growth = len(old) - same_after, len(new) - len(old)
        functions: list[FunctionView] = []
        for function in self.functions:
            if function.unit.last_line < same_before:
                functions.append(function)
            elif function.unit.first_line >= edit_end:
                functions.append(replace(function, unit=shifted(function.unit, growth)))
            elif function.unit.first_line < len(new):
                functions.append(replace(function, in_doubt=True))
        return View(analysis.snapshot, tuple(functions), analysis.problem)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many elements two sequences have in common at their start."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _dismissed(report: FunctionReport, property_id: str) -> FunctionReport:
    verdicts = tuple(
        replace(verdict, ruling=Ruling.DISMISSED) if verdict.property.id == property_id else verdict
        for verdict in report.verdicts
    )
    dismissed = replace(report, verdicts=verdicts)
    if report.verdict != "violated" or dismissed.violations:
        return dismissed
    if any(verdict.ruling is Ruling.HOLDS for verdict in verdicts):
        return replace(dismissed, verdict="holds", fixes=())
    return replace(dismissed, verdict="unknown", reason="its violated properties were dismissed", fixes=())

"""Moves what is known of a function to where the function stands now. Pure."""

from dataclasses import replace
from difflib import SequenceMatcher

from refute.checker.analysis import FunctionReport, Verdict
from refute.properties.units import FunctionUnit
from refute.repair.fix import Edit, Fix


def same_function(one: FunctionUnit, other: FunctionUnit) -> bool:
    """Whether a report of `one` is true of `other`: the spec and the body are equal up to layout and comments, and
    comments say the same about whether it may be called."""
    return _identity(one) == _identity(other)


def _identity(unit: FunctionUnit) -> tuple[object, ...]:
    return unit.qualname, unit.spec_digest, unit.body_digest, unit.obstacle, unit.is_allowed


def anchored(report: FunctionReport, unit: FunctionUnit) -> FunctionReport:
    """`report` with all its lines moved from its own unit to `unit`, which may be an edited version of it.

    A line that is no more there becomes None. Fixes are left out unless the code is the same line by line, since
    an edit in the wrong place would be worse than none.
    """
    old = report.unit
    if old == unit:
        return report
    lines = _LineMap(old, unit)
    moved_fixes = (
        (_moved_fix(fix, lines) for fix in report.fixes) if same_function(old, unit) and lines.same_code else ()
    )
    verdicts = tuple(_moved_verdict(verdict, lines) for verdict in report.verdicts)
    return replace(report, unit=unit, verdicts=verdicts, fixes=tuple(f for f in moved_fixes if f is not None))


class _LineMap:
    """Where each line of the definition `old` is in the definition `new`, by their texts."""

    def __init__(self, old: FunctionUnit, new: FunctionUnit) -> None:
        self._old, self._new = old, new
        before, after = old.source.split("\n"), new.source.split("\n")
        same_indentation = old.name_range[1] == new.name_range[1]
        self.same_code = same_indentation and _code(before) == _code(after)
        self._lines = _matching_lines(before, after)

    def __call__(self, line: int) -> int | None:
        """The zero-based document line where `line` of the old document is now. Lines outside of the function stay."""
        if not self._old.first_line <= line <= self._old.last_line + 1:
            return line
        to = self._lines.get(line - self._old.first_line)
        return None if to is None else self._new.first_line + to


def _matching_lines(before: list[str], after: list[str]) -> dict[int, int]:
    """Which line of `after` each line of `before` is, the end included. Code is matched first: comments and empty
    lines come and go, and look alike."""
    if before == after:
        return {line: line for line in range(len(before) + 1)}
    old, new = _code_lines(before), _code_lines(after)
    matcher = SequenceMatcher(None, _code(before), _code(after), autojunk=False)
    lines = {old[start + i]: new[to + i] for start, to, size in matcher.get_matching_blocks() for i in range(size)}
    for line, text in enumerate(before):
        to = lines.get(line - 1, len(after)) + 1
        if line not in lines and to < len(after) and after[to] == text:
            lines[line] = to
    return lines | {len(before): len(after)}


def _code_lines(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]


def _code(lines: list[str]) -> list[str]:
    return [lines[number] for number in _code_lines(lines)]


def _moved_verdict(verdict: Verdict, lines: _LineMap) -> Verdict:
    claim, counterexample = verdict.property, verdict.counterexample
    if claim.spec_line is not None:
        claim = replace(claim, spec_line=lines(claim.spec_line))
    if counterexample is not None and counterexample.line is not None:
        line = lines(counterexample.line - 1)
        counterexample = replace(counterexample, line=None if line is None else line + 1)
    return replace(verdict, property=claim, counterexample=counterexample)


def _moved_fix(fix: Fix, lines: _LineMap) -> Fix | None:
    edits = tuple(_moved_edit(edit, lines) for edit in fix.edits)
    return replace(fix, edits=tuple(e for e in edits if e is not None)) if None not in edits else None


def _moved_edit(edit: Edit, lines: _LineMap) -> Edit | None:
    """The edit of the same text where it stands now, None where that text was changed."""
    moved = [lines(line) for line in range(edit.start_line, edit.end_line + 1)]
    start = moved[0]
    if start is None or moved != list(range(start, start + len(moved))):
        return None
    return replace(edit, start_line=start, end_line=start + len(moved) - 1)

"""Reports of earlier runs, brought to where their function stands now."""

from dataclasses import replace

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.checker.judging import conclude
from refute.properties.units import FunctionUnit
from refute.repair.edits import edits_between
from refute.repair.fix import Fix


def recalled(report: FunctionReport, unit: FunctionUnit, text: str, dismissed: frozenset[str]) -> FunctionReport:
    """`report`, which was made for a unit of the same spec and body, as the report of `unit` in the document `text`.

    Lines and edits are those of the document as it is now. Properties that the user dismissed since are so ruled;
    fixes go where nothing is left to mend.
    """
    by = (unit.spec.docstring_line or 0) - (report.unit.spec.docstring_line or 0)
    verdicts = tuple(_moved(verdict, by, dismissed) for verdict in report.verdicts)
    verdict, reason = conclude(verdicts, report.reason or "")
    fixes = tuple(_anchored(fix, unit, text) for fix in report.fixes) if verdict == "violated" else ()
    return replace(report, unit=unit, verdict=verdict, reason=reason, verdicts=verdicts, fixes=fixes)


def _moved(verdict: Verdict, by: int, dismissed: frozenset[str]) -> Verdict:
    claim = verdict.property
    if claim.spec_line is not None:
        verdict = replace(verdict, property=replace(claim, spec_line=claim.spec_line + by))
    return replace(verdict, ruling=Ruling.DISMISSED) if claim.id in dismissed else verdict


def _anchored(fix: Fix, unit: FunctionUnit, text: str) -> Fix:
    return replace(fix, edits=edits_between(unit, text, fix.source))

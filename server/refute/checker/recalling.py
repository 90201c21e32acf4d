"""Reports of earlier runs, brought to where their function stands now."""

import hashlib
from dataclasses import replace
from importlib.metadata import version

import msgspec

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.checker.judging import conclude
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.model.interface import Model
from refute.properties.units import FunctionUnit
from refute.repair.edits import edits_between
from refute.repair.fix import Fix

RULES = 21
"""Part of every report's key: raise it when the same function would be judged otherwise than before."""
VERSION = f"{version('refute')} {RULES}"


class Reports:
    """The reports in `store` that were made with these settings and this model."""

    def __init__(self, store: Store, settings: Settings, model: Model) -> None:
        self._store = store
        self._model = model
        self._settings = msgspec.json.encode(settings).decode()

    def of(self, unit: FunctionUnit, text: str, around: str) -> FunctionReport | None:
        """The report of `unit` in the document `text`, if there is one. `around` is a digest of all that it depends on
        besides."""
        if unit.obstacle is not None:
            return None
        known = self._store.get("report", self._key(unit, around), FunctionReport)
        return None if known is None else _recalled(known, unit, text, self._store.dismissed(unit.spec_digest))

    def keep(self, report: FunctionReport, around: str) -> None:
        """Keep a report, if it is a judgement and the last word."""
        if report.verdict in ("violated", "holds") and report.final:
            self._store.put("report", self._key(report.unit, around), report)

    def _key(self, unit: FunctionUnit, around: str) -> str:
        """Everything that a report depends on."""
        parts = (
            VERSION,
            self._model.identity,  # the file of a model may be replaced while it is in use
            self._settings,
            unit.qualname,
            unit.spec_digest,
            unit.spec.context,
            unit.body_digest,
            around,
            *self._store.narrowed(unit.spec_digest),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _recalled(report: FunctionReport, unit: FunctionUnit, text: str, dismissed: frozenset[str]) -> FunctionReport:
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

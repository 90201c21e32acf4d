"""`--format jsonl`: one function as one line that other programs read. Fields are added, never renamed."""

import json
from collections.abc import Sequence
from typing import Any

import click

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.cli.checking import Done, Job, Run
from refute.properties.domain import Domain
from refute.properties.positions import LineIndex, to_utf16
from refute.properties.property import Property
from refute.repair.fix import Edit, Fix
from refute.worker.protocol import Counterexample

STATUS = {
    Ruling.VIOLATED: "violated",
    Ruling.SUGGESTED: "violated",  # refuted all the same; `verdict` and `confidence` say that it is no warning
    Ruling.HOLDS: "holds",
    Ruling.VACUOUS: "vacuous",
    Ruling.REJECTED: "rejected",
    Ruling.DISMISSED: "rejected",
    Ruling.ERROR: "error",
}


class JsonlOutput:
    """Prints a line as soon as a function is done."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nothing comes before the first line."""

    def add(self, done: Done) -> None:
        """Print the line."""
        click.echo(dumps(report_line(done.source.shown, done.source.text, done.report)))

    def end(self, run: Run) -> None:
        """Nothing comes after the last line."""


def dumps(line: dict[str, Any]) -> str:
    """`line` as JSON in ASCII, so that neither a terminal's encoding nor a lone surrogate breaks it."""
    return json.dumps(line)


def report_line(path: str, text: str, report: FunctionReport) -> dict[str, Any]:
    """The line for one function of the document `text`, which is shown as `path`."""
    unit = report.unit
    return {
        "file": path,
        "function": unit.qualname,
        "line": unit.first_line + 1,
        "verdict": report.verdict,
        "reason": report.reason,
        "seconds": round(report.seconds, 3),
        "domain": None if report.domain is None else _domain(report.domain),
        "properties": [_property(verdict) for verdict in report.verdicts],
        "fix": _fix(LineIndex(text), report.fixes[0]) if report.fixes else None,
    }


def property_source(claim: Property) -> str:
    """A property as Python source: what its check needs, then the check as an assertion."""
    arguments = "".join(f"{name} = {value}\n" for name, value in claim.example or ())
    setup = claim.setup.rstrip() + "\n" if claim.setup else ""
    if claim.when is None:
        return f"{setup}{arguments}assert {claim.check}"
    return f"{setup}{arguments}if {claim.when}:\n    assert {claim.check}"


def lsp_range(index: LineIndex, edit: Edit) -> dict[str, dict[str, int]]:
    """The range that `edit` replaces, in UTF-16 units."""
    places = {"start": (edit.start_line, edit.start_column), "end": (edit.end_line, edit.end_column)}
    return {
        name: {"line": line, "character": to_utf16(index.line(line), column)} for name, (line, column) in places.items()
    }


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "parameters": {parameter.name: parameter.strategy for parameter in domain.parameters},
        "precondition": domain.precondition,
    }


def _property(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.property
    return {
        "id": claim.id,
        "kind": claim.kind,
        "statement": claim.statement,
        "source": property_source(claim),
        "evidence": claim.evidence.label,
        "status": STATUS[verdict.ruling],
        "confidence": round(verdict.confidence, 3),
        "examples": verdict.examples_run,
        "counterexample": _counterexample(verdict.counterexample, verdict.explanation),
    }


def _counterexample(found: Counterexample | None, explanation: str) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "arguments": dict(found.arguments),
        "result": found.result,
        "exception": found.exception,
        "explanation": explanation,
    }


def _fix(index: LineIndex, fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "edits": [{"range": lsp_range(index, edit), "newText": edit.text} for edit in fix.edits],
        "checked": {"properties": fix.properties, "examples": fix.examples},
        "origin": fix.origin,
        "rounds": fix.rounds,
    }

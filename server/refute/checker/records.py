"""A report as plain data, for programs: the form of `refute check --format jsonl` and of `refute/verdicts`.

Fields are added, never renamed.
"""

from collections.abc import Callable
from typing import Any

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.properties.domain import Domain
from refute.properties.explaining import rests_on
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.repair.fix import Edit, Fix
from refute.worker.protocol import Answer, Survey, TriedInput

STATUS = {
    Ruling.VIOLATED: "violated",
    Ruling.SUGGESTED: "violated",  # refuted all the same; `verdict` and `confidence` say that it is no warning
    Ruling.HOLDS: "holds",
    Ruling.VACUOUS: "vacuous",
    Ruling.REJECTED: "rejected",
    Ruling.DISMISSED: "rejected",
    Ruling.ERROR: "error",
}

Range = dict[str, dict[str, int]]
"""An LSP range."""


def report_record(report: FunctionReport, range_of: Callable[[Edit], Range]) -> dict[str, Any]:
    """What is said of one function; `range_of` gives the range that an edit replaces, in the reader's columns."""
    return {
        "verdict": report.verdict,
        "reason": report.reason,
        "seconds": round(report.seconds, 3),
        "sandbox": None if report.sandbox is None else list(report.sandbox),
        "domain": None if report.domain is None else domain_record(report.domain),
        "properties": [_property(verdict, report.unit) for verdict in report.verdicts],
        "fix": _fix(report.fixes[0], range_of) if report.fixes else None,
        "alternatives": [_fix(fix, range_of) | {"difference": fix.difference} for fix in report.fixes[1:]],
    }


def property_source(claim: Property) -> str:
    """A property as Python source: what its check needs, then the check as an assertion."""
    arguments = "".join(f"{name} = {value}\n" for name, value in claim.example or ())
    setup = claim.setup.rstrip() + "\n" if claim.setup else ""
    if claim.when is None:
        return f"{setup}{arguments}assert {claim.check}"
    return f"{setup}{arguments}if {claim.when}:\n    assert {claim.check}"


def domain_record(domain: Domain) -> dict[str, Any]:
    """The inputs that a function is tried on."""
    return {
        "parameters": {parameter.name: parameter.strategy for parameter in domain.parameters},
        "precondition": domain.precondition,
        "evidence": {parameter.name: parameter.evidence.label for parameter in domain.parameters},
        "narrowed": list(domain.narrowed),
    }


def _property(verdict: Verdict, unit: FunctionUnit) -> dict[str, Any]:
    claim, place = verdict.property, verdict.property.stated_at
    return {
        "id": claim.id,
        "kind": claim.kind,
        "statement": claim.statement,
        "source": property_source(claim),
        "evidence": claim.evidence.label,
        "status": STATUS[verdict.ruling],
        "ruling": verdict.ruling.value,
        "confidence": round(verdict.confidence, 3),
        "examples": verdict.examples_run,
        "counterexample": _counterexample(verdict, unit),
        "specLine": None if claim.spec_line is None else claim.spec_line + 1,
        "statedAt": None if place is None else {"file": place.path, "line": place.line + 1},
    }


def _counterexample(verdict: Verdict, unit: FunctionUnit) -> dict[str, Any] | None:
    found = verdict.counterexample
    shows = verdict.property.shows
    if found is None:
        return None
    return {
        "arguments": dict(found.arguments),
        "result": found.result,
        "exception": found.exception,
        "line": found.line,
        "then": None if shows is None or found.shown is None else {"call": shows[0], "result": found.shown},
        "expected": verdict.expected,
        "explanation": verdict.explanation and verdict.explanation + rests_on(verdict.property, unit),
        "trace": [
            {"line": None if step.offset is None else unit.first_line + step.offset + 1, "text": step.text}
            for step in verdict.trace
        ],
    }


def _fix(fix: Fix, range_of: Callable[[Edit], Range]) -> dict[str, Any]:
    return {
        "title": fix.title,
        "edits": [{"range": range_of(edit), "newText": edit.text} for edit in fix.edits],
        "checked": {
            "properties": fix.properties,
            "examples": fix.examples,
            "pinned": fix.pinned,
            "tests": fix.tests,
            "counterexamples": fix.counterexamples,
        },
        "origin": fix.origin,
        "rounds": fix.rounds,
    }


def survey_record(survey: Survey) -> dict[str, Any]:
    """What the inputs of a function were."""
    return {
        "calls": survey.calls,
        "discarded": survey.discarded,
        "distinct": survey.distinct,
        "reason": survey.detail if survey.calls == 0 or survey.discarded else None,
        "inputs": [_tried(each) for each in survey.inputs],
        "shares": [{"name": each.name, "label": each.label, "count": each.count} for each in survey.shares],
        "lines": [{"line": each.line, "calls": each.calls} for each in survey.lines],
    }


def _tried(tried: TriedInput) -> dict[str, Any]:
    answer: Answer = tried.answer
    returned = answer.text if answer.kind == "value" else None
    failed = None if answer.kind == "value" else answer.text
    return {"arguments": dict(tried.arguments), "stated": tried.stated, "result": returned, "exception": failed}

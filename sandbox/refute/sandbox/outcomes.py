"""What a report means: worker frames are claims of a process that ran foreign code, its ending is a fact (pure)."""

import dataclasses
import signal
from typing import Any, TypeVar

from refute.sandbox.interface import Ending, Report
from refute.worker.codec import ProtocolError, decode
from refute.worker.frames import Message
from refute.worker.protocol import (
    Arguments,
    CompareRequest,
    Comparison,
    Counterexample,
    Drawn,
    Outcome,
    OutcomeStatus,
    RunRequest,
    Survey,
    SurveyRequest,
    TestRun,
    Trace,
)

T = TypeVar("T")

LONGEST = 4000
"""Characters of any string that a worker may send."""

_TRUSTED_ENDINGS = ("completed", "ended", "timeout", "folder")
"""Endings after which a worker may be believed that it found nothing wrong; the others say that its channel was written
to by somebody else, or that its supervisor does not know."""
_TIME_SIGNALS = {getattr(signal, name, None) for name in ("SIGVTALRM", "SIGXCPU", "SIGPROF", "SIGALRM")}


def outcomes_of(request: RunRequest, report: Report) -> tuple[Outcome, ...]:
    """The outcome of each check, in the order of the request."""
    claims: dict[str, Outcome] = {}
    finished = False
    stage = "starting"
    detail = ""
    try:
        for frame in report.frames:
            if frame["type"] in ("outcomes", "result"):
                for outcome in decode(_Outcomes, {"items": frame["outcomes"]}, longest=LONGEST).items:
                    claims[outcome.id] = outcome
                finished = frame["type"] == "result"
            elif frame["type"] == "stage":
                stage = str(frame["stage"])[:40]
            elif frame["type"] == "broken":
                detail = str(frame["detail"])[:500]
    except (ProtocolError, KeyError):
        return _all(request, Outcome("", "crashed", None, 0, "the worker sent a malformed answer"))
    missing = _unfinished(request, report.ending, stage, detail)
    if report.ending.reason not in _TRUSTED_ENDINGS:
        claims = {name: claim for name, claim in claims.items() if claim.status == "violated"}
        finished = False
    if not finished:
        claims = {name: _cut_short(claim, missing) for name, claim in claims.items()}
    return tuple(claims.get(check.id, dataclasses.replace(missing, id=check.id)) for check in request.checks)


def drawn_of(request: RunRequest, report: Report) -> tuple[Arguments, ...]:
    """The inputs that a worker drew, all of them or none."""
    if report.ending.reason not in _TRUSTED_ENDINGS:
        return ()
    drawn = _result(Drawn, "drawn", report)
    return drawn.calls if drawn is not None and len(drawn.calls) <= request.inputs.max_examples else ()


@dataclasses.dataclass(frozen=True)
class _Outcomes:
    items: tuple[Outcome, ...]


def _all(request: RunRequest, outcome: Outcome) -> tuple[Outcome, ...]:
    return tuple(dataclasses.replace(outcome, id=check.id) for check in request.checks)


def _cut_short(claim: Outcome, missing: Outcome) -> Outcome:
    """A claim of a worker that did not live to finish: what it found stands, not shrunk."""
    if claim.status != "violated":
        return claim
    return dataclasses.replace(claim, detail=f"not shrunk: {missing.detail}")


def _unfinished(request: RunRequest | SurveyRequest, ending: Ending, stage: str, detail: str) -> Outcome:
    """What to say of a check that nothing was heard of."""
    call = Counterexample(ending.arguments, None, None, None, exact=False) if ending.variant >= 0 else None
    status, reason = describe_ending(ending, request.seconds, request.call_seconds)
    if stage == "importing":
        status, reason = "import_error", f"importing {request.module.name} {reason}"
    elif call is not None:
        arguments = ", ".join(f"{name}={text}" for name, text in call.arguments)
        reason = f"{request.qualname}({arguments}) {reason}"[:LONGEST]
    return Outcome("", status, call, 0, detail or reason)


def describe_ending(ending: Ending, seconds: float, call_seconds: float) -> tuple[OutcomeStatus, str]:
    """The status that an ending means, and the end of a sentence about what was going on."""
    code = ending.code if ending.code is not None else 0
    if ending.reason == "timeout":
        return "timed_out", f"did not end within {seconds:g} s"
    if ending.reason == "folder":
        return "crashed", "wrote more files than a run may"
    if ending.reason == "protocol":
        return "crashed", "wrote into the worker's own channel"
    if ending.reason == "lost":
        return "crashed", "took its supervisor down"
    if ending.reason == "ended" and code < 0 and -code in _TIME_SIGNALS:
        return "timed_out", f"did not end within {call_seconds:g} s and could not be interrupted"
    if code < 0:
        return "crashed", f"ended the process ({_signal_name(-code)})"
    return "crashed", f"ended the process (exit status {code})"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def comparison_of(request: CompareRequest, report: Report) -> Comparison | None:
    """The comparison that a worker finished, None where it did not. Malformed answers count as none."""
    comparison = _result(Comparison, "comparison", report)
    return comparison if comparison is not None and _fits(request, comparison) else None


def trace_of(report: Report) -> Trace:
    """The trace that a worker made; an empty one where it did not live to tell."""
    return _result(Trace, "trace", report) or Trace((), "the call could not be followed to its end")


def tests_of(report: Report) -> TestRun | None:
    """What came of the tests; None where they did not end in time or took the worker down."""
    return _result(TestRun, "tests", report)


def _result(kind: type[T], name: str, report: Report) -> T | None:
    """The field `name` of the frame that ends a request. Malformed answers count as none."""
    for frame in report.frames:
        if frame["type"] == "result":
            try:
                return decode(kind, frame[name], longest=LONGEST)
            except (ProtocolError, KeyError):
                return None
    return None


def survey_of(request: SurveyRequest, report: Report) -> Survey:
    """The survey that a worker made, or one that says why there is none."""
    for frame in report.frames:
        if frame["type"] == "result":
            try:
                survey = decode(Survey, frame["survey"], longest=LONGEST)
            except (ProtocolError, KeyError):
                return Survey(status="crashed", detail="the worker sent a malformed answer")
            return dataclasses.replace(survey, inputs=survey.inputs[: request.shown])
    broken = next((str(frame.get("detail"))[:500] for frame in report.frames if frame["type"] == "broken"), "")
    missing = _unfinished(request, report.ending, stage_of(report.frames), broken)
    return Survey(status=missing.status, detail=missing.detail)


def _fits(request: CompareRequest, comparison: Comparison) -> bool:
    variants, checks = len(request.variants), len(request.checks)
    return len(comparison.load_errors) == variants and all(
        len(item.choice) == variants
        and all(-1 <= choice < len(item.answers) for choice in item.choice)
        and len(item.rejected) in (0, variants)
        and all(0 <= index < checks for rejected in item.rejected for index in rejected)
        for item in comparison.inputs
    )


def stage_of(frames: list[Message]) -> str:
    """How far a worker came."""
    stages = [str(frame.get("stage")) for frame in frames if frame["type"] == "stage"]
    return stages[-1] if stages else "starting"


def without_variants(request: CompareRequest, removed: dict[int, str]) -> CompareRequest:
    """`request` without the variants at these positions."""
    kept = tuple(variant for index, variant in enumerate(request.variants) if index not in removed)
    return dataclasses.replace(request, variants=kept)


def with_variants(request: CompareRequest, comparison: Comparison, removed: dict[int, str]) -> Comparison:
    """`comparison` of `without_variants(request, removed)` with the removed ones put back as failing to load."""
    if not removed:
        return comparison

    def spread(values: tuple[Any, ...], filler: Any) -> tuple[Any, ...]:
        rest = iter(values)
        return tuple(
            (removed[i] if filler is None else filler) if i in removed else next(rest)
            for i in range(len(request.variants))
        )

    inputs = tuple(
        dataclasses.replace(
            item, choice=spread(item.choice, -1), rejected=spread(item.rejected, ()) if item.rejected else ()
        )
        for item in comparison.inputs
    )
    return dataclasses.replace(comparison, inputs=inputs, load_errors=spread(comparison.load_errors, None))

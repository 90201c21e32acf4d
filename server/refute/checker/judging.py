"""From what a run says to what we say: outcomes become verdicts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from refute.checker import messages
from refute.checker.analysis import FunctionVerdict, Ruling, Verdict
from refute.checker.coverification import CrossExamination
from refute.properties.evidence import Evidence
from refute.properties.explaining import explain
from refute.properties.property import Property
from refute.properties.ruling import RULE_CONFIDENCE, SHOWN
from refute.properties.units import FunctionUnit
from refute.worker.protocol import Check, Outcome

UNJUDGED = {
    "unsatisfiable": "no input fulfilled its preconditions",
    "flaky": "the function does not answer the same input in the same way twice",
    "timed_out": "time ran out before it was judged",
    "crashed": "the process died",
    "blocked": "the sandbox refused what the function tried to do",
    "import_error": "the module could not be imported",
    "invalid": "the property's own code failed",
}
"""Words for the outcomes that judge nothing; the outcome's detail follows them."""

STATED = (Evidence.DOCSTRING, Evidence.EXAMPLE, Evidence.CONTRACT)
"""Evidence that a person wrote down: believed without co-verification."""


def as_check(claim: Property) -> Check:
    """The part of a property that a worker needs."""
    shows = claim.shows[1] if claim.shows else None
    return Check(claim.id, claim.check, claim.setup, claim.when, claim.must_return, claim.example, shows)


def judge(unit: FunctionUnit, claim: Property, outcome: Outcome, confidence: float | None = None) -> Verdict:
    """The verdict on `claim` after a run. `confidence` is that of a violation; by default its evidence decides."""
    sure = RULE_CONFIDENCE[claim.evidence] if confidence is None else confidence
    if outcome.status == "held":
        return Verdict(claim, Ruling.HOLDS, sure, examples_run=outcome.examples_run)
    if outcome.status == "violated" and outcome.counterexample is not None:
        ruling = Ruling.VIOLATED if sure >= SHOWN else Ruling.SUGGESTED
        words = explain(claim, outcome.counterexample, unit.qualname)
        return Verdict(claim, ruling, sure, outcome.counterexample, words, outcome.examples_run)
    reason = UNJUDGED.get(outcome.status, outcome.status) + (f" ({outcome.detail})" if outcome.detail else "")
    return Verdict(claim, Ruling.ERROR, sure, outcome.counterexample, examples_run=outcome.examples_run, reason=reason)


def sort_conjectures(
    conjectures: Sequence[Property], examination: CrossExamination
) -> tuple[tuple[Property, ...], tuple[Verdict, ...]]:
    """Which conjectures stand after their cross-examination, and verdicts on those that do not.

    A conjecture stands where no member violates it and where some mutant does: else it would hold for wrong code too.
    What the docstring says need not be shown to say something.
    """
    standing: list[Property] = []
    refused: list[Verdict] = []
    for number, claim in enumerate(conjectures):
        if claim.id in examination.invalid:
            refused.append(_refused(claim, Ruling.REJECTED, f"its code fails ({examination.invalid[claim.id]})"))
        elif number in examination.refuted:
            refused.append(_refused(claim, Ruling.REJECTED, "implementations written from the docstring violate it"))
        elif number not in examination.killed and claim.evidence < Evidence.DOCSTRING:
            refused.append(_refused(claim, Ruling.VACUOUS, "it holds for wrong code as well"))
        else:
            standing.append(replace(claim, evidence=max(claim.evidence, Evidence.AGREEMENT)))
    return tuple(standing), tuple(refused)


def is_more_than_a_guess(claim: Property) -> bool:
    """Whether a conjecture has weight of its own, so that it is run although nothing confirms it."""
    return claim.evidence is not Evidence.GUESS


def rejected_guesses(conjectures: Sequence[Property]) -> tuple[Verdict, ...]:
    """Verdicts on the lone guesses among `conjectures`, which nothing confirms."""
    guesses = (claim for claim in conjectures if not is_more_than_a_guess(claim))
    return tuple(_refused(claim, Ruling.REJECTED, "nothing confirms it") for claim in guesses)


def conclude(verdicts: Sequence[Verdict], why_unknown: str) -> tuple[FunctionVerdict, str | None]:
    """The verdict on the function, and the reason where it is not a judgement."""
    rulings = {verdict.ruling for verdict in verdicts if verdict.property.kind != "committed"}
    if Ruling.VIOLATED in rulings:
        return "violated", None
    if Ruling.SUGGESTED in rulings:
        return "unknown", messages.WEAK_EVIDENCE
    if Ruling.HOLDS in rulings:
        return "holds", None
    if any(verdict.ruling is Ruling.SUGGESTED for verdict in verdicts):
        return "unknown", messages.CHANGED
    return "unknown", why_unknown


def why_unjudged(verdicts: Sequence[Verdict]) -> str | None:
    """Why most of the properties that could not be judged could not be, None where there are none."""
    reasons = Counter(verdict.reason for verdict in verdicts if verdict.ruling is Ruling.ERROR and verdict.reason)
    return reasons.most_common(1)[0][0] if reasons else None


def _refused(claim: Property, ruling: Ruling, reason: str) -> Verdict:
    return Verdict(claim, ruling, 0.0, reason=reason)

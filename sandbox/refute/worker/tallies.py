"""What is known of the checks of a run, from call to call, and the outcomes that this comes to."""

from dataclasses import dataclass, field

from .calls import Call
from .checks import CompiledCheck, Verdict
from .inputs import ArgumentValues
from .protocol import Counterexample, Outcome


@dataclass
class Counts:
    """What happened to the calls of a run."""

    calls: int = 0
    timeouts: list[Counterexample] = field(default_factory=list["Counterexample"])
    blocked: int = 0
    refused: str = ""


@dataclass(frozen=True)
class Found:
    """A violating input. `position` counts generated inputs up to it, 0 for one that was given."""

    arguments: ArgumentValues
    position: int
    signature: str
    counterexample: Counterexample

    @property
    def size(self) -> int:
        """Characters of its arguments."""
        return sum(len(text) for _, text in self.counterexample.arguments)


@dataclass
class Tally:
    """What is known of one check so far."""

    compiled: CompiledCheck
    judged: int = 0
    invalid: str = ""
    found: Found | None = None
    seen_once: Found | None = None

    @property
    def open(self) -> bool:
        """Whether further calls can say more."""
        return not self.invalid and self.found is None

    def outcome(self, counts: Counts, rejected: str) -> Outcome:
        """What is to be said of the check after `counts` calls; `rejected` is why the last rejected input was."""
        examples, name = self.judged, self.compiled.id
        if self.invalid:
            return Outcome(name, "invalid", None, examples, self.invalid)
        if self.found is not None:
            return Outcome(name, "violated", self.found.counterexample, examples)
        if self.seen_once is not None:
            return Outcome(name, "flaky", self.seen_once.counterexample, examples, "the same call gave two answers")
        slow = counts.timeouts[0] if counts.timeouts else None
        check = self.compiled.check
        must_return = check.must_return and check.example is None  # the call of an example has returned
        if slow is not None and (must_return or not examples):
            return Outcome(name, "timed_out", slow, examples, slow.exception or "")
        if not examples and counts.blocked:
            return Outcome(name, "blocked", None, 0, f"needs {counts.refused}")
        if not examples:
            silent = "none of the calls is one that it says something about" if counts.calls else rejected
            return Outcome(name, "unsatisfiable", None, 0, silent)
        blocked = f"{counts.blocked} of {counts.calls} calls needed {counts.refused}" if counts.blocked else ""
        return Outcome(name, "held", None, examples, blocked)


def signature(call: Call, verdict: Verdict) -> str:
    """The way in which a call violates a check: by its value, or by the exception that came out."""
    error = verdict.error or call.error
    return "value" if error is None else type(error).__name__

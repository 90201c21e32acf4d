"""What is known about a document: the immutable value that every editor feature and every output format reads."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.properties.ruling import Testimony
from refute.properties.tracing import TraceLine
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.fix import Fix
from refute.worker.protocol import Counterexample


class Ruling(Enum):
    """Our judgement of one property, after its run and after weighing its evidence."""

    VIOLATED = "violated"
    """Refuted, with evidence strong enough for a warning."""
    SUGGESTED = "suggested"
    """Refuted, with evidence too weak for a warning: shown on request only (hover, lens)."""
    HOLDS = "holds"
    """Not refuted by any input tried."""
    VACUOUS = "vacuous"
    """It would hold for wrong code as well, so it says nothing."""
    REJECTED = "rejected"
    """A filter refused it before it was believed; the reason is kept."""
    DISMISSED = "dismissed"
    """The user said that it is not meant."""
    ERROR = "error"
    """It could not be judged: its code failed, it timed out, or no input fits."""


@dataclass(frozen=True)
class Verdict:
    """What we say about one property of one function. `confidence` is the estimated probability (0 to 1) that a
    violation of it is a real defect; `reason` says why it is rejected, vacuous or an error. `trace` tells how the
    counterexample came about."""

    property: Property
    ruling: Ruling
    confidence: float
    counterexample: Counterexample | None = None
    explanation: str = ""
    examples_run: int = 0
    reason: str = ""
    expected: str | None = None
    trace: tuple[TraceLine, ...] = ()


FunctionVerdict = Literal["violated", "holds", "unknown", "skipped"]


@dataclass(frozen=True)
class FunctionReport:
    """All that is said about one function.

    `verdict` is "violated" only where at least one `Verdict` has the ruling VIOLATED; "unknown" and "skipped"
    come with a `reason` in words for users. `seconds` is wall-clock time spent. `final` is False while fixes or
    further properties may still come. `testimony` is what independent implementations say of the function, None
    where there was no agreement to compare it with. `sandbox` holds what was really enforced while it ran, None where
    it did not run. `is_broken` says that it was skipped since its module cannot be imported.
    """

    unit: FunctionUnit
    verdict: FunctionVerdict
    reason: str | None = None
    domain: Domain | None = None
    verdicts: tuple[Verdict, ...] = ()
    fixes: tuple[Fix, ...] = ()
    seconds: float = 0.0
    final: bool = True
    testimony: Testimony | None = None
    sandbox: tuple[str, ...] | None = None
    is_broken: bool = False

    @property
    def violations(self) -> tuple[Verdict, ...]:
        """The verdicts that deserve a warning."""
        return tuple(v for v in self.verdicts if v.ruling is Ruling.VIOLATED)


@dataclass(frozen=True)
class Analysis:
    """The state of one document version: its units, and the reports that belong to exactly these units.

    `problem` says why the document has no units ("line 3: invalid syntax"), None where it parsed.
    """

    snapshot: Snapshot
    units: tuple[FunctionUnit, ...]
    reports: tuple[FunctionReport, ...] = ()
    problem: str | None = None

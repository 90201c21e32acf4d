"""What one check is about, and what it has found so far."""

from dataclasses import dataclass

from refute.checker import messages
from refute.checker.analysis import Ruling, Verdict
from refute.checker.earlier import Earlier
from refute.checker.panel import Panel
from refute.checker.project_tests import NO_TESTS, UnitTests
from refute.properties.domain import Domain
from refute.properties.ruling import Testimony
from refute.properties.units import FunctionUnit
from refute.repair.fix import Candidate
from refute.sandbox.pool import Allowance
from refute.worker.protocol import Arguments, ModuleSource


@dataclass(frozen=True)
class Case:
    """What is checked: a unit with the text of its document, the module it is for the interpreter, what the user
    dismissed of it, the calls of earlier runs, what it may do beyond the sandbox, the conditions by which the user
    narrowed its domain, and what the project's tests say of it. `elsewhere` is what it is given in other files,
    `committed` its definition in the last commit, where that is all that tells what it should do."""

    unit: FunctionUnit
    text: str
    module: ModuleSource
    dismissed: frozenset[str]
    earlier: Earlier
    allowance: Allowance
    narrowed: tuple[str, ...] = ()
    tests: UnitTests = NO_TESTS
    elsewhere: tuple[Arguments, ...] = ()
    committed: str | None = None

    @property
    def name(self) -> str:
        """The function's dotted name, that of its module included."""
        return f"{self.module.name}.{self.unit.qualname}"


@dataclass(frozen=True)
class Findings:
    """What is known so far. `panel` is None where no implementations were to be had, `reason` says why nothing can be
    said where that is so, and `hindrance` why the function cannot be checked at all, `is_broken` that this is since its
    module cannot be imported."""

    domain: Domain
    verdicts: tuple[Verdict, ...] = ()
    panel: Panel | None = None
    testimony: Testimony | None = None
    repairs: tuple[Candidate, ...] = ()
    reason: str = messages.NOTHING_STOOD
    hindrance: str | None = None
    is_broken: bool = False

    @property
    def violations(self) -> tuple[Verdict, ...]:
        """The verdicts that deserve a warning."""
        return tuple(verdict for verdict in self.verdicts if verdict.ruling is Ruling.VIOLATED)

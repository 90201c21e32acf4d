"""Properties: what must hold for every call inside the domain."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from refute.properties.evidence import Evidence
from refute.properties.place import Place

PropertyKind = Literal[
    "example",
    "postcondition",
    "raises",
    "round_trip",
    "idempotent",
    "commutative",
    "metamorphic",
    "oracle",
    "type",
    "state",
    "committed",
]


@dataclass(frozen=True)
class Property:
    """One conjecture about a function.

    `check` is a Python expression that is true where the property holds. It sees the parameters by name (as they
    were before the call), `result` (what the call returned), `error` (the exception it raised, else None), the
    names of the module under test, the names that `setup` defines, and `same(a, b)`: equality that tolerates
    rounding of floats and takes NaN for equal to NaN.

    `setup` is Python source that defines helpers of the check, such as a reference implementation. `when` is one
    more precondition, an expression over the parameters. `must_return` says that a call which raises violates
    the property; otherwise a property that reads `result` says nothing about calls that raise. `example` holds
    the arguments (parameter, Python expression) where the property is about these arguments alone.

    `shows` is what the check looks at after the call, for people ("pop()") and as an expression over the same names.

    `statement` is the sentence for people; `spec_line` is the zero-based line of the document it rests on, `stated_at`
    a line of another file where a person states it.
    """

    kind: PropertyKind
    statement: str
    check: str
    evidence: Evidence
    setup: str = ""
    when: str | None = None
    must_return: bool = False
    example: tuple[tuple[str, str], ...] | None = None
    spec_line: int | None = None
    stated_at: Place | None = None
    shows: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """A short name that stays the same as long as what is claimed does (eight hex digits after a `p`).

        The helpers of an oracle are left out: it claims the same whichever implementations speak for it.
        """
        helpers = "" if self.kind == "oracle" else self.setup
        claim = "\0".join((self.kind, self.check, helpers, self.when or "", repr(self.example)))
        return "p" + hashlib.sha256(claim.encode()).hexdigest()[:8]

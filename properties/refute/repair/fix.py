"""Fixes: changes of the user's text that were checked before anyone sees them."""

from dataclasses import dataclass
from typing import Literal

FixOrigin = Literal["mutation", "implementation", "model"]


@dataclass(frozen=True)
class Edit:
    """Replace a range of the document with `text`.

    Lines are zero-based; columns count Python characters (code points). `refute.properties.positions` turns them
    into the UTF-16 columns that LSP speaks.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Candidate:
    """A possible new definition of a function, not checked yet.

    `source` is the whole new `def`, dedented as `FunctionUnit.source` is. `title` says in words for users what
    changes ("use <= in the while condition"). `cost` orders candidates, smallest change first. `line` is the
    zero-based line within `source` of the unit where the change begins.
    """

    source: str
    title: str
    origin: FixOrigin
    cost: float
    line: int = 0


@dataclass(frozen=True)
class Fix:
    """A candidate that passed everything known about the function.

    `properties` and `examples` count what it was checked against, `pinned` how many of the properties are pinned ones,
    `tests` the tests of the project that pass with it, and `counterexamples` those known so far. `rounds` is how many
    repair rounds with the model it took (0 for mutations and implementations). `difference` tells an alternative from
    the fix that is offered first: an input on which they differ, in words for users.
    """

    title: str
    edits: tuple[Edit, ...]
    source: str
    origin: FixOrigin
    properties: int
    examples: int
    rounds: int = 0
    pinned: int = 0
    tests: int = 0
    counterexamples: int = 0
    difference: str = ""

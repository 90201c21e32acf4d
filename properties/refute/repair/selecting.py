"""Which attempt a repair round works on next, of all that failed so far.

A round that only goes on from the newest attempt follows a bad one down. The known alternatives are to sample the first
question again and again, to go on from the best attempt (CodeTree, arXiv 2411.04329; IAD, arXiv 2504.01931), and to
spend more where it is hard (MAgICoRe, arXiv 2409.12147). `benchmarks/repair_ways.py` compares them at the same number
of generated tokens.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from refute.properties.calls import Arguments
from refute.properties.syntax import parse_source


@dataclass(frozen=True)
class Shortcoming:
    """Why a definition is wrong: on how many of the inputs tried it fails, and the smallest of them.

    `statement` is the violated property in words, `actual` what came out, `expected` what should have where that is
    known.
    """

    failures: int
    statement: str
    arguments: Arguments
    actual: str
    expected: str | None = None


@dataclass(frozen=True)
class Tried:
    """A definition that failed. `parent` is the number of the one that it was made from, None for the user's own."""

    source: str
    shortcoming: Shortcoming
    parent: int | None = None


@dataclass
class History:
    """All that was tried, the user's own definition first, and the numbers of those asked about; `discarded` are
    definitions that failed without an input that says why."""

    tried: list[Tried]
    asked: list[int] = field(default_factory=list[int])
    discarded: list[str] = field(default_factory=list[str])

    def is_new(self, source: str) -> bool:
        """Whether no definition so far means the same to the parser: a round that comes back to one leads nowhere."""
        known = (*(one.source for one in self.tried), *self.discarded)
        return _meaning(source) not in set(map(_meaning, known))

    def made_from(self, number: int) -> tuple[str, ...]:
        """What was made from one definition, the oldest first."""
        return tuple(one.source for one in self.tried if one.parent == number)


Policy = Callable[[History], int]
"""The number of the definition to work on next."""


def best_first(history: History) -> int:
    """The one that fails on fewest inputs; having been asked about in vain counts as failing as often again."""

    def badness(number: int) -> tuple[int, int]:
        failures = max(1, history.tried[number].shortcoming.failures)
        return failures * (1 + history.asked.count(number)), number

    return min(range(len(history.tried)), key=badness)


def _meaning(source: str) -> str:
    try:
        return ast.dump(parse_source(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source

"""Rulings: how sure we are that a violated property is a real defect, and whether that is enough for a warning."""

import ast
import math
import re
from dataclasses import dataclass
from typing import cast

from refute.properties.evidence import Evidence

SHOWN = 0.8
"""Violations at or above this confidence are warnings; below it they are suggestions. The bar follows from what a
false alarm costs against a missed bug: about four to one."""

RULE_CONFIDENCE = {
    Evidence.CONTRACT: 0.99,
    Evidence.EXAMPLE: 0.98,
    Evidence.DOCSTRING: 0.95,
    Evidence.AGREEMENT: 0.7,
    Evidence.TYPE: 0.6,
    Evidence.NAME: 0.4,
    Evidence.GUESS: 0.1,
}
"""Confidence that a violation is a defect, where only the kind of evidence is known."""

WEIGHTS = (-6.5, 6.5, -3.0, 2.0, 2.5, -4.0)
"""Of a constant and of `features`, in log-odds: set so that agreement of four in five with a one-edit repair, or of all
with a difference on a third of the inputs, is just enough. `benchmarks/calibration.py` collects rows and fits them."""


@dataclass(frozen=True)
class Testimony:
    """What speaks for and against a function that differs from what its implementations agree on.

    `members` of `voters` implementations agree; `supporters` voters give the function's own answer wherever it
    differs. `differing` of `trusted` inputs tell them apart. `repairable` says that one small edit of the function
    agrees with them everywhere. `reordered` says that wherever it differs it returns the same items in another order,
    and that the docstring names no order: then either is right.
    """

    members: int
    voters: int
    supporters: int
    differing: int
    trusted: int
    repairable: bool
    reordered: bool = False


_ORDER = re.compile(r"order|ascend|descend|increas|decreas|revers|rank|first|last|smallest|largest", re.IGNORECASE)


def names_an_order(docstring: str) -> bool:
    """Whether a docstring says in which order items come, as far as words can tell; in doubt it does."""
    return _ORDER.search(docstring) is not None


def same_items(left: str, right: str) -> bool:
    """Whether two results, as Python literals, are sequences of the same items in another order."""
    try:
        values: list[object] = [ast.literal_eval(left), ast.literal_eval(right)]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    if not all(isinstance(value, list) for value in values):
        return False
    first, second = ([repr(item) for item in cast("list[object]", value)] for value in values)
    return first != second and sorted(first) == sorted(second)


def features(testimony: Testimony) -> tuple[float, ...]:
    """The numbers that the confidence hangs on: the share of agreeing voices, the share that side with the function,
    the share of inputs that tell it apart, whether a small edit mends it, and whether only an open order differs."""
    return (
        testimony.members / testimony.voters,
        testimony.supporters / testimony.voters,
        min(1.0, 2 * testimony.differing / max(1, testimony.trusted)),
        float(testimony.repairable),
        float(testimony.reordered),
    )


def confidence_in(testimony: Testimony) -> float:
    """The probability that the function, rather than the agreement, is wrong where they differ: 0 to 1."""
    if testimony.members < 2 or not testimony.differing:
        return 0.0
    score = WEIGHTS[0] + sum(w * f for w, f in zip(WEIGHTS[1:], features(testimony), strict=True))
    return 1 / (1 + math.exp(-score))

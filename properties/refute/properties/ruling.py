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

WEIGHTS = (-3.9, 1.3, 1.5, 1.2, 0.3, -4.0)
"""Of a constant and of `features`, in log-odds: set by hand on testimonies of 82 pairs of wrong and right functions, so
that four of four voices with a small edit, eleven of eleven with none, or a tenth of the voices with an edit that the
model finds much likelier than the code, are just enough. `benchmarks/calibration.py` collects such rows and fits
weights to them."""

TELLING_SHARE = 0.25
"""Share of the inputs from which on it makes no difference on how many more a function differs."""

LEAST_GAIN, MOST_GAIN = -8.0, 12.0
"""Nats beyond which it makes no difference how much likelier an edit is."""


@dataclass(frozen=True)
class Testimony:
    """What speaks for and against a function that differs from what implementations of its spec do.

    `members` of `voters` implementations do the same; `supporters` voters side with the function where it differs, on
    `differing` of `trusted` inputs. `repairable` says that one small edit of the function makes it do what the members
    do, and `gain` by how many nats the model finds that edit likelier than the function, after its spec (None where it
    was not asked). `reordered` says that wherever it differs it returns the same items in another order, and that the
    docstring names no order: then either is right.
    """

    members: int
    voters: int
    supporters: int
    differing: int
    trusted: int
    repairable: bool
    reordered: bool = False
    gain: float | None = None


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
    """The numbers that the confidence hangs on: the voices against the function for one that is for it (a logarithm),
    the share of inputs that tell it apart, whether a small edit mends it, how much likelier the model finds that edit,
    and whether only an open order differs."""
    gain = testimony.gain if testimony.repairable and testimony.gain is not None else 0.0
    return (
        math.log((testimony.members + 0.5) / (testimony.supporters + 0.5)),
        min(1.0, testimony.differing / max(1, testimony.trusted) / TELLING_SHARE),
        float(testimony.repairable),
        min(MOST_GAIN, max(LEAST_GAIN, gain)),
        float(testimony.reordered),
    )


def confidence_in(testimony: Testimony) -> float:
    """The probability that the function, rather than the implementations, is wrong where they differ: 0 to 1.

    One implementation, or none, counts only where the model prefers a small edit of the function that does the same.
    """
    needed = 0 if testimony.repairable and (testimony.gain or 0.0) > 0 else 2
    if testimony.members < needed or not testimony.differing:
        return 0.0
    score = WEIGHTS[0] + sum(w * f for w, f in zip(WEIGHTS[1:], features(testimony), strict=True))
    return 1 / (1 + math.exp(-score))

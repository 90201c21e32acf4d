"""Rivals: what a small edit of a function would do instead, where implementations written from the spec do the same.

A wrong function is nearly always a small edit away from the right one (the competent programmer hypothesis of
DeMillo, Lipton and Sayward 1978), and implementations that are wrong are hardly ever a small edit away from a right
one. So even a few voices weigh much when a small edit of the function says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SAME_PROGRAM = 0.95
"""An implementation does the same as a rival when it agrees on this share of the inputs."""
TAKES_SIDES = 0.8
"""A voter takes a side when it agrees with it on this share of the inputs on which the function and a rival differ."""


@dataclass(frozen=True)
class Rival:
    """One behaviour other than the function's own.

    `edits` are the numbers of the edited functions that behave so, the smallest edit first. `twins` are the voters that
    behave so on nearly all inputs. `supporters` are all voters that side with the rival where it differs from the
    function, `opponents` those that side with the function there. `differing` are the inputs on which the two differ,
    out of `telling` inputs.
    """

    edits: tuple[int, ...]
    twins: tuple[int, ...]
    supporters: tuple[int, ...]
    opponents: tuple[int, ...]
    differing: tuple[int, ...]
    telling: int


def find_rivals(
    choices: Sequence[Sequence[int]],
    is_value: Sequence[Sequence[bool]],
    voters: int,
    likely: frozenset[int] = frozenset(),
) -> tuple[Rival, ...]:
    """All rivals that some voter does the same as, those with the most voices first.

    `choices[i]` holds the answers to input `i` (an index, or -1 for none) of the function, of the `voters`
    implementations and of the edited functions, in this order; `is_value[i][a]` says whether answer `a` is a value.
    The edits with numbers in `likely` are rivals without any voter too, for another reason.
    """
    telling = [i for i, row in enumerate(choices) if any(a >= 0 and is_value[i][a] for a in row[1 : voters + 1])]
    edits: dict[tuple[int, ...], list[int]] = {}
    for column in range(voters + 1, len(choices[0]) if choices else 0):
        behaviour = tuple(choices[i][column] for i in telling)
        edits.setdefault(behaviour, []).append(column - voters - 1)
    own = tuple(choices[i][0] for i in telling)
    ballots = [tuple(choices[i][voter] for i in telling) for voter in range(1, voters + 1)]
    found = [
        _rival(behaviour, numbers, own, ballots, telling, alone=not likely.isdisjoint(numbers))
        for behaviour, numbers in edits.items()
    ]
    supported = [rival for rival in found if rival is not None]
    return tuple(sorted(supported, key=lambda r: (len(r.opponents) - len(r.supporters), r.edits)))


def _rival(
    behaviour: tuple[int, ...],
    numbers: list[int],
    own: tuple[int, ...],
    ballots: list[tuple[int, ...]],
    telling: list[int],
    *,
    alone: bool,
) -> Rival | None:
    places = [n for n, (theirs, mine) in enumerate(zip(behaviour, own, strict=True)) if theirs != mine and theirs >= 0]
    if not places or -1 in behaviour:
        return None
    supporters = tuple(v for v, ballot in enumerate(ballots) if _agreement(ballot, behaviour, places) >= TAKES_SIDES)
    everywhere = range(len(telling))
    twins = tuple(v for v in supporters if _agreement(ballots[v], behaviour, everywhere) >= SAME_PROGRAM)
    if not twins and not alone:
        return None
    opponents = tuple(v for v, ballot in enumerate(ballots) if _agreement(ballot, own, places) >= TAKES_SIDES)
    return Rival(tuple(numbers), twins, supporters, opponents, tuple(telling[n] for n in places), len(telling))


def _agreement(left: Sequence[int], right: Sequence[int], places: Sequence[int]) -> float:
    """The share of `places` at which both give the same answer; a missing answer is no agreement."""
    return sum(1 for n in places if left[n] == right[n] >= 0) / len(places)

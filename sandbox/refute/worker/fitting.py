"""Arguments that miss a precondition, changed so that they fulfil it.

A number drawn by itself is hardly ever an index of the list beside it, nor a text one of the keys of a dictionary.
Where a precondition compares arguments in a plain way, what violates it is mended instead of thrown away; anything else
is left to rejection.
"""

import ast
import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies
from hypothesis.strategies import DrawFn

from .related import expression

Values = dict[str, Any]
Fit = Callable[[DrawFn, Values], None]

_BEYOND = 10
"""How far a number that is too small is taken past the least that fits."""
_HOLDS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.LtE: lambda left, right: left <= right,
    ast.Lt: lambda left, right: left < right,
    ast.Eq: lambda left, right: left == right,
}
_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {ast.GtE: ast.LtE, ast.Gt: ast.Lt}
_INTEGERS = re.compile(r"\bintegers\((?:min_value=)?(-?\d+)?")


class Fitting:
    """How arguments drawn from `texts`, strategies by parameter, are made to fulfil `precondition`."""

    def __init__(self, precondition: str | None, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._fits = [fit for part in _parts(precondition) if (fit := self._fit_of(part)) is not None]

    def fit(self, draw: DrawFn, values: Values) -> None:
        """Change those of `values` that violate a part of the precondition which can be mended."""
        for fit in self._fits:
            try:
                fit(draw, values)
            except (TypeError, KeyError, ValueError):  # values of other kinds than the comparison is about
                continue

    def _fit_of(self, part: ast.Compare) -> Fit | None:
        left, operator, right = part.left, type(part.ops[0]), part.comparators[0]
        if operator in _TURNED:
            left, operator, right = right, _TURNED[operator], left
        names = _name(left), _name(right)
        sizes = _sized(left), _sized(right)
        if operator is ast.In and names[0] and names[1]:
            return _member(names[0], names[1])
        if operator is ast.Eq and sizes[0] and sizes[1]:
            return _cut(sizes[0], sizes[1])
        if operator not in (ast.Lt, ast.LtE):
            return None
        strict = operator is ast.Lt
        if names[0] and names[1] and self._texts.get(names[0]) == self._texts.get(names[1]):
            return _swap(names[0], names[1], _HOLDS[operator])
        if names[0] and sizes[1]:
            return self._at_most(names[0], sizes[1], strict)
        if sizes[0] and names[1]:
            return _at_least(names[1], sizes[0], strict)
        return None

    def _at_most(self, name: str, sized: str, strict: bool) -> Fit:
        """A number that must not exceed a length."""
        lows = [int(low) if low else 0 for low in _INTEGERS.findall(self._texts.get(name, ""))]
        low = min(lows, default=0)

        def fit(draw: DrawFn, values: Values) -> None:
            high = len(values[sized]) - strict
            if type(values[name]) is int and values[name] > high >= low:
                values[name] = draw(strategies.integers(max(low, -high), high))

        return fit


def _parts(precondition: str | None) -> list[ast.Compare]:
    """The comparisons of two things that a precondition consists of, those in chains each for itself."""
    node = expression(precondition or "")
    parts: list[ast.Compare] = []
    for part in node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) else [node]:
        if isinstance(part, ast.Compare):
            sides = [part.left, *part.comparators]
            parts += [ast.Compare(sides[i], [operator], [sides[i + 1]]) for i, operator in enumerate(part.ops)]
    return parts


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _sized(node: ast.expr) -> str | None:
    """The name in `len(name)`."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[]):
            return name
        case _:
            return None


def _swap(left: str, right: str, holds: Callable[[Any, Any], bool]) -> Fit:
    def fit(_draw: DrawFn, values: Values) -> None:
        if not holds(values[left], values[right]):
            values[left], values[right] = values[right], values[left]

    return fit


def _cut(left: str, right: str) -> Fit:
    """Two sequences of one length: the longer one loses its end."""

    def fit(_draw: DrawFn, values: Values) -> None:
        size = min(len(values[left]), len(values[right]))
        values[left], values[right] = values[left][:size], values[right][:size]

    return fit


def _member(name: str, collection: str) -> Fit:
    def fit(draw: DrawFn, values: Values) -> None:
        if values[name] not in values[collection] and values[collection]:
            members = list(values[collection])
            values[name] = copy.deepcopy(members[draw(strategies.integers(0, len(members) - 1))])

    return fit


def _at_least(name: str, sized: str, strict: bool) -> Fit:
    """A number that must not be less than a length."""

    def fit(draw: DrawFn, values: Values) -> None:
        low = len(values[sized]) + strict
        if type(values[name]) is int and values[name] < low:
            values[name] = draw(strategies.integers(low, low + _BEYOND))

    return fit

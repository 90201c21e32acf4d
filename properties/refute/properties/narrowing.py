"""Narrower domains: which inputs the user may say that no caller passes, and domains after the user said so.

A violation on an input outside of the real domain is a false alarm, and the person at the keyboard knows best. So
each counterexample suggests a few conditions that would have kept it out.
"""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from refute.properties.calls import Arguments
from refute.properties.domain import Domain
from refute.properties.scopes import BUILTIN_NAMES, free_names
from refute.properties.syntax import parse_expression

_MOST = 4
_NOT_FINITE = {"float('nan')": math.nan, "float('inf')": math.inf, "float('-inf')": -math.inf}
_UNREADABLE = object()

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Narrowing:
    """One more precondition: `condition` is an expression over the parameters, `words` says the same for users
    ("no caller passes an empty list as items")."""

    condition: str
    words: str


@dataclass(frozen=True)
class _Idea:
    """A narrowing, and whether given arguments fulfil it (asked with what `ast.literal_eval` gives)."""

    narrowing: Narrowing
    admits: Callable[[Values], bool]


def narrowings(counterexample: Arguments, stated: Sequence[Arguments] = ()) -> tuple[Narrowing, ...]:
    """Conditions that keep `counterexample` out, the most likely to be meant first.

    Those that one of `stated` does not fulfil, calls that a person wrote down as an example, are left out.
    """
    values = _values(counterexample)
    written = [_values(arguments) for arguments in stated]
    found: dict[str, Narrowing] = {}
    for idea in _ideas(values):
        if not _fulfils(values, idea) and all(_fulfils(example, idea) for example in written):
            found.setdefault(idea.narrowing.condition, idea.narrowing)
    return tuple(found.values())[:_MOST]


def narrowed_by(domain: Domain, conditions: Sequence[str]) -> Domain:
    """`domain` with these conditions of the user's as further preconditions."""
    if not conditions:
        return domain
    parts = [*([domain.precondition] if domain.precondition else []), *conditions]
    precondition = " and ".join(f"({part})" if len(parts) > 1 else part for part in parts)
    return replace(domain, precondition=precondition, narrowed=tuple(conditions))


def unusable(condition: str, parameters: Sequence[str]) -> str | None:
    """Why `condition` cannot narrow a domain over `parameters`, in words for users; None where it can."""
    if parse_expression(condition) is None:
        return f"{condition!r} is not a Python expression"
    unknown = free_names(condition.strip()) - {*parameters, *BUILTIN_NAMES}
    return f"there is no parameter {', '.join(sorted(unknown))}" if unknown else None


def _values(arguments: Arguments) -> dict[str, Any]:
    """The arguments that are literals."""
    found = {name: _literal(text) for name, text in arguments}
    return {name: value for name, value in found.items() if value is not _UNREADABLE}


def _literal(text: str) -> object:
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    try:
        return cast(object, ast.literal_eval(text))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return _UNREADABLE


def _fulfils(values: Values, idea: _Idea) -> bool:
    """Whether arguments fulfil an idea; those that it cannot be asked about do."""
    try:
        return idea.admits(values)
    except (KeyError, TypeError, AttributeError, ValueError):
        return True


def _ideas(values: Values) -> Iterator[_Idea]:
    for name, value in values.items():
        yield from _of_one(name, value)
    names = list(values)
    for index, left in enumerate(names):
        for right in names[index + 1 :]:
            yield from _of_two(left, values[left], right, values[right])


def _of_one(name: str, value: object) -> Iterator[_Idea]:
    match value:
        case None:
            yield _idea(f"{name} is not None", f"no caller passes None as {name}", lambda v: v[name] is not None)
        case bool():
            return
        case int() | float():
            yield from _of_number(name, value)
        case str() | bytes() | list() | tuple() | set() | frozenset() | dict():
            yield from _of_container(name, cast("Any", value))
        case _:
            return


def _of_number(name: str, value: float) -> Iterator[_Idea]:
    if isinstance(value, float) and not math.isfinite(value):
        finite = f"{name} - {name} == 0"
        yield _idea(finite, f"no caller passes NaN or an infinite {name}", lambda v: math.isfinite(v[name]))
        return
    if value == 0:
        yield _idea(f"{name} != 0", f"no caller passes 0 as {name}", lambda v: v[name] != 0)
        yield _idea(f"{name} > 0", f"{name} is always positive", lambda v: v[name] > 0)
    elif value < 0:
        yield _idea(f"{name} >= 0", f"no caller passes a negative {name}", lambda v: v[name] >= 0)
        yield _idea(f"{name} > 0", f"{name} is always positive", lambda v: v[name] > 0)
    if value != int(value):
        yield _idea(f"{name} == int({name})", f"{name} is always a whole number", lambda v: v[name] == int(v[name]))


def _of_container(name: str, value: Any) -> Iterator[_Idea]:
    kind = type(value).__name__
    word = {"str": "string", "bytes": "bytes object", "frozenset": "set", "dict": "dictionary"}.get(kind, kind)
    if not value:
        yield _idea(f"len({name}) > 0", f"no caller passes an empty {word} as {name}", lambda v: len(v[name]) > 0)
    elif isinstance(value, str):
        blank = f"no caller passes a string of nothing but spaces as {name}"
        yield _idea(f"{name}.strip() != ''", blank, lambda v: v[name].strip() != "")
        yield _idea(f"{name}.isascii()", f"{name} is always ASCII", lambda v: v[name].isascii())
    elif isinstance(value, list | tuple):
        yield from _of_items(name, cast("Sequence[Any]", value))


def _of_items(name: str, value: Sequence[Any]) -> Iterator[_Idea]:
    if any(isinstance(item, str | list | tuple | dict | set) for item in value):
        full = f"all(len(item) > 0 for item in {name})"
        yield _idea(full, f"no item of {name} is empty", lambda v: all(len(item) > 0 for item in v[name]))
    elif all(isinstance(item, int | float) for item in value):
        sound = f"all(item - item == 0 for item in {name})"
        yield _idea(sound, f"all items of {name} are finite", lambda v: all(map(math.isfinite, v[name])))
        positive = f"all(item >= 0 for item in {name})"
        yield _idea(positive, f"no item of {name} is negative", lambda v: all(item >= 0 for item in v[name]))
    different = f"all({name}.count(item) == 1 for item in {name})"
    yield _idea(different, f"no two items of {name} are equal", lambda v: all(v[name].count(i) == 1 for i in v[name]))
    in_order = f"list({name}) == sorted({name})"
    yield _idea(in_order, f"{name} is always sorted", lambda v: list(v[name]) == sorted(v[name]))


def _of_two(left: str, one: object, right: str, other: object) -> Iterator[_Idea]:
    if _is_number(one) and _is_number(other):
        if cast(float, one) > cast(float, other):
            yield _idea(f"{left} <= {right}", f"{left} is never greater than {right}", lambda v: v[left] <= v[right])
        elif cast(float, one) < cast(float, other):
            yield _idea(f"{left} >= {right}", f"{left} is never less than {right}", lambda v: v[left] >= v[right])
    elif _is_sized(one) and _is_sized(other):
        same = f"{left} and {right} are always of the same length"
        yield _idea(f"len({left}) == len({right})", same, lambda v: len(v[left]) == len(v[right]))
    for number, sized, value in ((right, left, other), (left, right, one)):
        if _is_number(value):
            fits = f"{number} is never greater than the length of {sized}"
            yield _idea(f"{number} <= len({sized})", fits, partial(_fits, number, sized))


def _fits(number: str, sized: str, values: Values) -> bool:
    return bool(values[number] <= len(values[sized]))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_sized(value: object) -> bool:
    return isinstance(value, str | bytes | list | tuple | set | dict)


def _idea(condition: str, words: str, admits: Callable[[Values], bool]) -> _Idea:
    return _Idea(Narrowing(condition, words), admits)

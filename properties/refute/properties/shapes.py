"""Shapes of values: what is known of the inputs of a parameter, before it becomes the text of a strategy."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

PLAIN_TEXT = "abcdeABCDE 0123.,!-_"
"""Characters of ordinary text: few, so that the same ones meet often."""


@dataclass(frozen=True)
class Unknown:
    """Nothing is known."""


@dataclass(frozen=True)
class Integers:
    """Whole numbers between two inclusive bounds; `notable` ones are tried more often."""

    low: int | None = None
    high: int | None = None
    notable: tuple[int, ...] = ()


@dataclass(frozen=True)
class Floats:
    """Finite floating point numbers between two bounds, the lower one left out if `above`."""

    low: float | None = None
    high: float | None = None
    above: bool = False
    notable: tuple[float, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """Numbers of a kind that the author left open; bounds as for `Floats`. They are tried as integers."""

    low: float | None = None
    high: float | None = None
    above: bool = False


@dataclass(frozen=True)
class Text:
    """Strings over `alphabet`. `fixed_form` says that they have a form of their own ("a date") that is not known,
    so that the alphabet alone does not make one."""

    alphabet: str = PLAIN_TEXT
    min_size: int = 0
    max_size: int = 20
    notable: tuple[str, ...] = ()
    fixed_form: bool = False


@dataclass(frozen=True)
class Collected:
    """Lists and what is made from lists; `order` is that of the elements. `level` lists hold lists of one length."""

    element: "Shape" = field(default_factory=Unknown)
    kind: Literal["list", "tuple", "set", "frozenset", "iterator"] = "list"
    min_size: int = 0
    max_size: int = 10
    unique: bool = False
    order: Literal["any", "ascending", "descending"] = "any"
    level: bool = False


@dataclass(frozen=True)
class Tuples:
    """Tuples of one length with a shape for each place; "rising" ones are "ascending" without equal items."""

    elements: tuple["Shape", ...]
    order: Literal["any", "ascending", "rising"] = "any"


@dataclass(frozen=True)
class Dictionaries:
    """Dictionaries of any keys."""

    keys: "Shape" = field(default_factory=Unknown)
    values: "Shape" = field(default_factory=Unknown)
    min_size: int = 0
    max_size: int = 6


@dataclass(frozen=True)
class OneOf:
    """Any of several shapes, the simplest first."""

    options: tuple["Shape", ...]


@dataclass(frozen=True)
class Strategy:
    """A strategy that is already written. `holes` says that it was written without knowing all of it."""

    source: str
    holes: bool = False


Shape = Unknown | Integers | Floats | Numbers | Text | Collected | Tuples | Dictionaries | OneOf | Strategy

NONE = Strategy("none()")
BOOLEANS = Strategy("booleans()")


def is_known(shape: Shape) -> bool:
    """Whether every part of `shape` is known, so that inputs can be drawn without guessing."""
    match shape:
        case Unknown():
            return False
        case Text():
            return not shape.fixed_form
        case Collected():
            return is_known(shape.element)
        case Tuples():
            return all(map(is_known, shape.elements))
        case Dictionaries():
            return is_known(shape.keys) and is_known(shape.values)
        case OneOf():
            return all(map(is_known, shape.options))
        case Strategy():
            return not shape.holes
        case _:
            return True


def has_form(shape: Shape) -> bool:
    """Whether a shape of strings makes more than ordinary text: a written strategy, or signs and digits only."""
    match shape:
        case Text():
            return not any(character.isalpha() for character in shape.alphabet)
        case OneOf():
            return any(map(has_form, shape.options)) and not any(isinstance(o, Text) for o in shape.options)
        case Strategy():
            return not shape.source.startswith("sampled_from(") and shape not in {NONE, BOOLEANS}
        case _:
            return False


def one_of(options: Iterable[Shape]) -> Shape:
    """The union of `options`, flat and without repetitions."""
    flat: list[Shape] = []
    for option in options:
        flat += [o for o in (option.options if isinstance(option, OneOf) else (option,)) if o not in flat]
    return flat[0] if len(flat) == 1 else OneOf(tuple(flat))


def merge(known: Shape, more: Shape) -> Shape:
    """`known`, made more exact by what `more` says of the same kind of values; other kinds are ignored."""
    match known, more:
        case Unknown(), _:
            return more
        case Integers(), Integers() | Numbers():
            return _integers_within(known, more)
        case Numbers(), Integers():
            return _integers_within(more, known)
        case Floats() | Numbers(), Integers() | Floats() | Numbers():
            return _floats_within(known, more)
        case Text(fixed_form=True), OneOf() | Strategy() if more != BOOLEANS and more != NONE:
            return more
        case Text(), Text():
            alphabet = more.alphabet if known.alphabet == PLAIN_TEXT else known.alphabet
            learned = known.fixed_form and not more.fixed_form and more.alphabet != PLAIN_TEXT
            fixed = (known.fixed_form or more.fixed_form) and not learned
            sizes = max(known.min_size, more.min_size), min(known.max_size, more.max_size)
            return Text(alphabet, *sizes, known.notable or more.notable, fixed)
        case Collected(), Collected():
            return replace(
                known,
                element=merge(known.element, more.element),
                min_size=max(known.min_size, more.min_size),
                max_size=min(known.max_size, more.max_size),
                unique=known.unique or more.unique,
                order=known.order if known.order != "any" else more.order,
                level=known.level or more.level,
            )
        case Dictionaries(), Dictionaries():
            return replace(known, keys=merge(known.keys, more.keys), values=merge(known.values, more.values))
        case Tuples(), Tuples() if len(known.elements) == len(more.elements):
            order = known.order if known.order != "any" else more.order
            return Tuples(tuple(map(merge, known.elements, more.elements)), order)
        case OneOf(), OneOf():
            return known
        case OneOf(), _:
            return OneOf(tuple(merge(option, more) for option in known.options))
        case _:
            return known


def with_notable(shape: Shape, numbers: tuple[float, ...], texts: tuple[str, ...]) -> Shape:
    """`shape` with literals that deserve to be tried: numbers and strings found in the docstring and the body."""
    match shape:
        case Integers():
            near = {int(n) + d for n in numbers if n == int(n) for d in (-1, 0, 1)}
            return replace(shape, notable=tuple(sorted(near | set(shape.notable))))
        case Floats():
            return replace(shape, notable=tuple(sorted({*map(float, numbers), *shape.notable})))
        case Text() if not shape.notable and shape.alphabet == PLAIN_TEXT:
            return replace(shape, notable=texts)
        case Collected():
            return replace(shape, element=with_notable(shape.element, numbers, texts))
        case Dictionaries():
            keys, values = (with_notable(part, numbers, texts) for part in (shape.keys, shape.values))
            return replace(shape, keys=keys, values=values)
        case Tuples():
            return replace(shape, elements=tuple(with_notable(part, numbers, texts) for part in shape.elements))
        case OneOf():
            return OneOf(tuple(with_notable(option, numbers, texts) for option in shape.options))
        case _:
            return shape


def _integers_within(known: Integers, bounds: Integers | Numbers) -> Integers:
    """`known` within `bounds`; as it is, where nothing would be left."""
    low, high = bounds.low, bounds.high
    if low is not None:
        low = math.floor(low) + 1 if isinstance(bounds, Numbers) and bounds.above else math.ceil(low)
    low = _largest(known.low, low)
    high = _smallest(known.high, math.floor(high) if high is not None else None)
    return known if _is_empty(low, high) else replace(known, low=low, high=high)


def _floats_within(known: Floats | Numbers, bounds: Integers | Floats | Numbers) -> Floats | Numbers:
    """`known` within `bounds`; as it is, where nothing would be left."""
    low, high = _largest(known.low, bounds.low), _smallest(known.high, bounds.high)
    if _is_empty(low, high):
        return known
    above = (known.above and low == known.low) or (
        not isinstance(bounds, Integers) and bounds.above and low == bounds.low
    )
    if isinstance(known, Numbers) and isinstance(bounds, Floats):
        return Floats(low, high, above, bounds.notable)
    return replace(known, low=low, high=high, above=above)


def _is_empty(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high


_Number = TypeVar("_Number", int, float)


def _largest(first: _Number | None, second: _Number | None) -> _Number | None:
    return max((n for n in (first, second) if n is not None), default=None)


def _smallest(first: _Number | None, second: _Number | None) -> _Number | None:
    return min((n for n in (first, second) if n is not None), default=None)

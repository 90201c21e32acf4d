"""From example values to a strategy that makes more of their kind.

This is how domains of untyped parameters and of strings with a form of their own are built. A domain that is too
narrow only hides defects at its edges; one that is too wide makes false alarms, so everything here keeps close to the
examples: signs, sizes, order and form.
"""

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any, cast

from refute.properties.literals import literal
from refute.properties.shapes import (
    BOOLEANS,
    NONE,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Shape,
    Strategy,
    Tuples,
    Unknown,
    one_of,
)
from refute.properties.strategies import strategy
from refute.properties.syntax import parse_expression
from refute.properties.text_forms import shape_of_texts

_LONGEST_COLLECTION = 12
LARGEST_FIXED_SIZE = 3
"""What always has one size is a pair or a point; examples of five items are a habit."""


def strategy_from_values(values: Sequence[str]) -> str:
    """A strategy for values like `values`, which are Python expressions; `nothing()` without any.

    Expressions that are not literals are drawn as they are.
    """
    return strategy(shape_of_expressions(values))


def shape_of_expressions(values: Sequence[str]) -> Shape:
    """The shape of `values`, which are Python expressions; those that are not literals are drawn as they are."""
    known = [(text.strip(), literal(text)) for text in dict.fromkeys(values)]
    literals = [found[0] for _, found in known if found]
    others = [text for text, found in known if not found and parse_expression(text) is not None]
    options = [shape_of_values(literals)] if literals else []
    if others:
        options.append(Strategy(f"sampled_from([{', '.join(others)}])"))
    return one_of(options) if options else Unknown()


def shape_of_values(values: Sequence[object]) -> Shape:
    """The shape of values like `values`; values of several types make a union."""
    groups: dict[type, list[Any]] = {}
    for value in values:
        groups.setdefault(type(value), []).append(value)
    if int in groups and float in groups:
        groups[float] += groups.pop(int)
    return one_of(_shape_of_group(kind, group) for kind, group in groups.items()) if groups else Unknown()


def _shape_of_group(kind: type, group: list[Any]) -> Shape:
    if kind is bool:
        return BOOLEANS
    if kind is type(None):
        return NONE
    if kind is int:
        return _integers(group)
    if kind is float:
        return _floats([float(value) for value in group])
    if kind is str:
        return shape_of_texts(group)
    if kind is list:
        return _collected(group, "list")
    if kind is tuple:
        return _tuples(group)
    if kind in {set, frozenset}:
        elements = shape_of_values(_ordered({element for value in group for element in value}))
        return Collected(elements, "set" if kind is set else "frozenset", *_sizes(group))
    if kind is dict:
        return _dictionaries(group)
    return Strategy(f"sampled_from([{', '.join(map(repr, group))}])")


def _integers(values: list[int]) -> Integers:
    largest = max(map(abs, values))
    reach = 9 if largest <= 9 else 2 * largest
    low = -reach if min(values) < 0 else 0 if min(values) == 0 else 1
    high = reach if max(values) > 0 else 0 if max(values) == 0 else -1
    return Integers(low, high, tuple(sorted(set(values))))


def _floats(values: list[float]) -> Shape:
    finite = [value for value in values if value == value and abs(value) != float("inf")]
    if not finite:
        return Strategy(f"sampled_from([{', '.join(f'float({str(value)!r})' for value in values)}])")
    largest = max(map(abs, finite))
    reach = 1.0 if largest <= 1 else float(2 * round(largest + 0.5))
    low = -reach if min(finite) < 0 else 0.0
    high = reach if max(finite) > 0 else 0.0
    return Floats(low, high, above=min(finite) > 0, notable=tuple(sorted(set(finite))))


def _is_count(values: list[Any]) -> bool:
    """Whether numbers go on in equal steps: who writes examples counts up out of habit, which says nothing of order."""
    if not all(isinstance(value, int | float) for value in values):
        return False
    return len({round(after - before, 9) for before, after in pairwise(values)}) == 1


def _collected(group: list[list[object]], kind: str) -> Shape:
    elements = [element for value in group for element in value]
    low, high = _sizes(group)
    if any(isinstance(element, tuple | list | dict) for element in elements):
        # how many records there are, and in which order, is a habit of who writes examples
        return Collected(shape_of_values(elements), cast(Any, kind), min(low, 1), max(high, 5))
    long = [value for value in group if len(value) >= 3]
    telling = [value for value in long if not _is_count(value)]
    order = "any"
    if len(long) >= 3 and len(telling) >= 2 and all(_is_sorted(value) for value in long):
        order = "ascending"
    shape = shape_of_values(elements) if elements else Unknown()
    return Collected(shape, cast(Any, kind), low, high, order=cast(Any, order))


def _tuples(group: list[tuple[object, ...]]) -> Shape:
    lengths = {len(value) for value in group}
    if len(lengths) == 1 and lengths != {0}:
        return Tuples(tuple(shape_of_values(list(place)) for place in zip(*group, strict=True)))
    return _collected([list(value) for value in group], "tuple")


def _dictionaries(group: list[dict[Hashable, object]]) -> Shape:
    keys = {key for value in group for key in value}
    fixed = all(set(value) == keys for value in group) and keys and all(isinstance(key, str) for key in keys)
    if fixed and len(group) > 1:
        parts = (f"{key!r}: {strategy(shape_of_values([value[key] for value in group]))}" for key in group[0])
        return Strategy(f"fixed_dictionaries({{{', '.join(parts)}}})")
    values = [element for value in group for element in value.values()]
    low, high = _sizes(group)
    return Dictionaries(shape_of_values(_ordered(keys)), shape_of_values(values), low, high)


def _sizes(group: Sequence[Any]) -> tuple[int, int]:
    """The least and greatest size of collections like these."""
    sizes = [len(value) for value in group]
    if len(set(sizes)) == 1 and len(sizes) >= 3 and 0 < sizes[0] <= LARGEST_FIXED_SIZE:
        return sizes[0], sizes[0]
    low = 0 if 0 in sizes or len(sizes) == 1 else 1
    return min(low, *sizes), min(max(5, 2 * max(sizes)), max(_LONGEST_COLLECTION, *sizes))


def _is_sorted(values: list[Any]) -> bool:
    try:
        return values == sorted(values) and values[0] != values[-1]
    except TypeError:
        return False


def _ordered(values: set[Any]) -> list[object]:
    """The elements of a set in an order that does not change from run to run."""
    return sorted(values, key=lambda value: (type(value).__name__, repr(value)))

"""What a value is like, in a few words: so that many inputs can be counted and compared at a glance."""

import math
from collections.abc import Mapping
from typing import Any, cast

_SIZES = ((0, "empty"), (1, "1 long"), (5, "2 to 5 long"), (20, "6 to 20 long"))
_LONGER = "longer than 20"
_ORDER = ("None", "False", "True", "nan", "infinite", "negative", "zero", "positive", *(w for _, w in _SIZES), _LONGER)
_SIZED = (str, bytes, bytearray, list, tuple, set, frozenset, dict)


def trait(value: object) -> str:
    """The sign of a number, the size of a text or collection, the value itself where there are few, else the type.

    Only types of the language are looked into: what a subclass computes of itself is foreign code.
    """
    kind: type = type(value)
    if value is None or kind is bool:
        return repr(value)
    if kind is int or kind is float:
        return _sign(cast(Any, value))
    if kind in _SIZED:
        size = len(cast(Any, value))
        return next((words for most, words in _SIZES if size <= most), _LONGER)
    return kind.__name__


def _sign(number: float) -> str:
    if number != number:
        return "nan"
    if isinstance(number, float) and math.isinf(number):
        return "infinite"
    return "zero" if number == 0 else "negative" if number < 0 else "positive"


def in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Traits with their counts from small to large; those without an order after them, the commonest first."""

    def place(item: tuple[str, int]) -> tuple[int, int, str]:
        label, count = item
        return (_ORDER.index(label), 0, label) if label in _ORDER else (len(_ORDER), -count, label)

    return sorted(counts.items(), key=place)

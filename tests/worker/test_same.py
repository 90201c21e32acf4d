"""When two values are the same answer."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.worker.same import same

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.frozensets(st.integers() | st.text(max_size=2), max_size=3)
    ),
    max_leaves=8,
)


@dataclass
class Point:
    x: float
    y: object = None


class Plain:
    def __init__(self, value: object) -> None:
        self.value = value


class Slotted:
    __slots__ = ("__hidden",)

    def __init__(self, value: object) -> None:
        self.__hidden = value


@given(PLAIN)
def test_a_copy_is_the_same(value: object) -> None:
    assert same(value, copy.deepcopy(value))


@given(PLAIN, PLAIN)
def test_order_does_not_matter(left: object, right: object) -> None:
    assert same(left, right) == same(right, left)


@given(PLAIN)
def test_being_wrapped_does_not_matter(value: object) -> None:
    wrapped = [Point(1.0, value)], Plain({"a": value}), Slotted((value,))
    assert same(wrapped, copy.deepcopy(wrapped))
    assert not same([value], (value,))


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_rounding_is_tolerated(value: float) -> None:
    assert same(value, value * (1 + 1e-9))
    assert not same(value, value * 1.01 + 1)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, 1.0),
        (True, 1),
        (math.nan, math.nan),
        ([math.nan], [float("nan")]),
        ({0.1 + 0.2}, {0.3}),
        ({0.1 + 0.2: 1}, {0.3: 1}),
        (Decimal("NaN"), Decimal("NaN")),
        ({1: 2}.values(), {3: 2}.values()),
        (ValueError("a"), ValueError("a")),
        (Plain(0.1 + 0.2), Plain(0.3)),
        (1e400, math.inf),
        (complex(1, math.nan), complex(1, math.nan)),
    ],
)
def test_what_counts_as_the_same(left: object, right: object) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1], (1,)),
        ("1", 1),
        (10**400, 1e300),
        ([1, 2], [1]),
        ({1: 2}, {1: 3}),
        ({1}, {2}),
        (None, 0),
        (Plain(1), Plain(2)),
        (Slotted(1), Slotted(2)),
        (Point(1.0), Plain(1.0)),
        (lambda: 1, lambda: 1),
        (object(), object()),
        (2**53, 2**53 + 1),
    ],
)
def test_what_differs(left: object, right: object) -> None:
    assert not same(left, right)


def test_values_that_hold_themselves_can_be_compared() -> None:
    left: list[object] = [1]
    right: list[object] = [1]
    left.append(left)
    right.append(right)
    assert same(left, right)
    assert not same(left, [1, [2]])


def test_an_equality_that_raises_is_a_difference() -> None:
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]  # that is how a class says so

    assert not same(Odd(), Odd())


def adder(number: int) -> Callable[[int], int]:
    def add(other: int) -> int:
        return number + other

    return add


def test_functions_that_calls_made_are_not_told_apart() -> None:
    assert same(adder(1), adder(2))
    assert same([adder(1)], [wraps(len)(adder(1))])
    assert not same(adder, copy.copy)
    assert not same(adder(1), adder)
    assert not same(adder(1), len)

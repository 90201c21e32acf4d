"""Values as expressions."""

import datetime as dt
import enum
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.worker.module import namespace_of
from refute.worker.texts import argument_texts, describe_error, rebuilds, safe_expression, safe_repr

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.dates(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=6,
)

EMPTY: set[int] = set()


class Color(enum.Enum):
    RED = 1


@dataclass
class Pair:
    left: object
    right: object


class Account:
    def __init__(self, owner: str, start: int = 0) -> None:
        self._owner = owner
        self.balance = start


class Secretive:
    def __init__(self) -> None:
        self.found = 3


class Rude:
    def __repr__(self) -> str:
        raise SystemExit("no")


def names() -> dict[str, Any]:
    import sys

    return namespace_of(sys.modules[__name__])


@given(VALUES)
def test_plain_values_are_rebuilt_by_their_text(value: object) -> None:
    text = safe_expression(value, longest=10**6)
    assert rebuilds(text, value, names())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "float('nan')"),
        ([math.inf, (-math.inf,)], "[float('inf'), (float('-inf'),)]"),
        (EMPTY, "set()"),
        ({1}, "{1}"),
        (frozenset({1}), "frozenset({1})"),
        (Color.RED, "Color.RED"),
        ({Color.RED: math.nan}, "{Color.RED: float('nan')}"),
        (Pair(1, [2]), "Pair(left=1, right=[2])"),
        (Account("me", 5), "Account(owner='me', start=5)"),
        ([Account("me", 5)], "[Account(owner='me', start=5)]"),
        (Decimal("1.5"), "Decimal('1.5')"),
        (dt.date(2020, 1, 2), "datetime.date(2020, 1, 2)"),
    ],
)
def test_values_are_written_as_a_person_would(value: object, text: str) -> None:
    (argument,), exact = argument_texts({"x": value}, names())
    assert argument == ("x", text)
    assert exact


def test_an_object_that_no_call_rebuilds_is_described() -> None:
    changed = Secretive()
    changed.found = 4
    texts, exact = argument_texts({"x": changed}, names())
    assert texts == (("x", "<Secretive found=4>"),)
    assert not exact


def test_what_repr_raises_is_told() -> None:
    assert safe_repr(Rude()) == "<Rude whose repr raises SystemExit>"
    assert safe_expression([Rude()]).startswith("[<Rude")


def test_long_texts_are_cut() -> None:
    assert len(safe_expression("x" * 10_000)) == 2000
    assert len(describe_error(ValueError("x" * 10_000))) == 2000


def test_an_error_is_told_with_its_type() -> None:
    assert describe_error(KeyError("a")) == "KeyError: 'a'"
    assert describe_error(ValueError()) == "ValueError"

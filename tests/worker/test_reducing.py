from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from refute.worker.reducing import reduced, simpler

VALUES = st.recursive(
    st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)


def test_a_list_shrinks_to_the_items_that_matter() -> None:
    assert reduced({"items": [10, 10, 7, 10]}, lambda a: len(set(a["items"])) < len(a["items"])) == {"items": [1, 1]}


def test_numbers_shrink_to_the_bound() -> None:
    assert reduced({"n": 1000, "sign": -50}, lambda a: a["n"] > 17 and a["sign"] < -3) == {"n": 18, "sign": -4}


def test_what_nothing_smaller_violates_stays() -> None:
    assert reduced({"s": "ab"}, lambda a: a["s"] == "ab") == {"s": "ab"}


@given(VALUES)
def test_simpler_values_keep_their_type_and_are_others(value: Any) -> None:
    for other in simpler(value):
        assert type(other) is type(value)
        assert other != value


@given(VALUES)
def test_nothing_shrinks_to_nothing(value: Any) -> None:
    smallest = reduced({"value": value}, lambda _: True)["value"]
    assert bool(smallest) == bool(value)

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from refute.worker.fitting import Fitting

NUMBER = "integers(-10, 1000)"
NUMBERS = "lists(integers(-10, 10), max_size=10)"
NAMES = "dictionaries(text('abc', max_size=3), integers(0, 9), min_size=1, max_size=4)"


def fitted(precondition: str | None, **texts: str) -> SearchStrategy[dict[str, Any]]:
    """Arguments as a worker draws them."""
    scope = {name: getattr(st, name) for name in st.__all__}
    fitting = Fitting(precondition, texts)

    @st.composite
    def arguments(draw: st.DrawFn) -> dict[str, Any]:
        values = {name: draw(eval(text, scope)) for name, text in texts.items()}
        fitting.fit(draw, values)
        return values

    return arguments()


@pytest.mark.parametrize(
    ("precondition", "texts"),
    [
        ("low <= high", {"low": NUMBER, "high": NUMBER}),
        ("high >= low", {"low": NUMBER, "high": NUMBER}),
        ("k <= len(items)", {"items": NUMBERS, "k": NUMBER}),
        ("(k <= len(items)) and (low <= high)", {"items": NUMBERS, "k": NUMBER, "low": NUMBER, "high": NUMBER}),
        ("len(items) <= width", {"items": NUMBERS, "width": NUMBER}),
        ("len(items) < width", {"items": NUMBERS, "width": NUMBER}),
        ("len(xs) == len(ys)", {"xs": NUMBERS, "ys": NUMBERS}),
        ("name in stock", {"stock": NAMES, "name": "text('abc', max_size=3)"}),
    ],
)
def test_what_can_be_mended_fulfils_the_precondition(precondition: str, texts: dict[str, str]) -> None:
    @given(fitted(precondition, **texts))
    def holds(values: dict[str, Any]) -> None:
        assert eval(precondition, {}, values)

    check: Callable[[], None] = holds
    check()


@given(fitted("0 <= index < len(items)", items="lists(integers(), min_size=1)", index="integers(0, 1000)"))
def test_an_index_is_taken_into_its_list(values: dict[str, Any]) -> None:
    assert 0 <= values["index"] < len(values["items"])


@given(fitted("k <= len(items)", items=NUMBERS, k="one_of(integers(3, 20), integers(3, 1000))"))
def test_a_number_keeps_to_its_own_least(values: dict[str, Any]) -> None:
    assert values["k"] >= 3


@given(fitted("low <= high", low="integers(0, 9)", high="none()"))
def test_values_of_other_kinds_are_left_alone(values: dict[str, Any]) -> None:
    assert values["high"] is None


@pytest.mark.parametrize("precondition", [None, "not (", "f(a) < b", "a < b or a > 5", "len(a) == 3"])
def test_other_preconditions_change_nothing(precondition: str | None) -> None:
    @given(fitted(precondition, a="just(3)", b="just(1)"))
    def holds(values: dict[str, Any]) -> None:
        assert values == {"a": 3, "b": 1}

    check: Callable[[], None] = holds
    check()

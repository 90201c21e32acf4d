import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from refute.properties.generalising import strategy_from_values

Evaluated = Callable[..., SearchStrategy[object]]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-99, 99) | st.text("abAB 01,-/:()", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
        | st.sets(st.integers(0, 9), max_size=3)
    ),
    max_leaves=6,
)


def drawn(strategy: SearchStrategy[object]) -> list[object]:
    """Some values of a strategy, the same ones each time."""
    values: list[object] = []

    @settings(max_examples=60, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value: object) -> None:
        values.append(value)

    collect()
    return values


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(values=st.lists(VALUES, min_size=1, max_size=4))
def test_every_strategy_is_one(values: list[object], evaluated: Evaluated) -> None:
    evaluated(strategy_from_values([repr(value) for value in values]))


@pytest.mark.parametrize("value", ["'a b'", "[1]", "(1, None)", "-3", "'2024-02-30'", "''"])
def test_the_examples_are_tried_or_at_least_possible(value: str, evaluated: Evaluated) -> None:
    strategy = evaluated(strategy_from_values([value]))
    assert eval(value) in drawn(strategy)


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        (["3", "8"], "1 <= v <= 9"),
        (["0", "40"], "0 <= v <= 80"),
        (["-5", "3"], "-9 <= v <= 9"),
        (["0.5", "1.0"], "0 < v <= 1"),
        (["[1, 2]", "[3]"], "len(v) >= 1 and all(1 <= e <= 9 for e in v)"),
        (["[1, 2, 3]", "[2, 5, 9]", "[0, 4, 7]"], "v == sorted(v) and len(v) == 3"),
        (["(1, 'a')", "(2, 'b')"], "len(v) == 2 and isinstance(v[0], int) and isinstance(v[1], str)"),
        (["{'x': 1, 'y': 2}", "{'x': 3, 'y': 0}"], 'set(v) == {"x", "y"}'),
        (["'12/31'", "'01/02'"], 're.fullmatch(r"\\d\\d/\\d\\d", v)'),
        (["'1/2'", "'3/10'"], 're.fullmatch(r"[1-9]\\d?/[1-9]\\d?", v)'),
        (["'2020-01-31'"], "1 <= int(v[5:7]) <= 12 and 1 <= int(v[8:]) <= 31"),
        (["'23:59'", "'00:00'"], "int(v[:2]) < 24 and int(v[3:]) < 60"),
        (["'XIV'", "'III'"], 're.fullmatch("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", v)'),
        (["'(())'", "'() ()'"], 'v.count("(") == v.count(")")'),
        (["'a, b, c'", "'d, e'"], 'all(piece.isalpha() for piece in v.split(", "))'),
        (["'7 + 3'", "'10 - 2'"], 're.fullmatch(r"\\d+ [-+] \\d+", v)'),
        (["'0110'", "'1'"], 'v and set(v) <= {"0", "1"}'),
        (["'10'", "'7'"], "v == str(int(v))"),
        (["'Mars'", "'Venus'"], 'v in {"Mars", "Venus"}'),
        (["'4 two'", "'3 one 2'"], 'v in {"4 two", "3 one 2"}'),
        (["'abc'", "'Hello World!'"], 'v and all(c.isalpha() or c in " !" for c in v)'),
    ],
)
def test_generalised_values_keep_close_to_the_examples(values: list[str], allowed: str, evaluated: Evaluated) -> None:
    made = drawn(evaluated(strategy_from_values(values)))
    assert [value for value in made if not eval(allowed, {"v": value, "re": re})] == []
    is_closed = strategy_from_values(values).startswith("sampled_from")
    assert is_closed or any(repr(value) not in values for value in made)


def test_values_of_several_types_make_a_union(evaluated: Evaluated) -> None:
    made = drawn(evaluated(strategy_from_values(["None", "3", "'a'"])))
    assert {type(value) for value in made} == {type(None), int, str}


def test_expressions_that_are_not_literals_are_drawn_as_they_are(evaluated: Evaluated) -> None:
    strategy = evaluated(strategy_from_values(["Fraction(1, 2)"]), {"Fraction": complex})
    assert set(drawn(strategy)) == {complex(1, 2)}


def test_nothing_is_made_of_nothing() -> None:
    assert strategy_from_values([]) == "nothing()"
    assert strategy_from_values(["1 +"]) == "nothing()"


def test_lists_of_five_that_count_up_are_taken_as_a_habit() -> None:
    text = strategy_from_values(["[1, 2, 3, 4, 5]", "[2, 4, 6, 8, 10]", "[10, 20, 30, 40, 50]"])
    assert "sorted" not in text
    assert "min_size=5" not in text


def test_lists_of_two_that_are_sorted_otherwise_are_taken_as_meant() -> None:
    assert "min_size=2" in strategy_from_values(["[1, 7]", "[3, 2]", "[5, 5]"])
    assert "sorted" in strategy_from_values(["[1, 7, 9]", "[0, 2, 9, 11]", "[5, 6, 21]"])

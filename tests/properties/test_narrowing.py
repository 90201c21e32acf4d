import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.narrowing import narrowed_by, narrowings, unusable

EMPTY: dict[str, int] = {}
VALUES: st.SearchStrategy[object] = st.one_of(
    st.none(), st.integers(-3, 3), st.text(max_size=2), st.lists(st.integers(-2, 2), max_size=3), st.just(EMPTY)
)


def words(**arguments: str) -> list[str]:
    return [narrowing.words for narrowing in narrowings(tuple(arguments.items()))]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("[]", "no caller passes an empty list as x"),
        ("''", "no caller passes an empty string as x"),
        ("0", "no caller passes 0 as x"),
        ("-1", "no caller passes a negative x"),
        ("None", "no caller passes None as x"),
        ("float('nan')", "no caller passes NaN or an infinite x"),
        ("[1, 1]", "no two items of x are equal"),
        ("[2, 1]", "x is always sorted"),
        ("['']", "no item of x is empty"),
    ],
)
def test_a_counterexample_suggests_what_no_caller_passes(argument: str, expected: str) -> None:
    assert words(x=argument)[0] == expected


def test_how_arguments_lie_to_each_other_is_suggested_too() -> None:
    assert words(low="2", high="1") == ["low is never greater than high"]
    assert "one and other are always of the same length" in words(one="[1]", other="[1, 2]")
    assert "k is never greater than the length of items" in words(items="[1]", k="2")


def test_nothing_is_suggested_that_an_example_of_the_docstring_contradicts() -> None:
    assert narrowings((("x", "0"),), stated=[(("x", "0"),)]) == ()


def test_arguments_that_are_no_literals_suggest_nothing() -> None:
    assert words(x="Account(balance=-1)", y="True") == []


@given(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1))
def test_every_suggestion_keeps_the_counterexample_out(arguments: dict[str, object]) -> None:
    for narrowing in narrowings(tuple((name, repr(value)) for name, value in arguments.items())):
        assert not eval(narrowing.condition, dict(arguments))
        assert unusable(narrowing.condition, list(arguments)) is None


def test_conditions_of_the_user_become_part_of_the_precondition() -> None:
    domain = Domain((ParameterDomain("x", "integers()", Evidence.TYPE),), "x < 9 or x > 20")
    narrowed = narrowed_by(domain, ("x != 0",))
    assert narrowed.precondition is not None
    assert ast.dump(ast.parse(narrowed.precondition)) == ast.dump(ast.parse("(x < 9 or x > 20) and (x != 0)"))
    assert narrowed.narrowed == ("x != 0",)


@pytest.mark.parametrize("condition", ["x >", "y > 0", "x = 1", ""])
def test_what_says_nothing_about_the_parameters_cannot_narrow(condition: str) -> None:
    assert unusable(condition, ["x"]) is not None

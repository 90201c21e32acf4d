import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.prompts import (
    ask_calls,
    ask_implementation,
    body_text,
    header,
    parse_calls,
    parse_properties,
    without_common_text,
)
from refute.properties.units import Parameter, Spec

CLAMP = Spec(
    name="clamp",
    qualname="clamp",
    parameters=(Parameter("x"), Parameter("low"), Parameter("high", default="10")),
    returns=None,
    docstring="Move x into the range.\n\nBoth ends belong to it.",
    docstring_line=1,
    signature="def clamp(x, low, high=10):",
)


def test_the_header_is_the_function_without_its_body() -> None:
    definition = ast.parse(header(CLAMP) + "\n    return x").body[0]
    assert isinstance(definition, ast.FunctionDef)
    assert ast.get_docstring(definition) == CLAMP.docstring


@given(st.text())
def test_every_docstring_survives_in_the_header(docstring: str) -> None:
    spec = Spec("f", "f", (), None, docstring, 1, "def f():")
    assert isinstance(ast.parse(header(spec) + "\n    return 1").body[0], ast.FunctionDef)


def test_all_questions_about_a_spec_begin_alike() -> None:
    first, second = ask_implementation(CLAMP), ask_calls(CLAMP)
    assert first.system == second.system
    shown = header(CLAMP)
    assert first.user[: first.user.index(shown) + len(shown)] == second.user[: second.user.index(shown) + len(shown)]


@pytest.mark.parametrize(
    ("docstring", "annotation", "text"),
    [
        ("Simplify a fraction, which is a string.", None, "'1/2'"),
        ("Simplify a fraction.", "str", "'1/2'"),
        ("Simplify a fraction.", None, "1 / 2"),
        ("Simplify a fraction, not a string.", "float", "1 / 2"),
    ],
)
def test_a_calculation_in_a_call_is_text_where_text_is_asked_for(
    docstring: str, annotation: str | None, text: str
) -> None:
    spec = Spec("f", "f", (Parameter("x", "positional_or_keyword", annotation, None),), None, docstring, 1, "def f(x):")
    assert parse_calls("1/2)", spec) == ((("x", text),),)


def test_calls_are_read_by_parameter_and_comments_are_dropped() -> None:
    answer = "1, 2)  # 2\nclamp(5, low=0, high=3)\nclamp(1, 2)\nprint(clamp(1, 2))\nclamp(x, 2)\nclamp(1"
    assert parse_calls(answer, CLAMP) == (
        (("x", "1"), ("low", "2")),
        (("x", "5"), ("low", "0"), ("high", "3")),
    )


@pytest.mark.parametrize(
    "result", ["  ->  [1, 2]", " == 3", " == (1, 2)", "  // (an edge case)", ": the same", "; f(2)"]
)
def test_what_a_model_says_of_the_result_of_a_call_is_not_read(result: str) -> None:
    answer = f"1, 2){result}\nclamp(5, low=(0), high=3){result}"
    assert parse_calls(answer, CLAMP) == (
        (("x", "1"), ("low", "2")),
        (("x", "5"), ("low", "0"), ("high", "3")),
    )


def test_a_call_of_another_shape_than_most_is_dropped() -> None:
    spec = Spec("total", "total", (Parameter("items"),), None, "Sum.", 1, "def total(items):")
    answer = "1.0)\n" + "\n".join(f"total([{n}])" for n in range(5))
    assert len(parse_calls(answer, spec)) == 5


@given(st.text())
def test_no_answer_breaks_the_reading(answer: str) -> None:
    parse_calls(answer, CLAMP)
    parse_properties(answer, CLAMP)


def test_postconditions_are_read_up_to_where_the_answer_was_cut_off() -> None:
    answer = 'not above high.", "check": "result <= high"}, {"says": "cut", "check": "result >'
    (found,) = parse_properties(answer, CLAMP)
    assert (found.statement, found.check) == ("not above high", "result <= high")


@pytest.mark.parametrize(
    "check", ["x == 1", "result", "True", "open('f') and result", "result == helper(x)", "result ="]
)
def test_what_is_no_claim_about_the_result_is_no_postcondition(check: str) -> None:
    assert parse_properties(f'says", "check": "{check}"}}]', CLAMP) == ()


def test_the_body_text_begins_after_the_docstring() -> None:
    assert body_text('def f():\n    """Doc."""\n    # why\n    return 1\n') == "    return 1"


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=30).map("\n".join), min_size=1, max_size=4))
def test_common_text_is_left_out_at_both_ends_only(bodies: list[str]) -> None:
    shared, rests = without_common_text(bodies)
    assert all(body.startswith((shared + rest).rstrip("\n")) for body, rest in zip(bodies, rests, strict=True))
    endings = {body[len(shared + rest) :] for body, rest in zip(bodies, rests, strict=True)}
    assert len(endings) == 1
    assert (len(set(bodies)) == 1) == (len(set(rests)) == 1)

"""Answers that repeat their structure end early; others are left as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.model.fake import FakeModel
from refute.model.interface import CompletionRequest, Prompt
from refute.model.repetition import structure
from refute.model.stopping import StopFilter

CALLS = "1, 2)\n" + "".join(f"f({n}, [{n}, {n + 1}])\n" for n in range(20))
ITEMS = 'is sorted", "check": "result == 1"}' + ', {"says": "is big", "check": "result > n"}' * 9
CHAIN = "".join(f'    elif n == {n}:\n        return "{n}"\n' for n in range(40))
MONTHS = "".join(f'    if month == {n}:\n        return "{n}"\n' for n in range(1, 12))
BODY = "    total = 0\n    for value in values:\n        if value > 0:\n            total += value\n    return total\n"


def cut(text: str, repeats: int | None, size: int = 7) -> str:
    stop = StopFilter([], repeats)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return "".join([stop.feed(piece) for piece in pieces] + [stop.finish()])


def test_calls_end_after_as_many_as_were_asked_for() -> None:
    assert cut(CALLS, 7).splitlines() == CALLS.splitlines()[:8]


def test_items_of_a_list_end_after_as_many_as_were_asked_for() -> None:
    assert cut(ITEMS, 2).count("says") == 2
    assert ITEMS.startswith(cut(ITEMS, 2))


def test_code_that_goes_round_in_circles_ends() -> None:
    assert len(cut(CHAIN, 24).splitlines()) == 24


@pytest.mark.parametrize("text", [MONTHS, BODY, BODY * 3, "x = {1: 2}\n" * 5])
def test_code_that_repeats_for_a_reason_is_left(text: str) -> None:
    assert cut(text, 24) == text


def test_without_a_limit_nothing_is_cut() -> None:
    assert cut(CALLS, None) == CALLS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(1, 'a')", 'g(-2.5, "b\\"")'),
        ("f([1, 2, 3])", "f([4])"),
        ("f([[1], [2, 3]])", "f([[1]])"),
        ("    if a < b:", "    if c < dd:"),
    ],
)
def test_names_and_values_do_not_matter(one: str, other: str) -> None:
    assert structure(one) == structure(other)


@pytest.mark.parametrize(("one", "other"), [("a + b", "a - b"), ("if a:", "while a:"), ("  a", "a"), ("f(1)", "f(a)")])
def test_what_is_done_matters(one: str, other: str) -> None:
    assert structure(one) != structure(other)


@given(pieces=st.lists(st.text("a1,{}\n", max_size=12)), repeats=st.integers(2, 5))
def test_it_makes_no_difference_how_an_answer_is_cut_into_pieces(pieces: list[str], repeats: int) -> None:
    whole = "".join(pieces)
    stop = StopFilter(["}}"], repeats)
    assert "".join([stop.feed(piece) for piece in pieces] + [stop.finish()]) == (
        (other := StopFilter(["}}"], repeats)).feed(whole) + other.finish()
    )
    assert whole.startswith(cut(whole, repeats))


async def test_each_sample_ends_where_it_repeats_itself() -> None:
    model = FakeModel([[CALLS, "1, 2)\nf(3, 4)\n"]])
    request = CompletionRequest(Prompt("", "", "f("), (0.0, 0.8), repeats=7)
    first, second = await model.complete(request)
    assert len(first.text.splitlines()) == 8
    assert second.text == "1, 2)\nf(3, 4)\n"

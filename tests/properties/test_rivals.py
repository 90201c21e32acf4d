"""Rivals among edits of a function."""

from hypothesis import given
from hypothesis import strategies as st

from refute.properties.rivals import find_rivals

VALUES = [[True] * 4] * 10
ballots = st.lists(st.lists(st.integers(-1, 3), min_size=7, max_size=7), max_size=10)
"""Rows of a function, three voters and three edits."""


def rows(*columns: str) -> list[list[int]]:
    """Choices from one string of digits a column, `-` for no answer."""
    return [[-1 if digit == "-" else int(digit) for digit in row] for row in zip(*columns, strict=True)]


def test_an_edit_with_voices_is_a_rival() -> None:
    function, voter, other, edit = "0000000000", "0000011111", "2222222222", "0000011111"
    (rival,) = find_rivals(rows(function, voter, other, edit), VALUES, 2)
    assert (rival.edits, rival.twins, rival.opponents, rival.differing) == ((0,), (0,), (), (5, 6, 7, 8, 9))


def test_edits_that_behave_alike_are_one_rival() -> None:
    found = find_rivals(rows("00000", "11111", "11111", "22222", "11111"), VALUES, 1)
    assert [rival.edits for rival in found] == [(0, 2)]


def test_voices_count_where_the_function_and_the_rival_differ() -> None:
    function, twin, elsewhere, defender, edit = "0000000000", "0000011111", "2222011111", "3300000000", "0000011111"
    (rival,) = find_rivals(rows(function, twin, elsewhere, defender, edit), VALUES, 3)
    assert (rival.twins, rival.supporters, rival.opponents) == ((0,), (0, 1), (2,))


def test_an_edit_without_a_twin_is_none() -> None:
    assert find_rivals(rows("0000", "1122", "1111"), VALUES, 1) == ()


def test_inputs_without_a_value_say_nothing() -> None:
    errors = [[True, False]] * 4
    assert find_rivals(rows("0000", "1111", "1111"), errors, 1) == ()


def test_a_function_that_was_given_up_differs() -> None:
    (rival,) = find_rivals(rows("--", "00", "00"), VALUES, 1)
    assert rival.differing == (0, 1)


@given(ballots)
def test_a_rival_has_voices_and_differs(choices: list[list[int]]) -> None:
    for rival in find_rivals(choices, VALUES, 3):
        assert rival.edits
        assert rival.differing
        assert set(rival.twins) <= set(rival.supporters)
        assert not set(rival.supporters) & set(rival.opponents)


@given(ballots)
def test_an_edit_is_part_of_one_rival_at_most(choices: list[list[int]]) -> None:
    edits = [edit for rival in find_rivals(choices, VALUES, 3) for edit in rival.edits]
    assert len(edits) == len(set(edits))

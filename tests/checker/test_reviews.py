"""What reviewers who saw a function's body say about it."""

import pytest

from refute.checker.reviews import Reviews, read_reviews
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

SOURCE = '''\
def clamp(x: int, low: int, high: int) -> int:
    """Keep x between low and high."""
    if x < low:
        return low
    return max(x, high)  # the upper end
'''
RIGHT = SOURCE.replace("max", "min")


def unit(source: str = SOURCE) -> FunctionUnit:
    (found,) = parse_units(Snapshot("file:///numbers.py", None, source)).units
    return found


def test_who_repeats_the_function_approves_of_it() -> None:
    assert read_reviews(unit(), [SOURCE, SOURCE.replace("  # the upper end", "")]) == Reviews(approvals=2)


@pytest.mark.parametrize(
    ("definitions", "are_content"),
    [([SOURCE] * 4, True), ([SOURCE] * 3, True), ([SOURCE] * 2, False), ([SOURCE] * 3 + [RIGHT], False), ([], False)],
)
def test_reviewers_are_content_where_enough_of_them_change_nothing(definitions: list[str], are_content: bool) -> None:
    assert read_reviews(unit(), definitions).are_content == are_content


def test_corrections_are_counted_and_carried_over_into_the_users_text() -> None:
    reviews = read_reviews(unit(), [RIGHT.replace("  # the upper end", ""), RIGHT.replace('"Keep', '"We keep'), SOURCE])
    ((edit, count),) = reviews.corrections
    assert (reviews.approvals, count, reviews.reviewers) == (1, 2, 3)
    assert "return min(x, high)" in edit.source
    assert "We keep" not in edit.source
    assert reviews.of([edit.source, "something else"]) == 2


def test_another_signature_is_no_review() -> None:
    assert read_reviews(unit(), ["def clamp(x):\n    return x\n"]) == Reviews()


def test_a_correction_that_changes_nothing_is_an_approval() -> None:
    reordered = SOURCE.replace("max(x, high)", "max(high, x)")
    reviews = read_reviews(unit(), [reordered, RIGHT])
    approving = reviews.approving([edit.source for edit in reviews.edits if "max" in edit.source])
    assert approving.approvals == 1
    assert [count for _, count in approving.corrections] == [1]
    assert approving.reviewers == reviews.reviewers

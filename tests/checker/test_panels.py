"""What implementations agree on, and what they say of the function, from their answers alone."""

from refute.checker.panel import FUNCTION, Panel, are_values
from refute.properties.agreement import agree, disagreements
from refute.worker.protocol import Answer, ComparedInput, Comparison, Inputs

NOTHING: frozenset[str] = frozenset()


def panel(*columns: str) -> Panel:
    """The panel where the function gives the letters of the first column to the inputs, the implementations those of
    the others; "!" is an exception."""
    rows: list[ComparedInput] = []
    for number, answers in enumerate(zip(*columns, strict=True)):
        texts = list(dict.fromkeys(answers))
        given = tuple(Answer("error" if text == "!" else "value", text) for text in texts)
        choice = tuple(texts.index(answer) for answer in answers)
        rows.append(ComparedInput((("x", str(number)),), True, given, choice))
    voters = len(columns) - 1
    choices = [row.choice for row in rows]
    agreement = agree([choice[1:] for choice in choices], are_values(rows, NOTHING), voters)
    differing = disagreements(agreement, choices, FUNCTION)
    return Panel(Inputs(()), tuple(map(str, range(voters))), Comparison(tuple(rows), ()), agreement, differing)


def test_what_a_function_is_about_can_lie_in_few_inputs() -> None:
    """The last voter is wrong on one input of twenty, so it agrees with the others; nothing is trusted there."""
    right = "a" * 19 + "b"
    wrong = "a" * 20
    asked = panel(wrong, right, right, right, wrong)
    assert asked.differing == ()
    assert not asked.clears
    majority = asked.by_majority()
    assert majority is not None
    assert (majority.agreement.members, majority.differing) == ((0, 1, 2), (19,))
    testimony = majority.testimony("")
    assert (testimony.members, testimony.supporters, testimony.differing) == (3, 1, 1)


def test_where_most_side_with_the_function_there_is_no_other_majority() -> None:
    assert panel("aab", "aab", "aab", "aaa").by_majority() is None
    assert panel("ab", "!a", "!b").by_majority() is None


def test_a_docstring_that_breaks_off_is_noticed() -> None:
    assert panel("a", "b", "b").testimony("The result is:").unfinished


def test_what_few_inputs_tell_clears_no_function() -> None:
    assert panel("aaaa", "aaaa", "aaaa").clears
    assert not panel("aaaa", "a!!!", "a!!!").clears

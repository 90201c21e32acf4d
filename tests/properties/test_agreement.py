from hypothesis import given
from hypothesis import strategies as st

from refute.properties.agreement import agree, disagreements

VALUES = ((True, True, True),) * 4


def test_the_largest_group_wins_and_the_rest_has_no_say() -> None:
    agreement = agree([[0, 0, 1], [0, 0, 1], [0, 0, 0], [0, 0, 1]], VALUES, voters=3)
    assert agreement.members == (0, 1)
    assert agreement.trusted == (0, 1, 2, 3)


def test_an_input_on_which_a_member_raises_is_not_trusted() -> None:
    rows = [[0] * 3] * 19 + [[0, 0, 1]]
    values = [(True,)] * 19 + [(True, False)]
    agreement = agree(rows, values, voters=3)
    assert set(agreement.members) == {0, 1, 2}
    assert agreement.trusted == tuple(range(19))


def test_inputs_on_which_everyone_raises_say_nothing() -> None:
    assert agree([[0, 0]], [(False,)], voters=2).members == ()


def test_implementations_without_answers_form_no_group() -> None:
    assert agree([[-1, 0], [-1, 0]], [(True,), (True,)], voters=2).members == (1,)


def test_a_program_that_ran_out_of_time_is_not_held_to_differ() -> None:
    agreement = agree([[0, 0, -1], [0, 0, 1]], [(True, True)] * 2, voters=2)
    assert disagreements(agreement, [[0, 0, -1], [0, 0, 1]], program=2) == (1,)


@given(st.lists(st.lists(st.integers(-1, 2), min_size=4, max_size=4), max_size=8))
def test_members_give_one_answer_to_every_trusted_input(rows: list[list[int]]) -> None:
    agreement = agree(rows, [(True, True, True)] * len(rows), voters=4)
    for i, expected in zip(agreement.trusted, agreement.expected, strict=True):
        assert {rows[i][m] for m in agreement.members} == {expected}
    for member in agreement.members:
        assert disagreements(agreement, rows, member) == ()

"""What may come next in an answer that copies from its prompt."""

from hypothesis import given
from hypothesis import strategies as st

from refute.model.drafting import Drafter

TOKENS = st.lists(st.integers(0, 3), max_size=40)


def test_what_followed_the_same_tokens_in_the_prompt_is_guessed() -> None:
    assert list(Drafter([5, 6, 7, 8, 9, 0, 5, 6]).draft(10)) == [7, 8, 9]


def test_the_longest_match_counts() -> None:
    assert list(Drafter([1, 5, 6, 7, 0, 2, 5, 6, 8, 0, 1, 5, 6]).draft(1)) == [7]


def test_without_a_match_nothing_is_guessed() -> None:
    assert list(Drafter([1, 2, 3, 4]).draft(10)) == []


def test_an_answer_that_copies_is_guessed_further_ahead_and_one_that_does_not_less() -> None:
    drafter = Drafter([*range(40), 0, 1])
    lengths: list[int] = []
    for right in (True, True, False, True):
        guess = drafter.draft(100)
        lengths.append(len(guess))
        drafter.learn(len(guess), len(guess) if right else 0)
    assert lengths == [3, 15, 15, 3]


@given(TOKENS, TOKENS, st.integers(0, 20))
def test_a_guess_is_a_piece_of_the_prompt_and_no_longer_than_asked_for(
    prompt: list[int], answer: list[int], most: int
) -> None:
    drafter = Drafter(prompt)
    for token in answer:
        drafter.add(token)
    guess = list(drafter.draft(most))
    whole = prompt + answer
    assert len(guess) <= most
    assert any(whole[place : place + len(guess)] == guess for place in range(len(whole) + 1))

from hypothesis import given
from hypothesis import strategies as st

from refute.repair.selecting import History, Shortcoming, Tried, best_first

FAILURES = st.lists(st.integers(1, 50), min_size=1, max_size=6)


def history(failures: list[int], asked: list[int] | None = None) -> History:
    tried = [Tried(f"def f():\n    return {n}\n", Shortcoming(count, "", (), "")) for n, count in enumerate(failures)]
    return History(tried, asked or [])


@given(FAILURES)
def test_what_fails_least_is_worked_on_first(failures: list[int]) -> None:
    assert failures[best_first(history(failures))] == min(failures)


@given(FAILURES)
def test_in_the_end_each_gets_its_turn(failures: list[int]) -> None:
    played = history(failures)
    for _ in range(60 * len(failures)):
        played.asked.append(best_first(played))
    assert set(played.asked) == set(range(len(failures)))


def test_an_attempt_that_leads_nowhere_is_left_for_the_next_best() -> None:
    assert best_first(history([10, 8])) == 1
    assert best_first(history([10, 8], [1])) == 0


def test_the_same_code_with_other_blanks_is_not_new() -> None:
    played = history([3])
    played.discarded.append("def f():\n    return 7\n")
    assert not played.is_new("def f():\n\n    return (0)  # again\n")
    assert not played.is_new("def f(): return 7")
    assert played.is_new("def f():\n    return 1\n")


def test_what_was_made_from_a_definition_is_known() -> None:
    played = history([3])
    played.tried.append(Tried("def f(): return 1", Shortcoming(2, "", (), ""), parent=0))
    played.tried.append(Tried("def f(): return 2", Shortcoming(2, "", (), ""), parent=1))
    assert played.made_from(0) == ("def f(): return 1",)

"""Instances are told by the calls that they went through."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from refute.worker.histories import LONGEST, Histories, Step
from refute.worker.texts import rebuilds


class Till:
    def __init__(self, start: int) -> None:
        self.coins = [start]

    def put(self, coin: int) -> None:
        self.coins.append(coin)

    def take(self) -> int:
        if len(self.coins) == 1:
            raise IndexError("nothing to take")
        return self.coins.pop()


def attempt(work: Callable[[], object]) -> object:
    return work()


def tills(histories: Histories) -> st.SearchStrategy[Any]:
    coins: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({"coin": st.integers(0, 9)})
    nothing: st.SearchStrategy[dict[str, Any]] = st.just({})
    put: st.SearchStrategy[Step] = st.tuples(st.just(Till.put), coins)
    take: st.SearchStrategy[Step] = st.tuples(st.just(Till.take), nothing)
    calls = st.one_of(put, take)
    return histories.after_calls(histories.builds(Till, start=st.integers(0, 9)), calls)


@given(st.data())
def test_an_instance_can_be_made_again_by_its_history(data: st.DataObject) -> None:
    histories = Histories(attempt)
    till = data.draw(tills(histories))
    told = histories.expression(till)
    assert told is None or rebuilds(told, till, {"Till": Till})
    assert told is not None or len(till.coins) == 1


@given(st.data())
def test_a_call_that_raises_leaves_an_instance_as_it_was(data: st.DataObject) -> None:
    till = data.draw(tills(Histories(attempt)))
    assert 1 <= len(till.coins) <= 1 + LONGEST

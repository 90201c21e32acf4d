from hypothesis import given
from hypothesis import strategies as st

from refute.model.prefixes import FAMILY, PrefixCache, common_prefix

TESTER, GENERATOR = [1] * FAMILY, [2] * FAMILY
TOKENS = st.lists(st.integers(0, 1), max_size=8)


def test_the_prompt_that_shares_most_is_found() -> None:
    cache = PrefixCache(budget=10)
    cache.add([1, 2, 3], b"a")
    cache.add([1, 2, 4, 5], b"b")
    found = cache.best([1, 2, 4, 6])
    assert found is not None
    assert found.state == b"b"


def test_nothing_shared_is_nothing_found() -> None:
    cache = PrefixCache(budget=10)
    cache.add([1, 2], b"a")
    assert cache.best([2, 1]) is None


def test_many_prompts_with_one_system_message_do_not_drive_out_another() -> None:
    cache = PrefixCache(budget=3)
    cache.add([*GENERATOR, 100], b"g")
    for number in range(10):
        cache.add([*TESTER, number], b"t")
    found = cache.best([*GENERATOR, 101])
    assert found is not None
    assert found.state == b"g"


def test_of_unrelated_prompts_the_one_unused_for_longest_goes() -> None:
    cache = PrefixCache(budget=2)
    cache.add([1, 1], b"a")
    cache.add([2, 2], b"b")
    cache.best([1, 1])
    cache.add([3, 3], b"c")
    assert cache.best([2, 2]) is None
    assert cache.best([1, 1]) is not None


def test_a_prompt_replaces_the_shorter_one_it_goes_on_from() -> None:
    cache = PrefixCache(budget=10)
    cache.add([1, 2], b"short")
    cache.add([1, 2, 3], b"long")
    found = cache.best([1, 2])
    assert found is not None
    assert found.state == b"long"


def test_a_state_larger_than_the_budget_is_not_kept() -> None:
    cache = PrefixCache(budget=2)
    cache.add([1], b"large")
    assert cache.best([1]) is None


@given(prompts=st.lists(TOKENS, max_size=20), asked=TOKENS)
def test_with_room_for_all_the_longest_shared_beginning_is_found(prompts: list[list[int]], asked: list[int]) -> None:
    cache = PrefixCache(budget=1000)
    for prompt in prompts:
        cache.add(prompt, b"x")
    found = cache.best(asked)
    longest = max((common_prefix(prompt, asked) for prompt in prompts), default=0)
    assert (common_prefix(found.tokens, asked) if found else 0) == longest

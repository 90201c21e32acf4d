from hypothesis import given
from hypothesis import strategies as st

from refute.model.prefixes import PrefixCache

ALIGNMENT = 4
TESTER, GENERATOR = [1] * 40, [2] * 40


def test_the_beginning_of_an_earlier_prompt_is_taken_over() -> None:
    cache = PrefixCache(slots=2, alignment=ALIGNMENT)
    first = cache.place([*TESTER, 7, 7])
    second = cache.place([*TESTER, 8, 8])
    assert (second.source, second.keep) == (first.slot, 40)


def test_one_token_is_left_to_evaluate_where_the_prompt_is_the_same() -> None:
    cache = PrefixCache(slots=2, alignment=1)
    cache.place([5, 6, 7])
    assert cache.place([5, 6, 7]).keep == 2


def test_many_prompts_with_one_system_message_do_not_drive_out_another() -> None:
    cache = PrefixCache(slots=3, alignment=ALIGNMENT)
    cache.place([*GENERATOR, 100])
    for number in range(10):
        cache.place([*TESTER, number])
    assert cache.place([*GENERATOR, 101]).keep == 40


def test_a_slot_that_was_forgotten_gives_nothing() -> None:
    cache = PrefixCache(slots=1, alignment=ALIGNMENT)
    cache.forget(cache.place(TESTER).slot)
    assert cache.place(TESTER).keep == 0
    assert cache.used() == 40


def test_the_prompt_in_use_is_never_named_as_the_one_to_forget() -> None:
    cache = PrefixCache(slots=3, alignment=ALIGNMENT)
    in_use = cache.place(TESTER).slot
    assert cache.oldest(excluding=in_use) is None


@given(
    prompts=st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=12), max_size=20),
    slots=st.integers(1, 4),
    alignment=st.integers(1, 4),
)
def test_what_is_kept_is_really_in_the_cache(prompts: list[list[int]], slots: int, alignment: int) -> None:
    cache = PrefixCache(slots, alignment)
    evaluated: list[list[int]] = [[] for _ in range(slots)]
    for prompt in prompts:
        place = cache.place(prompt)
        assert evaluated[place.source][: place.keep] == prompt[: place.keep]
        assert place.keep < len(prompt)
        assert place.keep % alignment == 0
        evaluated[place.slot] = prompt

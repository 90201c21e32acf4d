"""What failed once is tried first the next time, and what was drawn is not drawn again."""

from dataclasses import replace
from pathlib import Path

import pytest

from refute.checker.coverification import CrossExamination
from refute.checker.earlier import KEPT, DrawnCalls, Earlier, Failures, are_plain
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.units import Snapshot
from refute.worker.protocol import (
    MOST_DRAWN,
    Arguments,
    Check,
    CompareRequest,
    Counterexample,
    Inputs,
    ModuleSource,
    Outcome,
    Variant,
)

INTEGERS = Domain((ParameterDomain("x", "integers()", Evidence.TYPE),))
NATURALS = Domain((ParameterDomain("x", "integers(0)", Evidence.TYPE),))


def failures(folder: Path) -> Failures:
    return Failures(Store(folder / "cache.sqlite", folder / "decisions.sqlite", print), "module.py", "f")


def violated(call: Arguments, *, exact: bool = True) -> Outcome:
    return Outcome("c", "violated", Counterexample(call, "1", None, exact=exact))


async def test_failing_calls_outlive_the_process_and_the_newest_come_first(tmp_path: Path) -> None:
    await failures(tmp_path).remember(INTEGERS, (violated((("x", "1"),)),))
    await failures(tmp_path).remember(INTEGERS, (violated((("x", "2"),)),))
    assert await failures(tmp_path).of(INTEGERS) == ((("x", "2"),), (("x", "1"),))


async def test_a_call_is_not_tried_in_another_domain_than_its_own(tmp_path: Path) -> None:
    await failures(tmp_path).remember(INTEGERS, (violated((("x", "-1"),)),))
    assert await failures(tmp_path).of(NATURALS) == ()


async def test_only_what_failed_and_can_be_written_down_is_kept(tmp_path: Path) -> None:
    known = failures(tmp_path)
    await known.remember(INTEGERS, (violated((("x", "<object>"),), exact=False), Outcome("c", "held")))
    assert await known.of(INTEGERS) == ()


async def test_the_oldest_failing_calls_go(tmp_path: Path) -> None:
    known = failures(tmp_path)
    for number in range(KEPT + 3):
        await known.remember(INTEGERS, (violated((("x", str(number)),)),))
    assert [call[0][1] for call in await known.of(INTEGERS)] == [str(n) for n in reversed(range(3, KEPT + 3))]


def drawn(folder: Path, function: str = "digest", seed: int = 0, use: str = "compared") -> DrawnCalls:
    return DrawnCalls(Store(folder / "cache.sqlite", folder / "decisions.sqlite", print), use, function, seed)


def call(text: str) -> Arguments:
    return (("x", text),)


async def test_drawn_calls_outlive_the_process_in_their_order(tmp_path: Path) -> None:
    await drawn(tmp_path).remember(INTEGERS, [call("2"), call("1")])
    assert await drawn(tmp_path).of(INTEGERS) == (call("2"), call("1"))


async def test_drawn_calls_belong_to_a_use_a_spec_a_seed_and_a_domain_with_its_examples(tmp_path: Path) -> None:
    await drawn(tmp_path).remember(INTEGERS, [call("2")])
    assert await drawn(tmp_path).of(NATURALS) == ()
    assert await drawn(tmp_path).of(replace(INTEGERS, examples=(call("7"),))) == ()
    assert await drawn(tmp_path, "another").of(INTEGERS) == ()
    assert await drawn(tmp_path, seed=1).of(INTEGERS) == ()
    assert await drawn(tmp_path, use="run 100").of(INTEGERS) == ()


def test_only_what_hangs_on_strategies_alone_need_not_be_drawn_again() -> None:
    def plain(strategy: str) -> bool:
        return are_plain(Domain((ParameterDomain("x", strategy, Evidence.TYPE),)))

    assert plain("lists(text('abc'), max_size=3).map(lambda items: sorted(items))")
    assert not plain("sampled_from(COLOURS)")
    assert not plain("from_type(Account)")


async def test_nothing_and_very_long_calls_are_not_kept(tmp_path: Path) -> None:
    known = drawn(tmp_path)
    await known.remember(INTEGERS, [call("1" * MOST_DRAWN), call("2")])
    await known.remember(INTEGERS, [])
    assert await known.of(INTEGERS) == ()


TEXT = '''\
"""Orders."""


def double(x: int) -> int:
    """Twice x."""
    return 2 * x


def half(x: int) -> int:
    return x // 2
'''
EXAMINED = CrossExamination(frozenset({1}), frozenset({0}), {"c2": "NameError"})


def asked(text: str, check: str = "half(result) == x") -> CompareRequest:
    inputs = Inputs((), None, (call("1"),), 1)
    module = ModuleSource("/orders.py", "orders", text)
    return CompareRequest(
        module, "double", inputs, (Variant("0", "def double(x): return x + x"),), (Check("c", check),)
    )


def earlier(folder: Path, text: str = TEXT, world: str = "") -> Earlier:
    unit = parse_units(Snapshot("file:///orders.py", None, text)).units[0]
    store = Store(folder / "cache.sqlite", folder / "decisions.sqlite", print)
    return Earlier.of(store, ModuleSource("/orders.py", "orders", text), unit, Settings(), world)


async def test_what_came_of_conjectures_outlives_the_process_and_edits_of_the_body(tmp_path: Path) -> None:
    edited = TEXT.replace("2 * x", "3 * x")
    await earlier(tmp_path).examinations.remember(asked(TEXT), ["2"], EXAMINED)
    assert await earlier(tmp_path, edited).examinations.of(asked(edited), ["2"]) == EXAMINED


async def test_what_came_of_conjectures_hangs_on_them_on_what_they_may_call_and_on_the_answers(tmp_path: Path) -> None:
    known = earlier(tmp_path).examinations
    await known.remember(asked(TEXT), ["2"], EXAMINED)
    assert await known.of(asked(TEXT, "result > x"), ["2"]) is None
    assert await known.of(asked(TEXT), ["3"]) is None
    edited = TEXT.replace("x // 2", "x // 3")
    assert await earlier(tmp_path, edited).examinations.of(asked(edited), ["2"]) is None
    assert await earlier(tmp_path, world="another file").examinations.of(asked(TEXT), ["2"]) is None


@pytest.mark.parametrize("edit", [("x // 2", "x // 3"), ("2 * x", "437 * x"), ("2 * x", "x * len('ab')")])
async def test_inputs_are_drawn_anew_where_others_might_come(tmp_path: Path, edit: tuple[str, str]) -> None:
    for use in ("compared", "drawn", "screened", "proof"):
        await getattr(earlier(tmp_path), use).remember(INTEGERS, [call("2")])
        assert await getattr(earlier(tmp_path, TEXT.replace("2 * x", "3 * x")), use).of(INTEGERS) == (call("2"),)
        assert await getattr(earlier(tmp_path, TEXT.replace(*edit)), use).of(INTEGERS) == ()


async def test_an_examination_that_ran_out_of_time_is_made_again(tmp_path: Path) -> None:
    known = earlier(tmp_path).examinations
    await known.remember(asked(TEXT), ["2"], replace(EXAMINED, complete=False))
    assert await known.of(asked(TEXT), ["2"]) is None

"""What failed once is tried first the next time, and what was compared is compared again."""

from dataclasses import replace
from pathlib import Path

from refute.checker.earlier import KEPT, LONGEST, ComparedCalls, Failures
from refute.checker.store import Store
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.worker.protocol import Arguments, ComparedInput, Counterexample, Outcome

INTEGERS = Domain((ParameterDomain("x", "integers()", Evidence.TYPE),))
NATURALS = Domain((ParameterDomain("x", "integers(0)", Evidence.TYPE),))


def failures(folder: Path) -> Failures:
    return Failures(Store(folder / "cache.sqlite", folder / "decisions.sqlite", print), "module.py", "f")


def violated(call: Arguments, *, exact: bool = True) -> Outcome:
    return Outcome("c", "violated", Counterexample(call, "1", None, exact=exact))


def test_failing_calls_outlive_the_process_and_the_newest_come_first(tmp_path: Path) -> None:
    failures(tmp_path).remember(INTEGERS, (violated((("x", "1"),)),))
    failures(tmp_path).remember(INTEGERS, (violated((("x", "2"),)),))
    assert failures(tmp_path).of(INTEGERS) == ((("x", "2"),), (("x", "1"),))


def test_a_call_is_not_tried_in_another_domain_than_its_own(tmp_path: Path) -> None:
    failures(tmp_path).remember(INTEGERS, (violated((("x", "-1"),)),))
    assert failures(tmp_path).of(NATURALS) == ()


def test_only_what_failed_and_can_be_written_down_is_kept(tmp_path: Path) -> None:
    known = failures(tmp_path)
    known.remember(INTEGERS, (violated((("x", "<object>"),), exact=False), Outcome("c", "held")))
    assert known.of(INTEGERS) == ()


def test_the_oldest_failing_calls_go(tmp_path: Path) -> None:
    known = failures(tmp_path)
    for number in range(KEPT + 3):
        known.remember(INTEGERS, (violated((("x", str(number)),)),))
    assert [call[0][1] for call in known.of(INTEGERS)] == [str(n) for n in reversed(range(3, KEPT + 3))]


def compared(folder: Path, function: str = "digest", seed: int = 0) -> ComparedCalls:
    return ComparedCalls(Store(folder / "cache.sqlite", folder / "decisions.sqlite", print), function, seed)


def row(text: str, *, exact: bool = True) -> ComparedInput:
    return ComparedInput((("x", text),), exact, (), ())


def test_compared_calls_outlive_the_process_in_their_order(tmp_path: Path) -> None:
    compared(tmp_path).remember(INTEGERS, [row("2"), row("1")])
    assert compared(tmp_path).of(INTEGERS) == ((("x", "2"),), (("x", "1"),))


def test_compared_calls_belong_to_a_spec_a_seed_and_a_domain_with_its_examples(tmp_path: Path) -> None:
    compared(tmp_path).remember(INTEGERS, [row("2")])
    assert compared(tmp_path).of(NATURALS) == ()
    assert compared(tmp_path).of(replace(INTEGERS, examples=((("x", "7"),),))) == ()
    assert compared(tmp_path, "another").of(INTEGERS) == ()
    assert compared(tmp_path, seed=1).of(INTEGERS) == ()


def test_calls_that_cannot_all_be_written_down_are_not_kept(tmp_path: Path) -> None:
    known = compared(tmp_path)
    known.remember(INTEGERS, [row("2"), row("<object>", exact=False)])
    known.remember(INTEGERS, [row("1" * LONGEST), row("2")])
    known.remember(INTEGERS, [])
    assert known.of(INTEGERS) == ()

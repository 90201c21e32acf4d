"""What failed once is tried first the next time."""

from pathlib import Path

from refute.checker.failures import KEPT, Failures
from refute.checker.store import Store
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.worker.protocol import Arguments, Counterexample, Outcome

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

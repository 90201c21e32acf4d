"""Writing the bodies of stubs, with a fake model and real workers."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import chain, cycle, islice
from pathlib import Path

import pytest

from refute.checker.analysis import FunctionReport
from refute.checker.checker import Checker
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.model.absent import NoModel
from refute.model.fake import FakeModel
from refute.model.interface import CompletionRequest, Model
from refute.properties.units import Snapshot
from refute.repair.edits import apply_edits

STUB = '''\
def between(x: int, low: int, high: int) -> int:
    """Return x moved into the range from low to high.

    >>> between(12, 0, 10)
    10
    """
    raise NotImplementedError
'''
RIGHT = "    return max(low, min(x, high))"
SWAPPED = "    return min(low, max(x, high))"
"""Contradicts the example."""
LAZY = "    return min(x, high)"
"""Agrees with the example, but not with the docstring."""


class Scripted:
    """A fake model that writes these bodies in turn, those of the last batch again and again, and keeps the repair
    questions."""

    def __init__(self, *batches: Sequence[str], repairs: Sequence[str] = ()) -> None:
        *first, last = batches
        self._bodies = chain(*first, cycle(last))
        self._repairs = repairs
        self.feedback: list[str] = []

    def answer(self, request: CompletionRequest) -> Sequence[str]:
        asked = request.prompt.user
        if "example calls" in asked:
            return ["5, 0, 10)\nbetween(-3, 0, 10)\nbetween(12, 0, 10)"]
        if "Write the body" in asked:
            return list(islice(self._bodies, len(request.temperatures)))
        self.feedback.append(asked)
        return self._repairs


Implement = Callable[..., "Implementing"]


class Implementing:
    """A checker with a model of the test's choice."""

    def __init__(self, folder: Path, model: Model) -> None:
        self.path = folder / "module.py"
        self.checker = Checker(
            folder, Settings(python=sys.executable, samples=4), print, model, Store(None, None, print)
        )

    async def report(self, text: str = STUB, rounds: int = 5) -> FunctionReport:
        self.path.write_text(text)
        snapshot = Snapshot(self.path.as_uri(), 1, text)
        return await self.checker.implement(snapshot, self.checker.analyse(snapshot).units[0], rounds=rounds)

    async def text(self, rounds: int = 5) -> str:
        (fix,) = (await self.report(rounds=rounds)).fixes
        return apply_edits(STUB, fix.edits)


@pytest.fixture
async def with_model(tmp_path: Path) -> AsyncIterator[Callable[[Model], Implementing]]:
    """Makes checkers, and ends their processes."""
    made: list[Implementing] = []

    def make(model: Model) -> Implementing:
        made.append(Implementing(tmp_path, model))
        return made[-1]

    yield make
    for each in made:
        await each.checker.aclose()


WithModel = Callable[[Model], Implementing]


def with_body(body: str) -> str:
    return STUB.replace("    raise NotImplementedError", body)


async def test_the_body_that_most_agree_on_is_written_into_the_stub(with_model: WithModel) -> None:
    implementing = with_model(FakeModel(Scripted([LAZY, RIGHT, RIGHT, RIGHT]).answer))
    assert await implementing.text() == with_body(RIGHT)


async def test_what_was_written_was_checked_on_a_thousand_inputs(with_model: WithModel) -> None:
    report = await with_model(FakeModel(Scripted([RIGHT]).answer)).report()
    assert (report.verdict, report.fixes[0].examples >= 500, report.fixes[0].rounds) == ("holds", True, 0)


async def test_a_body_that_contradicts_an_example_is_not_chosen(with_model: WithModel) -> None:
    implementing = with_model(FakeModel(Scripted([SWAPPED, SWAPPED, SWAPPED, RIGHT]).answer))
    assert await implementing.text() == with_body(RIGHT)


async def test_no_rounds_give_the_first_answer_unchecked(with_model: WithModel) -> None:
    report = await with_model(FakeModel(Scripted([SWAPPED, RIGHT, RIGHT, RIGHT]).answer)).report(rounds=0)
    assert apply_edits(STUB, report.fixes[0].edits) == with_body(SWAPPED)
    assert (report.verdict, report.fixes[0].properties) == ("unknown", 0)


async def test_where_nothing_passes_the_model_sees_the_smallest_counterexample(with_model: WithModel) -> None:
    repair = f'    """Return x."""\n{RIGHT}\n'
    script = Scripted([SWAPPED], repairs=[repair])
    assert await with_model(FakeModel(script.answer)).text() == with_body(RIGHT)
    assert "between(x=12, low=0, high=10)" in script.feedback[0]
    assert "Actual result: 0" in script.feedback[0]


async def test_the_best_attempt_is_called_violated_where_nothing_passes(with_model: WithModel) -> None:
    hopeless = '    return "nothing like it"'
    report = await with_model(FakeModel(Scripted([hopeless], repairs=[""]).answer)).report(rounds=1)
    assert (report.verdict, len(report.fixes)) == ("violated", 1)


async def test_a_body_with_effects_is_never_offered(with_model: WithModel) -> None:
    harmful = '    open("x", "w").write("")\n    return max(low, min(x, high))'
    report = await with_model(FakeModel(Scripted([harmful]).answer)).report(rounds=1)
    assert report.fixes == ()


async def test_a_function_with_a_body_is_left_alone(with_model: WithModel) -> None:
    report = await with_model(FakeModel(Scripted([RIGHT]).answer)).report(with_body(LAZY))
    assert (report.verdict, report.fixes) == ("skipped", ())
    assert "has a body already" in (report.reason or "")


async def test_without_a_model_nothing_is_written_and_the_reason_says_so(with_model: WithModel) -> None:
    report = await with_model(NoModel()).report()
    assert "model" in (report.reason or "")

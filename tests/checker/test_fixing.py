"""Which fixes are offered, in which order, and what is kept of how they were found."""

import json
from pathlib import Path

import pytest
from tests.checker.conftest import MakeBench, Script
from tests.checker.test_checker import CLAMP, RIGHT, WRONG

from refute.checker.settings import Settings
from refute.checker.trajectories import default_file
from refute.model.absent import NoModel
from refute.model.fake import FakeModel
from refute.model.interface import CompletionRequest
from refute.repair.edits import apply_edits

OPEN = '''\
def grow(n: int, by: int) -> int:
    """Return n, grown.

    >>> grow(2, 2)
    4
    """
    return n - by
'''
"""The example does not say whether to add or to multiply."""


async def test_alternatives_differ_and_an_input_tells_them_apart(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(OPEN, "grow")
    first, *others = report.fixes
    assert first.difference == ""
    assert others != []
    assert all("with this one" in fix.difference and "with the first" in fix.difference for fix in others)
    fixed = {apply_edits(OPEN, fix.edits) for fix in report.fixes}
    assert OPEN.replace("n - by", "n + by") in fixed


async def test_a_counterexample_of_an_earlier_check_is_not_forgotten(bench: MakeBench) -> None:
    at_work = await bench(CLAMP.model())
    first = await at_work.check(WRONG)
    again = await at_work.check(RIGHT.replace("return low", "return low + 1"))
    assert first.fixes[0].counterexamples >= 1
    assert again.fixes[0].counterexamples > first.fixes[0].counterexamples


async def test_a_violation_is_explained_by_its_trace(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(WRONG)
    trace = report.violations[0].trace
    assert [line.text for line in trace][-1].startswith("returns ")
    assert any("x > high is true" in line.text for line in trace)


@pytest.mark.parametrize("wanted", [True, False])
async def test_repairs_are_kept_only_where_that_is_wanted(
    bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    script = Script(CLAMP.calls, CLAMP.bodies)
    await (await bench(script.model(), settings=Settings(trajectories=wanted))).check(WRONG)
    assert default_file().exists() == wanted
    if wanted:
        (line,) = default_file().read_text().splitlines()
        kept = json.loads(line)
        assert (kept["format"], kept["function"], kept["code"]) == (1, "f", WRONG)
        assert kept["fix"] == RIGHT
        assert kept["attempts"][-1]["result"] == "checked"
        assert kept["violated"][0]["expected"] is not None


FAR_OFF = '''\
def f(word: str) -> str:
    """Return the word backwards, in capitals, between two stars.

    >>> f("ab")
    '*BA*'
    >>> f("xyz")
    '*ZYX*'
    >>> f("")
    '**'
    """
    return "?"
'''
NEARER = 'def f(word: str) -> str:\n    return "*" + word + "*"\n'
FAR = 'def f(word: str) -> str:\n    return "!"\n'
REPAIRED = 'def f(word: str) -> str:\n    return "*" + word.upper()[::-1] + "*"\n'


async def test_a_round_goes_on_from_the_attempt_that_fails_least(bench: MakeBench) -> None:
    asked: list[str] = []

    def answer(request: CompletionRequest) -> list[str]:
        if "Smallest input" not in request.prompt.user:
            return [""]
        asked.append(request.prompt.user)
        bodies = {1: [FAR, NEARER], 2: [REPAIRED]}.get(len(asked), [FAR])
        return [body.partition("\n")[2] for body in bodies]

    report = await (await bench(FakeModel(answer))).check(FAR_OFF)
    assert [fix.rounds for fix in report.fixes] == [2]
    assert 'return "?"' in asked[0]
    assert 'return "*" + word + "*"' in asked[1].partition("Violated property")[0]


async def test_a_round_that_comes_back_to_what_failed_is_not_tried_again(bench: MakeBench) -> None:
    rounds = 0

    def answer(request: CompletionRequest) -> list[str]:
        nonlocal rounds
        if "Smallest input" not in request.prompt.user:
            return [""]
        rounds += 1
        return [(REPAIRED if rounds == 4 else FAR).partition("\n")[2]]

    report = await (await bench(FakeModel(answer))).check(FAR_OFF)
    assert [fix.rounds for fix in report.fixes] == [4]

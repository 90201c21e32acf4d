"""Which fixes are offered, in which order, and what is kept of how they were found."""

import json
from pathlib import Path

import pytest
from tests.checker.conftest import MakeBench, Script
from tests.checker.test_checker import CLAMP, RIGHT, WRONG

from refute.checker.settings import Settings
from refute.checker.trajectories import default_file
from refute.model.absent import NoModel
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

"""Tests of a project, run on a module as a request has it."""

from pathlib import Path

import pytest
from tests.sandbox.conftest import module

from refute.sandbox.pool import Workers
from refute.worker.protocol import TestRequest, TestRun

pytestmark = pytest.mark.asyncio(loop_scope="session")

TESTS = """\
import pytest
from subject import f

@pytest.mark.parametrize("x", [1, 2])
def test_one_more(x):
    assert f(x) == x + 1

class TestZero:
    def test_zero(self, tmp_path):
        (tmp_path / "note").write_text("mine")
        assert f(0) == 1

@pytest.mark.skip
def test_later():
    assert f(0) == 7
"""


async def outcomes(workers: Workers, workspace: Path, text: str, name: str = "", seconds: float = 60.0) -> TestRun:
    path = workspace / "test_subject.py"
    path.write_text(TESTS)
    request = TestRequest(module(workspace, text), (f"{path}{name}",), str(workspace), seconds)
    run = await workers.test(request)
    assert run is not None
    return run


async def test_tests_see_the_module_of_the_request(workers: Workers, workspace: Path) -> None:
    run = await outcomes(workers, workspace, "def f(x):\n    return x + 1 if x else 0\n")
    assert [(result.id.partition("::")[2], result.outcome) for result in run.results] == [
        ("test_one_more[1]", "passed"),
        ("test_one_more[2]", "passed"),
        ("TestZero::test_zero", "failed"),
        ("test_later", "skipped"),
    ]
    assert "0 == 1" in run.results[2].detail or "AssertionError" in run.results[2].detail


async def test_one_test_can_be_named(workers: Workers, workspace: Path) -> None:
    run = await outcomes(workers, workspace, "def f(x):\n    return x + 1\n", "::TestZero")
    assert [result.outcome for result in run.results] == ["passed"]


async def test_tests_that_cannot_be_collected_say_why(workers: Workers, workspace: Path) -> None:
    run = await outcomes(workers, workspace, "def g(x):\n    return x\n")
    assert run.results == ()
    assert "cannot import name 'f'" in run.detail


async def test_tests_that_do_not_end_in_time_say_nothing(workers: Workers, workspace: Path) -> None:
    (workspace / "test_slow.py").write_text("def test_slow():\n    while True:\n        pass\n")
    request = TestRequest(module(workspace, "x = 1\n"), (str(workspace / "test_slow.py"),), str(workspace), 0.5)
    assert await workers.test(request) is None

"""What a survey tells of the inputs of a function."""

from pathlib import Path

import pytest

from refute.sandbox.pool import Workers
from refute.worker.protocol import Inputs, ModuleSource, Survey, SurveyRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARE = """def f(total, people):
    if people == 0:
        raise ValueError("nobody")
    if total < 0:
        return "debt"
    return total // people
"""


async def surveyed(workers: Workers, workspace: Path, text: str, inputs: Inputs, shown: int = 100) -> Survey:
    module = ModuleSource(str(workspace / "subject.py"), "subject", text, (str(workspace),))
    return await workers.survey(SurveyRequest(module, "f", inputs, shown))


def inputs(precondition: str | None = None, examples: int = 60, **strategies: str) -> Inputs:
    return Inputs(tuple(strategies.items()), precondition, max_examples=examples)


async def test_every_input_is_counted_and_told_with_what_came_of_it(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, "def f(x): return x + 1", inputs(x="integers(0, 9)", examples=5))
    assert found.calls == len(found.inputs) == 5
    first = found.inputs[0]
    assert (first.arguments, first.answer.text, first.stated) == ((("x", "0"),), "1", False)


async def test_examples_are_told_first(workers: Workers, workspace: Path) -> None:
    given = Inputs((("x", "integers()"),), examples=((("x", "41"),),), max_examples=3)
    found = await surveyed(workers, workspace, "def f(x): return x + 1", given)
    assert [each.stated for each in found.inputs] == [True, False, False, False]
    assert found.inputs[0].answer.text == "42"


async def test_inputs_outside_of_the_domain_are_counted(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, "def f(x): return x", inputs("x % 3 == 0", x="integers(0, 99)"))
    assert found.discarded > 0
    assert "x % 3 == 0" in found.detail
    assert all(int(text) % 3 == 0 for each in found.inputs for _, text in each.arguments)


async def test_shares_say_what_parameters_and_answers_were_like(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, SHARE, inputs(total="integers(-5, 5)", people="integers(0, 3)"))
    shares = {(share.name, share.label): share.count for share in found.shares}
    assert shares["people", "zero"] + shares["people", "positive"] == found.calls
    assert [label for name, label in shares if name == "total"] == ["negative", "zero", "positive"]
    assert shares["", "raises ValueError"] == shares["people", "zero"]


async def test_lines_are_counted_once_for_each_call_that_reached_them(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, SHARE, inputs(total="integers(0, 5)", people="integers(0, 3)"))
    calls = {each.line: each.calls for each in found.lines}
    assert list(calls) == [2, 3, 4, 5, 6]
    assert calls[2] == found.calls
    assert calls[3] + calls[6] == found.calls
    assert calls[5] == 0


async def test_lines_of_generators_and_of_decorated_functions_count_too(workers: Workers, workspace: Path) -> None:
    text = "import functools\n@functools.lru_cache\ndef f(x):\n    y = (n for n in range(x))\n    return list(y)\n"
    found = await surveyed(workers, workspace, text, inputs(x="integers(0, 5)"))
    assert {each.line for each in found.lines} >= {4, 5}
    assert all(each.calls for each in found.lines if each.line >= 4)


async def test_only_so_many_inputs_are_told_one_by_one(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, "def f(x): return x", inputs(x="integers()"), shown=7)
    assert len(found.inputs) == 7
    assert found.calls == 60


async def test_a_domain_without_inputs_is_said(workers: Workers, workspace: Path) -> None:
    found = await surveyed(workers, workspace, "def f(x): return x", inputs("x > 9", x="integers(0, 9)"))
    assert (found.status, found.calls) == ("unsatisfiable", 0)
    assert "x > 9" in found.detail


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("import nonexistent_module\ndef f(x): return x", "import_error", "nonexistent_module"),
        ("import os\ndef f(x): os._exit(3)", "crashed", "exit status 3"),
    ],
)
async def test_why_there_is_no_survey_is_said(
    workers: Workers, workspace: Path, text: str, status: str, words: str
) -> None:
    found = await surveyed(workers, workspace, text, inputs(x="integers()"))
    assert found.status == status
    assert words in found.detail

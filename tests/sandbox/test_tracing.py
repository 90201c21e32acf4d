"""What is told of a call that is followed line by line."""

from pathlib import Path

import pytest
from tests.sandbox.conftest import module

from refute.sandbox.pool import Workers
from refute.worker.protocol import Step, Trace, TraceRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOTAL = """\
def f(items):
    total = 0
    for item in items:
        if item > 1:
            total += item
    return total
"""


async def follow(workers: Workers, workspace: Path, text: str, steps: int = 40, **arguments: str) -> Trace:
    request = TraceRequest(module(workspace, text), "f", tuple(arguments.items()), steps)
    return await workers.trace(request)


async def test_each_line_comes_with_what_it_assigned_and_where_it_led(workers: Workers, workspace: Path) -> None:
    trace = await follow(workers, workspace, TOTAL, items="[1, 2]")
    assert trace.steps == (
        Step(2, (("total", "0"),), 3),
        Step(3, (("item", "1"),), 4),
        Step(4, (), 3),
        Step(3, (("item", "2"),), 4),
        Step(4, (), 5),
        Step(5, (("total", "2"),), 3),
        Step(3, (), 6),
        Step(6, (), None),
    )


async def test_a_long_call_is_told_from_both_ends(workers: Workers, workspace: Path) -> None:
    trace = await follow(workers, workspace, TOTAL, 3, items="[0] * 50")
    assert [step.line for step in trace.steps] == [2, 3, 4, 4, 3, 6]
    assert [step.left_out for step in trace.steps] == [0, 0, 0, 97, 0, 0]


async def test_a_call_that_raises_is_told_to_its_end(workers: Workers, workspace: Path) -> None:
    trace = await follow(workers, workspace, "def f(x):\n    y = 1 / x\n    return y\n", x="0")
    assert trace.steps == (Step(2, (), None),)


async def test_a_call_that_does_not_end_is_told_from_its_beginning(workers: Workers, workspace: Path) -> None:
    trace = await follow(workers, workspace, "def f(x):\n    while True:\n        x += 1\n", x="0")
    assert trace.steps[:2] == (Step(2, (), 3), Step(3, (("x", "1"),), 2))


async def test_what_cannot_be_followed_has_no_steps(workers: Workers, workspace: Path) -> None:
    assert await follow(workers, workspace, "f = len\n", x="[]") == Trace((), "it is not written in Python")

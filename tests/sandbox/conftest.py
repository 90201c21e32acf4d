"""Workers of the Python that runs the tests, and short ways to ask them."""

import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from refute.sandbox.pool import Workers
from refute.worker.protocol import (
    Check,
    CompareRequest,
    Comparison,
    Counterexample,
    Inputs,
    ModuleSource,
    Outcome,
    RunRequest,
    Variant,
)

Judge = Callable[..., Coroutine[Any, Any, tuple[Outcome, ...]]]
Compare = Callable[..., Coroutine[Any, Any, Comparison]]


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workers(workspace: Path) -> AsyncIterator[Workers]:
    async with await Workers.start(Path(sys.executable), workspace, mode="best-effort") as running:
        yield running


def module(workspace: Path, text: str) -> ModuleSource:
    return ModuleSource(str(workspace / "subject.py"), "subject", text, (str(workspace),))


def shown(outcome: Outcome) -> Counterexample:
    assert outcome.counterexample is not None
    return outcome.counterexample


@pytest.fixture
def judge(workers: Workers, workspace: Path) -> Judge:
    """Run checks (source, or `Check`) on the function `f`, or the one called `qualname`, of a module's text."""

    async def judged(
        text: str,
        *checks: str | Check,
        qualname: str = "f",
        precondition: str | None = None,
        request: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        by: Workers | None = None,
        **strategies: str,
    ) -> tuple[Outcome, ...]:
        made = tuple(c if isinstance(c, Check) else Check(f"c{i}", c) for i, c in enumerate(checks))
        drawn = Inputs(tuple(strategies.items()), precondition, **(inputs or {}))
        asked = RunRequest(module(workspace, text), qualname, drawn, made)
        return await (by or workers).run(replace(asked, **(request or {})))

    return judged


@pytest.fixture
def compare(workers: Workers, workspace: Path) -> Compare:
    """Compare variants (source, or None for the function as it is) of `f`."""

    async def compared(
        text: str,
        *variants: str | None,
        qualname: str = "f",
        checks: tuple[str, ...] = (),
        examples: int = 20,
        request: dict[str, Any] | None = None,
        **strategies: str,
    ) -> Comparison:
        made = tuple(Variant(f"v{i}", source) for i, source in enumerate(variants))
        judged = tuple(Check(f"c{i}", check) for i, check in enumerate(checks))
        drawn = Inputs(tuple(strategies.items()), max_examples=examples)
        asked = CompareRequest(module(workspace, text), qualname, drawn, made, judged)
        return await workers.compare(replace(asked, **(request or {})))

    return compared


def status_of(pid: int) -> str:
    """The state letter of a process, "" where it is gone. A zombie is not alive."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next(line.split()[1] for line in lines if line.startswith("State:"))


@pytest.fixture
def descendants() -> Callable[[int], list[int]]:
    """The living descendants of a process."""

    def found(pid: int) -> list[int]:
        parents: dict[int, int] = {}
        for entry in (path.name for path in Path("/proc").iterdir()):
            if entry.isdigit() and status_of(int(entry)) not in ("", "Z"):
                try:
                    stat = Path(f"/proc/{entry}/stat").read_text("utf-8")
                except OSError:
                    continue
                parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
        below = [pid]
        for parent in below:
            below += [child for child, its_parent in parents.items() if its_parent == parent]
        return below[1:]

    return found

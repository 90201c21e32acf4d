"""`refute watch`, with changes told by the test in the place of the operating system."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from tests.cli.conftest import FakeChecker, judged

from refute.checker.analysis import Analysis
from refute.checker.interface import Notify
from refute.checker.settings import Settings, from_pyproject
from refute.cli import rechecking
from refute.cli.checking import Done, Job, Run
from refute.properties.units import Snapshot


class Rounds:
    """An output that lets a test wait for the end of a round, and see what was checked in it."""

    def __init__(self) -> None:
        self._ended: asyncio.Queue[list[str]] = asyncio.Queue()

    def begin(self, jobs: Sequence[Job]) -> None: ...

    def add(self, done: Done) -> None: ...

    def end(self, run: Run) -> None:
        self._ended.put_nowait([f"{done.source.shown}::{done.report.unit.qualname}" for done in run.done])

    async def next(self) -> list[str]:
        return sorted(await asyncio.wait_for(self._ended.get(), 30))


class Told(list[str]):
    """A listener that keeps what is told."""

    def planned(self, jobs: int) -> None: ...

    def started(self, job: Job) -> None: ...

    def finished(self, job: Job) -> None: ...

    def tell(self, severity: str, text: str) -> None:
        self.append(f"{severity}: {text}")

    def hidden(self) -> "nullcontext[None]":
        return nullcontext()


class Watched:
    """Stands for the operating system: `change` tells that files changed."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._hear: Callable[[frozenset[Path]], None] | None = None

    def watch(
        self,
        folder: Path,
        exclude: Sequence[str],
        on_change: Callable[[frozenset[Path]], None],
        notify: Notify,
        loop: asyncio.AbstractEventLoop,
    ) -> "Watched":
        self._hear = on_change
        return self

    def stop(self) -> None:
        self._hear = None

    def change(self, name: str, text: str) -> None:
        (self._project / name).write_text(text)
        self._tell(name)

    def delete(self, name: str) -> None:
        (self._project / name).unlink()
        self._tell(name)

    def _tell(self, name: str) -> None:
        assert self._hear is not None
        self._hear(frozenset({self._project / name}))


@pytest.fixture
def watched(project: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched(project)
    monkeypatch.setattr(rechecking, "watch", watched.watch)
    return watched


@pytest.fixture
def told() -> Told:
    return Told()


@asynccontextmanager
async def rounds_of(checker: FakeChecker, project: Path, told: Told) -> AsyncGenerator[Rounds, None]:
    """Watch the project while it lasts."""
    rounds = Rounds()
    loop = rechecking.Rechecking(
        ["."],
        project,
        fix=False,
        read_settings=lambda: from_pyproject(Settings(), project, told.append),
        make_output=lambda: rounds,
        listener=told,
    )
    task = asyncio.create_task(loop.forever(checker.open))
    try:
        yield rounds
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_only_the_file_that_changed_is_checked_again(
    project: Path, checker: FakeChecker, watched: Watched, told: Told
) -> None:
    (project / "a.py").write_text("def f(): ...\n")
    (project / "b.py").write_text("def g(): ...\n")
    async with rounds_of(checker, project, told) as rounds:
        assert await rounds.next() == ["a.py::f", "b.py::g"]
        watched.change("b.py", "def h(): ...\n")
        assert await rounds.next() == ["b.py::h"]
    assert told == ["info: changed: b.py"]
    assert checker.closed


async def test_a_file_is_checked_again_when_what_it_uses_changes(
    project: Path, checker: FakeChecker, watched: Watched, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text("from b import g\ndef f(): ...\n")
    (project / "b.py").write_text("def g(): ...\n")
    (project / "c.py").write_text("def h(): ...\n")

    def forgetful(snapshot: Snapshot) -> Analysis:
        """Remembers nothing of a.py, as after a change of what it imports."""
        analysis = FakeChecker.analyse(checker, snapshot)
        known = () if snapshot.uri.endswith("a.py") else tuple(judged(unit, "holds") for unit in analysis.units)
        return Analysis(snapshot, analysis.units, known)

    monkeypatch.setattr(checker, "analyse", forgetful)
    async with rounds_of(checker, project, told) as rounds:
        await rounds.next()
        watched.change("b.py", "def g(): pass\n")
        assert await rounds.next() == ["a.py::f", "b.py::g"]


async def test_new_settings_are_used_for_everything(
    project: Path, checker: FakeChecker, watched: Watched, told: Told
) -> None:
    (project / "a.py").write_text("def f(): ...\n")
    async with rounds_of(checker, project, told) as rounds:
        await rounds.next()
        watched.change("pyproject.toml", "[tool.refute]\nexamples = 7\n")
        assert await rounds.next() == ["a.py::f"]
    assert checker.settings.examples == 7


async def test_a_change_gives_up_the_round_and_the_next_one_makes_up_for_it(
    project: Path, checker: FakeChecker, watched: Watched, told: Told
) -> None:
    (project / "a.py").write_text("def f(): ...\n")
    (project / "b.py").write_text("def g(): ...\n")
    checker.stuck_on = "f"
    async with rounds_of(checker, project, told) as rounds:
        await asyncio.wait_for(checker.reached.wait(), 30)
        checker.stuck_on = ""
        watched.change("b.py", "def h(): ...\n")
        assert await rounds.next() == ["a.py::f", "b.py::h"]


async def test_a_file_that_is_deleted_during_its_check_is_forgotten(
    project: Path, checker: FakeChecker, watched: Watched, told: Told
) -> None:
    (project / "a.py").write_text("def f(): ...\n")
    (project / "b.py").write_text("def g(): ...\n")
    checker.stuck_on = "f"
    async with rounds_of(checker, project, told) as rounds:
        await asyncio.wait_for(checker.reached.wait(), 30)
        watched.delete("a.py")
        assert await rounds.next() == ["b.py::g"]
    assert told == ["info: changed: a.py"]


async def test_a_syntax_error_is_told_and_the_watch_goes_on(
    project: Path, checker: FakeChecker, watched: Watched, told: Told
) -> None:
    (project / "a.py").write_text("def f(): ...\n")
    async with rounds_of(checker, project, told) as rounds:
        await rounds.next()
        watched.change("a.py", "def f(:\n")
        assert await rounds.next() == []
        watched.change("a.py", "def g(): ...\n")
        assert await rounds.next() == ["a.py::g"]
    assert "error: a.py: line 1: invalid syntax; the file is not checked" in told

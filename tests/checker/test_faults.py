"""What goes wrong around a check: it is said once, in words that help, and nothing that the user decided is lost."""

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.checker.conftest import MakeBench, Script

from refute.checker.checker import Checker
from refute.checker.ignoring import Ignored
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.model.absent import NoModel
from refute.model.fake import FakeModel
from refute.model.interface import Completion, CompletionRequest, ModelError, ModelState, ModelStatus
from refute.properties.units import Snapshot

if sys.platform != "win32":
    import resource

RIGHT = 'def f(x: int) -> int:\n    """Double x.\n\n    >>> f(2)\n    4\n    """\n    return 2 * x\n'


@dataclass(frozen=True)
class Text:
    content: str


def store_in(folder: Path, said: list[str]) -> Store:
    return Store(folder / "cache.sqlite", folder / "decisions.sqlite", said.append)


@contextmanager
def full_disk() -> Generator[None]:
    """No file of this process can grow any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline


needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")


@needs_limits
def test_a_full_disk_costs_the_cache_and_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    store = store_in(tmp_path, said)
    store.put("text", "before", Text("a"))
    with full_disk():
        store.put("text", "a", Text("b" * 100_000))
        assert store.get("text", "a", Text) is None
        assert store.get("text", "before", Text) == Text("a")
    assert "results of this run are not kept" in said[0]
    store.put("text", "a", Text("b"))
    assert store.get("text", "a", Text) == Text("b")


@needs_limits
def test_a_decision_on_a_full_disk_is_in_force_and_written_by_itself_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refute.checker.decisions.RETRY_SECONDS", 0.01)
    said: list[str] = []
    store, other = store_in(tmp_path, said), store_in(tmp_path, [])
    with full_disk():
        store.dismiss("f", "p")
        store.narrow("f", "x > 0")
        assert store.dismissed("f") == {"p"}
        assert store.narrowed("f") == ("x > 0",)
        assert not other.dismissed("f")
    assert "in force" in said[0]
    until(lambda: "p" in other.dismissed("f") and other.narrowed("f") == ("x > 0",))


def test_a_decision_that_could_not_be_written_is_written_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refute.checker.decisions.BUSY_SECONDS", 0.0)
    store = store_in(tmp_path, [])
    blocker = sqlite3.connect(tmp_path / "decisions.sqlite", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    store.narrow("f", "x > 0")
    store.widen("f", "x > 0")
    store.narrow("f", "x > 1")
    blocker.execute("ROLLBACK")
    store.close()
    assert store_in(tmp_path, []).narrowed("f") == ("x > 1",)


def test_decisions_that_cannot_be_opened_yet_are_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refute.checker.decisions.RETRY_SECONDS", 0.0)
    said: list[str] = []
    (tmp_path / "data").write_text("a file where the folder should be")
    store = Store(None, tmp_path / "data" / "decisions.sqlite", said.append)
    store.dismiss("f", "p")
    assert store.dismissed("f") == {"p"}
    assert "as soon as that can be done" in said[0]
    (tmp_path / "data").unlink()
    until(lambda: (tmp_path / "data").exists())
    store.close()
    assert Store(None, tmp_path / "data" / "decisions.sqlite", print).dismissed("f") == {"p"}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    tmp_path.chmod(0o500)
    try:
        store = store_in(tmp_path, said)
        store.put("text", "a", Text("b"))
        store.dismiss("f", "p")
        assert store.get("text", "a", Text) == Text("b")
        assert store.dismissed("f") == {"p"}
    finally:
        tmp_path.chmod(0o700)
    assert len(said) >= 2


async def test_two_checkers_share_a_workspace_and_a_cache(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "module.py"
    path.write_text(RIGHT)
    snapshot, settings = Snapshot(path.as_uri(), 1, RIGHT), Settings(model="none", python=sys.executable)
    pair = [await Checker.open(tmp_path, settings, print, store=store_in(tmp_path, said)) for _ in range(2)]
    units = [checker.analyse(snapshot).units[0] for checker in pair]
    checks = (checker.check(snapshot, unit) for checker, unit in zip(pair, units, strict=True))
    assert [report.verdict for report in await asyncio.gather(*checks)] == ["holds", "holds"]
    pair[0].narrow(units[0], "x > 0")
    pair[1].dismiss(units[1], "p")
    for checker in pair:
        assert not checker.analyse(snapshot).reports  # narrowed, so to be checked anew
        await checker.aclose()
    store = store_in(tmp_path, said)
    assert store.narrowed(units[0].spec_digest) == ("x > 0",)
    assert store.dismissed(units[0].spec_digest) == {"p"}
    assert said == []


async def test_a_check_writes_nothing_into_the_workspace(bench: MakeBench) -> None:
    made = await bench(NoModel())
    (made.workspace / "module.py").write_text(RIGHT)
    before = sorted(made.workspace.rglob("*"))
    assert (await made.check(RIGHT)).verdict == "holds"
    assert sorted(made.workspace.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
async def test_pipes_and_links_in_a_circle_keep_nobody_waiting(bench: MakeBench) -> None:
    made = await bench(NoModel())
    (made.workspace / "tests").mkdir()
    for name in (".gitignore", "tests/test_module.py", "other.py"):
        os.mkfifo(made.workspace / name)
    (made.workspace / "tests" / "loop").symlink_to(made.workspace, target_is_directory=True)
    (made.workspace / "loop").symlink_to(made.workspace, target_is_directory=True)
    assert not Ignored(made.workspace, ())(made.workspace / "module.py")
    assert (await made.check(f"if 0:\n    import other, loop.module\n\n\n{RIGHT}")).verdict == "holds"


async def test_no_room_for_workers_is_said_and_skips(bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> str:
        raise OSError(28, "No space left on device")

    made = await bench(NoModel())
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkdtemp", full)
        report = await made.check(RIGHT)
    assert report.verdict == "skipped"
    assert [notice.text for notice in made.notices] == [report.reason]
    assert "No space left on device" in (report.reason or "")
    assert (await made.check(RIGHT)).verdict == "holds"


async def test_a_function_of_a_text_that_cannot_be_read_any_more_is_skipped(bench: MakeBench) -> None:
    made = await bench(NoModel())
    path = made.workspace / "module.py"
    (unit,) = made.checker.analyse(Snapshot(path.as_uri(), 1, RIGHT)).units
    report = await made.checker.check(Snapshot(path.as_uri(), 2, f"{RIGHT}x = (\n"), unit)
    assert report.verdict == "skipped"
    assert "cannot be read just now: line 8" in (report.reason or "")


class Crashing(FakeModel):
    """Dies at the first question, and is back at the next."""

    died = False

    @property
    def status(self) -> ModelStatus:
        is_down = self.died and not self.requests
        return ModelStatus(ModelState.FAILED if is_down else ModelState.READY, "fake", detail="it died")

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        if not self.died:
            self.died = True
            raise ModelError("it died")
        return await super().complete(request, on_text)


async def test_a_model_that_died_is_asked_again_and_that_is_told_once(bench: MakeBench) -> None:
    script = Script(calls=["x=1"], bodies=["    return x + x"])
    made = await bench(Crashing(script.answer))
    text = 'def f(x: int) -> int:\n    """Double x."""\n    return 2 * x\n'
    assert (await made.check(text)).testimony is None
    assert (await made.check(text)).testimony is not None
    assert [notice.text for notice in made.notices] == ["it died"]

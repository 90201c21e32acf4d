"""Files that change on disk are told, together and once, and nothing else is."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from refute.checker.ignoring import Ignored
from refute.checker.interface import Notice
from refute.checker.watching import Watch, watch

PATIENCE = 120.0


class Ears:
    """Hears what a watch over `folder` tells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.batches: list[frozenset[Path]] = []
        self.notices: list[Notice] = []
        self._heard = asyncio.Event()
        self._watches: list[Watch] = []

    async def watch(self, *exclude: str) -> None:
        """Watch the folder, and wait until the watch is really on."""
        loop = asyncio.get_running_loop()
        started = watch(self.folder, exclude, self._hear, self.notices.append, loop)
        self._watches.append(started)
        assert await asyncio.to_thread(started.ready.wait, PATIENCE)

    @property
    def paths(self) -> set[Path]:
        return {path for batch in self.batches for path in batch}

    async def until(self, condition: Callable[[], bool]) -> None:
        async def look() -> None:
            while not condition():
                self._heard.clear()
                await self._heard.wait()

        await asyncio.wait_for(look(), PATIENCE)

    async def told(self, *paths: Path) -> None:
        await self.until(lambda: set(paths) <= self.paths)

    def stop(self) -> None:
        for started in self._watches:
            started.stop()

    def _hear(self, paths: frozenset[Path]) -> None:
        self.batches.append(paths)
        self._heard.set()


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    folder = tmp_path / "project"
    folder.mkdir()
    found = Ears(folder)
    yield found
    found.stop()


def write(path: Path, text: str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


async def test_a_file_that_is_written_is_told(ears: Ears) -> None:
    path = write(ears.folder / "src" / "a.py")
    await ears.watch()
    write(path, "x = 2\n")
    await ears.told(path)


async def test_created_moved_and_deleted_files_are_told(ears: Ears) -> None:
    old, gone = write(ears.folder / "old.py"), write(ears.folder / "gone.py")
    await ears.watch()
    new = old.rename(ears.folder / "new.py")
    gone.unlink()
    made = write(ears.folder / "made.py")
    await ears.told(old, new, gone, made)


async def test_hundreds_of_files_are_told_together(ears: Ears) -> None:
    paths = [ears.folder / f"package{number % 10}" / f"module{number}.py" for number in range(300)]
    for path in paths:
        write(path)
    await ears.watch()
    for path in paths:
        write(path, "x = 2\n")
    await ears.told(*paths)
    assert len(ears.batches) < len(paths) / 10


async def test_what_is_ignored_is_not_told(ears: Ears) -> None:
    write(ears.folder / ".gitignore", "build/\n")
    ignored = [
        write(ears.folder / name / "a.py")
        for name in (".git", ".venv", "node_modules/x", "src/__pycache__", "build", "data/big")
    ]
    write(ears.folder / "env" / "pyvenv.cfg")
    ignored.append(write(ears.folder / "env" / "lib" / "a.py"))
    await ears.watch("data/")
    for path in ignored:
        write(path, "x = 2\n")
    write(ears.folder / "notes.txt")
    last = write(ears.folder / "src" / "b.py")
    await ears.told(last)
    assert ears.paths == {last}


async def test_settings_and_ignore_files_are_told(ears: Ears) -> None:
    await ears.watch()
    pyproject = write(ears.folder / "pyproject.toml", "")
    gitignore = write(ears.folder / ".gitignore", "build/\n")
    await ears.told(pyproject, gitignore)


async def test_a_new_ignore_file_is_obeyed(ears: Ears) -> None:
    path = write(ears.folder / "build" / "a.py")
    await ears.watch()
    gitignore = write(ears.folder / ".gitignore", "build/\n")
    await ears.told(gitignore)
    ears.batches.clear()
    write(path, "x = 2\n")
    last = write(ears.folder / "b.py")
    await ears.told(last)
    assert ears.paths == {last}


async def test_a_folder_that_comes_later_is_watched(ears: Ears) -> None:
    write(ears.folder / ".git" / "config")
    await ears.watch()
    path = write(ears.folder / "new" / "deep" / "a.py")
    await ears.told(path)
    ears.batches.clear()
    write(path, "x = 2\n")
    await ears.told(path)


@pytest.mark.usefixtures("quick_looks")
async def test_a_folder_that_is_deleted_and_made_again_is_watched_again(ears: Ears) -> None:
    write(ears.folder / ".git" / "config")
    path = write(ears.folder / "src" / "a.py")
    await ears.watch()
    path.unlink()
    path.parent.rmdir()
    await ears.told(path)
    ears.batches.clear()
    write(path)
    await ears.told(path)
    ears.batches.clear()
    write(path, "x = 2\n")
    await ears.told(path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
async def test_links_in_a_circle_are_no_trouble(ears: Ears) -> None:
    path = write(ears.folder / "src" / "a.py")
    (ears.folder / "src" / "loop").symlink_to(ears.folder, target_is_directory=True)
    await ears.watch()
    write(path, "x = 2\n")
    await ears.told(path)


@pytest.fixture
def full_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has no watches left."""

    def refuse(self: BaseObserver, *arguments: object, **options: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("refute.checker.watching.Observer.schedule", refuse)


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and observers are looked at often."""
    monkeypatch.setattr("refute.checker.watching.LOOK_SECONDS", 0.05)


@pytest.mark.usefixtures("full_system", "quick_looks")
async def test_where_nothing_can_be_watched_the_files_are_looked_at(ears: Ears) -> None:
    path = write(ears.folder / "src" / "a.py")
    ignored = write(ears.folder / ".venv" / "a.py")
    (ears.folder / "src" / "loop").symlink_to(ears.folder, target_is_directory=True)
    await ears.watch()
    assert [notice.severity for notice in ears.notices] == ["warning"]
    assert "cannot watch all files" in ears.notices[0].text
    write(path, "x = 22\n")
    write(ignored, "x = 22\n")
    await ears.told(path)
    made = write(ears.folder / "b.py")
    await ears.told(made)
    assert ears.paths == {path, made}


@pytest.mark.usefixtures("quick_looks")
async def test_an_observer_that_dies_is_replaced(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    observers: list[BaseObserver] = []

    def remember() -> BaseObserver:
        observers.append(Observer())
        return observers[-1]

    monkeypatch.setattr("refute.checker.watching.Observer", remember)
    await ears.watch()
    observers[0].stop()
    await ears.told(ears.folder)
    path = write(ears.folder / "a.py")
    await ears.told(path)
    assert len(ears.notices) == 1


def test_the_innermost_ignore_file_wins(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "*.gen.py\n")
    write(tmp_path / "kept" / ".gitignore", "!wanted.gen.py\n")
    ignored = Ignored(tmp_path, ["docs/**"])
    assert ignored(tmp_path / "a.gen.py")
    assert ignored(tmp_path / "kept" / "a.gen.py")
    assert not ignored(tmp_path / "kept" / "wanted.gen.py")
    assert ignored(tmp_path / "docs" / "conf.py")
    assert not ignored(tmp_path.parent / "elsewhere.py")

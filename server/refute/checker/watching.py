"""Notices files that change on disk: a branch switch, a formatter, another editor."""

import asyncio
import logging
import os
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from refute.checker.ignoring import Ignored
from refute.checker.interface import Notice, Notify

QUIET_SECONDS = 0.2
"""Changes are told when nothing has changed for so long,"""
LONGEST_SECONDS = 2.0
"""or when the first of them is so old."""
LOOK_SECONDS = 2.0
"""How often to look whether everything is still watched, and how often to look at the files where nothing tells."""
MOST_PARTS = 64
"""A folder is watched in so many parts at most; each costs a thread."""

NAMES = frozenset({"pyproject.toml", ".gitignore"})
"""The files besides Python's that matter."""

EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]

OnChange = Callable[[frozenset[Path]], None]

logger = logging.getLogger(__name__)


def watch(
    folder: Path, exclude: Sequence[str], on_change: OnChange, notify: Notify, loop: asyncio.AbstractEventLoop
) -> "Watch":
    """Tell `on_change`, in `loop`, of Python files, `pyproject.toml` and `.gitignore` below `folder` that changed.

    Files that are ignored do not count (`exclude` are gitignore patterns relative to `folder`). Many changes at once
    are told together. A folder that was moved or deleted is told as its path. Where the system cannot watch so many
    files, `notify` hears of it, and the files are looked at every few seconds. Returns at once; watching begins a
    moment later. Stop it with `Watch.stop`.
    """
    return Watch(folder, exclude, _Batches(on_change, loop), notify, loop)


class _Batches:
    """Gathers paths from any thread and tells them together in the loop."""

    def __init__(self, on_change: OnChange, loop: asyncio.AbstractEventLoop) -> None:
        self._on_change = on_change
        self._loop = loop
        self._paths: set[Path] = set()
        self._first = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, path: Path) -> None:
        """A path changed. Called in any thread."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._gather, path)

    def _gather(self, path: Path) -> None:
        now = self._loop.time()
        if self._timer is None:
            self._first = now
        else:
            self._timer.cancel()
        self._paths.add(path)
        self._timer = self._loop.call_at(min(now + QUIET_SECONDS, self._first + LONGEST_SECONDS), self._tell)

    def _tell(self) -> None:
        self._timer = None
        paths, self._paths = frozenset(self._paths), set()
        self._on_change(paths)


class Watch(FileSystemEventHandler):
    """The watch over one folder. A thread of its own keeps it up, since even starting it may take long.

    `ready` is set once changes are seen.
    """

    def __init__(
        self,
        folder: Path,
        exclude: Sequence[str],
        batches: _Batches,
        notify: Notify,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._folder = folder
        self._exclude = exclude
        self._batches = batches
        self._notify = notify
        self._loop = loop
        self._ignored = Ignored(folder, exclude)
        self._new_folders: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
        self._observer: BaseObserver | None = None
        self.ready = threading.Event()
        self._apart: frozenset[Path] = frozenset()
        threading.Thread(target=self._keep_up, name=f"watching {folder}", daemon=True).start()

    def stop(self) -> None:
        """End the watch; does not wait for it."""
        self._new_folders.put(None)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Heard from watchdog, in its thread."""
        moved_to = event.dest_path if isinstance(event, FileMovedEvent | DirMovedEvent) else ""
        for name in (event.src_path, moved_to):
            if name:
                self._changed(Path(os.fsdecode(name)), event)

    def _changed(self, path: Path, event: FileSystemEvent) -> None:
        if event.is_directory:
            if self._ignored.folder_is_ignored(path) or path == self._folder:
                return
            if not isinstance(event, DirCreatedEvent):
                self._batches.add(path)
            if path.parent in self._apart and path.is_dir():
                self._new_folders.put(path)
        elif self._counts(path):
            if path.name == ".gitignore":
                self._ignored = Ignored(self._folder, self._exclude)
            self._batches.add(path)

    def _counts(self, path: Path) -> bool:
        return (path.suffix == ".py" or path.name in NAMES) and not self._ignored(path)

    def _keep_up(self) -> None:
        """Start, then take in new folders and look after the rest until the end."""
        self._begin()
        self.ready.set()
        try:
            while True:
                try:
                    new = self._new_folders.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    self._look_after()
                    continue
                if new is None:
                    return
                self._take_in(new)
        finally:
            if self._observer is not None:
                self._observer.stop()

    def _begin(self) -> None:
        try:
            self._observer = Observer()
            self._observer.start()
            self._cover(self._folder)
            self._probe()
        except OSError as error:
            self._poll(error)

    def _cover(self, folder: Path) -> None:
        """Watch a folder, in parts that leave out the big ignored folders."""
        parts = tuple(_parts(folder, self._ignored))
        if len(parts) > MOST_PARTS:
            parts = ((folder, True),)
        self._apart |= {part for part, whole in parts if not whole}
        for part, whole in parts:
            if self._observer is not None:
                self._observer.schedule(self, str(part), recursive=whole, event_filter=EVENTS)

    def _probe(self) -> None:
        """Raise `OSError` if the system has no watches left: watchdog says nothing of folders it could not watch."""
        with tempfile.TemporaryDirectory() as folder:
            if self._observer is not None:
                self._observer.unschedule(self._observer.schedule(self, folder))

    def _take_in(self, folder: Path) -> None:
        """Watch a new folder, and tell of the files that were in it before it was watched."""
        try:
            self._cover(folder)
            self._probe()
        except OSError as error:
            if folder.is_dir():
                self._poll(error)
        for parent, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not self._ignored.folder_is_ignored(Path(parent, name))]
            for path in (Path(parent, name) for name in files):
                if self._counts(path):
                    self._batches.add(path)

    def _look_after(self) -> None:
        """Watch again what was deleted and is there again; poll if watching has ended altogether."""
        observer = self._observer
        if observer is None:
            return
        if not observer.is_alive():
            self._poll("the observer has ended")
            # Whatever changed in between was not seen.
            self._batches.add(self._folder)
            return
        for emitter in tuple(observer.emitters):
            if not emitter.is_alive():
                observer.unschedule(emitter.watch)
                folder = Path(os.fsdecode(emitter.watch.path))
                if folder.is_dir():
                    self._take_in(folder)

    def _poll(self, reason: object) -> None:
        """Look at the files themselves from now on, since nothing tells of their changes."""
        if self._observer is not None:
            self._observer.stop()
        logger.warning("watching %s: %s", self._folder, reason)
        text = (
            f"The system cannot watch all files of {self._folder} ({reason}), so Refute looks at them every "
            f"{LOOK_SECONDS:.0f} seconds. Exclude folders that need not be checked, or raise the limit "
            "(on Linux: fs.inotify.max_user_watches)."
        )
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._notify, Notice("warning", text))
        self._apart = frozenset()
        self._observer = PollingObserverVFS(os.lstat, self._entries, polling_interval=LOOK_SECONDS)
        self._observer.start()
        try:
            self._observer.schedule(self, str(self._folder), recursive=True, event_filter=EVENTS)
        except OSError as error:
            logger.warning("%s cannot be watched: %s", self._folder, error)

    def _entries(self, folder: str | None) -> Iterator["os.DirEntry[str]"]:
        """The entries of a folder that matter, for polling."""
        with os.scandir(folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                is_folder = entry.is_dir(follow_symlinks=False)
                if self._counts(path) if not is_folder else not self._ignored.folder_is_ignored(path):
                    yield entry


def _parts(folder: Path, ignored: Ignored) -> Iterator[tuple[Path, bool]]:
    """The folders to watch so that `folder` is covered without what is ignored.

    True means with all that is below. `__pycache__` is ignored too, but small.
    """
    try:
        children = [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    wanted = [child for child in children if not ignored.folder_is_ignored(child)]
    inner = [tuple(_parts(child, ignored)) for child in wanted]
    has_big_ignored = any(child.name != "__pycache__" for child in set(children) - set(wanted))
    if not has_big_ignored and all(parts == ((child, True),) for child, parts in zip(wanted, inner, strict=True)):
        yield folder, True
        return
    yield folder, False
    for parts in inner:
        yield from parts

"""Workspace folders: each has its settings, and a checker that is opened when it is first needed."""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pygls.uris import to_fs_path

from refute.checker.apart import Apart
from refute.checker.ignoring import Ignored
from refute.checker.interface import Checking, Notice, Notify
from refute.checker.settings import Settings, from_pyproject, with_values
from refute.server.tasks import CLOSE_SECONDS, within

OpenChecker = Callable[[Path, Settings, Notify], Coroutine[Any, Any, Checking]]
"""Makes the checker of a folder, as `refute.checker.checker.Checker.open` does."""

EditorSettings = Mapping[Path | None, Mapping[str, object]]
"""The editor's settings for each folder; those under None are for all others."""

SERVER_SETTINGS = ("run", "on_battery", "jobs", "exclude")
"""Settings that the server alone obeys: a checker need not be opened anew for them."""

PATIENCE_SECONDS = 5.0
"""How long a folder may take to tell its settings before the others go on without it."""

_LOCALHOST = re.compile("^file://localhost/", re.IGNORECASE)

logger = logging.getLogger(__name__)


class Folder:
    """One folder with its own checker. `is_workspace` is False for the folder of a lone file.

    `apart` is for what reads files in it: a folder on a network may hang. `is_known` says that its settings were read.
    """

    def __init__(
        self, path: Path, settings: Settings, open_checker: OpenChecker, notify: Notify, *, is_workspace: bool
    ) -> None:
        self.path = path
        self.settings = settings
        self.is_workspace = is_workspace
        self.ignored = Ignored(path, settings.exclude)
        self.apart = Apart()
        self.is_known = False
        self._open_checker = open_checker
        self._notify = notify
        self._opening: asyncio.Task[Checking | None] | None = None

    @property
    def checker(self) -> Checking | None:
        """The checker, if it is open."""
        opening = self._opening
        return opening.result() if opening is not None and opening.done() and not opening.cancelled() else None

    async def checking(self) -> Checking | None:
        """The checker, opened if need be; None where that fails, of which the user is told."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._open(), name=f"opening the checker of {self.path}")
        opening = self._opening
        # Not awaited directly: who waits may be cancelled while others wait for the same.
        await asyncio.wait({opening})
        return None if opening.cancelled() else opening.result()

    async def configure(self, settings: Settings) -> None:
        """Obey new settings. No check may be running."""
        server_only = {name: getattr(settings, name) for name in SERVER_SETTINGS}
        needs_checker = replace(self.settings, **server_only) != settings
        self.settings = settings
        self.read_ignore_files()
        if needs_checker:
            await self.aclose()

    def read_ignore_files(self) -> None:
        """Look again at which files are ignored."""
        self.ignored = Ignored(self.path, self.settings.exclude)

    async def aclose(self) -> None:
        """Close the checker, if it is open; the next call of `checking` opens another."""
        opening, self._opening = self._opening, None
        if opening is None:
            return
        if not opening.done():
            opening.cancel()
            await asyncio.wait({opening}, timeout=CLOSE_SECONDS)
        checker = opening.result() if opening.done() and not opening.cancelled() else None
        if checker is None:
            return
        try:
            await within(CLOSE_SECONDS, checker.aclose())
        except Exception as error:  # it is thrown away, so whatever went wrong is for the log only
            logger.error("the checker of %s did not close", self.path, exc_info=error)

    async def _open(self) -> Checking | None:
        try:
            return await self._open_checker(self.path, self.settings, self._notify)
        except Exception as error:  # whatever it is, the other folders go on
            logger.error("the checker of %s cannot be opened", self.path, exc_info=error)
            self._notify(Notice("error", f"Refute cannot check {self.path}: {error}. The log says more."))
            return None


class Folders:
    """The folders of the workspace and of lone files. `overrides` are settings of the command line."""

    def __init__(self, open_checker: OpenChecker, overrides: Mapping[str, object], notify: Notify) -> None:
        self._open_checker = open_checker
        self._overrides = overrides
        self._notify = notify
        self._folders: dict[Path, Folder] = {}
        self._uris: dict[Path, str] = {}
        self._editor: EditorSettings = {}
        self.ready = asyncio.Event()
        """Set when the editor's settings are known, or when it takes too long to tell them."""

    def __iter__(self) -> Iterator[Folder]:
        return iter(tuple(self._folders.values()))

    @property
    def uris(self) -> tuple[str, ...]:
        """The folders of the workspace as the client names them."""
        return tuple(self._uris.values())

    @property
    def jobs(self) -> int:
        """How many functions may be checked at once, in all folders together."""
        wanted = [folder.settings.jobs for folder in self._folders.values()]
        return max(wanted, default=0) or os.cpu_count() or 1

    def add(self, uri: str) -> Folder | None:
        """Add a folder of the workspace; None where it is not on this machine's disk."""
        path = path_of(uri)
        if path is None:
            return None
        self._uris[path] = uri
        return self._add(path, is_workspace=True)

    def remove(self, uri: str) -> Folder | None:
        """Take a folder out of the workspace. It is the caller's to close."""
        path = path_of(uri)
        if path is None:
            return None
        self._uris.pop(path, None)
        return self._folders.pop(path, None)

    def discard(self, folder: Folder) -> None:
        """Forget a folder. It is the caller's to close."""
        if self._folders.get(folder.path) is folder:
            del self._folders[folder.path]

    def of(self, uri: str) -> Folder:
        """The folder that a document belongs to: the innermost of the workspace, else the file's own.

        A document that is no file belongs to the first folder of the workspace.
        """
        path = path_of(uri)
        if path is None:
            first = next((folder for folder in self if folder.is_workspace), None)
            return first or self._add(Path.cwd(), is_workspace=False)
        around = [folder for folder in self if folder.is_workspace and path.is_relative_to(folder.path)]
        return max(around, key=lambda f: len(f.path.parts)) if around else self._add(path.parent, is_workspace=False)

    async def read_settings(self, editor: EditorSettings | None = None) -> tuple[tuple[Folder, Settings], ...]:
        """Read all settings again, with new ones of the editor if given. Returns where they are not those in force.
        Folders that do not answer in time keep theirs, and are not known."""
        if editor is not None:
            self._editor = editor
        reading = {folder: asyncio.create_task(self.settings_of(folder)) for folder in self}
        if reading:
            await asyncio.wait(reading.values(), timeout=PATIENCE_SECONDS)
        found: list[tuple[Folder, Settings]] = []
        for folder, task in reading.items():
            folder.is_known = task.done()
            if not task.done():
                task.cancel()
                self.say_hangs(folder)
            elif task.result() != folder.settings:
                found.append((folder, task.result()))
        return tuple(found)

    async def settings_of(self, folder: Folder) -> Settings:
        """Defaults, then `pyproject.toml`, then the editor, then the command line: the later wins."""
        warnings: list[str] = []
        settings = await folder.apart(from_pyproject, Settings(), folder.path, warnings.append)
        settings = self._with_given(settings, folder.path, warnings.append)
        for text in warnings:
            self._notify(Notice("warning", text))
        return settings

    async def learn_settings(self, folder: Folder) -> None:
        """Make sure that the settings of a folder were read before anything in it is looked at."""
        if folder.is_known:
            return
        settings = await self.settings_of(folder)
        if not folder.is_known:
            await folder.configure(settings)
            folder.is_known = True

    def say_hangs(self, folder: Folder) -> None:
        """Tell the user that a folder does not answer."""
        text = (
            f"{folder.path} has not answered for some seconds, so what is in it is checked later. Is it on a network "
            "that is not there just now?"
        )
        self._notify(Notice("warning", text))

    async def aclose(self) -> None:
        """Close all checkers."""
        await asyncio.gather(*(folder.aclose() for folder in self))

    def _add(self, path: Path, *, is_workspace: bool) -> Folder:
        known = self._folders.get(path)
        if known is None:
            settings = self._with_given(Settings(), path, lambda _: None)  # its own are read when they are needed
            known = Folder(path, settings, self._open_checker, self._notify, is_workspace=is_workspace)
            self._folders[path] = known
        known.is_workspace = known.is_workspace or is_workspace
        return known

    def _with_given(self, settings: Settings, path: Path, warn: Callable[[str], None]) -> Settings:
        """`settings` with those of the editor, then of the command line."""
        settings = with_values(settings, self._editor.get(path, self._editor.get(None, {})), "editor settings", warn)
        return with_values(settings, self._overrides, "command line", warn)


def path_of(uri: str) -> Path | None:
    """The path of a document or folder on disk; None for one that is no file of this machine, such as `untitled:`."""
    try:
        path = to_fs_path(_LOCALHOST.sub("file:///", uri))
    except ValueError:  # it is no URI
        return None
    return Path(os.path.normpath(path)) if path and "\0" not in path and Path(path).is_absolute() else None

"""Workspace folders: each has its settings, and a checker that is opened when it is first needed."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pygls.uris import to_fs_path

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

logger = logging.getLogger(__name__)


class Folder:
    """One folder with its own checker. `is_workspace` is False for the folder of a lone file."""

    def __init__(
        self, path: Path, settings: Settings, open_checker: OpenChecker, notify: Notify, *, is_workspace: bool
    ) -> None:
        self.path = path
        self.settings = settings
        self.is_workspace = is_workspace
        self.ignored = Ignored(path, settings.exclude)
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

    def read_settings(self, editor: EditorSettings | None = None) -> tuple[tuple[Folder, Settings], ...]:
        """Read all settings again, with new ones of the editor if given. Returns where they are not those in force."""
        if editor is not None:
            self._editor = editor
        found = ((folder, self._settings_of(folder.path)) for folder in self)
        return tuple((folder, settings) for folder, settings in found if settings != folder.settings)

    async def aclose(self) -> None:
        """Close all checkers."""
        await asyncio.gather(*(folder.aclose() for folder in self))

    def _add(self, path: Path, *, is_workspace: bool) -> Folder:
        known = self._folders.get(path)
        if known is None:
            known = Folder(path, self._settings_of(path), self._open_checker, self._notify, is_workspace=is_workspace)
            self._folders[path] = known
        known.is_workspace = known.is_workspace or is_workspace
        return known

    def _settings_of(self, path: Path) -> Settings:
        """Defaults, then `pyproject.toml`, then the editor, then the command line: the later wins."""

        def warn(text: str) -> None:
            self._notify(Notice("warning", text))

        settings = from_pyproject(Settings(), path, warn)
        settings = with_values(settings, self._editor.get(path, self._editor.get(None, {})), "editor settings", warn)
        return with_values(settings, self._overrides, "command line", warn)


def path_of(uri: str) -> Path | None:
    """The path of a document or folder on disk; None for one that is no file, such as `untitled:`."""
    path = to_fs_path(uri)
    return Path(os.path.normpath(path)) if path else None

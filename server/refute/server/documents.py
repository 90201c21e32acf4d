"""The documents that are open in the editor, as the editor has them."""

import asyncio

from lsprotocol import types

from refute.properties.units import Snapshot
from refute.server.folders import Folder, path_of
from refute.server.text import Text
from refute.server.view import View


class Document:
    """One open document: its text now, and the latest view of it.

    `check_due` says that the functions without a report are to be checked as soon as the text has been read,
    `is_dirty` that the text is not what was saved, `is_excluded` that .gitignore or the settings leave the file out, as
    far as that was looked up. `dismissed` holds (qualified name, property's id) of what the user
    dismissed since the document was opened.
    """

    def __init__(self, uri: str, version: int, text: Text, folder: Folder) -> None:
        self.uri = uri
        self.version = version
        self.text = text
        self.folder = folder
        self.path = path_of(uri)
        self.view = View(Snapshot(uri, None, ""))
        self.check_due = False
        self.is_dirty = False
        self.is_excluded = False
        self.dismissed: set[tuple[str, str]] = set()
        self.reading: asyncio.Task[None] | None = None
        self._current = asyncio.Event()

    @property
    def snapshot(self) -> Snapshot:
        """The text as it is now."""
        return Snapshot(self.uri, self.version, self.text.content)

    @property
    def is_current(self) -> bool:
        """Whether the view is of the text as it is now."""
        return self._current.is_set()

    @property
    def obstacle(self) -> str | None:
        """Why nothing in this document is checked, in words for users; None where nothing is in the way."""
        if self.path is None:
            is_new = self.uri.startswith("untitled:")
            return "save the file first" if is_new else "it is no file on this machine"
        return "the file is excluded by .gitignore or by the settings" if self.is_excluded else None

    def change(self, version: int, changes: tuple[types.TextDocumentContentChangeEvent, ...]) -> None:
        """Take over an edit of the editor's."""
        self.text = self.text.changed(*changes)
        self.version = version
        self.is_dirty = True
        self._current.clear()

    def advance(self, view: View) -> None:
        """Take over the view of the text as it is now."""
        self.view = view
        self._current.set()

    def give_up(self) -> None:
        """Say that no newer view will come, so that nobody waits for it."""
        self._current.set()

    async def current_view(self) -> View:
        """The view of the latest text; waits while the user is typing."""
        await self._current.wait()
        return self.view

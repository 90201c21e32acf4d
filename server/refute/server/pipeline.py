"""From edits and saves to views: reads documents, queues checks, takes in reports. Knows nothing of messages."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from lsprotocol import types

from refute.checker.analysis import FunctionReport
from refute.checker.apart import Apart
from refute.properties.units import FunctionUnit
from refute.server.anchoring import same_function
from refute.server.documents import Document
from refute.server.folders import EditorSettings, Folder, Folders
from refute.server.power import Power
from refute.server.reading import PATIENCE_SECONDS, analysed
from refute.server.scheduling import Batch, Job, Scheduler
from refute.server.tasks import Tasks
from refute.server.text import Encoding, Text
from refute.server.view import FunctionView, View

TYPING_SECONDS = 0.1
"""A document is read when nothing was typed for so long."""

IDLE_SECONDS = 2.0
"""With `run = "idle"`, functions are checked when nothing was typed for so long."""

logger = logging.getLogger(__name__)

Listener = Callable[[Document], None]


class Pipeline:
    """Owns the open documents. Every method returns at once; listeners hear when a view changed."""

    def __init__(self, folders: Folders, scheduler: Scheduler, tasks: Tasks, power: Power) -> None:
        self.documents: dict[str, Document] = {}
        self.on_view: list[Listener] = []
        self.on_close: list[Listener] = []
        self.on_configured: list[Callable[[], None]] = []
        self.on_batch: list[Callable[[Batch], None]] = []
        self._folders = folders
        self._scheduler = scheduler
        self._tasks = tasks
        self._power = power
        self._deciding = Apart()
        self._never_opened: set[str] = set()
        self._configuring = asyncio.Lock()

    def open(self, uri: str, version: int, content: str, encoding: Encoding) -> None:
        """A document was opened. A file of the workspace is checked, unless checks are only wanted by command."""
        if uri in self.documents:
            self.close(uri)
        self._never_opened.discard(uri)
        document = Document(uri, version, Text(content, encoding), self._folders.of(uri))
        self.documents[uri] = document
        document.check_due = document.folder.is_workspace
        self._read(document)

    def change(self, uri: str, version: int, changes: tuple[types.TextDocumentContentChangeEvent, ...]) -> None:
        """A document was edited: it is read when the user stops typing."""
        document = self.documents.get(uri)
        if document is None:
            if uri not in self._never_opened:  # once, not at each key
                self._never_opened.add(uri)
                logger.warning("%s was edited but is not open", uri)
            return
        for change in changes[-1:]:  # of many at once, as formatters make, one is as good as any
            if isinstance(change, types.TextDocumentContentChangePartial):
                self.attend(document, change.range.start.line)
        document.change(version, changes)
        self._read(document, TYPING_SECONDS)

    def save(self, uri: str) -> None:
        """A document was saved: what was edited in it is checked."""
        if (document := self.documents.get(uri)) is not None:
            document.is_dirty = False
            document.check_due = True
            self._read(document)

    def close(self, uri: str) -> None:
        """A document was closed: nothing is said of it any more."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        if document.reading is not None:
            document.reading.cancel()
        document.give_up()
        self._scheduler.forget(uri)
        for listener in self.on_close:
            listener(document)
        if not document.folder.is_workspace:
            self._leave(document.folder)

    def attend(self, document: Document, line: int) -> None:
        """The user is at this line: its function goes first."""
        for function in document.view.functions_at(line, line):
            self._scheduler.attend((document.uri, function.unit.qualname))
            if (checker := document.folder.checker) is not None:
                checker.attend(function.unit)

    def check(self, document: Document, qualnames: Collection[str] = ()) -> Batch:
        """Check these functions of the document, or all, though nothing may have changed."""
        wanted = [f for f in document.view.functions if not qualnames or f.unit.qualname in qualnames]
        return self._submit(document, (f for f in wanted if f.unit.obstacle is None))

    def reconsider(self, folder: Folder, changed: frozenset[Path] = frozenset()) -> None:
        """Something beside the documents of `folder` changed: read them again, and check what is not known any more.

        `changed` are the files that changed; a document is not reconsidered because of itself.
        """
        for document in self.documents.values():
            if document.folder is folder and (not changed or changed - {document.path}):
                document.view = document.view.in_doubt()
                # What is being typed waits for its own save.
                document.check_due |= folder.is_workspace and not document.is_dirty
                self._read(document)

    async def files_changed(self, paths: frozenset[Path]) -> None:
        """Files changed on disk, perhaps outside of the editor."""
        names = {path.name for path in paths}
        for folder in self._folders:
            if ".gitignore" in names:
                folder.read_ignore_files()
            inside = frozenset(path for path in paths if path.is_relative_to(folder.path))
            if inside:
                self.reconsider(folder, inside)
        if "pyproject.toml" in names:
            await self.configure()

    async def configure(self, editor: EditorSettings | None = None) -> None:
        """Read all settings again, with new ones of the editor if given, and obey them."""
        async with self._configuring:  # one after the other, or older settings could be the last to be obeyed
            try:
                for folder, settings in await self._folders.read_settings(editor):
                    self._scheduler.cancel_where(partial(self._belongs_to, folder))
                    await folder.configure(settings)
                    self.reconsider(folder)
            finally:
                self._folders.ready.set()  # whatever went wrong, documents wait for it
        for listener in self.on_configured:
            listener()

    def regroup(self, removed: Iterable[Folder]) -> None:
        """Folders came into the workspace or were `removed` from it: documents may belong elsewhere now."""
        left = set(removed)
        for document in self.documents.values():
            folder = self._folders.of(document.uri)
            if folder is not document.folder:
                left.add(document.folder)
                self._scheduler.cancel_where(partial(self._belongs_to, document.folder))
                document.folder = folder
                document.check_due |= folder.is_workspace and not document.is_dirty
                self._read(document)
        for folder in left:
            self._leave(folder)

    def waits_for_power(self, folder: Folder) -> bool:
        """Whether checks of this folder wait until the machine is plugged in."""
        return self._power.on_battery and folder.settings.on_battery == "wait"

    def go_on(self) -> None:
        """The reason why checks waited may be gone: check what is due."""
        for document in self.documents.values():
            if document.check_due:
                self._read(document)

    async def dismiss(self, document: Document, function: FunctionView, property_id: str) -> None:
        """The user does not mean this property: it vanishes at once."""
        if (checker := document.folder.checker) is not None:
            document.dismissed.add((function.unit.qualname, property_id))
            document.view = document.view.without_property(function.unit.qualname, property_id)
            self._tell(document)
            await self._deciding(checker.dismiss, function.unit, property_id)

    async def restore(self, document: Document, function: FunctionView, property_id: str) -> None:
        """The user means this property after all."""
        if (checker := document.folder.checker) is not None:
            document.dismissed.discard((function.unit.qualname, property_id))
            await self._deciding(checker.restore, function.unit, property_id)
            await asyncio.wait({self._read(document)}, timeout=PATIENCE_SECONDS)

    async def narrow(self, document: Document, function: FunctionView, condition: str) -> None:
        """The user says that no caller passes what does not fulfil `condition`: the function is checked again."""
        if (checker := document.folder.checker) is not None:
            await self._deciding(checker.narrow, function.unit, condition)
            self._check_anew(document, function)

    async def widen(self, document: Document, function: FunctionView, condition: str) -> None:
        """Undo `narrow`."""
        if (checker := document.folder.checker) is not None:
            await self._deciding(checker.widen, function.unit, condition)
            self._check_anew(document, function)

    def _check_anew(self, document: Document, function: FunctionView) -> None:
        """Check a function of which what was said may not be true any more."""
        document.view = document.view.in_doubt(function.unit.qualname)
        self._tell(document)
        self.check(document, (function.unit.qualname,))

    def _belongs_to(self, folder: Folder, job: Job) -> bool:
        document = self.documents.get(job.key[0])
        return document is not None and document.folder is folder

    def _leave(self, folder: Folder) -> None:
        """Close the folder's checker when none of its documents is open any more."""
        if not any(document.folder is folder for document in self.documents.values()):
            self._folders.discard(folder)
            self._tasks.start(folder.aclose(), f"closing the checker of {folder.path}")

    def _read(self, document: Document, delay: float = 0.0) -> asyncio.Task[None]:
        if document.reading is not None:
            document.reading.cancel()
        document.reading = self._tasks.start(self._reading(document, delay), f"reading {document.uri}")
        return document.reading

    async def _reading(self, document: Document, delay: float) -> None:
        """Bring the view up to the text, then check what is due."""
        await self._folders.ready.wait()
        if delay:
            await asyncio.sleep(delay)
        analysis = await analysed(document, self._folders)
        if analysis is None:
            return
        if document.obstacle is None:
            view = document.view.advanced(analysis)
            for qualname, property_id in document.dismissed:
                view = view.without_property(qualname, property_id)
            document.advance(view)
        else:
            # It may have been checked before it was excluded.
            document.advance(View(document.snapshot).advanced(replace(analysis, reports=())))
        self._drop_stale_jobs(document)
        self._tell(document)
        waits = self._scheduler.paused or self.waits_for_power(document.folder)
        if waits or document.folder.settings.run == "manual":
            return
        if delay and document.folder.settings.run == "idle":
            await asyncio.sleep(IDLE_SECONDS)
            document.check_due = True
        if document.check_due:
            document.check_due = False
            if document.view.problem is not None:
                logger.info("%s is not checked before this is mended: %s", document.uri, document.view.problem)
            self._submit(document, (f for f in document.view.functions if f.is_due))

    def _drop_stale_jobs(self, document: Document) -> None:
        units = {f.unit.qualname: f.unit for f in document.view.functions if not f.in_doubt and f.unit.obstacle is None}

        def is_stale(job: Job) -> bool:
            unit = units.get(job.unit.qualname)
            return job.key[0] == document.uri and (unit is None or not same_function(unit, job.unit))

        self._scheduler.cancel_where(is_stale)

    def _submit(self, document: Document, functions: Iterable[FunctionView]) -> Batch:
        jobs: list[Job] = []
        if document.obstacle is None and document.view.problem is None:
            for function in functions:
                key = (document.uri, function.unit.qualname)
                jobs.append(Job(key, function.unit, partial(self._check, document, function.unit)))
        batch = self._scheduler.submit(jobs)
        if not batch.is_done:
            for listener in self.on_batch:
                listener(batch)
        return batch

    async def _check(self, document: Document, unit: FunctionUnit) -> None:
        checking = await document.folder.checking()
        # The document may have moved on while the job waited: the function is checked where it stands now.
        view = document.view
        now = view.function(unit.qualname)
        if checking is None or view.problem is not None or now is None or not same_function(now.unit, unit):
            return
        update = partial(self._take, document)
        update(await checking.check(view.snapshot, now.unit, on_update=update))

    def _take(self, document: Document, report: FunctionReport) -> None:
        """A report arrived: it is shown if it says something of the document as it is."""
        if self.documents.get(document.uri) is not document:
            return
        view = document.view.with_report(report)
        if view is document.view:
            return
        # The check may have begun before the user dismissed a property.
        for qualname, property_id in document.dismissed:
            view = view.without_property(qualname, property_id)
        document.view = view
        if document.is_current:
            self._tell(document)

    def _tell(self, document: Document) -> None:
        for listener in self.on_view:
            listener(document)

"""Whatever a person does, in whatever order: server and editor agree, and nothing fails."""

import asyncio
import itertools
import logging
import os
import tempfile
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from tests.server.conftest import Editor, OpenFile

from refute.properties.parsing import ParsedDocument, parse_units
from refute.properties.units import FunctionUnit, Snapshot
from refute.server.text import Text

PIECES = (
    "",
    "\n",
    "\r\n",
    "wrong",
    "right",
    "😀",
    "\x0c",
    "# é\u2028\n",
    "def twice(x):\n    return wrong\n\n",
    "def slow(x):\r\n    return right\r\n",
    "class A:\n    def f(self):\n        raise wrong\n",
    "explode",
    "skip",
    "(",
    '"""',
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
NAMES = st.sampled_from(["a.py", "b.py", "inner/c.py", "imported.py"])
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["a", "b"]),
        "run": st.sampled_from(["save", "manual", "idle", "never", 7]),
        "exclude": st.sampled_from([["inner/"], "inner/"]),
        "jobs": st.sampled_from([1, -1]),
        "nonsense": st.none() | st.booleans(),
    },
)
STEPS = int(os.environ.get("REFUTE_STEPS", "0"))
"""How many steps to take in a long run; 0 for a short one."""


def is_violated(unit: FunctionUnit) -> bool:
    """Whether the fake checker finds a function wrong."""
    return unit.obstacle is None and "skip" not in unit.source and "wrong" in unit.source


class Errors(logging.Handler):
    """Remembers what the server logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + str(record.exc_info and record.exc_info[1])
        if "a bug of the checker" not in text:
            self.records.append(text)


async def end_all_tasks() -> None:
    """Cancel what is left in this event loop, as `asyncio.run` does before it closes one."""
    tasks = asyncio.all_tasks() - {cast(asyncio.Task[Any], asyncio.current_task())}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class PersonMachine(RuleBasedStateMachine):
    """A person, an editor, and a server with a fake checker in one event loop."""

    files = Bundle("files")

    def __init__(self) -> None:
        super().__init__()
        self.errors = Errors()
        for name in ("refute", "pygls"):
            logging.getLogger(name).addHandler(self.errors)
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count(1)
        self.open_files: list[OpenFile] = []
        self.texts: dict[tuple[str, int], str] = {}
        """What stood in each version of each file that was ever open; versions are never used again."""
        self.looked_at = 0
        self.is_paused = False
        self.run(self.begin())

    async def begin(self) -> None:
        self.editor = Editor(Path(self.folder.name))
        await self.editor.connect()
        await self.editor.begin()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        async def then_breathe() -> None:
            await work
            await asyncio.sleep(0)

        self.loop.run_until_complete(asyncio.wait_for(then_breathe(), 60))

    @rule(target=files, name=NAMES, text=TEXTS)
    def open(self, name: str, text: str) -> OpenFile | MultipleResults[OpenFile]:
        """Open a file, perhaps one that was open before; editors do not open a file twice."""
        return self.opened(name, text) if self.open_file(self.path(name)) is None else multiple()

    @rule(file=files, data=st.data(), new=TEXTS)
    def edit(self, file: OpenFile, data: st.DataObject, new: str) -> None:
        start = data.draw(st.sampled_from(file.places()))
        end = data.draw(st.sampled_from(file.places()))
        key = (start.line, start.character) <= (end.line, end.character)
        place = types.Range(start, end) if key else types.Range(end, start)

        async def work() -> None:
            file.change(place, new)

        self.run(work())
        self.note(file)

    @rule(file=files)
    def save(self, file: OpenFile) -> None:
        async def work() -> None:
            file.save()

        self.run(work())

    @rule(file=consumes(files))
    def close(self, file: OpenFile) -> None:
        self.closed(file)

    @rule(target=files, file=consumes(files), name=NAMES, told=st.sampled_from(["first", "last", "never"]))
    def rename(self, file: OpenFile, name: str, told: str) -> OpenFile:
        """Editors close the file and open it under its new name, with what was not saved in it, and may tell of it."""
        assert file.path is not None
        new = self.path(name)
        if self.open_file(new) is not None:
            return file
        old, text = file.path, file.text
        rename = types.RenameFilesParams([types.FileRename(old.as_uri(), new.as_uri())])

        async def tell() -> None:
            self.editor.workspace_did_rename_files(rename)
            events = [
                types.FileEvent(old.as_uri(), types.FileChangeType.Deleted),
                types.FileEvent(new.as_uri(), types.FileChangeType.Created),
            ]
            self.editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

        new.parent.mkdir(exist_ok=True)
        if old.exists():
            old.replace(new)
        if told == "first":
            self.run(tell())
        self.closed(file)
        opened = self.opened(name, text)
        if told == "last":
            self.run(tell())
        return opened

    @rule(file=files)
    def ask_for_everything(self, file: OpenFile) -> None:
        async def work() -> None:
            await asyncio.gather(
                file.lenses(), *(self.ask(str(next(self.numbers)), *request) for request in self.requests(file))
            )

        self.run(work())

    @rule(file=files, data=st.data(), moments=st.integers(0, 3))
    def ask_and_cancel(self, file: OpenFile, data: st.DataObject, moments: int) -> None:
        """Every request is answered, one that was cancelled too."""
        request = data.draw(st.sampled_from(self.requests(file)))

        async def work() -> None:
            number = str(next(self.numbers))
            answer = asyncio.ensure_future(self.ask(number, *request))
            for _ in range(moments + 1):
                await asyncio.sleep(0)
            self.editor.cancel_request(types.CancelParams(number))
            await asyncio.wait({answer})
            error = answer.exception()
            assert error is None or isinstance(error, JsonRpcRequestCancelled)

        self.run(work())

    @rule(released=st.booleans())
    def let_slow_checks_end(self, released: bool) -> None:
        path = self.editor.workspace / "release"
        path.touch() if released else path.unlink(missing_ok=True)

    @rule(values=SETTINGS)
    def change_settings(self, values: dict[str, object]) -> None:
        self.editor.settings = values
        self.run(self.editor.change_settings())

    @rule(command=st.sampled_from(["pause", "resume"]))
    def pause_or_resume(self, command: str) -> None:
        params = types.ExecuteCommandParams(f"refute.{command}")
        self.is_paused = command == "pause"
        self.run(self.editor.workspace_execute_command_async(params))

    @rule(name=NAMES, text=TEXTS)
    def change_on_disk(self, name: str, text: str) -> None:
        """Another program writes a file."""
        path = self.path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)

        async def work() -> None:
            self.editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

        self.run(work())

    def path(self, name: str) -> Path:
        return (self.editor.workspace / name).resolve()

    def open_file(self, path: Path) -> OpenFile | None:
        return next((file for file in self.open_files if file.path == path), None)

    def opened(self, name: str, text: str) -> OpenFile:
        async def work() -> None:
            uri = self.path(name).as_uri()
            version = max((of for known, of in self.texts if known == uri), default=0) + 1
            self.open_files.append(self.editor.open(name, text, version))

        self.run(work())
        self.note(self.open_files[-1])
        return self.open_files[-1]

    def closed(self, file: OpenFile) -> None:
        async def work() -> None:
            self.open_files.remove(file)
            file.close()

        self.run(work())

    def note(self, file: OpenFile) -> None:
        self.texts[file.uri, file.version] = file.text

    def requests(self, file: OpenFile) -> list[tuple[str, object]]:
        """What an editor may ask of a file."""
        whole = types.Range(types.Position(0, 0), types.Position(10**6, 0))
        identifier = types.TextDocumentIdentifier(file.uri)
        parsed = self.parsed(file)
        names = [unit.qualname for unit in parsed.units]
        commands = [("refute.report", {"uri": file.uri, "function": name}) for name in names[:1]]
        if not self.is_paused:
            commands += [("refute.inputs", {"uri": file.uri, "function": name}) for name in names[-1:]]
            commands += [("refute.check", {"uri": file.uri})] if parsed.problem is None else []
        context = types.CodeActionContext(file.shown)
        return [
            (types.TEXT_DOCUMENT_HOVER, types.HoverParams(identifier, types.Position(0, 5))),
            (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionParams(identifier, whole, context)),
            (types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(identifier)),
            *(
                (types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams(name, [argument]))
                for name, argument in commands
            ),
        ]

    async def ask(self, number: str, method: str, params: object) -> object:
        """The answer to a request; raises where the server answers with an error."""
        return await asyncio.wrap_future(self.editor.protocol.send_request(method, params, msg_id=number))

    @invariant()
    def all_is_well(self) -> None:
        """Server and editor agree, and nothing failed."""
        assert self.editor.server is not None
        nowhere = types.HoverParams(types.TextDocumentIdentifier("file:///nowhere.py"), types.Position(0, 0))
        self.run(self.editor.text_document_hover_async(nowhere))  # by then the server has heard of all before
        documents = self.editor.server.pipeline.documents
        assert {uri: d.text.content for uri, d in documents.items()} == {f.uri: f.text for f in self.open_files}
        self.diagnostics_are_of_the_version_they_name()
        self.closed_files_are_clean()
        assert self.errors.records == []

    def diagnostics_are_of_the_version_they_name(self) -> None:
        """What is published for a version fits its text: no diagnostic is in the wrong place, none is of other code."""
        said, self.looked_at = self.editor.diagnostics[self.looked_at :], len(self.editor.diagnostics)
        for params in said:
            if params.version is None:
                assert not params.diagnostics  # of a file that was closed
                continue
            text = self.texts[params.uri, params.version]
            parsed = parse_units(Snapshot(params.uri, None, text))
            wrong = {unit.qualname for unit in parsed.units if is_violated(unit)}
            for diagnostic in params.diagnostics if parsed.problem is None else ():
                data: dict[str, Any] = cast(Any, diagnostic.data)
                name = str(data["function"])
                place = diagnostic.range
                assert place.start.line == place.end.line
                line = Text(text).line(place.start.line).encode("utf-16-le")
                shown = line[2 * place.start.character : 2 * place.end.character].decode("utf-16-le")
                assert shown == name.rpartition(".")[2] or "raise" in shown
                assert data["outdated"] or name in wrong

    def closed_files_are_clean(self) -> None:
        last = {params.uri: params for params in self.editor.diagnostics}
        open_uris = {file.uri for file in self.open_files}
        assert all(not params.diagnostics for uri, params in last.items() if uri not in open_uris)

    def teardown(self) -> None:
        """At the end everything is saved, and the last word on each file is that of its last version."""
        try:
            self.run(self.last_words())
            assert self.errors.records == []
        finally:
            self.run(self.editor.kill())
            self.loop.run_until_complete(end_all_tasks())
            for name in ("refute", "pygls"):
                logging.getLogger(name).removeHandler(self.errors)
            self.loop.close()
            self.folder.cleanup()

    async def last_words(self) -> None:
        self.editor.release()
        self.editor.settings = {"run": "save"}
        await self.editor.change_settings()
        await self.editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.resume"))
        for file in self.open_files:
            file.save()
        for file in self.open_files:
            await self.editor.until(partial(self.is_settled, file))
            published = [params.version for params in self.editor.diagnostics if params.uri == file.uri]
            assert published[-1] == file.version
            versions = [version for version in published if version is not None]
            assert versions == sorted(versions)
            if not self.is_hopeless(file):
                assert [(d.data or {})["function"] for d in file.shown] == self.violated(file)

    def is_hopeless(self, file: OpenFile) -> bool:
        """Whether nothing new can be said of the file: it cannot be read, or the checker fails on it."""
        return self.parsed(file).problem is not None or "explode" in file.text

    def is_settled(self, file: OpenFile) -> Literal[True] | None:
        record = self.editor.verdicts.get(file.uri)
        if record is None or record["version"] != file.version:
            return None
        is_settled = self.is_hopeless(file) or all(map(self.is_final, record["functions"]))
        return True if is_settled else None

    def is_final(self, function: dict[str, Any]) -> bool:
        """Whether the last word on a function was said; that its file was excluded is no longer true at the end."""
        is_old = function["outdated"] or "excluded" in (function["reason"] or "")
        return function["verdict"] is not None and function["final"] and not function["running"] and not is_old

    def violated(self, file: OpenFile) -> list[str]:
        """The functions that the fake checker finds wrong."""
        return [unit.qualname for unit in self.parsed(file).units if is_violated(unit)]

    def parsed(self, file: OpenFile) -> ParsedDocument:
        return parse_units(Snapshot(file.uri, None, file.text))


TestPerson = PersonMachine.TestCase
TestPerson.settings = (
    settings(max_examples=max(1, STEPS // 100), stateful_step_count=100)
    if STEPS
    else settings(max_examples=15, stateful_step_count=25)
)

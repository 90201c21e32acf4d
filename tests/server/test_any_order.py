"""Whatever a person does, in whatever order: server and editor agree, and nothing fails."""

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from lsprotocol import types
from tests.server.conftest import Editor, OpenFile

from refute.properties.parsing import ParsedDocument, parse_units
from refute.properties.units import Snapshot

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


class Errors(logging.Handler):
    """Remembers what the server logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + str(record.exc_info and record.exc_info[1])
        if "a bug of the checker" not in text:
            self.records.append(text)


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
        self.opened = 0
        self.open_files: list[OpenFile] = []
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

    @rule(target=files, text=TEXTS)
    def open(self, text: str) -> OpenFile:
        async def work() -> None:
            self.opened += 1
            self.open_files.append(self.editor.open(f"file{self.opened}.py", text))

        self.run(work())
        return self.open_files[-1]

    @rule(file=files, data=st.data(), new=TEXTS)
    def edit(self, file: OpenFile, data: st.DataObject, new: str) -> None:
        start = data.draw(st.sampled_from(file.places()))
        end = data.draw(st.sampled_from(file.places()))
        key = (start.line, start.character) <= (end.line, end.character)
        place = types.Range(start, end) if key else types.Range(end, start)

        async def work() -> None:
            file.change(place, new)

        self.run(work())

    @rule(file=files)
    def save(self, file: OpenFile) -> None:
        async def work() -> None:
            file.save()

        self.run(work())

    @rule(file=consumes(files))
    def close(self, file: OpenFile) -> None:
        async def work() -> None:
            self.open_files.remove(file)
            file.close()

        self.run(work())

    @rule(file=files)
    def ask_for_everything(self, file: OpenFile) -> None:
        async def work() -> None:
            whole = types.Range(types.Position(0, 0), types.Position(10**6, 0))
            identifier = types.TextDocumentIdentifier(file.uri)
            context = types.CodeActionContext(file.shown)
            await asyncio.gather(
                file.lenses(),
                self.editor.text_document_code_action_async(types.CodeActionParams(identifier, whole, context)),
                self.editor.text_document_hover_async(types.HoverParams(identifier, types.Position(0, 5))),
                self.editor.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier)),
                file.command("check"),
            )

        self.run(work())

    @rule(released=st.booleans())
    def let_slow_checks_end(self, released: bool) -> None:
        path = self.editor.workspace / "release"
        path.touch() if released else path.unlink(missing_ok=True)

    @rule(model=st.sampled_from(["a", "b"]), run=st.sampled_from(["save", "manual", "idle"]))
    def change_settings(self, model: str, run: str) -> None:
        self.editor.settings = {"model": model, "run": run}
        self.run(self.editor.change_settings())

    @rule(command=st.sampled_from(["pause", "resume"]))
    def pause_or_resume(self, command: str) -> None:
        params = types.ExecuteCommandParams(f"refute.{command}")
        self.run(self.editor.workspace_execute_command_async(params))

    @invariant()
    def server_and_editor_have_the_same_text(self) -> None:
        assert self.editor.server is not None
        nowhere = types.HoverParams(types.TextDocumentIdentifier("file:///nowhere.py"), types.Position(0, 0))
        self.run(self.editor.text_document_hover_async(nowhere))
        documents = self.editor.server.pipeline.documents
        assert {uri: d.text.content for uri, d in documents.items()} == {f.uri: f.text for f in self.open_files}

    @invariant()
    def nothing_failed(self) -> None:
        assert self.errors.records == []

    def teardown(self) -> None:
        """At the end everything is saved, and the last word on each file is that of its last version."""
        try:
            self.run(self.last_words())
            assert self.errors.records == []
        finally:
            self.run(self.editor.kill())
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
        is_settled = self.is_hopeless(file) or all(
            f["verdict"] is not None and f["final"] and not f["running"] and not f["outdated"]
            for f in record["functions"]
        )
        return True if is_settled else None

    def violated(self, file: OpenFile) -> list[str]:
        """The functions that the fake checker finds wrong."""
        units = [unit for unit in self.parsed(file).units if unit.obstacle is None and "skip" not in unit.source]
        return [unit.qualname for unit in units if "wrong" in unit.source]

    def parsed(self, file: OpenFile) -> ParsedDocument:
        return parse_units(Snapshot(file.uri, None, file.text))


TestPerson = PersonMachine.TestCase
TestPerson.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)

"""An editor that drives the server, in this process or in its own, and keeps documents of its own in step."""

import asyncio
import contextlib
import io
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import pytest
from lsprotocol import converters, types
from pygls.exceptions import JsonRpcInternalError
from pygls.io_ import run_async
from pygls.lsp.client import LanguageClient
from pygls.protocol import JsonRPCNotification
from tests.server.fake_server import open_fake

from refute.server.main import build
from refute.server.server import RefuteServer

T = TypeVar("T")
PATIENCE = 120.0
FAKE_SERVER = Path(__file__).with_name("fake_server.py")

CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True,
        configuration=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
        ),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        code_action=types.CodeActionClientCapabilities(
            resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"])
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
)


@lru_cache(maxsize=1)  # making one takes a tenth of a second
def plain_converter() -> Any:
    """Leaves the parameters of notifications that LSP does not know as they are, and knows code actions by their kind:
    lsprotocol takes those with a command for commands."""
    converter = converters.get_converter()
    converter.register_structure_hook(JsonRPCNotification, lambda data, cls: cls(**data))
    converter.register_structure_hook(
        types.Command | types.CodeAction,
        lambda data, _: converter.structure(data, types.CodeAction if "kind" in data else types.Command),
    )
    return converter


class Editor(LanguageClient):
    """A client that remembers everything the server says."""

    def __init__(self, workspace: Path) -> None:
        super().__init__("tests", "1", converter_factory=plain_converter)
        self.workspace = workspace
        self.settings: dict[str, Any] = {}
        self.diagnostics: list[types.PublishDiagnosticsParams] = []
        self.messages: list[types.ShowMessageParams] = []
        self.log: list[types.LogMessageParams] = []
        self.progress_values: list[tuple[types.ProgressToken, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.lens_refreshes = 0
        self.applied: list[types.WorkspaceEdit] = []
        self.refuses_configuration = False
        self.refuses_requests = False
        self.times_asked = 0
        self.times_obeyed = 0
        self.server: RefuteServer | None = None
        self._conversation: asyncio.Task[int] | None = None
        self._connections: list[asyncio.StreamWriter] = []
        self._heard = asyncio.Event()
        self._listen()

    async def until(self, condition: Callable[[], T | None]) -> T:
        """Wait until `condition` gives something after what the server said."""

        async def look() -> T:
            while True:
                self._heard.clear()
                if (found := condition()) is not None:
                    return found
                await self._heard.wait()

        return await asyncio.wait_for(look(), PATIENCE)

    async def launch(self, *arguments: str) -> None:
        """Start the server with the fake checker as a process."""
        await self.launch_command(sys.executable, str(FAKE_SERVER), *arguments)

    async def launch_command(self, *command: str) -> None:
        """Start any server as a process."""
        await cast(Any, self).start_io(*command)  # pygls leaves it half typed
        self._async_tasks.append(asyncio.create_task(self._forward_errors()))

    async def connect(self, **overrides: object) -> None:
        """Talk to a server in this event loop."""
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=theirs)
        self._connections.append(writer)
        self.server = build(overrides, open_fake)
        self.server.pipeline.on_configured.append(self._count_obeyed)
        self._conversation = asyncio.create_task(self.server.converse(reader, writer))
        reader, writer = await asyncio.open_connection(sock=ours)
        self.protocol.set_writer(cast(Any, writer))
        self._connections.append(writer)
        stop, protocol = self._stop_event, self.protocol
        self._async_tasks.append(asyncio.create_task(run_async(stop, reader, protocol)))

    async def _forward_errors(self) -> None:
        """Show what the server logs beside a failed test."""
        assert self._server is not None
        assert self._server.stderr is not None
        async for line in self._server.stderr:
            sys.stderr.write(line.decode())

    async def begin(
        self,
        capabilities: types.ClientCapabilities = CAPABILITIES,
        options: dict[str, Any] | None = None,
        folders: list[types.WorkspaceFolder] | None = None,
    ) -> types.InitializeResult:
        result = await self.initialize_async(
            types.InitializeParams(
                capabilities,
                root_uri=self.workspace.as_uri(),
                workspace_folders=folders or [types.WorkspaceFolder(self.workspace.as_uri(), "workspace")],
                initialization_options=options,
            )
        )
        self.initialized(types.InitializedParams())
        return result

    async def change_settings(self) -> None:
        """Say that the settings changed, and wait until they were asked for."""
        asked = self.times_asked
        self.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await self.until(lambda: True if self.times_asked > asked else None)

    async def settings_are_obeyed(self, times: int) -> None:
        """Wait until a server in this event loop has obeyed settings so often."""
        await self.until(lambda: True if self.times_obeyed >= times else None)

    async def end(self) -> int:
        """Take leave as the protocol wants; returns the server's exit status."""
        await self.shutdown_async(None)
        self.exit(None)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end of the server; returns its exit status."""
        ending = self._server.wait() if self._server is not None else self._conversation
        assert ending is not None
        return await asyncio.wait_for(ending, PATIENCE)

    async def kill(self) -> None:
        """Break off the conversation."""
        if self._server is not None and self._server.returncode is None:
            self._server.kill()
            await self._server.wait()
        if self._conversation is not None:
            self._conversation.cancel()
            await asyncio.wait({self._conversation})
        for task in self._async_tasks:
            task.cancel()
        for connection in self._connections:
            connection.close()
            with contextlib.suppress(OSError):  # the other end may have gone first
                await connection.wait_closed()

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def checks(self) -> list[str]:
        """What the fake checker did."""
        path = self.workspace / "checks.log"
        return path.read_text().splitlines() if path.exists() else []

    def release(self) -> None:
        """Let the slow checks end."""
        (self.workspace / "release").touch()

    def open(self, name: str, text: str, version: int = 1) -> "OpenFile":
        """Open a file, which is written to disk first."""
        path = (self.workspace / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return OpenFile(self, path.as_uri(), text, path, version)

    def open_untitled(self, uri: str, text: str) -> "OpenFile":
        """Open a document that is no file."""
        return OpenFile(self, uri, text)

    def _listen(self) -> None:
        def heard(method: str, take: Callable[[Any], Any]) -> None:
            def handler(params: Any) -> Any:
                answer = take(params)
                self._heard.set()
                return answer

            self.feature(method)(handler)

        heard(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self.diagnostics.append)
        heard(types.WINDOW_SHOW_MESSAGE, self.messages.append)
        heard(types.WINDOW_LOG_MESSAGE, self.log.append)
        heard(types.PROGRESS, lambda params: self.progress_values.append((params.token, params.value)))
        heard(types.WINDOW_WORK_DONE_PROGRESS_CREATE, self._agree)
        heard(types.CLIENT_REGISTER_CAPABILITY, self._agree)
        heard(types.WORKSPACE_CODE_LENS_REFRESH, self._count_refresh)
        heard(types.WORKSPACE_APPLY_EDIT, self._apply)
        heard("refute/status", self.statuses.append)
        heard("refute/verdicts", lambda params: self.verdicts.update({params["uri"]: params}))

        heard(types.WORKSPACE_CONFIGURATION, self._tell_settings)

    def _tell_settings(self, params: types.ConfigurationParams) -> list[Any]:
        self.times_asked += 1
        if self.refuses_configuration:
            raise JsonRpcInternalError("no settings today")
        return [self.settings for _ in params.items]

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.applied.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _count_obeyed(self) -> None:
        self.times_obeyed += 1
        self._heard.set()

    def _count_refresh(self, params: None) -> None:
        self.lens_refreshes += 1
        self._agree(params)

    def _agree(self, params: object) -> None:
        if self.refuses_requests:
            raise JsonRpcInternalError("not today")


class OpenFile:
    """An open document, edited as a person would."""

    def __init__(self, editor: Editor, uri: str, text: str, path: Path | None = None, version: int = 1) -> None:
        self.editor = editor
        self.uri = uri
        self.path = path
        self.text = text
        self.version = version
        item = types.TextDocumentItem(uri, "python", self.version, text)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def position(self, offset: int) -> types.Position:
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        line = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)

    def places(self) -> list[types.Position]:
        """Every position that a cursor can be at."""
        lines = list(io.StringIO(self.text, newline="")) or [""]
        if lines[-1].endswith(("\n", "\r")):
            lines.append("")
        return [
            types.Position(number, len(line[:column].encode("utf-16-le")) // 2)
            for number, line in enumerate(lines)
            for column in range(len(line.rstrip("\r\n")) + 1)
        ]

    def find(self, text: str) -> types.Range:
        start = self.text.index(text)
        return types.Range(self.position(start), self.position(start + len(text)))

    def replace(self, old: str, new: str) -> None:
        """Replace the first `old` by `new`."""
        self.change(self.find(old), new)

    def change(self, place: types.Range, new: str) -> None:
        """Replace a range, as an incremental change."""
        self.text = self.text[: self._offset(place.start)] + new + self.text[self._offset(place.end) :]
        self.version += 1
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangePartial(place, new)
        self.editor.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def save(self) -> None:
        assert self.path is not None
        self.path.write_bytes(self.text.encode())
        self.editor.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri)))

    def close(self) -> None:
        identifier = types.TextDocumentIdentifier(self.uri)
        self.editor.text_document_did_close(types.DidCloseTextDocumentParams(identifier))

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Apply an edit of this document, as a client does."""
        if edit.document_changes is not None:
            (change,) = edit.document_changes
            assert isinstance(change, types.TextDocumentEdit)
            assert (change.text_document.uri, change.text_document.version) == (self.uri, self.version)
            edits = change.edits
        else:
            assert edit.changes is not None
            edits = edit.changes[self.uri]
        for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
            assert isinstance(one, types.TextEdit)
            self.change(one.range, one.new_text)

    def _offset(self, position: types.Position) -> int:
        lines = [*io.StringIO(self.text, newline=""), ""]
        before = lines[position.line].encode("utf-16-le")[: 2 * position.character] if position.character else b""
        return sum(map(len, lines[: position.line])) + len(before.decode("utf-16-le"))

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """The functions by the latest `refute/verdicts`."""
        record = self.editor.verdicts.get(self.uri)
        return {function["function"]: function for function in record["functions"]} if record else {}

    async def read(self) -> None:
        """Wait until the server has read this version."""
        await self.editor.until(lambda: self.editor.verdicts.get(self.uri, {}).get("version") == self.version or None)

    async def checked(self) -> list[types.Diagnostic]:
        """Wait until everything in this version has been checked; returns the diagnostics."""

        def is_done(function: dict[str, Any]) -> bool:
            busy = function["running"] or function["outdated"] or not function["final"]
            return not busy and function["verdict"] is not None

        await self.read()
        await self.editor.until(lambda: all(map(is_done, self.functions.values())) or None)
        return self.shown

    async def violated(self) -> list[types.Diagnostic]:
        """Wait until a violation is shown, in this version or in an earlier one, and told in `refute/verdicts` too."""
        await self.editor.until(lambda: self.shown or None)
        await self.editor.until(
            lambda: True if any(f["verdict"] == "violated" for f in self.functions.values()) else None
        )
        return self.shown

    @property
    def shown(self) -> list[types.Diagnostic]:
        """The diagnostics that stand in the editor."""
        published = [params for params in self.editor.diagnostics if params.uri == self.uri]
        return list(published[-1].diagnostics) if published else []

    async def actions(self, place: str) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri), self.find(place), types.CodeActionContext(self.shown)
        )
        found = await self.editor.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    async def lenses(self) -> list[str]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(self.uri))
        found = await self.editor.text_document_code_lens_async(params)
        return [lens.command.title for lens in found or () if lens.command is not None]

    async def command(self, name: str, **argument: str) -> Any:
        params = types.ExecuteCommandParams(f"refute.{name}", [{"uri": self.uri, **argument}])
        return await self.editor.workspace_execute_command_async(params)


class StartEditor(Protocol):
    def __call__(self, **overrides: object) -> Awaitable[Editor]: ...


@pytest.fixture
async def connect(tmp_path: Path) -> AsyncIterator[StartEditor]:
    """Start a server in this process, with an editor that has not said anything yet."""
    async with _editors(tmp_path) as new:

        async def start(**overrides: object) -> Editor:
            editor = new()
            await editor.connect(**overrides)
            return editor

        yield start


@pytest.fixture
async def launch(tmp_path: Path) -> AsyncIterator[StartEditor]:
    """Start a server process, with an editor that has not said anything yet."""
    async with _editors(tmp_path) as new:

        async def start(**overrides: object) -> Editor:
            editor = new()
            await editor.launch(*(f"{name}={value}" for name, value in overrides.items()))
            return editor

        yield start


@pytest.fixture
async def editor(connect: StartEditor) -> Editor:
    """An editor in the middle of a conversation with a server in this process."""
    started = await connect()
    await started.begin()
    return started


@asynccontextmanager
async def _editors(workspace: Path) -> AsyncGenerator[Callable[[], Editor]]:
    editors: list[Editor] = []

    def new() -> Editor:
        editors.append(Editor(workspace))
        return editors[-1]

    yield new
    for editor in editors:
        await editor.kill()

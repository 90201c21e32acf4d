"""The server as a process: how it starts, what it survives, and that nothing is left of it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import FAKE_SERVER, PATIENCE, StartEditor

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'


class RawClient:
    """Sends whatever bytes the test likes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin, self.stdout = process.stdin, process.stdout

    @classmethod
    async def start(cls, *arguments: str, **options: Any) -> "RawClient":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, str(FAKE_SERVER), *arguments)
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, **options))

    def send(self, message: object) -> None:
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        self.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def request(self, number: int, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    async def answer(self, number: int | None) -> dict[str, Any]:
        """The answer to a request; what comes before it is passed over."""
        while True:
            message = await self._message()
            if "method" not in message and message.get("id") == number:
                return message

    async def heard(self, method: str) -> None:
        """Wait for a notification."""
        while (await self._message()).get("method") != method:
            pass

    async def _message(self) -> dict[str, Any]:
        header = await asyncio.wait_for(self.stdout.readuntil(b"\r\n\r\n"), PATIENCE)
        length = int(header.partition(b"Content-Length:")[2].split()[0])
        message: dict[str, Any] = json.loads(await self.stdout.readexactly(length))
        return message

    async def initialize(self, process_id: int | None = None, root: str | None = None) -> dict[str, Any]:
        self.request(0, "initialize", {"processId": process_id, "rootUri": root, "capabilities": {}})
        answer = await self.answer(0)
        self.notify("initialized", {})
        return answer

    async def wait(self) -> int:
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


async def test_a_person_is_served_by_a_process_from_beginning_to_end(launch: StartEditor) -> None:
    editor = await launch()
    await editor.begin()
    file = editor.open("a.py", WRONG)
    assert len(await file.checked()) == 1
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    file.apply(resolved.edit)
    file.save()
    assert await file.checked() == []
    assert await editor.end() == 0
    assert editor.checks()[-1] == "closed"


async def test_shutdown_ends_checks_that_run(launch: StartEditor) -> None:
    editor = await launch()
    await editor.begin()
    editor.open("a.py", WRONG.replace("twice", "slow"))
    await editor.until(lambda: True if editor.diagnostics and editor.diagnostics[-1].diagnostics else None)
    assert await editor.end() == 0
    assert editor.checks() == ["start slow", "cancelled slow", "closed"]


async def test_the_server_ends_when_its_input_ends() -> None:
    client = await RawClient.start()
    await client.initialize()
    client.stdin.close()
    assert await client.wait() == 1


async def test_exit_without_shutdown_is_an_error_status() -> None:
    client = await RawClient.start()
    await client.initialize()
    client.notify("exit")
    assert await client.wait() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
async def test_a_polite_signal_ends_the_server(launch: StartEditor) -> None:
    editor = await launch()
    await editor.begin()
    file = editor.open("a.py", WRONG)
    await file.checked()
    os.kill(editor.pid, signal.SIGTERM)
    await editor.ended()
    assert editor.checks()[-1] == "closed"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end with their owner there")
async def test_the_server_ends_when_the_editor_dies_though_its_input_stays_open() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent:  # noqa: ASYNC220
        client = await RawClient.start()
        await client.initialize(parent.pid)
        parent.kill()
        assert await client.wait() == 1


async def test_an_editor_that_cannot_be_seen_is_not_taken_for_dead() -> None:
    client = await RawClient.start()
    await client.initialize(process_id=2**22 + 1)  # beyond the largest that Linux gives
    client.request(1, "shutdown")
    assert (await client.answer(1))["result"] is None


async def test_every_request_is_answered_whatever_is_wrong_with_it() -> None:
    client = await RawClient.start()
    client.request(1, "textDocument/hover", {})
    assert (await client.answer(1))["error"]["code"] == -32002
    await client.initialize()
    client.request(2, "initialize", {"capabilities": {}})
    assert (await client.answer(2))["error"]["code"] == -32600
    client.request(3, "textDocument/hover", {"textDocument": 7})
    assert (await client.answer(3))["error"]["code"] in (-32602, -32603)
    client.request(4, "refute/nothing", {"a": 1})
    assert (await client.answer(4))["error"]["code"] == -32601
    client.send_bytes(b"{nonsense")
    answer = await client.answer(None)
    assert "id" in answer
    assert answer["error"]["code"] == -32700
    client.send([1, 2])
    assert (await client.answer(None))["error"]["code"] == -32600
    client.request(5, "shutdown")
    assert (await client.answer(5))["result"] is None
    client.request(6, "textDocument/hover", {})
    assert (await client.answer(6))["error"]["code"] == -32600
    client.notify("exit")
    assert await client.wait() == 0


async def test_notifications_that_make_no_sense_are_ignored() -> None:
    client = await RawClient.start()
    await client.initialize()
    client.notify(
        "textDocument/didChange", {"textDocument": {"uri": "file:///x.py", "version": 2}, "contentChanges": []}
    )
    client.notify("textDocument/didSave", {"textDocument": {"uri": "file:///x.py"}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///x.py"}})
    client.notify("textDocument/didOpen", {"textDocument": "x"})
    client.notify("window/workDoneProgress/cancel", {"token": "unknown"})
    client.notify("$/cancelRequest", {"id": 77})
    client.request(1, "shutdown")
    assert (await client.answer(1))["result"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"id": 1, "method": "textDocument/hover"}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "result": 1}',
        b'{"jsonrpc": "2.0", "id": [1], "method": "textDocument/hover"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": {"a": 1}}',
        b'{"jsonrpc": "2.0", "method": []}',
        b"[" * 100_000,
        b"\xff",
    ],
)
async def test_no_message_ends_the_conversation(body: bytes) -> None:
    client = await RawClient.start()
    await client.initialize()
    client.send_bytes(body)
    client.request(9, "shutdown")
    assert (await client.answer(9))["result"] is None


async def test_a_client_that_does_not_say_that_it_is_initialized_is_served(tmp_path: Path) -> None:
    client = await RawClient.start()
    client.request(0, "initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}})
    await client.answer(0)
    client.notify("textDocument/didOpen", {"textDocument": document(tmp_path)})
    await client.heard("textDocument/publishDiagnostics")


async def test_initializing_can_be_tried_again_after_a_mistake() -> None:
    client = await RawClient.start()
    client.request(1, "initialize", {"capabilities": 5})
    assert "capabilities" in (await client.answer(1))["error"]["message"]
    assert "capabilities" in (await client.initialize())["result"]


async def test_a_request_that_is_refused_is_told_in_a_line_of_the_log(tmp_path: Path) -> None:
    client = await RawClient.start(stderr=asyncio.subprocess.PIPE)
    await client.initialize(root=tmp_path.as_uri())
    client.notify("textDocument/didOpen", {"textDocument": document(tmp_path)})
    client.request(1, "textDocument/hover", {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0}})
    assert "character" in (await client.answer(1))["error"]["message"]
    command = {"command": "refute.check", "arguments": [{"uri": "file:///nowhere.py"}]}
    for number, method, params in (
        (2, "workspace/executeCommand", command),
        (3, "workspace/executeCommand", {"command": "refute.nothing"}),
        (4, "codeAction/resolve", {"title": "x"}),
        (5, "textDocument/inlayHint", {}),
    ):
        client.request(number, method, params)
        assert "error" in await client.answer(number)
    client.notify("textDocument/didChange", {"textDocument": {}})
    client.request(6, "shutdown")
    await client.answer(6)
    client.notify("exit")
    _, log = await client.process.communicate()
    assert b"nowhere.py is not open" in log
    assert b"Traceback" not in log


def document(folder: Path) -> dict[str, Any]:
    path = folder / "a.py"
    path.write_text(WRONG)
    return {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": WRONG}


async def test_what_is_printed_never_reaches_the_conversation(tmp_path: Path) -> None:
    client = await RawClient.start("--noisy", stderr=asyncio.subprocess.PIPE)
    await client.initialize(root=tmp_path.as_uri())
    await client.heard("refute/status")
    client.request(1, "shutdown")
    await client.answer(1)
    client.notify("exit")
    rest, errors = await client.process.communicate()
    assert rest == b""
    assert errors.count(b"a stray line") == 2


async def test_the_server_can_be_reached_over_tcp() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(FAKE_SERVER), "--tcp", stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
    assert line.startswith("refute serve: listening on 127.0.0.1:")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(line.rpartition(":")[2]))
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    header = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    answer = json.loads(await reader.readexactly(int(header.partition(b"Content-Length:")[2].split()[0])))
    assert answer["result"]["serverInfo"]["name"] == "refute"
    writer.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1

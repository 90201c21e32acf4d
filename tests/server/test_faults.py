"""Folders that hang, as they do on a network that is not there: the rest goes on, and the user is told once."""

import builtins
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from tests.server.conftest import Editor, OpenFile, StartEditor

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'
CALLS = ((os, "stat"), (os, "lstat"), (os, "scandir"), (os, "listdir"), (io, "open"), (builtins, "open"))


class Hanging:
    """A folder that does not answer until `back` is set. Calls by the event loop, which would freeze it, are noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.back = threading.Event()
        self.on_the_loop: list[str] = []

    def wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def hang(*arguments: Any, **options: Any) -> Any:
            place = str(arguments[0]) if arguments else ""
            if Path(place).is_relative_to(self.folder):
                if threading.current_thread() is threading.main_thread() and not self.back.is_set():
                    self.on_the_loop.append(f"{call.__name__} {place}")
                    raise OSError(110, "Connection timed out")
                self.back.wait()
            return call(*arguments, **options)

        return hang


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "there" / "b.py").write_text(WRONG)
    monkeypatch.setattr("refute.server.folders.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("refute.server.reading.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("refute.server.features.code_actions.PATIENCE_SECONDS", 0.1)
    found = Hanging(tmp_path / "there")
    for module, name in CALLS:
        monkeypatch.setattr(module, name, found.wrapped(getattr(module, name)))
    yield found
    found.back.set()


async def begin(editor: Editor) -> None:
    uris = [(editor.workspace / name).as_uri() for name in ("here", "there")]
    await editor.begin(folders=[types.WorkspaceFolder(uri, uri) for uri in uris])


def hangs(editor: Editor, hanging: Hanging) -> list[str]:
    """What was told of the folder; with so little patience, a busy machine makes the other one look hung as well."""
    return [m.message for m in editor.messages if m.message.startswith(f"{hanging.folder} has not answered")]


async def test_a_folder_that_hangs_keeps_no_other_waiting(connect: StartEditor, hanging: Hanging) -> None:
    editor = await connect()
    await begin(editor)
    slow = OpenFile(editor, (hanging.folder / "b.py").as_uri(), WRONG)
    quick = editor.open("here/a.py", WRONG)
    assert len(await quick.checked()) == 1
    identifier = types.TextDocumentIdentifier(slow.uri)
    for _ in range(3):
        slow.replace("wrong", "not wrong")
        await editor.text_document_hover_async(types.HoverParams(identifier, types.Position(0, 5)))
        await slow.lenses()
        await slow.actions("twice")
    editor.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(slow.uri, types.FileChangeType.Changed)])
    )
    assert len(await quick.checked()) == 1
    assert len(hangs(editor, hanging)) == 1
    assert hanging.on_the_loop == []


async def test_a_folder_that_is_back_is_checked(connect: StartEditor, hanging: Hanging) -> None:
    editor = await connect()
    await begin(editor)
    file = OpenFile(editor, (hanging.folder / "b.py").as_uri(), WRONG, hanging.folder / "b.py")
    await editor.until(lambda: hangs(editor, hanging) or None)
    hanging.back.set()
    assert len(await file.checked()) == 1


async def test_the_server_ends_though_a_folder_hangs(connect: StartEditor, hanging: Hanging) -> None:
    editor = await connect()
    await begin(editor)
    OpenFile(editor, (hanging.folder / "b.py").as_uri(), WRONG)
    await editor.until(lambda: hangs(editor, hanging) or None)
    assert await editor.end() == 0

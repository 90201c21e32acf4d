"""`refute serve` with the real checker and no model, from the editor's side."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from lsprotocol import types
from tests.server.conftest import PATIENCE, Editor

from refute.server.folders import path_of

SERVE = (sys.executable, "-m", "refute.cli", "serve", "--model", "none", "--python", sys.executable)
WRONG = '''\
def clamp(value: int, low: int, high: int) -> int:
    """The value, but not less than low and not more than high.

    >>> clamp(5, 1, 3)
    3
    >>> clamp(0, 1, 3)
    1
    """
    if value < low:
        return low
    if value < high:
        return high
    return value
'''
LOOPING = "def wait(x: int) -> int:\n    while True:\n        x += 1\n\n\n"


@pytest.fixture
async def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Editor]:
    """An editor with `refute serve --model none` and caches of its own."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    started = Editor(workspace)
    await started.launch_command(*SERVE)
    await started.begin()
    yield started
    await started.kill()


async def test_a_violation_is_found_kept_as_a_test_fixed_and_gone(editor: Editor) -> None:
    file = editor.open("numbers/clamping.py", WRONG)
    (diagnostic,) = await file.checked()
    assert diagnostic.code == "example"
    assert "value=5, low=1, high=3 gives 5" in diagnostic.message
    assert diagnostic.range == file.find("clamp")
    keep = next(action for action in await file.actions("clamp") if "as a test" in action.title)
    test = _write_new_file((await editor.code_action_resolve_async(keep)).edit)
    assert _pytest(test, editor.workspace / "numbers") == 1
    await file.checked()  # again, since a test of the function is new: its fix must pass that too
    fix = (await file.actions("clamp"))[0]
    assert fix.is_preferred
    resolved = await editor.code_action_resolve_async(fix)
    assert resolved.edit is not None
    file.apply(resolved.edit)
    file.save()
    assert await file.checked() == []
    assert "hold" in (await file.lenses())[0]
    assert _pytest(test, editor.workspace / "numbers") == 0


async def test_a_dismissed_property_stays_dismissed_after_a_restart(editor: Editor) -> None:
    file = editor.open("clamping.py", WRONG)
    await file.violated()
    (violated, *_) = [p for p in file.functions["clamp"]["properties"] if p["status"] == "violated"]
    await file.command("dismiss", function="clamp", property=violated["id"])
    assert file.shown == []
    assert await editor.end() == 0
    again = Editor(editor.workspace)
    await again.launch_command(*SERVE)
    await again.begin()
    assert await again.open("clamping.py", WRONG).checked() == []
    assert await again.end() == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
async def test_an_endless_loop_is_cancelled_by_an_edit_and_leaves_no_process(editor: Editor) -> None:
    file = editor.open("looping.py", LOOPING + WRONG)
    await editor.until(lambda: file.functions.get("wait", {}).get("running") or None)
    file.replace(LOOPING, "")
    file.save()
    assert len(await file.checked()) == 1
    children = _descendants(editor.pid)
    assert await editor.end() == 0
    await _gone(children)


def _write_new_file(edit: types.WorkspaceEdit | None) -> Path:
    """Make the one new file of an edit, as a client does."""
    assert edit is not None
    assert edit.document_changes is not None
    creation, change = edit.document_changes
    assert isinstance(creation, types.CreateFile)
    assert isinstance(change, types.TextDocumentEdit)
    (insertion,) = change.edits
    assert isinstance(insertion, types.TextEdit)
    path = path_of(creation.uri)
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text(insertion.new_text)
    return path


def _pytest(path: Path, folder: Path) -> int:
    """The exit status of a test file on its own, with the modules of `folder`."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, check=False, timeout=120).returncode


def _parents() -> dict[int, int]:
    """The parent of each process that lives."""
    found: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = status.read_text("utf-8", "replace").rpartition(")")[2].split()
            if state != "Z":
                found[int(status.parent.name)] = int(parent)
    return found


def _descendants(process: int) -> set[int]:
    parents = _parents()
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


async def _gone(processes: set[int]) -> None:
    """Wait until none of these processes lives."""

    async def look() -> None:
        while processes & _parents().keys():  # noqa: ASYNC110 (nothing tells of the end of other processes)
            await asyncio.sleep(0.05)

    await asyncio.wait_for(look(), PATIENCE)

"""What happens when files change that nobody edits."""

from pathlib import Path

from lsprotocol import types
from tests.server.conftest import Editor

RIGHT = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return right\n'


async def checked_times(editor: Editor, times: int) -> None:
    await editor.until(lambda: True if editor.checks().count("done twice") >= times else None)


def tell(editor: Editor, path: Path) -> None:
    change = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))


async def test_functions_are_checked_again_when_what_they_use_changed_on_disk(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    (editor.workspace / "imported.py").write_text("x = 2\n")
    await checked_times(editor, 2)
    assert await file.checked() == []


async def test_what_the_client_watches_counts_too(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    imported = editor.workspace / "imported.py"
    imported.write_text("x = 2\n")
    tell(editor, imported)
    await checked_times(editor, 2)


async def test_a_change_that_matters_to_nobody_runs_nothing(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    tell(editor, editor.workspace / "other.py")
    await editor.open("b.py", RIGHT.replace("twice", "thrice")).checked()
    assert editor.checks() == ["start twice", "done twice", "start thrice", "done thrice"]


async def test_what_is_being_typed_waits_for_its_save(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    file.replace("right", "x or right")
    await file.read()
    imported = editor.workspace / "imported.py"
    imported.write_text("x = 2\n")
    tell(editor, imported)
    other = editor.open("b.py", RIGHT.replace("twice", "thrice"))
    await other.checked()
    assert editor.checks() == ["start twice", "done twice", "start thrice", "done thrice"]
    file.save()
    await file.checked()


async def test_renamed_files_count_as_changed(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    (editor.workspace / "imported.py").write_text("x = 2\n")
    old, new = (editor.workspace / "old.py").as_uri(), (editor.workspace / "imported.py").as_uri()
    editor.workspace_did_rename_files(types.RenameFilesParams([types.FileRename(old, new)]))
    await checked_times(editor, 2)


async def test_new_settings_in_pyproject_are_obeyed(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    (editor.workspace / "pyproject.toml").write_text('[tool.refute]\nmodel = "another"\n')
    await editor.until(lambda: True if editor.statuses[-1]["model"]["name"] == "another" else None)


async def test_a_file_that_is_ignored_from_now_on_says_so(editor: Editor) -> None:
    file = editor.open("build/a.py", RIGHT)
    await file.checked()
    ignore = editor.workspace / ".gitignore"
    ignore.write_text("build/\n")
    tell(editor, ignore)
    await editor.until(
        lambda: True if (file.functions["twice"]["reason"] or "").startswith("the file is exc") else None
    )

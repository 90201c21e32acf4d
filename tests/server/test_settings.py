"""Where settings come from, and which files are checked."""

import asyncio
import sys

import pytest
from lsprotocol import types
from tests.server.conftest import Editor, StartEditor

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'


async def model_in_use(editor: Editor, name: str) -> None:
    await editor.until(lambda: True if editor.statuses and editor.statuses[-1]["model"]["name"] == name else None)


async def test_pyproject_wins_over_defaults(connect: StartEditor) -> None:
    editor = await connect()
    (editor.workspace / "pyproject.toml").write_text('[tool.refute]\nmodel = "from-pyproject"\n')
    await editor.begin()
    await model_in_use(editor, "from-pyproject")


async def test_the_editor_wins_over_pyproject(connect: StartEditor) -> None:
    editor = await connect()
    (editor.workspace / "pyproject.toml").write_text('[tool.refute]\nmodel = "from-pyproject"\n')
    editor.settings = {"model": "from-editor", "python": None}
    await editor.begin()
    await model_in_use(editor, "from-editor")


async def test_the_command_line_wins_over_the_editor(connect: StartEditor) -> None:
    editor = await connect(model="from-command-line")
    editor.settings = {"model": "from-editor"}
    await editor.begin()
    await model_in_use(editor, "from-command-line")


async def test_a_client_that_cannot_be_asked_sends_its_settings(connect: StartEditor) -> None:
    editor = await connect()
    await editor.begin(types.ClientCapabilities(), {"settings": {"model": "from-options", "repairRounds": 2}})
    await model_in_use(editor, "from-options")
    params = types.DidChangeConfigurationParams({"refute": {"model": "changed"}})
    editor.workspace_did_change_configuration(params)
    await model_in_use(editor, "changed")
    assert editor.messages == []


@pytest.mark.parametrize(
    "options",
    [
        {"settings": {"model": "from-options"}},
        {"settings": {"refute": {"model": "from-options"}}},
        {"refute": {"model": "from-options"}},
        {"model": "from-options", "somebody": "else's"},
    ],
)
async def test_settings_at_the_start_count_also_where_the_client_can_be_asked(
    connect: StartEditor, options: dict[str, object]
) -> None:
    editor = await connect()
    editor.settings = {"examples": 7}
    await editor.begin(options=options)
    await model_in_use(editor, "from-options")
    assert editor.messages == []


async def test_news_without_settings_lose_none(connect: StartEditor) -> None:
    editor = await connect()
    await editor.begin(types.ClientCapabilities(), {"settings": {"model": "first"}})
    await model_in_use(editor, "first")
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams({"model": "second"}))
    await model_in_use(editor, "second")
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.settings_are_obeyed(3)
    assert await editor.open("a.py", WRONG).checked()
    await model_in_use(editor, "second")


@pytest.mark.parametrize("text", ["tool = 5", "tool.refute = 5", "[tool.refute\n", "[tool.refute]\nexamples = []"])
async def test_a_wrong_pyproject_is_told_once_and_does_not_keep_files_from_being_checked(
    connect: StartEditor, text: str
) -> None:
    editor = await connect()
    (editor.workspace / "pyproject.toml").write_text(text)
    await editor.begin()
    assert len(await editor.open("a.py", WRONG).checked()) == 1
    (message,) = editor.messages
    assert "pyproject.toml" in message.message


async def test_new_settings_are_obeyed_at_once(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    editor.settings = {"model": "another"}
    await editor.change_settings()
    await model_in_use(editor, "another")
    assert "closed" in editor.checks()
    await editor.until(lambda: True if editor.checks()[-1] == "done twice" else None)


async def test_a_bad_setting_gives_one_message_and_the_default(connect: StartEditor) -> None:
    editor = await connect()
    editor.settings = {"examples": "many", "jobs": -1, "colour": "red", "client": {"path": "x"}, "trace": {"server": 1}}
    await editor.begin()
    file = editor.open("a.py", WRONG)
    assert len(await file.checked()) == 1
    await editor.change_settings()
    assert sorted(message.message for message in editor.messages) == [
        "editor settings: examples = 'many' is not usable (a whole number); 200 stays in force",
        "editor settings: jobs = -1 is not usable (at least 0); 0 stays in force",
        "editor settings: there is no setting 'colour'; it is ignored",
    ]


async def test_a_client_that_does_not_tell_its_settings_is_served_all_the_same(connect: StartEditor) -> None:
    editor = await connect()
    editor.refuses_configuration = True
    await editor.begin()
    file = editor.open("a.py", WRONG)
    assert len(await file.checked()) == 1


async def test_with_manual_runs_nothing_is_checked_on_save(connect: StartEditor) -> None:
    editor = await connect(run="manual")
    await editor.begin()
    file = editor.open("a.py", WRONG)
    file.save()
    await file.read()
    assert await file.lenses() == ["not checked yet"]
    assert editor.checks() == []


async def test_with_idle_runs_an_edit_is_checked_without_a_save(connect: StartEditor) -> None:
    editor = await connect(run="idle")
    await editor.begin()
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.replace("wrong", "right")
    assert await file.checked() == []


async def test_an_ignored_file_is_not_checked(editor: Editor) -> None:
    (editor.workspace / ".gitignore").write_text("build/\n")
    file = editor.open("build/a.py", WRONG)
    await file.read()
    assert await file.lenses() == ["not checked: the file is excluded by .gitignore or by the settings"]
    assert editor.checks() == []


async def test_patterns_that_are_none_are_passed_over(editor: Editor) -> None:
    (editor.workspace / ".gitignore").write_text("!\nhalf\\\n[z-a]\nbuild/\n")
    assert len(await editor.open("a.py", WRONG).checked()) == 1
    file = editor.open("build/a.py", WRONG)
    await file.read()
    assert "excluded" in (await file.lenses())[0]


async def test_a_pattern_to_exclude_that_is_none_is_told(connect: StartEditor) -> None:
    editor = await connect()
    editor.settings = {"exclude": ["build\\"]}
    await editor.begin()
    assert len(await editor.open("a.py", WRONG).checked()) == 1
    (message,) = editor.messages
    assert "is no gitignore pattern" in message.message


async def test_a_file_outside_of_the_workspace_is_checked_when_it_is_saved(editor: Editor) -> None:
    (editor.workspace.parent / "elsewhere").mkdir()
    file = editor.open("../elsewhere/a.py", WRONG)
    await file.read()
    assert await file.lenses() == ["not checked yet"]
    file.save()
    assert len(await file.checked()) == 1


async def test_a_document_without_a_file_is_read_but_not_checked(editor: Editor) -> None:
    file = editor.open_untitled("untitled:Untitled-1", WRONG)
    await file.read()
    assert await file.lenses() == ["not checked: save the file first"]
    assert editor.checks() == []


@pytest.mark.parametrize(
    "uri", ["git:/a/b.py?ref", "http://[no/address.py", "file:relative.py", "file:///a/%00.py", "file:///c%3A/a.py"]
)
@pytest.mark.skipif(sys.platform == "win32", reason="there, C: is a drive")
async def test_what_is_no_file_of_this_machine_is_read_but_not_checked(editor: Editor, uri: str) -> None:
    file = editor.open_untitled(uri, WRONG)
    await file.read()
    assert await file.lenses() == ["not checked: it is no file on this machine"]
    assert [record for record in editor.log if record.type == types.MessageType.Error] == []


async def test_a_file_on_localhost_is_a_file(editor: Editor) -> None:
    uri = editor.open("a.py", WRONG).uri.replace("file:///", "file://localhost/")
    assert len(await editor.open_untitled(uri, WRONG).checked()) == 1


@pytest.mark.parametrize("uri", ["untitled:x", "http://[no", "file:///does/not/exist", "file:relative"])
async def test_a_workspace_folder_that_is_none_harms_no_other(connect: StartEditor, uri: str) -> None:
    editor = await connect()
    await editor.begin(folders=[types.WorkspaceFolder(editor.workspace.as_uri(), "w"), types.WorkspaceFolder(uri, "x")])
    assert len(await editor.open("a.py", WRONG).checked()) == 1


async def test_documents_in_other_languages_are_passed_over(editor: Editor) -> None:
    item = types.TextDocumentItem("file:///notes.txt", "plaintext", 1, "x")
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    for version in (2, 3):
        identifier = types.VersionedTextDocumentIdentifier(version, item.uri)
        change = types.TextDocumentContentChangeWholeDocument("y")
        editor.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))
    assert len(await editor.open("a.py", WRONG).checked()) == 1
    assert [record for record in editor.log if "notes.txt" in record.message] == []


async def test_each_workspace_folder_has_its_own_settings(connect: StartEditor) -> None:
    editor = await connect()
    folders: list[types.WorkspaceFolder] = []
    for name, run in (("one", "manual"), ("two", "save")):
        folder = editor.workspace / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text(f'[tool.refute]\nrun = "{run}"\n')
        folders.append(types.WorkspaceFolder(folder.as_uri(), name))
    await editor.begin(folders=folders)
    one, two = editor.open("one/a.py", WRONG), editor.open("two/a.py", WRONG)
    assert len(await two.checked()) == 1
    await one.read()
    assert await one.lenses() == ["not checked yet"]
    assert not (editor.workspace / "one" / "checks.log").exists()


async def test_the_last_settings_are_obeyed_though_earlier_ones_take_their_time(connect: StartEditor) -> None:
    editor = await connect()
    paths = [editor.workspace / name for name in ("one", "two")]
    for path in paths:
        path.mkdir()
    await editor.begin(folders=[types.WorkspaceFolder(path.as_uri(), path.name) for path in paths])
    for path in paths:
        await editor.open(f"{path.name}/a.py", WRONG).checked()
    (paths[0] / "hold").touch()
    editor.settings = {"model": "earlier"}
    await editor.change_settings()
    while "held" not in (paths[0] / "checks.log").read_text():  # noqa: ASYNC110 (it is a file)
        await asyncio.sleep(0.005)
    editor.settings = {"model": "last"}
    await editor.change_settings()
    await asyncio.sleep(0.1)  # in which the last must not overtake
    (paths[0] / "hold").unlink()
    await editor.settings_are_obeyed(3)
    assert editor.server is not None
    assert [folder.settings.model for folder in editor.server.folders] == ["last", "last"]


async def test_a_folder_can_be_added_and_removed(editor: Editor) -> None:
    folder = editor.workspace.parent / "more"
    folder.mkdir()
    added = types.WorkspaceFolder(folder.as_uri(), "more")
    event = types.WorkspaceFoldersChangeEvent([added], [])
    editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    file = editor.open("../more/a.py", WRONG)
    assert len(await file.checked()) == 1
    event = types.WorkspaceFoldersChangeEvent([], [added])
    editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    log = folder / "checks.log"
    await editor.until(lambda: True if log.exists() and "closed" in log.read_text() else None)

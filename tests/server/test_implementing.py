"""Implementing a stub from the editor."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.server.conftest import Editor, OpenFile

STUB = 'def one() -> int:\n    """Return the number one."""\n    ...\n'
HOPELESS = STUB.replace("one()", "hopeless()")
DONE = STUB.replace("...", "return 1")


async def offered(file: OpenFile, name: str) -> list[types.CodeAction]:
    return [action for action in await file.actions(name) if action.kind == types.CodeActionKind.RefactorRewrite]


async def test_a_stub_offers_to_be_implemented(editor: Editor) -> None:
    (action,) = await offered(editor.open("a.py", STUB), "one")
    assert action.title == "Refute: implement one and check it"


async def test_functions_with_a_body_offer_no_such_thing(editor: Editor) -> None:
    assert await offered(editor.open("a.py", DONE), "one") == []


async def test_only_the_kinds_that_are_asked_for_come(editor: Editor) -> None:
    file = editor.open("a.py", STUB)
    for kind, count in (("refactor", 1), ("refactor.rewrite", 1), ("quickfix", 0), ("refactor.rew", 0)):
        context = types.CodeActionContext([], only=[kind])
        params = types.CodeActionParams(types.TextDocumentIdentifier(file.uri), file.find("one"), context)
        assert len(await editor.text_document_code_action_async(params) or ()) == count


async def test_the_body_is_put_into_the_document(editor: Editor) -> None:
    file = editor.open("a.py", STUB)
    (action,) = await offered(file, "one")
    assert action.command is not None
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    await editor.workspace_execute_command_async(params)
    (edit,) = await editor.until(lambda: editor.applied or None)
    file.apply(edit)
    assert file.text == DONE


async def test_the_user_is_told_why_nothing_was_written(editor: Editor) -> None:
    await editor.open("a.py", HOPELESS).command("implement", function="hopeless")
    (message,) = await editor.until(lambda: editor.messages or None)
    assert message.message == "hopeless was not implemented: the model wrote no usable body"


async def test_a_function_with_a_body_is_not_overwritten(editor: Editor) -> None:
    file = editor.open("a.py", DONE)
    await file.read()
    with pytest.raises(JsonRpcException, match="no stub"):
        await file.command("implement", function="one")

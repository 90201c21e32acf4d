"""Columns and line endings, as each client counts them."""

import pytest
from lsprotocol import types
from tests.server.conftest import CAPABILITIES, Editor, StartEditor

EMOJI = 'class A:\n    def twice(self, x="😀", y=1): return wrong\n'


async def test_columns_after_an_emoji_are_counted_in_utf16_units(editor: Editor) -> None:
    file = editor.open("a.py", EMOJI)
    await file.checked()
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    file.apply(resolved.edit)
    assert file.text == EMOJI.replace("wrong", "right")


async def test_edits_around_emoji_keep_server_and_client_in_step(editor: Editor) -> None:
    file = editor.open("a.py", '"""😀😀"""; x = 1\r\ndef twice(x): return right\r\n')
    file.replace('😀"""', '𝔘é"""')
    file.replace("; x = 1", "; x = '\u2028\x0c'; y = 2")
    file.replace("right", "'😀', wrong")
    file.save()
    (diagnostic,) = await file.checked()
    assert diagnostic.range == file.find("twice")


async def test_a_fix_of_a_crlf_file_keeps_its_line_endings(editor: Editor) -> None:
    file = editor.open("a.py", 'def twice(x):\r\n    """One."""\r\n    return wrong\r\n')
    await file.checked()
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    file.apply(resolved.edit)
    assert file.text == 'def twice(x):\r\n    """One."""\r\n    return right\r\n'
    file.save()
    assert await file.checked() == []


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 33), ("utf-16", 31), ("utf-32", 30)])
async def test_the_encoding_that_the_client_prefers_is_used(connect: StartEditor, encoding: str, column: int) -> None:
    editor = await connect()
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding), "utf-16"])
    capabilities = types.ClientCapabilities(general=general, text_document=CAPABILITIES.text_document)
    result = await editor.begin(capabilities)
    assert result.capabilities.position_encoding == encoding
    file = editor.open("a.py", 'def twice(x="😀", y=1): return wrong\n')
    await file.checked()
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    assert resolved.edit.changes is not None
    (edit,) = resolved.edit.changes[file.uri]
    assert isinstance(edit, types.TextEdit)
    assert edit.range.start.character == column

"""The loop as a person meets it: open, edit, save, violation, fix, clean."""

from lsprotocol import types
from tests.server.conftest import Editor

WRONG = 'def f(x: int) -> int:\n    """Says what is right."""\n    return wrong\n'


async def test_a_violation_appears_when_a_file_is_opened(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    (diagnostic,) = await file.checked()
    assert diagnostic.source == "refute"
    assert diagnostic.code == "idempotent"
    assert diagnostic.severity == types.DiagnosticSeverity.Warning
    assert diagnostic.range == types.Range(types.Position(0, 4), types.Position(0, 5))
    assert diagnostic.message == "violated: x=0 gives 1"
    assert diagnostic.related_information is not None
    assert diagnostic.related_information[0].location.range.start == types.Position(1, 4)


async def test_the_quick_fix_makes_the_file_clean(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    fix = (await file.actions("f(x"))[0]
    assert fix.is_preferred
    assert list(fix.diagnostics or ()) == file.shown
    resolved = await editor.code_action_resolve_async(fix)
    assert resolved.edit is not None
    file.apply(resolved.edit)
    assert file.text == WRONG.replace("wrong", "right")
    file.save()
    assert await file.checked() == []
    assert editor.diagnostics[-1].version == file.version

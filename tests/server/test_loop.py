"""The loop as a person meets it: open, edit, save, violation, fix, clean."""

from lsprotocol import types
from tests.server.conftest import Editor, StartEditor

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'
RIGHT = WRONG.replace("wrong", "right")
SLOW = WRONG.replace("def twice", "def slow")


async def test_a_violation_appears_when_a_file_is_opened(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    (diagnostic,) = await file.checked()
    assert diagnostic.source == "refute"
    assert diagnostic.code == "idempotent"
    assert diagnostic.severity == types.DiagnosticSeverity.Warning
    assert diagnostic.range == file.find("twice")
    assert diagnostic.message == 'violated: x=0 gives 1 (docstring, line 2: "Says what it should.")'
    (claim, _) = file.functions["twice"]["properties"]
    assert diagnostic.data == {"property": claim["id"], "function": "twice", "outdated": False}


async def test_related_information_points_to_the_line_of_the_spec(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    (diagnostic,) = await file.checked()
    assert diagnostic.related_information is not None
    (related,) = diagnostic.related_information
    assert related.location == types.Location(file.uri, file.find('"""Says what it should."""'))


async def test_an_exception_is_shown_on_the_line_where_it_arises(editor: Editor) -> None:
    file = editor.open("a.py", WRONG.replace("return wrong", "raise wrong"))
    (diagnostic,) = await file.checked()
    assert diagnostic.range == file.find("raise wrong")


async def test_the_quick_fix_makes_the_file_clean(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    fix = (await file.actions("twice"))[0]
    assert fix.is_preferred
    assert list(fix.diagnostics or ()) == file.shown
    resolved = await editor.code_action_resolve_async(fix)
    assert resolved.edit is not None
    file.apply(resolved.edit)
    assert file.text == RIGHT
    file.save()
    assert await file.checked() == []
    assert editor.diagnostics[-1].version == file.version


async def test_a_violation_is_shown_before_its_fix_is_found(editor: Editor) -> None:
    file = editor.open("a.py", SLOW)
    await file.violated()
    await editor.until(lambda: file.functions["slow"]["running"] or None)
    assert not file.functions["slow"]["final"]
    assert "Refute: say right" not in [action.title for action in await file.actions("slow")]
    editor.release()
    await file.checked()
    assert (await file.actions("slow"))[0].title == "Refute: say right"


async def test_an_edited_function_keeps_its_violation_marked_as_outdated(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.replace("return", "x += 1\n    return")
    await file.read()
    (diagnostic,) = file.shown
    assert diagnostic.message.startswith("violated: x=0 gives 1 (docstring, line 2: ")
    assert diagnostic.message.endswith(" (outdated: save to check again)")
    assert [action.title for action in await file.actions("twice")] == [
        "Refute: dismiss the property “doing it twice is doing it once”",
        "Refute: do not check twice any more",
    ]


async def test_undoing_an_edit_makes_the_violation_current_again(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    before = await file.checked()
    file.replace("wrong", "right")
    await file.read()
    assert file.shown != before
    file.replace("right", "wrong")
    await file.read()
    assert file.shown == before
    assert editor.checks() == ["start twice", "done twice"]


async def test_lines_above_move_a_violation_and_its_fix(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.replace("def twice", "import os\n\n\ndef twice")
    await file.read()
    (diagnostic,) = file.shown
    assert diagnostic.range == file.find("twice")
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    file.apply(resolved.edit)
    assert file.text == "import os\n\n\n" + RIGHT


async def test_a_comment_is_no_reason_to_check_again(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.replace("    return", "    # a reason\n    return")
    file.save()
    (diagnostic,) = await file.checked()
    assert "outdated" not in diagnostic.message
    assert editor.checks() == ["start twice", "done twice"]


async def test_only_the_edited_function_is_checked_on_save(editor: Editor) -> None:
    file = editor.open("a.py", WRONG + "\n\n" + RIGHT.replace("def twice", "def g"))
    await file.checked()
    file.replace("return right", "return not right")
    file.save()
    await file.checked()
    assert sorted(editor.checks()) == ["done g", "done g", "done twice", "start g", "start g", "start twice"]


async def test_an_edit_cancels_the_check_of_its_function(editor: Editor) -> None:
    file = editor.open("a.py", SLOW)
    await file.violated()
    file.replace("return wrong", "return right")
    file.save()
    await file.read()
    editor.release()
    assert await file.checked() == []
    assert editor.checks() == ["start slow", "cancelled slow", "start slow", "done slow"]
    assert [params.version for params in editor.diagnostics] == sorted(p.version or 0 for p in editor.diagnostics)


async def test_an_edit_elsewhere_does_not_disturb_a_check(editor: Editor) -> None:
    file = editor.open("a.py", SLOW)
    await file.violated()
    file.replace("def slow", "import os\n\n\ndef slow")
    await file.read()
    editor.release()
    (diagnostic,) = await file.checked()
    assert diagnostic.range.start.line == 3
    assert editor.diagnostics[-1].version == file.version
    assert editor.checks() == ["start slow", "done slow"]


async def test_a_syntax_error_keeps_what_is_known_in_its_place(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT + "\n\n" + WRONG.replace("def twice", "def g"))
    (before,) = await file.checked()
    file.replace("def twice(x", "import\n\ndef twice((x")
    await file.read()
    (diagnostic,) = file.shown
    assert diagnostic.message == before.message.replace("line 7", "line 9")
    assert diagnostic.range.start.line == before.range.start.line + 2
    file.replace("import\n\ndef twice((x", "def twice(x")
    file.save()
    assert await file.checked() == [before]


async def test_a_check_whose_turn_comes_while_the_text_cannot_be_read_is_left_for_the_next_save(
    connect: StartEditor,
) -> None:
    editor = await connect(jobs=1)
    await editor.begin()
    file = editor.open("a.py", f"{SLOW}\n\n{WRONG}\n\nx = 1\n")
    await editor.until(lambda: "start slow" in editor.checks() or None)
    file.replace("x = 1", "x = (")
    await file.read()
    editor.release()
    await editor.until(lambda: "done slow" in editor.checks() or None)
    file.replace("x = (", "x = 2")
    file.save()
    assert len(await file.checked()) == 2
    assert not [record.message for record in editor.log if record.type == types.MessageType.Error]


async def test_a_file_that_cannot_be_read_has_no_functions(editor: Editor) -> None:
    file = editor.open("a.py", "def (:\n")
    await file.read()
    assert file.functions == {}
    assert file.shown == []


async def test_two_files_are_checked_side_by_side(editor: Editor) -> None:
    one = editor.open("a.py", WRONG)
    other = editor.open("b.py", RIGHT)
    assert len(await one.checked()) == 1
    assert await other.checked() == []


async def test_closing_a_file_clears_it(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.close()
    await editor.until(lambda: True if not file.shown else None)
    await editor.until(lambda: True if not file.functions else None)


async def test_a_function_is_looked_at_first_where_the_user_is(editor: Editor) -> None:
    names = [f"slow{number}" for number in range(8)]
    file = editor.open("a.py", "\n\n".join(RIGHT.replace("def twice", f"def {name}") for name in names))
    editor.settings = {"jobs": 1}
    await editor.change_settings()
    await editor.until(lambda: "start slow0" in editor.checks() or None)
    await file.actions("slow7")
    await editor.until(lambda: "start slow7" in editor.checks() or None)
    assert not [line for line in editor.checks() if line.startswith("done")]
    editor.release()
    await file.checked()


async def test_a_bug_of_the_checker_harms_no_other_function(editor: Editor) -> None:
    file = editor.open("a.py", "def bug():\n    explode\n\n\n" + WRONG)
    await file.violated()
    await editor.until(lambda: next((log for log in editor.log if "a bug of the checker" in log.message), None))
    assert file.functions["bug"]["verdict"] is None

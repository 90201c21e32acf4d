"""What an editor can ask for, beside diagnostics and fixes."""

import logging

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.server.conftest import Editor, OpenFile, StartEditor

from refute.server.folders import path_of

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'
RIGHT = WRONG.replace("wrong", "right")
MIXED = "\n\n".join(
    (WRONG, RIGHT.replace("twice", "thrice"), "async def later(x):\n    return x", "def call(x):\n    skip\n")
)
KEEP = "Refute: keep the counterexample as a test"
DISMISS = "Refute: dismiss the property “doing it twice is doing it once”"


async def hover(file: OpenFile, place: str) -> types.Hover | None:
    params = types.HoverParams(types.TextDocumentIdentifier(file.uri), file.find(place).start)
    return await file.editor.text_document_hover_async(params)


async def test_lenses_say_what_is_known_of_each_function(editor: Editor) -> None:
    file = editor.open("a.py", MIXED)
    await editor.until(lambda: len(editor.checks()) == 6 or None)
    await editor.until(lambda: file.functions["call"]["verdict"])
    titles = await file.lenses()
    assert titles[:2] == ["1 violated", "2 properties hold"]
    assert titles[2].startswith("not checked: it is")
    assert titles[3] == "not checked: it needs the network"


async def test_lenses_are_asked_for_again_when_their_words_change(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT.replace("twice", "slow"))
    await editor.until(lambda: file.functions.get("slow", {}).get("running") or None)
    assert await file.lenses() == ["checking…"]
    editor.release()
    await editor.until(lambda: editor.lens_refreshes or None)
    assert await file.lenses() == ["2 properties hold"]


async def test_an_edited_function_says_so_in_its_lens(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    file.replace("wrong", "right")
    assert await file.lenses() == ["1 violated (outdated)"]


async def test_hover_on_a_name_tells_domain_properties_and_counterexample(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    found = await hover(file, "twice")
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.kind == types.MarkupKind.Markdown
    assert found.contents.value.splitlines() == [
        "**Refute:** 1 violated",
        "",
        "Inputs:",
        "",
        "- `x`: `integers()` (type)",
        "- where `x > 0`",
        "",
        "Properties:",
        "",
        "- **violated:** doing it twice is doing it once (docstring)  ",
        '  violated: x=0 gives 1 (docstring, line 2: "Says what it should.")',
        "- holds: the result is an int (type, 100 examples)",
        "",
        "A checked fix: say right (5 properties, 1000 examples)",
        "",
        "Checked in 1.5 s",
    ]
    assert found.range == file.find("twice")


async def test_hover_elsewhere_says_nothing(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    assert await hover(file, "return") is None


async def test_a_dismissed_property_vanishes_at_once_and_can_be_restored(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    before = await file.checked()
    action = next(a for a in await file.actions("twice") if a.title == DISMISS)
    assert action.command is not None
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    await editor.workspace_execute_command_async(params)
    assert file.shown == []
    assert file.functions["twice"]["verdict"] == "holds"
    params = types.ExecuteCommandParams("refute.restore", action.command.arguments)
    await editor.workspace_execute_command_async(params)
    assert file.shown == before


async def test_a_dismissed_property_can_be_restored_where_the_function_is(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    before = await file.checked()
    (claim, _) = file.functions["twice"]["properties"]
    await file.command("dismiss", function="twice", property=claim["id"])
    (action,) = [a for a in await file.actions("twice") if a.command is not None]
    assert action.title == DISMISS.replace("dismiss", "restore")
    assert action.command is not None
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    await editor.workspace_execute_command_async(params)
    assert file.shown == before


async def test_a_property_that_is_dismissed_during_a_check_does_not_come_back(editor: Editor) -> None:
    file = editor.open("a.py", WRONG.replace("twice", "slow"))
    await file.violated()
    (claim, _) = file.functions["slow"]["properties"]
    await file.command("dismiss", function="slow", property=claim["id"])
    editor.release()
    assert await file.checked() == []


async def test_a_counterexample_can_be_kept_as_a_test(editor: Editor) -> None:
    file = editor.open("shop/prices.py", WRONG)
    (editor.workspace / "shop" / "__init__.py").touch()
    await file.checked()
    action = next(a for a in await file.actions("twice") if a.title == KEEP)
    assert action.edit is None
    resolved = await editor.code_action_resolve_async(action)
    assert resolved.edit is not None
    assert resolved.edit.document_changes is not None
    creation, change = resolved.edit.document_changes
    assert isinstance(creation, types.CreateFile)
    assert isinstance(change, types.TextDocumentEdit)
    (claim, _) = file.functions["twice"]["properties"]
    path = editor.workspace / "tests" / "refute" / f"test_prices_twice_{claim['id']}.py"
    assert creation.uri == change.text_document.uri == path.as_uri()
    (insertion,) = change.edits
    assert isinstance(insertion, types.TextEdit)
    assert "from shop.prices import twice" in insertion.new_text
    assert "@example(x=0)" in insertion.new_text
    path.parent.mkdir(parents=True)
    path.write_text(insertion.new_text)
    assert KEEP not in [action.title for action in await file.actions("twice")]


async def test_a_test_that_is_there_already_is_not_written_twice(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    keep = next(action for action in await file.actions("twice") if "as a test" in action.title)
    edit = (await editor.code_action_resolve_async(keep)).edit
    assert edit is not None
    assert edit.document_changes is not None
    creation = edit.document_changes[0]
    assert isinstance(creation, types.CreateFile)
    path = path_of(creation.uri)
    assert path is not None
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(JsonRpcException, match="is there already"):
        await editor.code_action_resolve_async(keep)


async def test_a_property_that_holds_can_be_pinned_where_the_name_is(editor: Editor) -> None:
    file = editor.open("shop/prices.py", RIGHT)
    (editor.workspace / "shop" / "__init__.py").touch()
    await file.checked()
    titles = [action.title for action in await file.actions("twice")]
    assert titles[0] == "Refute: pin the property “doing it twice is doing it once” as a test"
    assert await file.actions("return") == []
    resolved = await editor.code_action_resolve_async((await file.actions("twice"))[0])
    assert resolved.edit is not None
    assert "@given(x=st.integers())" in str(resolved.edit)


async def test_a_violation_is_explained_by_what_its_lines_did(editor: Editor) -> None:
    file = editor.open("a.py", WRONG.replace("twice", "traced"))
    (diagnostic,) = await file.checked()
    related = [(info.message, info.location.range.start.line) for info in diagnostic.related_information or ()]
    assert related[-1] == ("returns 1", 2)
    found = await hover(file, "traced")
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "How `x=0` came to this:\n\n- line 3: `returns 1`" in found.contents.value


NARROW = "Refute: no caller passes 0 as x"


async def run(file: OpenFile, title: str) -> None:
    """Choose the action with this title, which has a command."""
    action = next(a for a in await file.actions("twice") if a.title == title)
    assert action.command is not None
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    await file.editor.workspace_execute_command_async(params)


async def test_the_domain_can_be_narrowed_where_a_violation_is_outside_of_it(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    await run(file, NARROW)
    assert await file.checked() == []
    found = await hover(file, "twice")
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "- narrowed by you: `x != 0`" in found.contents.value


async def test_a_narrowed_domain_can_be_widened_again(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    before = await file.checked()
    await run(file, NARROW)
    await file.checked()
    await run(file, "Refute: callers may break “x != 0” after all")
    assert await file.checked() == before


async def test_a_condition_that_is_none_is_refused(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    with pytest.raises(JsonRpcException, match="no parameter y"):
        await file.command("narrow", function="twice", condition="y > 0")


async def test_diagnostics_can_be_pulled(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(file.uri))
    report = await editor.text_document_diagnostic_async(params)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert list(report.items) == file.shown


async def test_a_client_shows_nothing_twice_unless_it_asks_to_pull(connect: StartEditor) -> None:
    pushed, pulled = await connect(), await connect()
    assert (await pushed.begin()).capabilities.diagnostic_provider is None
    result = await pulled.begin(options={"diagnostics": "pull"})
    assert result.capabilities.diagnostic_provider is not None
    file = pulled.open("a.py", WRONG)
    await pulled.until(lambda: file.functions.get("twice", {}).get("verdict"))
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(file.uri))
    report = await pulled.text_document_diagnostic_async(params)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert len(report.items) == 1
    assert pulled.diagnostics == []


async def test_a_client_that_can_only_pull_is_not_pushed_to(connect: StartEditor) -> None:
    editor = await connect()
    documents = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    result = await editor.begin(types.ClientCapabilities(text_document=documents))
    assert result.capabilities.diagnostic_provider is not None
    file = editor.open("a.py", WRONG)
    await editor.until(lambda: file.functions.get("twice", {}).get("verdict"))
    assert editor.diagnostics == []


async def test_a_plain_client_gets_plain_forms(connect: StartEditor) -> None:
    editor = await connect()
    await editor.begin(types.ClientCapabilities())
    file = editor.open("a.py", WRONG)
    (diagnostic,) = await file.checked()
    assert diagnostic.related_information is None
    fix = (await file.actions("twice"))[0]
    assert fix.edit is not None
    file.apply(fix.edit)
    assert file.text == RIGHT
    found = await hover(file, "twice")
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.kind == types.MarkupKind.PlainText
    assert "*" not in found.contents.value
    assert editor.progress_values == []


async def test_a_fix_is_not_applied_to_a_function_that_was_edited_since(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    fix = (await file.actions("twice"))[0]
    file.replace("return", "x += 1\n    return")
    with pytest.raises(JsonRpcException, match="edited since"):
        await editor.code_action_resolve_async(fix)


async def test_only_quick_fixes_are_offered(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    context = types.CodeActionContext([], only=[types.CodeActionKind.SourceOrganizeImports])
    params = types.CodeActionParams(types.TextDocumentIdentifier(file.uri), file.find("twice"), context)
    assert await editor.text_document_code_action_async(params) == ()


async def test_a_function_is_checked_when_the_user_says_so(editor: Editor) -> None:
    editor.settings = {"run": "manual"}
    await editor.change_settings()
    file = editor.open("a.py", WRONG + "\n\n" + RIGHT.replace("twice", "thrice"))
    await file.read()
    assert await file.lenses() == ["not checked yet", "not checked yet"]
    await file.command("check", function="thrice")
    await editor.until(lambda: file.functions["thrice"]["verdict"])
    assert editor.checks() == ["start thrice", "done thrice"]
    await file.command("check")
    await file.checked()
    assert sorted(editor.checks()[2:]) == ["done thrice", "done twice", "start thrice", "start twice"]


async def test_a_report_is_data(editor: Editor) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    report = await file.command("report", function="twice")
    assert report == file.functions["twice"]
    assert report["fix"]["edits"][0]["newText"] == "right"


async def test_nothing_is_checked_while_paused(editor: Editor) -> None:
    await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.pause"))
    file = editor.open("a.py", WRONG)
    await file.read()
    await editor.until(lambda: True if editor.statuses and editor.statuses[-1]["paused"] else None)
    assert editor.checks() == []
    await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.resume"))
    assert len(await file.checked()) == 1


async def test_what_was_saved_during_a_pause_is_checked_after_it(editor: Editor) -> None:
    (editor.workspace.parent / "outside").mkdir()
    file = editor.open("../outside/a.py", WRONG)
    await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.pause"))
    file.save()
    await file.read()
    with pytest.raises(JsonRpcException, match="paused; resume it first"):
        await file.command("check")
    await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.resume"))
    assert len(await file.checked()) == 1


async def test_a_file_that_cannot_be_read_says_why(editor: Editor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "refute")
    file = editor.open("a.py", WRONG + "def half(:\n")
    await file.read()
    assert "line 4" in editor.verdicts[file.uri]["problem"]
    await editor.until(lambda: any("line 4" in record.message for record in editor.log) or None)
    with pytest.raises(JsonRpcException, match="line 4"):
        await file.command("check")
    file.replace("def half(:\n", "")
    file.save()
    assert len(await file.checked()) == 1
    assert editor.verdicts[file.uri]["problem"] is None


async def test_a_client_may_refuse_whatever_it_is_asked(connect: StartEditor) -> None:
    editor = await connect()
    editor.refuses_requests = True
    await editor.begin()
    file = editor.open("a.py", WRONG + '\n\ndef one() -> int:\n    """Return one."""\n    ...\n')
    await file.checked()
    await file.lenses()
    await file.command("implement", function="one")
    await editor.until(lambda: editor.applied or None)
    file.replace("wrong", "right")
    file.save()
    await file.checked()
    await editor.until(lambda: editor.lens_refreshes or None)
    assert [record for record in editor.log if record.type == types.MessageType.Error] == []


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("unknown", (), "not defined"),
        ("check", (), "takes one argument"),
        ("check", ("a.py",), "takes one argument"),
        ("check", ({"file": "a.py"},), "needs 'uri'"),
        ("check", ({"uri": "file:///nowhere.py"},), "is not open"),
    ],
)
async def test_a_command_with_a_wrong_argument_is_an_error_that_says_what_is_wrong(
    editor: Editor, command: str, arguments: tuple[types.LSPAny, ...], message: str
) -> None:
    with pytest.raises(JsonRpcException, match=message):
        await editor.workspace_execute_command_async(types.ExecuteCommandParams(f"refute.{command}", arguments))


@pytest.mark.parametrize(
    ("command", "argument", "message"),
    [
        ("dismiss", {}, "needs 'function'"),
        ("check", {"function": "nothing"}, "has no function 'nothing'"),
        ("dismiss", {"function": "twice"}, "needs 'property'"),
        ("dismiss", {"function": "twice", "property": "nothing"}, "has no property 'nothing'"),
    ],
)
async def test_a_command_that_does_not_fit_the_document_is_an_error(
    editor: Editor, command: str, argument: dict[str, str], message: str
) -> None:
    file = editor.open("a.py", WRONG)
    await file.checked()
    with pytest.raises(JsonRpcException, match=message):
        await file.command(command, **argument)


async def test_progress_counts_the_functions_and_can_be_cancelled(editor: Editor) -> None:
    names = ("slow1", "slow2", "slow3")
    file = editor.open("a.py", "\n\n".join(RIGHT.replace("twice", name) for name in names))
    token, begin = await editor.until(lambda: editor.progress_values[0] if editor.progress_values else None)
    assert begin["title"] == "Refute: checking 3 functions"
    assert begin["cancellable"]
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    await editor.until(lambda: True if editor.progress_values[-1][1]["kind"] == "end" else None)
    assert not any(line.startswith("done") for line in editor.checks())
    assert await file.lenses() == ["not checked yet"] * 3


async def test_the_status_tells_what_is_in_use(editor: Editor) -> None:
    status = await editor.until(lambda: editor.statuses[0] if editor.statuses else None)
    assert status["model"] == {
        "state": "ready",
        "name": "qwen2.5-coder-1.5b",
        "backend": "CPU",
        "detail": "",
        "tokensPerSecond": 27.5,
    }
    assert (status["hypothesis"], status["sandbox"]) == ("6.1", ["network"])
    assert (status["queued"], status["paused"]) == (0, False)


async def test_the_status_counts_what_is_queued(editor: Editor) -> None:
    editor.open("a.py", RIGHT.replace("twice", "slow"))
    await editor.until(lambda: True if editor.statuses and editor.statuses[-1]["queued"] == 1 else None)
    editor.release()
    await editor.until(lambda: True if editor.statuses[-1]["queued"] == 0 else None)


async def test_the_user_is_told_once(editor: Editor) -> None:
    one = editor.open("a.py", "def shout1(x): return right\n\n\ndef shout2(x): return right\n")
    await one.checked()
    assert [message.message for message in editor.messages] == ["it is loud here; use earplugs"]


async def test_a_function_can_be_left_alone_from_then_on(editor: Editor) -> None:
    file = editor.open("a.py", "class A:\r\n    @staticmethod\r\n    def twice(x: int) -> int:\r\n        wrong\r\n")
    await file.violated()
    action = next(a for a in await file.actions("twice") if a.title == "Refute: do not check twice any more")
    assert action.edit is not None
    file.apply(action.edit)
    assert file.text.split("\r\n")[1:4] == ["    @staticmethod", "    # refute: skip", "    def twice(x: int) -> int:"]
    await editor.until(lambda: True if not file.shown else None)


async def test_a_function_that_seems_to_have_effects_can_be_called_all_the_same(editor: Editor) -> None:
    file = editor.open("a.py", "def twice(x):\n    effect\n")
    await file.checked()
    (action,) = await file.actions("twice")
    assert action.title == "Refute: call twice in the sandbox anyway"
    assert action.edit is not None
    file.apply(action.edit)
    file.save()
    await editor.until(lambda: True if file.functions["twice"]["verdict"] == "holds" else None)


async def test_the_inputs_of_a_function_are_told_with_its_domain(editor: Editor) -> None:
    file = editor.open("a.py", RIGHT)
    await file.checked()
    assert await file.command("inputs", function="twice") == {
        "function": "twice",
        "version": 1,
        "domain": {
            "parameters": {"x": "integers()"},
            "precondition": "x > 0",
            "evidence": {"x": "type"},
            "narrowed": [],
        },
        "calls": 2,
        "discarded": 3,
        "distinct": 1,
        "reason": "",
        "inputs": [{"arguments": {"x": "1"}, "stated": False, "result": "1", "exception": None}],
        "shares": [{"name": "x", "label": "positive", "count": 2}],
        "lines": [{"line": 2, "calls": 2}],
    }


async def test_why_there_are_no_inputs_is_said(editor: Editor) -> None:
    file = editor.open("a.py", MIXED)
    await editor.until(lambda: file.functions.get("call", {}).get("reason"))
    assert (await file.command("inputs", function="call"))["reason"] == "it needs the network"
    assert "coroutine" in (await file.command("inputs", function="later"))["reason"]

"""`refactor.rewrite` on a stub, and the command behind it: write the body, check it, put it into the document."""

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from refute.checker.analysis import FunctionReport
from refute.properties.obstacles import NO_BODY
from refute.server.anchoring import same_function
from refute.server.arguments import function_named
from refute.server.documents import Document
from refute.server.edits import fix_edit
from refute.server.server import RefuteServer
from refute.server.support import Support
from refute.server.view import FunctionView

COMMAND = "refute.implement"


def implement_action(function: FunctionView, document: Document, support: Support) -> types.CodeAction | None:
    """The code action that implements a stub with a docstring; None for any other function."""
    if not support.applies_edits or function.unit.obstacle != NO_BODY or function.unit.spec.docstring is None:
        return None
    title = f"Refute: implement {function.unit.spec.name} and check it"
    argument = {"uri": document.uri, "function": function.unit.qualname}
    return types.CodeAction(
        title, kind=types.CodeActionKind.RefactorRewrite, command=types.Command(title, COMMAND, arguments=[argument])
    )


def register(server: RefuteServer) -> None:
    """Add the command."""
    server.command(COMMAND)(implement)


async def implement(server: RefuteServer, *arguments: Any) -> None:
    """Begin to write the body of a stub; the edit comes later, and the user is told where there is none."""
    document, function = await function_named(server, arguments)
    snapshot = document.view.snapshot
    if function.unit.obstacle != NO_BODY:
        raise JsonRpcInvalidParams(f"{function.unit.qualname} is no stub")
    if not server.support.applies_edits:
        raise JsonRpcInvalidParams("this editor takes no edits from a server, so no body can be put into the file")
    name = function.unit.spec.name

    def cancel() -> None:
        task.cancel()

    async def work() -> None:
        async with server.bars.bar(f"Refute: implementing {name}", cancel):
            checking = await document.folder.checking()
            if checking is None:
                return
            rounds = document.folder.settings.repair_rounds
            report = await checking.implement(snapshot, function.unit, rounds=rounds)
        await _put(server, document, report)

    task = server.tasks.start(work(), f"implementing {name}")


async def _put(server: RefuteServer, document: Document, report: FunctionReport) -> None:
    """Put a body into the document, if the stub is still as it was."""
    name = report.unit.spec.name
    if not report.fixes:
        server.notices.say(f"{name} was not implemented: {report.reason}")
        return
    now = (await document.current_view()).function(report.unit.qualname)
    if server.pipeline.documents.get(document.uri) is not document or now is None:
        return
    if not same_function(now.unit, report.unit) or now.unit.first_line != report.unit.first_line:
        server.notices.say(f"{name} was edited in between, so nothing was written; ask again")
        return
    edit = fix_edit(report.fixes[0], document, server.support)
    try:
        answer = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, f"implement {name}"))
    except JsonRpcException as error:
        answer = types.ApplyWorkspaceEditResult(applied=False, failure_reason=str(error))
    if not answer.applied:
        server.notices.say(f"{name} was not implemented: {answer.failure_reason or 'the editor refused the edit'}")
    elif report.violations:
        server.notices.say(f"{name}: no body that was tried passes everything; {report.violations[0].explanation}")

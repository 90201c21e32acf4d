"""Quick fixes on a violation: the checked fix, keep the counterexample as a test, dismiss the property."""

import hashlib
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from refute.checker.analysis import Verdict
from refute.repair.fix import Fix
from refute.server.documents import Document
from refute.server.features.diagnostics import diagnostics_of
from refute.server.server import RefuteServer
from refute.server.support import Support, json_object
from refute.server.view import FunctionView


def register(server: RefuteServer) -> None:
    """Add the handlers."""
    documents = server.pipeline.documents

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix], resolve_provider=True),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = documents.get(params.text_document.uri)
        if document is None or not _wants_quick_fixes(params.context):
            return []
        view = await document.current_view()
        first, last = params.range.start.line, params.range.end.line
        server.pipeline.attend(document, first)
        shown = diagnostics_of(document, server.support.related_information)
        return [
            action
            for function in view.functions_at(first, last)
            for action in _actions(function, document, _about(function, shown), server.support)
        ]

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        """Add the edit of a fix. Where the function was edited in between, there is none any more."""
        data = json_object(action.data)
        document = documents.get(str(data.get("uri")))
        if document is None:
            raise JsonRpcInvalidParams("this action does not belong to an open document")
        view = await document.current_view()
        function = view.function(str(data.get("function")))
        fixes = () if function is None or function.outdated or function.report is None else function.report.fixes
        fix = next((fix for fix in fixes if _identity(fix) == data.get("fix")), None)
        if fix is None:
            raise JsonRpcContentModified("the function was edited since this fix was checked")
        action.edit = _fix_edit(fix, document, server.support)
        return action


def _wants_quick_fixes(context: types.CodeActionContext) -> bool:
    return context.only is None or any(kind in ("", types.CodeActionKind.QuickFix) for kind in context.only)


def _about(function: FunctionView, diagnostics: list[types.Diagnostic]) -> list[types.Diagnostic]:
    return [d for d in diagnostics if cast(dict[str, Any], d.data)["function"] == function.unit.qualname]


def _actions(
    function: FunctionView, document: Document, diagnostics: list[types.Diagnostic], support: Support
) -> list[types.CodeAction]:
    report = function.report
    if report is None:
        return []
    fixes = () if function.outdated else report.fixes
    return [
        *(_fix_action(fix, i == 0, function, document, diagnostics, support) for i, fix in enumerate(fixes)),
        *(_dismiss_action(verdict, function, document, diagnostics) for verdict in report.violations),
    ]


def _fix_action(
    fix: Fix,
    is_first: bool,
    function: FunctionView,
    document: Document,
    diagnostics: list[types.Diagnostic],
    support: Support,
) -> types.CodeAction:
    data = {"uri": document.uri, "function": function.unit.qualname, "fix": _identity(fix)}
    return types.CodeAction(
        title=f"Refute: {fix.title}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        is_preferred=is_first,
        edit=None if support.lazy_edits else _fix_edit(fix, document, support),
        data=data if support.lazy_edits else None,
    )


def _dismiss_action(
    verdict: Verdict, function: FunctionView, document: Document, diagnostics: list[types.Diagnostic]
) -> types.CodeAction:
    claim = verdict.property
    title = f"Refute: dismiss the property “{claim.statement}”"
    argument = {"uri": document.uri, "function": function.unit.qualname, "property": claim.id}
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[d for d in diagnostics if cast(dict[str, Any], d.data)["property"] == claim.id],
        command=types.Command(title, "refute.dismiss", arguments=[argument]),
    )


def _identity(fix: Fix) -> str:
    return hashlib.sha256(fix.source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _fix_edit(fix: Fix, document: Document, support: Support) -> types.WorkspaceEdit:
    text = document.text
    edits = [
        types.TextEdit(
            text.range(edit.start_line, edit.start_column, edit.end_line, edit.end_column),
            edit.text.replace("\r\n", "\n").replace("\n", text.newline),
        )
        for edit in fix.edits
    ]
    if not support.versioned_edits:
        return types.WorkspaceEdit(changes={document.uri: edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])

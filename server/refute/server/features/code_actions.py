"""Quick fixes on a violation: the checked fix, keep the counterexample as a test, dismiss the property, narrow the
domain. And on a stub, the rewrite that implements it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.checker.messages import HOW_TO_ALLOW
from refute.properties.narrowing import narrowings
from refute.server.documents import Document
from refute.server.edits import directive_edit, fix_edit, fix_identity, kept_test_edit, kept_test_path
from refute.server.features.diagnostics import diagnostics_of
from refute.server.features.implementing import implement_action
from refute.server.server import RefuteServer
from refute.server.support import Support, json_object
from refute.server.tasks import within
from refute.server.view import FunctionView

PINS_OFFERED = 4
PATIENCE_SECONDS = 2.0
"""Where the folder of the tests does not answer by then, nothing is offered."""


def register(server: RefuteServer) -> None:
    """Add the handlers."""
    documents = server.pipeline.documents

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite],
            resolve_provider=True,
        ),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = documents.get(params.text_document.uri)
        if document is None:
            return []
        view = await document.current_view()
        first, last = params.range.start.line, params.range.end.line
        server.pipeline.attend(document, first)
        shown = diagnostics_of(document, server.support.related_information)
        functions = view.functions_at(first, last)
        sets = [
            _Actions(function, document, shown, server.support, first <= function.unit.name_range[0] <= last)
            for function in functions
        ]
        try:
            found = await within(PATIENCE_SECONDS, document.folder.apart(_all_of, sets))
        except asyncio.TimeoutError:
            found = []
        if document.view is not view:
            return []  # the places may be others now, and the editor asks again
        found += filter(None, (implement_action(function, document, server.support) for function in functions))
        return [action for action in found if _wants(params.context, action)]

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        """Add the edit. Where the function was edited in between, there is none any more."""
        data = json_object(action.data)
        document = documents.get(str(data.get("uri")))
        if document is None:
            raise JsonRpcInvalidParams("this action does not belong to an open document")
        view = await document.current_view()
        function = view.function(str(data.get("function")))
        names = data.get("fix"), data.get("test")
        edit = None
        if function is not None:
            edit = await document.folder.apart(_edit, function, document, *names, server.support)
        if edit is None or document.view is not view:
            raise JsonRpcContentModified("the function was edited since")
        action.edit = edit
        return action


def _all_of(sets: "Sequence[_Actions]") -> list[types.CodeAction]:
    """All actions; it is looked which tests there are, so it is to be called apart."""
    return [action for actions in sets for action in actions.all()]


def _wants(context: types.CodeActionContext, action: types.CodeAction) -> bool:
    """Whether the client asked for actions of this kind: kinds are hierarchical, and none means all."""
    kinds = [str(getattr(kind, "value", kind)) for kind in context.only or ("",)]
    own = str(getattr(action.kind, "value", action.kind))
    return any(kind == "" or f"{own}.".startswith(f"{kind}.") for kind in kinds)


def _edit(
    function: FunctionView, document: Document, fix_name: object, property_id: object, support: Support
) -> types.WorkspaceEdit | None:
    """The edit of the named fix, or of the test of the named property, if the function still has it."""
    report = function.report
    if report is None or function.outdated:
        return None
    for fix in report.fixes:
        if fix_identity(fix) == fix_name:
            return fix_edit(fix, document, support)
    for verdict in report.verdicts:
        if verdict.property.id == property_id:
            path = kept_test_path(function, verdict, document)
            if path is not None and path.exists():
                raise JsonRpcInvalidParams(f"the test is there already: {path}")
            try:
                return kept_test_edit(function, verdict, document, support)
            except ValueError as error:
                raise JsonRpcInvalidParams(str(error)) from error
    return None


@dataclass(frozen=True)
class _Actions:
    """The code actions of one function. `on_name` says that they are asked for on the line of its name."""

    function: FunctionView
    document: Document
    diagnostics: list[types.Diagnostic]
    support: Support
    on_name: bool

    def all(self) -> Iterator[types.CodeAction]:
        """The actions in the order in which an editor shows them."""
        report = self.function.report
        if report is None:
            return
        if not self.function.outdated:
            for number, fix in enumerate(report.fixes):
                data = {"fix": fix_identity(fix)}
                title = f"Refute: {fix.title} ({fix.difference})" if fix.difference else f"Refute: {fix.title}"
                yield self._lazy(title, data, self._diagnostics(), is_preferred=number == 0)
            yield from filter(None, map(self._keep, report.violations))
            yield from self._pins(report)
        for verdict in report.verdicts:
            if verdict.ruling is Ruling.VIOLATED:
                yield self._command("dismiss", verdict)
            elif verdict.ruling is Ruling.DISMISSED:
                yield self._command("restore", verdict)
        yield from self._domain(report)
        name = self.function.unit.spec.name
        if report.violations:
            yield self._directive("skip", f"Refute: do not check {name} any more")
        if report.verdict == "skipped" and HOW_TO_ALLOW in (report.reason or ""):
            yield self._directive("check", f"Refute: call {name} in the sandbox anyway")

    def _pins(self, report: FunctionReport) -> Iterator[types.CodeAction]:
        """Pin what is known of the function as tests; offered where its name is."""
        if not self.on_name:
            return
        pinnable = [v for v in report.verdicts if v.ruling in (Ruling.HOLDS, Ruling.SUGGESTED)]
        pinnable.sort(key=lambda verdict: -verdict.property.evidence)
        for verdict in [v for v in pinnable if v.property.stated_at is None][:PINS_OFFERED]:
            if self._can_be_kept(verdict):
                claim = verdict.property
                title = f"Refute: pin the property “{claim.statement}” as a test"
                yield self._lazy(title, {"test": claim.id}, self._diagnostics(claim.id))

    def _can_be_kept(self, verdict: Verdict) -> bool:
        """Whether a test can be written of a property, and is not there yet."""
        path = kept_test_path(self.function, verdict, self.document)
        if path is None or path.exists() or verdict.property.stated_at is not None:
            return False
        try:
            kept_test_edit(self.function, verdict, self.document, self.support)
        except ValueError:
            return False
        return True

    def _keep(self, verdict: Verdict) -> types.CodeAction | None:
        """Keep the counterexample as a test, if one can be written and is not there yet."""
        if not self._can_be_kept(verdict):
            return None
        claim = verdict.property
        return self._lazy("Refute: keep the counterexample as a test", {"test": claim.id}, self._diagnostics(claim.id))

    def _lazy(
        self, title: str, data: dict[str, str], diagnostics: list[types.Diagnostic], *, is_preferred: bool | None = None
    ) -> types.CodeAction:
        """An action whose edit is asked for when it is chosen, if the client can do that."""
        edit = None
        if not self.support.lazy_edits:
            edit = _edit(self.function, self.document, data.get("fix"), data.get("test"), self.support)
        return types.CodeAction(
            title=title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=diagnostics,
            is_preferred=is_preferred,
            edit=edit,
            data={"uri": self.document.uri, "function": self.function.unit.qualname, **data} if edit is None else None,
        )

    def _command(self, name: str, verdict: Verdict) -> types.CodeAction:
        claim = verdict.property
        title = f"Refute: {name} the property “{claim.statement}”"
        argument = {"uri": self.document.uri, "function": self.function.unit.qualname, "property": claim.id}
        return types.CodeAction(
            title=title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._diagnostics(claim.id),
            command=types.Command(title, f"refute.{name}", arguments=[argument]),
        )

    def _domain(self, report: FunctionReport) -> Iterator[types.CodeAction]:
        """Say which inputs no caller passes, or take that back."""
        stated = [v.property.example for v in report.verdicts if v.property.example is not None]
        offered: set[str] = set()
        for verdict in report.violations:
            found = verdict.counterexample
            if found is None or self.function.outdated or verdict.property.example is not None:
                continue
            for narrowing in narrowings(found.arguments, stated):
                if narrowing.condition not in offered:
                    offered.add(narrowing.condition)
                    diagnostics = self._diagnostics(verdict.property.id)
                    yield self._change("narrow", f"Refute: {narrowing.words}", narrowing.condition, diagnostics)
        for condition in report.domain.narrowed if report.domain is not None else ():
            yield self._change("widen", f"Refute: callers may break “{condition}” after all", condition)

    def _change(
        self, name: str, title: str, condition: str, diagnostics: list[types.Diagnostic] | None = None
    ) -> types.CodeAction:
        """Narrow or widen the domain."""
        argument = {"uri": self.document.uri, "function": self.function.unit.qualname, "condition": condition}
        command = types.Command(title, f"refute.{name}", arguments=[argument])
        return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=diagnostics, command=command)

    def _directive(self, word: str, title: str) -> types.CodeAction:
        edit = directive_edit(self.function, word, self.document, self.support)
        return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=self._diagnostics(), edit=edit)

    def _diagnostics(self, property_id: str | None = None) -> list[types.Diagnostic]:
        """The diagnostics of this function, or of one of its properties."""
        about = [(diagnostic, cast(dict[str, Any], diagnostic.data)) for diagnostic in self.diagnostics]
        return [
            diagnostic
            for diagnostic, data in about
            if data["function"] == self.function.unit.qualname and property_id in (None, data["property"])
        ]

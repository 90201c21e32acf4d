"""Violations as diagnostics: pushed with the document's version, and given to who asks."""

from collections.abc import Iterator

from lsprotocol import types

from refute.checker.analysis import Verdict
from refute.checker.settings import RunWhen
from refute.server.documents import Document
from refute.server.server import RefuteServer
from refute.server.text import Text
from refute.server.view import FunctionView
from refute.server.wording import violation

OUTDATED = {
    "save": " (outdated: save to check again)",
    "idle": " (outdated: about to be checked again)",
    "manual": " (outdated: not checked since it was edited)",
}


def register(server: RefuteServer) -> None:
    """Add the handlers."""
    published: dict[str, tuple[int, list[types.Diagnostic]]] = {}

    def publish(document: Document) -> None:
        found = diagnostics_of(document, server.support.related_information)
        if published.get(document.uri) == (document.version, found):
            return
        published[document.uri] = (document.version, found)
        if not server.support.pull_diagnostics:
            params = types.PublishDiagnosticsParams(document.uri, found, document.version)
            server.text_document_publish_diagnostics(params)
        elif server.support.diagnostics_refresh:
            server.ask(server.workspace_diagnostic_refresh_async(None), "to refresh diagnostics")

    def clear(document: Document) -> None:
        if published.pop(document.uri, None) is not None and not server.support.pull_diagnostics:
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, []))

    server.pipeline.on_view.append(publish)
    server.pipeline.on_close.append(clear)

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="refute"),
    )
    async def pull(params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        document = server.pipeline.documents.get(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        await document.current_view()
        return types.RelatedFullDocumentDiagnosticReport(diagnostics_of(document, server.support.related_information))


def diagnostics_of(document: Document, related_information: bool = False) -> list[types.Diagnostic]:
    """The violations of a document whose view is current."""
    return [
        _diagnostic(function, verdict, document, related_information)
        for function in document.view.functions
        if function.report is not None
        for verdict in function.report.violations
    ]


def _diagnostic(
    function: FunctionView, verdict: Verdict, document: Document, related_information: bool
) -> types.Diagnostic:
    claim = verdict.property
    run: RunWhen = document.folder.settings.run
    return types.Diagnostic(
        range=_place(function, verdict, document.text),
        message=violation(verdict, function.unit) + (OUTDATED[run] if function.outdated else ""),
        severity=types.DiagnosticSeverity.Warning,
        code=claim.kind,
        source="refute",
        related_information=(list(_related(function, verdict, document)) or None) if related_information else None,
        data={"property": claim.id, "function": function.unit.qualname, "outdated": function.outdated},
    )


def _related(
    function: FunctionView, verdict: Verdict, document: Document
) -> Iterator[types.DiagnosticRelatedInformation]:
    """What the property rests on, then how the counterexample came about."""
    claim, stated = verdict.property, verdict.property.stated_at
    if claim.spec_line is not None:
        place = types.Location(document.uri, _line_range(claim.spec_line, document.text))
        yield types.DiagnosticRelatedInformation(place, f"rests on: {claim.statement}")
    elif stated is not None:
        line = types.Position(stated.line, 0)
        place = types.Location((document.folder.path / stated.path).as_uri(), types.Range(line, line))
        yield types.DiagnosticRelatedInformation(place, f"rests on: {claim.statement}")
    for step in () if function.outdated else verdict.trace:
        if step.offset is not None:
            line_range = _line_range(function.unit.first_line + step.offset, document.text)
            yield types.DiagnosticRelatedInformation(types.Location(document.uri, line_range), step.text)


def _place(function: FunctionView, verdict: Verdict, text: Text) -> types.Range:
    """The line of the function where the exception arose, else the function's name."""
    unit, found = function.unit, verdict.counterexample
    if found is not None and found.line is not None and unit.first_line < found.line - 1 <= unit.last_line:
        return _line_range(found.line - 1, text)
    line, start, end = unit.name_range
    return text.range(line, start, line, end)


def _line_range(line: int, text: Text) -> types.Range:
    """A line without its indentation."""
    content = text.line(line)
    return text.range(line, len(content) - len(content.lstrip()), line, len(content.rstrip()))

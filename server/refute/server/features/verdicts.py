"""`refute/verdicts`: all that is known of an open document, for test explorers and panels."""

import asyncio
from typing import Any

from refute.checker.records import Range, report_record
from refute.repair.fix import Edit
from refute.server.documents import Document
from refute.server.server import RefuteServer
from refute.server.text import Text
from refute.server.view import FunctionView

METHOD = "refute/verdicts"
PAUSE_SECONDS = 0.05
"""So long are changes of the queue gathered."""


def register(server: RefuteServer) -> None:
    """Tell the client at each change."""
    documents = server.pipeline.documents
    sent: dict[str, dict[str, Any]] = {}
    gathering: asyncio.TimerHandle | None = None

    def tell(document: Document) -> None:
        if document.is_current:
            record = document_record(server, document)
            if sent.get(document.uri) != record:
                sent[document.uri] = record
                server.protocol.notify(METHOD, record)

    def forget(document: Document) -> None:
        if sent.pop(document.uri, None) is not None:
            server.protocol.notify(METHOD, {"uri": document.uri, "version": document.version, "functions": []})

    def tell_all() -> None:
        nonlocal gathering
        gathering = None
        for document in documents.values():
            tell(document)

    def gather() -> None:
        nonlocal gathering
        if gathering is None:
            gathering = asyncio.get_running_loop().call_later(PAUSE_SECONDS, tell_all)

    server.pipeline.on_view.append(tell)
    server.pipeline.on_close.append(forget)
    server.on_queue.append(gather)


def document_record(server: RefuteServer, document: Document) -> dict[str, Any]:
    """What `refute/verdicts` says of a document whose view is current."""
    functions = [
        function_record(function, document, server.is_checking(document, function))
        for function in document.view.functions
    ]
    return {"uri": document.uri, "version": document.version, "functions": functions}


def function_record(function: FunctionView, document: Document, is_running: bool) -> dict[str, Any]:
    """One function as plain data."""
    unit, text, report = function.unit, document.text, function.report
    line, start, end = unit.name_range
    obstacle = unit.obstacle or document.obstacle
    record: dict[str, Any] = {
        "function": unit.qualname,
        "range": _range(text, unit.first_line, 0, unit.last_line, len(text.line(unit.last_line))),
        "selectionRange": _range(text, line, start, line, end),
        "running": is_running,
        "outdated": function.outdated,
    }
    if report is not None:
        return record | {"final": report.final} | report_record(report, lambda edit: edit_range(edit, text))
    verdict = None if obstacle is None else "skipped"
    empty: dict[str, Any] = {"seconds": 0.0, "domain": None, "properties": [], "fix": None}
    return record | {"final": True, "verdict": verdict, "reason": obstacle} | empty


def edit_range(edit: Edit, text: Text) -> Range:
    """The range that an edit replaces."""
    return _range(text, edit.start_line, edit.start_column, edit.end_line, edit.end_column)


def _range(text: Text, start_line: int, start: int, end_line: int, end: int) -> Range:
    found = text.range(start_line, start, end_line, end)
    return {
        "start": {"line": found.start.line, "character": found.start.character},
        "end": {"line": found.end.line, "character": found.end.character},
    }

"""`refute/verdicts`: all that is known of an open document, for test explorers and panels."""

import json
from dataclasses import dataclass
from typing import Any

from refute.checker.records import Range, report_record
from refute.repair.fix import Edit
from refute.server.documents import Document
from refute.server.pacing import Paced
from refute.server.server import RefuteServer
from refute.server.text import Text
from refute.server.view import FunctionView

METHOD = "refute/verdicts"
PAUSE_SECONDS = 0.05
"""So long are changes of the queue gathered."""


def register(server: RefuteServer) -> None:
    """Tell the client at each change."""
    documents = server.pipeline.documents
    told: dict[str, _Told] = {}

    def tell(document: Document) -> None:
        told.setdefault(document.uri, _Told(server, document)).pace.ask()

    def forget(document: Document) -> None:
        known = told.pop(document.uri, None)
        if known is not None:
            known.pace.cancel()
            if known.sent is not None:
                nothing: dict[str, Any] = {
                    "uri": document.uri,
                    "version": document.version,
                    "problem": None,
                    "functions": [],
                }
                server.protocol.notify(METHOD, nothing)

    def tell_all() -> None:
        for document in documents.values():
            told.setdefault(document.uri, _Told(server, document)).pace.ask(PAUSE_SECONDS)

    def fall_silent() -> None:
        for known in told.values():
            known.pace.cancel()

    server.pipeline.on_view.append(tell)
    server.pipeline.on_close.append(forget)
    server.on_queue.append(tell_all)
    server.on_end.append(fall_silent)


class _Told:
    """What the client was told of one document."""

    def __init__(self, server: RefuteServer, document: Document) -> None:
        self.sent: str | None = None
        self.pace = Paced(self._tell)
        self._server = server
        self._document = document
        self._kept: dict[tuple[str, int], _Kept] = {}

    def _tell(self) -> None:
        document = self._document
        if not document.is_current:
            return
        before, obstacle = self._kept, document.obstacle
        self._kept = {}
        for function in document.view.functions:
            place = function.unit.qualname, function.unit.first_line
            self._kept[place] = self._up_to_date(function, obstacle, before.get(place))
        head = json.dumps({"uri": document.uri, "version": document.version, "problem": document.view.problem})
        params = f'{head[:-1]}, "functions": [{", ".join(kept.record for kept in self._kept.values())}]}}'
        if self.sent != params:
            self.sent = params
            self._server.conversation.notify_json(METHOD, params)

    def _up_to_date(self, function: FunctionView, obstacle: str | None, kept: "_Kept | None") -> "_Kept":
        """The record of a function: the one of before where nothing of it changed, as of most in a large document.

        Its ranges lie in the lines of the function, which is not the same where one of these changed; an edit of a fix
        may end on the line after them.
        """
        document, is_running = self._document, self._server.is_checking(self._document, function)
        text = document.text if function.checked is not None and function.checked.fixes else None
        new = function, text, is_running, obstacle
        if kept is not None and kept.made_from == new:
            return kept
        return _Kept(new, json.dumps(function_record(function, document.text, is_running, obstacle)))


@dataclass(frozen=True)
class _Kept:
    """A record as JSON, and what it was made from: the function, the text where it matters, whether it is being
    checked, and the document's obstacle."""

    made_from: tuple[FunctionView, Text | None, bool, str | None]
    record: str


def function_record(function: FunctionView, text: Text, is_running: bool, obstacle: str | None) -> dict[str, Any]:
    """One function as plain data. `obstacle` is that of its document."""
    unit, report = function.unit, function.report
    line, start, end = unit.name_range
    obstacle = unit.obstacle or obstacle
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
    empty: dict[str, Any] = {
        "seconds": 0.0,
        "sandbox": None,
        "domain": None,
        "properties": [],
        "fix": None,
        "alternatives": [],
    }
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

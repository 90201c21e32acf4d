"""`--format jsonl`: one function as one line that other programs read. Fields are added, never renamed."""

import json
from collections.abc import Sequence
from typing import Any

import click

from refute.checker.analysis import FunctionReport
from refute.checker.records import Range, report_record
from refute.cli.checking import Done, Job, Run
from refute.properties.positions import LineIndex, to_utf16
from refute.repair.fix import Edit


class JsonlOutput:
    """Prints a line as soon as a function is done."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nothing comes before the first line."""

    def add(self, done: Done) -> None:
        """Print the line."""
        click.echo(dumps(report_line(done.source.shown, done.source.text, done.report)))

    def end(self, run: Run) -> None:
        """Nothing comes after the last line."""


def dumps(line: dict[str, Any]) -> str:
    """`line` as JSON in ASCII, so that neither a terminal's encoding nor a lone surrogate breaks it."""
    return json.dumps(line)


def report_line(path: str, text: str, report: FunctionReport) -> dict[str, Any]:
    """The line for one function of the document `text`, which is shown as `path`."""
    place = {"file": path, "function": report.unit.qualname, "line": report.unit.first_line + 1}
    index = LineIndex(text)
    return {**place, **report_record(report, lambda edit: lsp_range(index, edit))}


def lsp_range(index: LineIndex, edit: Edit) -> Range:
    """The range that `edit` replaces, in UTF-16 units."""
    places = {"start": (edit.start_line, edit.start_column), "end": (edit.end_line, edit.end_column)}
    return {
        name: {"line": line, "character": to_utf16(index.line(line), column)} for name, (line, column) in places.items()
    }

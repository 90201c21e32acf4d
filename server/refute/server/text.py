"""The text of a document as an editor counts it: lines, and columns in the units that client and server agreed on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lsprotocol import types

from refute.properties.positions import from_utf8, from_utf16, split_lines, to_utf16, without_ending

Encoding = Literal["utf-8", "utf-16", "utf-32"]

Place = tuple[int, int]
"""A line and a column in characters."""


@dataclass(frozen=True)
class Text:
    """One version of a document's text. Places outside of it mean the nearest place inside, as LSP wants."""

    content: str
    encoding: Encoding = "utf-16"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their endings, as an editor shows them: after a final line ending there is an empty line."""
        return tuple(_shown_lines(self.content))

    @property
    def newline(self) -> str:
        """The line ending of the first line, which an editor keeps to."""
        first = self.lines[0]
        return first[len(without_ending(first)) :] or "\n"

    def line(self, line: int) -> str:
        """The text of the zero-based line without its ending, empty where there is none."""
        return without_ending(self.lines[line]) if 0 <= line < len(self.lines) else ""

    def position(self, line: int, column: int) -> types.Position:
        """The client's position of a column in characters."""
        if line >= len(self.lines):
            line, column = len(self.lines) - 1, len(self.lines[-1])
        head = self.line(line)[:column]
        if self.encoding == "utf-16":
            units = to_utf16(head, len(head))
        elif self.encoding == "utf-8":
            units = len(head.encode("utf-8", "surrogatepass"))
        else:
            units = len(head)
        return types.Position(line, units)

    def range(self, start_line: int, start_column: int, end_line: int, end_column: int) -> types.Range:
        """The client's range between two places in characters."""
        return types.Range(self.position(start_line, start_column), self.position(end_line, end_column))

    def column(self, position: types.Position) -> int:
        """The column in characters of a client's position, at most the length of its line."""
        return self._column(self.line(position.line), position.character)

    def changed(self, *changes: types.TextDocumentContentChangeEvent) -> "Text":
        """The text after changes that follow one another, each of which replaces a range or the whole.

        Formatters and “replace all” make thousands at once, so the text is not put together for each.
        """
        lines = list(self.lines)
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangeWholeDocument):
                lines = _shown_lines(change.text)
            else:
                start = self._place(lines, change.range.start)
                _replace(lines, start, max(start, self._place(lines, change.range.end)), change.text)
        return Text("".join(lines), self.encoding)

    def _place(self, lines: list[str], position: types.Position) -> Place:
        """The place inside of `lines` that is nearest to a client's position."""
        if position.line >= len(lines):
            return len(lines) - 1, len(lines[-1])
        return position.line, self._column(without_ending(lines[position.line]), position.character)

    def _column(self, line: str, units: int) -> int:
        if self.encoding == "utf-16":
            return from_utf16(line, units)
        if self.encoding == "utf-8":
            return min(from_utf8(line, units), len(line))
        return min(units, len(line))


def _shown_lines(content: str) -> list[str]:
    lines = list(split_lines(content))
    if not lines or without_ending(lines[-1]) != lines[-1]:
        lines.append("")
    return lines


def _replace(lines: list[str], start: Place, end: Place, text: str) -> None:
    """Replace what is between two places in `lines`."""
    # With the lines around: what is left of a line ending may come to stand beside the other half of one.
    first, last = max(start[0] - 1, 0), min(end[0] + 1, len(lines) - 1)
    before = "".join(lines[first : start[0]]) + lines[start[0]][: start[1]]
    after = lines[end[0]][end[1] :] + "".join(lines[end[0] + 1 : last + 1])
    new = before + text + after
    lines[first : last + 1] = _shown_lines(new) if last == len(lines) - 1 else split_lines(new)

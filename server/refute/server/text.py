"""The text of a document as an editor counts it: lines, and columns in the units that client and server agreed on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lsprotocol import types

from refute.properties.positions import from_utf8, from_utf16, split_lines, to_utf16, without_ending

Encoding = Literal["utf-8", "utf-16", "utf-32"]


@dataclass(frozen=True)
class Text:
    """One version of a document's text. Places outside of it mean the nearest place inside, as LSP wants."""

    content: str
    encoding: Encoding = "utf-16"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their endings, as an editor shows them: after a final line ending there is an empty line."""
        lines = split_lines(self.content)
        return lines if lines and without_ending(lines[-1]) == lines[-1] else (*lines, "")

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
        line = self.line(position.line)
        if self.encoding == "utf-16":
            return from_utf16(line, position.character)
        if self.encoding == "utf-8":
            return min(from_utf8(line, position.character), len(line))
        return min(position.character, len(line))

    def offset(self, position: types.Position) -> int:
        """The offset of a client's position in the content."""
        if position.line >= len(self.lines):
            return len(self.content)
        return sum(map(len, self.lines[: position.line])) + self.column(position)

    def changed(self, change: types.TextDocumentContentChangeEvent) -> "Text":
        """The text after one change, which replaces a range or the whole."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return Text(change.text, self.encoding)
        start = self.offset(change.range.start)
        end = max(start, self.offset(change.range.end))
        return Text(self.content[:start] + change.text + self.content[end:], self.encoding)

"""Places in a text: lines, columns and offsets, in the three ways of counting that meet in an editor.

Lines end with `\\n`, `\\r\\n` or `\\r`, as Python's tokenizer and the Language Server Protocol both say; form feeds
and Unicode line separators end nothing. A column counts Python characters (code points), a UTF-16 column counts
the units that editors send, and a UTF-8 column the bytes that `ast` counts. Lines and columns are zero-based.
"""

import re
from bisect import bisect_right

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of `text` with their endings; a text that ends with a line ending has no empty last line."""
    return tuple(_LINE.findall(text))


def without_ending(line: str) -> str:
    """`line` without its line ending."""
    return line.rstrip("\r\n")


def to_utf16(line: str, column: int) -> int:
    """The UTF-16 column of the character column `column` of `line`. A column past the end means the end."""
    head = line[:column]
    return len(head) if head.isascii() else len(head.encode("utf-16-le", "surrogatepass")) // 2


def from_utf16(line: str, column: int) -> int:
    """The character column of a UTF-16 column. One that points into a surrogate pair means the pair's start."""
    if line.isascii():
        return min(max(column, 0), len(line))
    units = 0
    for index, character in enumerate(line):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > column:
            return index
    return len(line)


def from_utf8(line: str, column: int) -> int:
    """The character column of a UTF-8 column, as found in `col_offset` of a syntax tree."""
    return column if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


class LineIndex:
    """Turns offsets in one text into (line, column) and back."""

    def __init__(self, text: str) -> None:
        self._lines = split_lines(text)
        self._length = len(text)
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line))
        ends_open = not self._lines or without_ending(self._lines[-1]) == self._lines[-1]
        self._starts = starts[:-1] if ends_open and self._lines else starts

    @property
    def line_count(self) -> int:
        """How many lines an editor shows; a text that ends with a line ending has an empty last line."""
        return len(self._starts)

    def line(self, line: int) -> str:
        """The text of `line` without its ending, empty past the end."""
        return without_ending(self._lines[line]) if 0 <= line < len(self._lines) else ""

    def offset(self, line: int, column: int) -> int:
        """The offset of (line, column); places past the end of a line or of the text mean that end."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return self._length
        return self._starts[line] + min(max(column, 0), len(self.line(line)))

    def position(self, offset: int) -> tuple[int, int]:
        """The (line, column) of `offset`; inside a line ending it is the end of that line."""
        offset = min(max(offset, 0), self._length)
        line = bisect_right(self._starts, offset) - 1
        return line, min(offset - self._starts[line], len(self.line(line)))

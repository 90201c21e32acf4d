"""Source files as they are on disk: read with the encoding they declare, written back as they were."""

import io
import stat
import tempfile
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from refute.properties.positions import LineIndex, split_lines
from refute.properties.units import Snapshot
from refute.repair.fix import Edit

_HOW_TO_DECLARE = "save it as UTF-8, or name its encoding in the first line, as in '# -*- coding: latin-1 -*-'"


class SourceError(Exception):
    """A file cannot be read or written; the message says why, without the file's name."""


@dataclass(frozen=True)
class SourceFile:
    """One file. `shown` is its name in output, `data` what is on disk, and `snapshot` the decoded text, which keeps
    its line endings but no byte order mark."""

    path: Path
    shown: str
    data: bytes
    encoding: str
    snapshot: Snapshot

    @property
    def text(self) -> str:
        """The decoded text."""
        return self.snapshot.text

    def line(self, number: int) -> str:
        """The text of the zero-based line `number`, without its ending."""
        return LineIndex(self.text).line(number)


def read(path: Path, shown: str) -> SourceFile:
    """Read a file as Python would, a coding cookie (PEP 263) and a byte order mark included. Raises `SourceError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}") from error
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except SyntaxError as error:
        raise SourceError(f"its encoding is not known ({error.msg}); {_HOW_TO_DECLARE}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"line {line} is not {error.encoding}; {_HOW_TO_DECLARE}") from error
    return SourceFile(path, shown, data, encoding, Snapshot(path.as_uri(), None, text))


def without_overlaps(groups: Iterable[tuple[Edit, ...]]) -> tuple[tuple[Edit, ...], ...]:
    """The groups of edits that can be made together: a group that touches what an earlier one changes is left out."""
    chosen: list[tuple[Edit, ...]] = []
    for group in groups:
        if not any(_overlap(edit, other) for edit in group for taken in chosen for other in taken):
            chosen.append(group)
    return tuple(chosen)


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """`text` with `edits`, which do not overlap; what they insert gets the line endings of `text`."""
    index = LineIndex(text)
    newline = dominant_newline(text)
    for edit in sorted(edits, key=_start, reverse=True):
        begin, end = index.offset(edit.start_line, edit.start_column), index.offset(edit.end_line, edit.end_column)
        lines = (line.rstrip("\r\n") + newline if line[-1] in "\r\n" else line for line in split_lines(edit.text))
        text = text[:begin] + "".join(lines) + text[end:]
    return text


def dominant_newline(text: str) -> str:
    """The line ending that `text` uses most; `\\n` where it has none."""
    crlf = text.count("\r\n")
    counts = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(counts, key=lambda newline: counts[newline])


def write(source: SourceFile, text: str) -> None:
    """Replace the file by `text` in one step, in its own encoding and with its own mode.

    Refuses with `SourceError` where the file is not as it was read, or cannot hold the text.
    """
    path = source.path.resolve()
    try:
        if path.read_bytes() != source.data:
            raise SourceError("it changed while it was checked, so nothing was written; check it again")
        data = text.encode(source.encoding)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as new:
            temporary = Path(new.name)
            new.write(data)
        try:
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except UnicodeEncodeError as error:
        raise SourceError(f"its encoding, {source.encoding}, cannot hold {error.object[error.start]!r}") from error
    except OSError as error:
        raise SourceError(f"it cannot be written: {error.strerror or error}") from error


def _start(edit: Edit) -> tuple[int, int]:
    return edit.start_line, edit.start_column


def _overlap(left: Edit, right: Edit) -> bool:
    """Whether two edits touch the same text; two insertions at one place do too, since their order is not known."""
    first, second = sorted((left, right), key=_start)
    return _start(second) < (first.end_line, first.end_column) or _start(first) == _start(second)

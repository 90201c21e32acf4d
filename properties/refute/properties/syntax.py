"""Parsing text that may be anything: no warnings, and one exception for all that can go wrong.

Long modules are parsed piece by piece, so that an edit costs the piece it is in, and other threads get their turn.
"""

import ast
import gc
import itertools
import re
import threading
import warnings
import zlib
from collections import OrderedDict
from typing import Literal, overload

LONG = 400
"""Lines from which on a module is parsed in pieces."""
KEPT_LINES = 10_000
"""Lines of pieces that are kept as syntax trees, some kilobytes each."""
_PIECE_BEGINS = re.compile(r"\n[ \t\f\r]*\n((?:@|def |class |async def )[^\r\n]*)")
_DEFINITIONS = 8
"""One in so many definitions begins a piece. Which ones do hangs on their own first lines, so that an edit moves no
others."""

_ONE_AT_A_TIME = threading.RLock()
"""What is done with warnings is the same in all threads, and so is what the interpreter notes while it parses."""


class UnreadableError(Exception):
    """The text is not Python; the message says where and why ("line 3: invalid syntax")."""


@overload
def parse_source(text: str) -> ast.Module: ...


@overload
def parse_source(text: str, *, mode: Literal["eval"]) -> ast.Expression: ...


def parse_source(text: str, *, mode: Literal["exec", "eval"] = "exec") -> ast.AST:
    """`ast.parse`, which may not be called by several threads: where one is interrupted while it makes the nodes, which
    only the garbage collector can do, it fails with a `SystemError` about the depth of recursion."""
    with _ONE_AT_A_TIME:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return ast.parse(text, mode=mode)
        finally:
            if was_enabled:
                gc.enable()


def parse_module(text: str) -> ast.Module:
    """The statements of `text`, whose nodes may be shared with earlier results; raises `UnreadableError`."""
    if text.count("\n") >= LONG:
        try:
            return ast.Module(_statements_by_pieces(text), [])
        except UnreadableError:
            pass  # a string may reach over the end of a piece; if not, the whole tells better what is wrong
    return _parsed(text)


def parse_expression(text: str) -> ast.expr | None:
    """`text` as one Python expression, None where it is none."""
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parse_source(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed(text: str) -> ast.Module:
    try:
        # Python warns of doubtful literals on stderr, which belongs to the user.
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parse_source(text)
    except SyntaxError as error:
        raise UnreadableError(f"line {error.lineno or 1}: {error.msg}") from None
    except ValueError as error:
        raise UnreadableError(f"it is not Python source ({error})") from None
    except (RecursionError, MemoryError):
        raise UnreadableError("it is nested too deeply to be read") from None


def _statements_by_pieces(text: str) -> list[ast.stmt]:
    """The statements of pieces that begin at a definition after an empty line: each is parsed as if it were alone."""
    found = [
        match
        for match in _PIECE_BEGINS.finditer(text)
        if zlib.crc32(match[1].encode("utf-8", "replace")) % _DEFINITIONS == 0
    ]
    cuts = [0, *(match.start(1) for match in found), len(text)]
    statements: list[ast.stmt] = []
    line = 0
    for begin, end in itertools.pairwise(cuts):
        piece = text[begin:end]
        statements += _PIECES.statements(piece, line)
        line += piece.count("\n") + piece.count("\r") - piece.count("\r\n")
    return statements


class _Pieces:
    """Pieces that were parsed, those that were used last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], list[ast.stmt]] = OrderedDict()
        self._lines = 0
        self._lock = threading.Lock()

    def statements(self, piece: str, line: int) -> list[ast.stmt]:
        """The statements of `piece`, which begins on the zero-based `line`. Raises `UnreadableError`."""
        key = piece, line
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        body = _parsed("\n" * line + piece).body
        with self._lock:
            if key not in self._known:
                self._known[key] = body
                self._lines += piece.count("\n")
            while self._lines > KEPT_LINES:
                (dropped, _), _ = self._known.popitem(last=False)
                self._lines -= dropped.count("\n")
        return body


_PIECES = _Pieces()

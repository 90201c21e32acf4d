"""Parsing text that may be anything: no warnings, and one exception for all that can go wrong."""

import ast
import threading
import warnings

_WARNINGS = threading.Lock()
"""What is done with warnings is the same in all threads."""


class UnreadableError(Exception):
    """The text is not Python; the message says where and why ("line 3: invalid syntax")."""


def parse_module(text: str) -> ast.Module:
    """The statements of `text`; raises `UnreadableError`."""
    try:
        # Python warns of doubtful literals on stderr, which belongs to the user.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise UnreadableError(f"line {error.lineno or 1}: {error.msg}") from None
    except ValueError as error:
        raise UnreadableError(f"it is not Python source ({error})") from None
    except (RecursionError, MemoryError):
        raise UnreadableError("it is nested too deeply to be read") from None


def parse_expression(text: str) -> ast.expr | None:
    """`text` as one Python expression, None where it is none."""
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

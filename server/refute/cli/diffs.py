"""Differences between two versions of a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Literal

from refute.properties.positions import split_lines, without_ending


@dataclass(frozen=True)
class DiffLine:
    """A line that goes (`-`), comes (`+`) or stays (` `). `number` is one-based and in the old text; None for `+`."""

    mark: Literal["-", "+", " "]
    number: int | None
    text: str


def changed_lines(before: str, after: str, context: int = 1) -> Iterator[DiffLine]:
    """The lines that differ, with `context` lines around them."""
    old, new = ([without_ending(line) for line in split_lines(text)] for text in (before, after))
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context):
        for tag, old_start, old_end, new_start, new_end in group:
            mark: Literal["-", " "] = " " if tag == "equal" else "-"
            for number in range(old_start, old_end):
                yield DiffLine(mark, number + 1, old[number])
            if tag != "equal":
                for number in range(new_start, new_end):
                    yield DiffLine("+", None, new[number])


def unified(name: str, before: str, after: str) -> str:
    """A patch for `patch -p1` and `git apply`, with `\\n` line endings."""
    old, new = ([without_ending(line) + "\n" for line in split_lines(text)] for text in (before, after))
    return "".join(unified_diff(old, new, f"a/{name}", f"b/{name}"))

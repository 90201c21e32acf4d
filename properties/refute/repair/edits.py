"""From a new definition to edits of the document: the fewest lines, and within a line the fewest characters."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refute.properties.positions import LineIndex, split_lines, without_ending
from refute.properties.units import FunctionUnit
from refute.repair.fix import Edit


def edits_between(unit: FunctionUnit, document_text: str, new_source: str) -> tuple[Edit, ...]:
    """The edits that turn the definition of `unit` in its document into `new_source`, in the order of the text.

    `new_source` is dedented as `unit.source` is. Lines that stay are not touched, whatever their line endings; new
    lines get the definition's indentation and the ending that its lines have. After `apply_edits` the definition's
    source is `new_source`.
    """
    lines = split_lines(document_text)[unit.first_line : unit.last_line + 1]
    definition = _Definition(
        unit.first_line,
        tuple(map(without_ending, lines)),
        tuple(unit.source.split("\n")[: len(lines)]),
        next((line[len(without_ending(line)) :] for line in lines if line != without_ending(line)), "\n"),
    )
    new = new_source.removesuffix("\n").split("\n")
    return tuple(edit for run in _runs(definition.kept, new) for edit in definition.edits(run, new))


@dataclass(frozen=True)
class _Run:
    """Lines `start` to `end` of the old definition become lines `new_start` to `new_end` of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class _Definition:
    """The lines of a definition in its document (`old`) and as `FunctionUnit.source` has them (`kept`)."""

    first_line: int
    old: tuple[str, ...]
    kept: tuple[str, ...]
    ending: str

    def edits(self, run: _Run, new: list[str]) -> Iterator[Edit]:
        before, fresh = self.old[run.start : run.end], new[run.new_start : run.new_end]
        first, last = self.first_line + run.start, self.first_line + run.end - 1
        if len(before) == len(fresh):
            for number, (line, text) in enumerate(zip(before, fresh, strict=True), run.start):
                yield _within_line(self.first_line + number, line, self._prefix(number, text) + text)
        elif before and fresh:
            yield Edit(first, 0, last, len(before[-1]), self.ending.join(map(self._indented, fresh)))
        else:
            # From the end of the line before, for the definition may end the document without a line ending.
            column = len(self.old[run.start - 1])
            text = "".join(self.ending + self._indented(line) for line in fresh)
            yield Edit(first - 1, column, last, len(before[-1]) if before else column, text)

    @property
    def _indent(self) -> str:
        return self.old[0].removesuffix(self.kept[0]).removeprefix("\ufeff")

    def _indented(self, line: str) -> str:
        return self._indent + line if line else line

    def _prefix(self, number: int, text: str) -> str:
        """What stands before the source of a line: nothing in a string whose lines begin at the margin."""
        line = self.kept[number]
        if not line.strip() or text.startswith(self._indent):
            return (self._indent if text else "") if number else self.old[0].removesuffix(line)
        return self.old[number].removesuffix(line)


def _runs(kept: tuple[str, ...], new: list[str]) -> Iterator[_Run]:
    """The runs of lines that change. The first line always pairs with the first: there is no line before it to
    insert after."""
    if kept[0] != new[0]:
        yield _Run(0, 1, 0, 1)
    matcher = difflib.SequenceMatcher(None, kept[1:], new[1:], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield _Run(start + 1, end + 1, new_start + 1, new_end + 1)


def _within_line(number: int, before: str, after: str) -> Edit:
    """Replace what differs between two lines."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    return Edit(number, head, number, len(before) - tail, after[head : len(after) - tail])


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits` made; they must not overlap, and their positions are those of `text` as it is."""
    index = LineIndex(text)
    ordered = sorted(edits, key=lambda edit: (edit.start_line, edit.start_column, edit.end_line, edit.end_column))
    for edit in reversed(ordered):
        start = index.offset(edit.start_line, edit.start_column)
        end = index.offset(edit.end_line, edit.end_column)
        text = text[:start] + edit.text + text[end:]
    return text


def unified_diff(before: str, after: str, path: str, context: int = 3) -> str:
    """What changes, as `diff -u` shows it. Line endings are shown as `\\n`, whatever they are."""
    old = [without_ending(line) + "\n" for line in split_lines(before)]
    new = [without_ending(line) + "\n" for line in split_lines(after)]
    return "".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", n=context))

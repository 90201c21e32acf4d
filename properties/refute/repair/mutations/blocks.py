"""Statements as whole lines of text: blocks, their indentation, moves and insertions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from refute.repair.mutations.code import Change, Code, Holder, blocks_of


@dataclass(frozen=True)
class Block:
    """A list of statements; `owner` is the statement or function that holds it as `field`."""

    owner: Holder
    field: str
    statements: tuple[ast.stmt, ...]

    @property
    def conditional(self) -> bool:
        """Whether the block belongs to an `if`."""
        return isinstance(self.owner, ast.If)


class Blocks:
    """The blocks of a function whose statements have lines of their own."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.all = tuple(self._find(code.tree))
        self._of = {statement: block for block in self.all for statement in block.statements}

    def _find(self, node: Holder) -> Iterator[Block]:
        for field, children in blocks_of(node):
            statements = [child for child in children if isinstance(child, ast.stmt)]
            own = self.code.body if node is self.code.tree else statements
            if own and all(self._on_own_lines(child) for child in own):
                yield Block(node, field, tuple(own))
            for child in children:
                yield from self._find(child)

    def _on_own_lines(self, node: ast.stmt) -> bool:
        """Whether nothing else stands on the first and the last line of a statement; an `elif` has none of its own."""
        first, last = self.lines(node)
        before = self.code.source[self.code.line_start(first) : self.code.start(node)]
        after = self.code.source[self.code.end(node) : self.code.line_start(last + 1)].strip()
        decorated = bool(getattr(node, "decorator_list", None))
        is_elif = self.code.source.startswith("elif", self.code.start(node))
        return (decorated or not before.strip()) and (not after or after[0] == "#") and not is_elif

    def block(self, node: ast.stmt) -> Block | None:
        """The block that holds a statement, where it is one that can be edited."""
        return self._of.get(node)

    def lines(self, node: ast.stmt) -> tuple[int, int]:
        """The zero-based first and last line of a statement with its decorators."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        return first - 1, (node.end_lineno or node.lineno) - 1

    def indentation(self, block: Block) -> str:
        """The white space before each statement of a block."""
        line = self.code.line_start(self.lines(block.statements[0])[0])
        text = self.code.source[line:]
        return text[: len(text) - len(text.lstrip(" \t"))]

    def text(self, first: ast.stmt, last: ast.stmt) -> str:
        """The whole lines from one statement to another, with a line end."""
        start, end = self.span(first, last)
        text = self.code.source[start:end]
        return text if text.endswith("\n") else text + "\n"

    def span(self, first: ast.stmt, last: ast.stmt) -> tuple[int, int]:
        """The offsets of these lines, from the start of a line to the start of the one after."""
        end = self.code.line_start(self.lines(last)[1] + 1)
        return self.code.line_start(self.lines(first)[0]), min(end, len(self.code.source))

    def inserted(self, at: ast.stmt, lines: str, title: str, cost: float, *, after: bool = False) -> Change:
        """Put whole lines before or after a statement."""
        start, end = self.span(at, at)
        offset = end if after else start
        if offset and self.code.source[offset - 1] != "\n":
            lines = "\n" + lines.rstrip("\n")  # the source ends without a line end
        return Change(offset, offset, lines, title, cost)

    def rewritten(self, first: ast.stmt, last: ast.stmt, lines: str, title: str, cost: float) -> Change:
        """Put whole lines in the place of those from one statement to another."""
        start, end = self.span(first, last)
        if end == len(self.code.source) and not self.code.source.endswith("\n"):
            lines = lines.rstrip("\n")
            start -= not lines  # the line end before goes with the last line
        return Change(start, end, lines, title, cost)


def reindented(text: str, old: str, new: str) -> str | None:
    """`text` with another indentation; None where a line of it would lose text (a string over several lines)."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(old):
            lines.append(new + line[len(old) :])
        elif not line.strip():
            lines.append(line)
        else:
            return None
    return "".join(lines)

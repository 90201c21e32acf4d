"""A function's text beside its syntax tree: where each node stands, and what may stand in its place."""

import ast
import itertools
import textwrap
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar, cast

from refute.properties.syntax import parse_source

# How tightly an expression binds, loosest first, as in the language reference.
LOOSE, CHOICE, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, SIGN, POWER, ATOM = range(15)

_BINARY_LEVELS: dict[type[ast.operator], int] = {
    ast.BitOr: BIT_OR,
    ast.BitXor: BIT_XOR,
    ast.BitAnd: BIT_AND,
    ast.LShift: SHIFT,
    ast.RShift: SHIFT,
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: PRODUCT,
    ast.Div: PRODUCT,
    ast.FloorDiv: PRODUCT,
    ast.Mod: PRODUCT,
    ast.MatMult: PRODUCT,
    ast.Pow: POWER,
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)
Holder = ast.stmt | ast.excepthandler | ast.match_case
Positioned = ast.expr | ast.stmt | ast.excepthandler | ast.keyword | ast.arg


@dataclass(frozen=True)
class Change:
    """Replace `source[start:end]` by `text`; offsets count characters. `title` and `cost` are the candidate's."""

    start: int
    end: int
    text: str
    title: str
    cost: float


class Offsets:
    """Turns positions of `ast` nodes into character offsets within their source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = [line + "\n" for line in source.split("\n")]  # `splitlines` also splits at form feeds
        self._starts = [0, *itertools.accumulate(map(len, self._lines))]

    def offset(self, line: int, column: int) -> int:
        """The character offset of an `ast` position: one-based line, column in UTF-8 bytes."""
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="replace"))
        return self._starts[line - 1] + column

    def start(self, node: Positioned) -> int:
        """Where the node begins."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: Positioned) -> int:
        """Where the node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def line_of(self, offset: int) -> int:
        """The zero-based line that holds `offset`."""
        return min(bisect_right(self._starts, offset), len(self._lines)) - 1

    def line_start(self, line: int) -> int:
        """Where the zero-based `line` begins."""
        return self._starts[line]

    def text(self, node: Positioned) -> str:
        """The node's own text."""
        return self.source[self.start(node) : self.end(node)]


class Code(Offsets):
    """One function definition, read once and never changed.

    `nodes` are the nodes of its body in the order of the text, without docstring, annotations and the insides of
    f-strings (which have no reliable positions before Python 3.12).
    """

    def __init__(self, source: str, tree: Function) -> None:
        super().__init__(source)
        self.tree = tree
        self._parents: dict[ast.AST, ast.AST] = {}
        self.body = tree.body[1:] if ast.get_docstring(tree, clean=False) is not None else tree.body
        self.nodes = tuple(node for statement in self.body for node in self._walk(statement, tree))

    def _walk(self, node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
        self._parents[node] = parent
        yield node
        if isinstance(node, ast.JoinedStr):
            return
        for name, field in ast.iter_fields(node):
            if name in ("annotation", "returns", "ctx", "type_params"):
                continue
            children = cast("list[object]", field) if isinstance(field, list) else [field]
            for child in children:
                if isinstance(child, ast.AST) and not isinstance(child, ast.operator | ast.cmpop | ast.boolop):
                    yield from self._walk(child, node)

    def of(self, kind: type[Node]) -> Iterator[Node]:
        """The nodes of one class."""
        return (node for node in self.nodes if isinstance(node, kind))

    def parent(self, node: ast.AST) -> ast.AST:
        """The node that holds `node`; the function itself for statements of its body."""
        return self._parents[node]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that hold `node`, innermost first, up to the function."""
        while node is not self.tree:
            node = self._parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that `node` belongs to (itself where it is one)."""
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node

    def brief(self, node: Positioned) -> str:
        """The node's text on one line, cut where it is long, for titles."""
        return shorten(self.text(node))

    def bound(self, node: ast.expr, level: int) -> str:
        """The node's text, in parentheses where it binds more loosely than `level`."""
        text = self.text(node)
        return f"({text})" if self.level(node) < level else text

    def level(self, node: ast.expr) -> int:
        """How tightly the node's own text binds."""
        match node:
            case ast.BinOp(op=op):
                return _BINARY_LEVELS[type(op)]
            case ast.BoolOp(op=op):
                return OR if isinstance(op, ast.Or) else AND
            case ast.UnaryOp(op=op):
                return NOT if isinstance(op, ast.Not) else SIGN
            case ast.Compare():
                return COMPARE
            case ast.IfExp() | ast.Lambda():
                return CHOICE
            case ast.Await():
                return POWER
            case ast.NamedExpr() | ast.Yield() | ast.YieldFrom() | ast.Starred():
                return LOOSE
            case ast.Tuple():
                return ATOM if self.text(node)[:1] == "(" else LOOSE
            case ast.Constant(value=int() | float() | complex()):
                return POWER  # `1.real` is not what it seems
            case _:
                return ATOM

    def room(self, node: ast.expr) -> int:
        """How tightly a text must bind to stand in the node's place without parentheses."""
        start, end = self.start(node), self.end(node)
        before = self.source[max(0, start - 40) : start].rstrip()
        if before.endswith("(") and self.source[end : end + 40].lstrip().startswith(")"):
            return CHOICE
        match self.parent(node):
            case ast.BinOp(left=left, op=ast.Pow()):
                return ATOM if node is left else SIGN
            case ast.BinOp(left=left, op=op):
                return _BINARY_LEVELS[type(op)] + (node is not left)
            case ast.UnaryOp(op=op):
                return NOT if isinstance(op, ast.Not) else SIGN
            case ast.BoolOp(op=op):
                return AND if isinstance(op, ast.Or) else NOT
            case ast.Compare() | ast.Starred():
                return BIT_OR
            case ast.IfExp(orelse=orelse):
                return CHOICE if node is orelse else OR
            case ast.comprehension():
                return OR
            case ast.Call(func=inner) | ast.Attribute(value=inner) | ast.Subscript(value=inner) if inner is node:
                return ATOM
            case ast.Await():
                return ATOM
            case _:
                return CHOICE

    def replace(self, node: ast.expr, text: str, level: int, title: str, cost: float) -> Change:
        """Put `text`, which binds as tightly as `level`, in the place of an expression."""
        if level < self.room(node) or self._shares_parentheses(node):
            text = f"({text})"
        return Change(self.start(node), self.end(node), text, title, cost)

    def replace_by(self, node: ast.expr, other: ast.expr, title: str, cost: float) -> Change:
        """Put a copy of the expression `other` in the place of `node`."""
        return self.replace(node, self.text(other), self.level(other), title, cost)

    def _shares_parentheses(self, node: ast.expr) -> bool:
        """Whether the parentheses of a generator expression are those of the call around it."""
        if not isinstance(node, ast.GeneratorExp):
            return False
        parent = self.parent(node)
        return isinstance(parent, ast.Call) and self.end(parent) == self.end(node)

    def together(self, parts: Iterable[Change], title: str, cost: float) -> Change:
        """Several changes at once; they must not overlap."""
        ordered = sorted(parts, key=lambda part: part.start)
        start, text = ordered[0].start, ""
        at = start
        for part in ordered:
            text += self.source[at : part.start] + part.text
            at = part.end
        return Change(start, at, text, title, cost)

    def between(self, left: Positioned, right: Positioned, token: str) -> tuple[int, int] | None:
        """Where `token` stands between two nodes; the words of `not in` and `is not` may be spread."""
        begin = self.end(left)
        gap = self.source[begin : self.start(right)]
        first, _, second = token.partition(" ")
        at = gap.find(first)
        if at < 0:
            return None
        end = gap.find(second, at + len(first)) + len(second) if second else at + len(first)
        return (begin + at, begin + end) if end > at else None

    def place(self, node: ast.AST) -> str:
        """Where the node stands, in words that follow a title ("in the while condition")."""
        inner = node
        for holder in self.ancestors(node):
            match holder:
                case ast.comprehension():
                    return "in the comprehension"
                case ast.If(test=test) if test is inner:
                    return "in the if condition"
                case ast.While(test=test) if test is inner:
                    return "in the while condition"
                case ast.For(iter=iterable) if iterable is inner:
                    return "in the for loop"
                case ast.Return():
                    return "in the return value"
                case ast.stmt():
                    simple = not hasattr(holder, "body")
                    return f"in `{self.brief(holder)}`" if simple else "in the condition"
                case _:
                    inner = holder
        return "in the function"


def blocks_of(node: ast.AST) -> Iterator[tuple[str, list[Holder]]]:
    """The blocks of a statement by the name of their field: its body, its else, its handlers ..."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        children = getattr(node, field, None)
        if isinstance(children, list) and children:
            yield field, cast("list[Holder]", children)


def shorten(text: str) -> str:
    """Source text on one line of at most 50 characters."""
    return textwrap.shorten(text, 50, placeholder=" ...") if len(text) > 50 or "\n" in text else text


def last_definition(source: str) -> Function | None:
    """The definition that ends `source` (what it needs may stand before it), or None where it does not parse."""
    try:
        body = parse_source(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[-1] if body and isinstance(body[-1], Function) else None


def read(source: str) -> Code | None:
    """The function that ends `source`, ready to be mutated, or None where there is none."""
    tree = last_definition(source)
    return Code(source, tree) if tree else None

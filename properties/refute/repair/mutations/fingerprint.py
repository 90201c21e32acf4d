"""Which changes give the same program: fingerprints of syntax trees that need no parse of the whole function."""

import ast
from collections.abc import Iterator
from typing import cast

from refute.properties.syntax import parse_source
from refute.repair.mutations.code import Change, Code, Holder, Offsets, blocks_of, last_definition

Part = tuple[int, str]
Fingerprint = tuple[Part, ...]

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Fingerprints:
    """Fingerprints of one function and of what changes make of it. Equal trees have equal fingerprints.

    A fingerprint has a part for the header of each statement. Most changes touch one header only, so that one is
    parsed and the other parts are shared: ten times as quick as parsing the function.
    """

    def __init__(self, code: Code) -> None:
        self._code = code
        self._cache: dict[tuple[type[ast.AST], str], str] = {}
        headers = list(self._headers(code, code.tree, 0))
        self._spans = [span for _, span, _ in headers]
        self._nodes = [node for node, _, _ in headers]
        self.original: Fingerprint = tuple(part for _, _, part in headers)

    def of(self, change: Change) -> Fingerprint | None:
        """The fingerprint of the changed function, or None where it is no function any more."""
        place = self._innermost(change)
        if place is not None:
            start, end = self._spans[place]
            text = self._code.source[start : change.start] + change.text + self._code.source[change.end : end]
            is_elif = self._code.source.startswith("elif", start)
            same_word = text.startswith("elif") == is_elif  # otherwise the statement is no longer where it was
            node = _parse_header(text, self._nodes[place]) if same_word else None
            if node is not None:
                part = (self.original[place][0], _digest(node))
                return (*self.original[:place], part, *self.original[place + 1 :])
        return self._of_whole(self._code.source[: change.start] + change.text + self._code.source[change.end :])

    def _innermost(self, change: Change) -> int | None:
        for place in range(len(self._spans) - 1, 0, -1):
            start, end = self._spans[place]
            if start <= change.start and change.end <= end:
                return place
        return None

    def _of_whole(self, source: str) -> Fingerprint | None:
        tree = last_definition(source)
        if tree is None or not _jumps_stay_in_loops(tree, looped=False):
            return None
        return tuple(part for _, _, part in self._headers(Offsets(source), tree, 0))

    def _headers(self, code: Offsets, node: Holder, depth: int) -> Iterator[tuple[ast.AST, tuple[int, int], Part]]:
        """The statement, the span of its header and its part of the fingerprint, for `node` and all below it."""
        start, end = _header_span(code, node)
        key = (type(node), code.source[start:end])
        digest = self._cache.get(key)
        if digest is None:
            digest = self._cache[key] = _digest(node)
        yield node, (start, end), (depth, digest)
        for block, children in blocks_of(node):
            if block != "body":
                yield node, (-1, -1), (depth, block)
            for child in children:
                yield from self._headers(code, child, depth + 1)


def _jumps_stay_in_loops(node: ast.AST, *, looped: bool) -> bool:
    """Whether every `break` and `continue` has a loop: the parser does not ask."""
    if isinstance(node, ast.Break | ast.Continue):
        return looped
    for block, children in blocks_of(node):
        inside = looped and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(node, ast.For | ast.While | ast.AsyncFor) and block == "body":
            inside = True
        if not all(_jumps_stay_in_loops(child, looped=inside) for child in children):
            return False
    return True


def _header_span(code: Offsets, node: Holder) -> tuple[int, int]:
    """From the first decorator or word of a statement to the first statement of its body, or to its end."""
    first = node.pattern if isinstance(node, ast.match_case) else node
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    start = code.offset(first.lineno, first.col_offset)
    if decorators:
        start = code.offset(decorators[0].lineno, 0)
    inner = next((children[0] for _, children in blocks_of(node)), None)
    if inner is not None:
        return start, _header_span(code, inner)[0]
    return start, code.offset(first.end_lineno or 0, first.end_col_offset or 0)


def _digest(node: ast.AST) -> str:
    """The tree of a statement without its blocks."""
    fields = (
        ",".join(map(_dump, cast("list[object]", value))) if isinstance(value, list) else _dump(value)
        for name, value in ast.iter_fields(node)
        if name not in _BLOCKS or not isinstance(value, list)
    )
    return f"{type(node).__name__}({'|'.join(fields)})"


def _dump(value: object) -> str:
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)


def _parse_header(text: str, like: ast.AST) -> ast.stmt | None:
    """The one statement that a changed header begins, or None where it cannot be told without the rest: where it
    is another kind of statement, such as a `break` that needs a loop."""
    if text.startswith("elif"):
        text = text[2:]
    if hasattr(like, "body"):
        text += "pass"
    try:
        body = parse_source(text).body
    except (SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 and type(body[0]) is type(like) else None

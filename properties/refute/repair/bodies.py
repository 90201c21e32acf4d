"""Function bodies as logical lines of tokens: what is needed to merge one body into another line by line."""

import ast
import difflib
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace

from refute.properties.syntax import parse_source

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.COMMENT)


@dataclass(frozen=True)
class Token:
    """One token and the white space between it and the token before on its logical line."""

    gap: str
    text: str
    name: bool = False
    """Whether it is an identifier that is no keyword."""


@dataclass(frozen=True)
class Line:
    """One logical line. `depth` is 1 for the statements of a body; `raw` is the text as it was, with the comments
    and empty lines before it; `indent` its white space; `row` and `end_row` are one-based and inclusive."""

    depth: int
    tokens: tuple[Token, ...]
    raw: str
    indent: str
    row: int
    end_row: int

    @property
    def key(self) -> tuple[int, tuple[str, ...]]:
        """The same for lines that mean the same."""
        return self.depth, tuple(_canonical(token.text) for token in self.tokens)

    @property
    def binds(self) -> frozenset[str]:
        """The names that the line imports."""
        if self.tokens[0].text not in ("import", "from"):
            return frozenset()
        (statement,) = parse_source(self.written("")).body
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in statement.names)

    def written(self, indent: str) -> str:
        """The line without comments at another indentation, with a line end."""
        across = any("\n" in token.text for token in self.tokens)
        gaps = (token.gap if across else token.gap.replace("\n" + self.indent, "\n" + indent) for token in self.tokens)
        text = "".join(gap + token.text for gap, token in zip(gaps, self.tokens, strict=True))
        return f"{indent}{text}\n"


@dataclass(frozen=True)
class Body:
    """A definition taken apart.

    `head` is the text up to the end of the docstring (or of the signature), `preamble` the lines before the
    definition, `lines` those of the body, `indent` the indentation of the body and `step` that of a block in it.
    `locals` are the names that the body binds, but for those of nested functions, classes and parameters.
    """

    head: str
    preamble: tuple[Line, ...]
    lines: tuple[Line, ...]
    parameters: tuple[str, ...]
    locals: frozenset[str]
    fixed: frozenset[str]
    """Names that cannot be renamed token by token."""
    indent: str
    step: str

    def indentation(self, depth: int) -> str:
        """The white space before a line of that depth."""
        return self.indent + self.step * (depth - 1)


def read_body(source: str) -> Body | None:
    """Take apart the definition that ends `source`; None where it ends with none, or with one that shares a line
    with other statements."""
    try:
        module = parse_source(source)
        logical = list(_logical_lines(source))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return None
    if not module.body or not isinstance(module.body[-1], ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    function = module.body[-1]
    preamble = tuple(line for line in logical if line.row < function.lineno)
    header, *lines = (line for line in logical if line.row >= function.lineno)
    if function.body[0].lineno <= header.end_row:
        return _one_liner(source, function, preamble) if not lines and len(function.body) == 1 else None
    indent, head_end = lines[0].indent, header.end_row
    if ast.get_docstring(function, clean=False) is not None:
        head_end = lines[0].end_row
        if len(lines[0].tokens) > 1 and ";" in (token.text for token in lines[0].tokens):
            return None
        lines = lines[1:]
    head = "\n".join(source.split("\n")[function.lineno - 1 : head_end]) + "\n"
    step = next((line.indent.removeprefix(indent) for line in lines if line.depth == 2), "") or indent
    return Body(head, preamble, tuple(lines), _parameters(function), *_names(function), indent, step)


def _one_liner(source: str, function: Function, preamble: tuple[Line, ...]) -> Body | None:
    """`def f(x): return x`, as if the body stood on a line of its own."""
    text = ast.get_source_segment(source, function.body[0])
    if text is None or "\n" in text:
        return None
    rows = source.split("\n")[function.lineno - 1 : function.body[0].lineno]
    rows[-1] = rows[-1].encode()[: function.body[0].col_offset].decode().rstrip()
    (line,) = _logical_lines(text + "\n")
    line = replace(line, depth=1, raw=f"    {text}\n")
    return Body("\n".join(rows) + "\n", preamble, (line,), _parameters(function), *_names(function), "    ", "    ")


def _parameters(function: Function) -> tuple[str, ...]:
    arguments = function.args
    plain = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg)
    return tuple(argument.arg for argument in plain if argument is not None)


def _names(function: Function) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the body binds and that can be renamed, and those that cannot."""
    stored: set[str] = set()
    fixed: set[str] = set()
    for node in (node for statement in function.body for node in ast.walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                stored.add(name)
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                fixed.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                fixed.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                fixed |= set(names)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                fixed |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case _:
                pass
    return frozenset(stored - fixed - set(_parameters(function))), frozenset(fixed)


def _logical_lines(source: str) -> Iterator[Line]:
    rows = [row + "\n" for row in source.split("\n")]
    depth, begun = 0, 0
    current: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            row, column = current[0].start
            raw = "".join(rows[begun : token.start[0]])
            yield Line(depth, tuple(_tokens(rows, current)), raw, rows[row - 1][:column], row, token.start[0])
            current, begun = [], token.start[0]
        elif token.type not in _LAYOUT:
            current.append(token)


def _tokens(rows: list[str], found: list[tokenize.TokenInfo]) -> Iterator[Token]:
    """The tokens with the white space between them; comments inside brackets are left out."""
    row, column = found[0].start
    for token in found:
        if token.start[0] == row:
            gap = rows[row - 1][column : token.start[1]]
        elif rows[row - 1][column:].strip() == "\\":
            gap = rows[row - 1][column:] + rows[token.start[0] - 1][: token.start[1]]
        else:
            gap = "\n" + rows[token.start[0] - 1][: token.start[1]]
        yield Token(gap, token.string, token.type == tokenize.NAME and not keyword.iskeyword(token.string))
        row, column = token.end


def _canonical(text: str) -> str:
    """A token's text, string literals in one form whatever their quotes."""
    if not text.endswith(('"', "'")):
        return text
    try:
        return repr(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text


def changed_tokens(before: str, after: str) -> int:
    """How many tokens go and come between two sources, comments and layout not counted."""
    old, new = _texts(before), _texts(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return len(old) + len(new) - 2 * kept


def _texts(source: str) -> list[str]:
    return [_canonical(token.text) for line in _logical_lines(source) for token in line.tokens]

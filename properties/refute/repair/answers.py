"""Definitions in a model's answer: found between chatter, completed with what they need, mended where cut off."""

import ast
import builtins
import functools
import importlib
import itertools
import re
import textwrap
from collections.abc import Iterator

from refute.properties.syntax import parse_source

_FENCE = re.compile(r"^[ \t]*```[^\n]*\n?", re.MULTILINE)
_BEGINNING = re.compile(r"^(?:import |from |def |async def |class |@|[A-Za-z_]\w* *(?::[^=\n]+)?=)", re.MULTILINE)

_BEGINNINGS = 20
"""Lines at which code may begin that are tried in an answer without fences: chatter also begins with "from"."""

_MODULES = frozenset({
    "bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools", "hashlib", "heapq",
    "itertools", "json", "math", "numbers", "operator", "random", "re", "statistics", "string", "typing", "unicodedata",
})  # fmt: skip
_GIVING = ("operator", "statistics", "typing", "string", "bisect", "heapq", "functools", "itertools", "math")
"""Modules whose names answers use without importing them; of two with one name, the later one here."""
_MEMBERS = {
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"), "collections"),
    "Decimal": "decimal",
    "Fraction": "fractions",
}

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_Binding = (
    ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
)


def parse_definition(text: str, name: str, context: str = "") -> str | None:
    """The definition of `name` in a model's answer, as source that runs on its own, or None where there is none.

    `context` is source that the model was shown: what it defines is there and not imported.

    Code fences and chatter go, and so do decorators, examples and tests. What the definition refers to comes before
    it: imports (also forgotten ones of well-known modules), then constants and helping functions of the answer. An
    answer that was cut off loses its last lines up to where the rest is whole; the definition must still have a body.
    """
    for block in _code_blocks(text):
        tree = _parse_most(block, name)
        if tree is None:
            continue
        module, source = tree
        target = _find(module, name)
        if target is not None:
            return _assembled(module, source, target, _defined(context))
    return None


def _defined(context: str) -> frozenset[str]:
    """The names that a source defines at its top."""
    try:
        statements = parse_source(context).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(name for one in statements if isinstance(one, _Binding) for name in _bound(one))


def _code_blocks(text: str) -> Iterator[str]:
    """The fenced blocks of an answer, then all of it without fences."""
    text = text.replace("\r\n", "\n")
    pieces = _FENCE.split(text)
    if len(pieces) > 1:
        yield from pieces[1::2]
        yield "\n".join(pieces[1::2])
    for piece in (*pieces[::2], "".join(pieces)):
        plain = textwrap.dedent(piece)
        for beginning in itertools.islice(_BEGINNING.finditer(plain), _BEGINNINGS):
            yield plain[beginning.start() :]


def _parse_most(text: str, name: str) -> tuple[ast.Module, str] | None:
    """The longest run of lines from the start that parses and still has something of the definition."""
    text = textwrap.dedent(text)
    if f"def {name}" not in text:
        return None
    lines = text.split("\n")
    needed = next(number for number, line in enumerate(lines) if f"def {name}" in line) + 1
    for end in range(len(lines), needed, -1):
        source = "\n".join(lines[:end]) + "\n"
        try:
            return parse_source(source), source
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return _parse_one_line(lines, needed)


def _parse_one_line(lines: list[str], end: int) -> tuple[ast.Module, str] | None:
    """`def f(x): return x` as the last line of all."""
    source = "\n".join(lines[:end]) + "\n"
    try:
        return parse_source(source), source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find(module: ast.Module, name: str) -> Definition | None:
    """The last definition of `name` at the top or in a class; one that is a docstring alone does not count."""
    found: Definition | None = None
    for statement in module.body:
        inner = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for node in inner:
            if isinstance(node, Definition) and node.name == name and not _is_empty(node):
                found = node
    return found


def _is_empty(node: Definition) -> bool:
    """Whether nothing is left but a docstring, `pass` or `...`."""
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in node.body
    )


def _assembled(module: ast.Module, source: str, target: Definition, known: frozenset[str]) -> str:
    """The needed imports, constants and helping functions in their order, then the definition."""
    target.decorator_list = []
    bindings = [statement for statement in module.body if isinstance(statement, _Binding) and statement is not target]
    bindings = [statement for statement in bindings if target.name not in _bound(statement)]
    needed: set[str] = set(_read(target))
    kept: list[_Binding] = []
    grown = True
    while grown:
        grown = False
        for statement in bindings:
            if statement not in kept and _useful(statement, needed):
                kept.append(statement)
                needed |= set(_read(statement))
                grown = True
    provided = {name for statement in kept for name in _bound(statement)} | {target.name}
    forgotten = _forgotten(target, needed - provided - known)
    kept.sort(key=lambda statement: (not isinstance(statement, ast.Import | ast.ImportFrom), statement.lineno))
    parts = [*forgotten, *(_segment(source, statement) for statement in kept), _segment(source, target)]
    return "\n".join(parts) + "\n"


def _useful(statement: _Binding, needed: set[str]) -> bool:
    if isinstance(statement, ast.ImportFrom) and (statement.level or statement.module == "__future__"):
        return False
    return "*" in _bound(statement) or not needed.isdisjoint(_bound(statement))


def _bound(statement: _Binding) -> tuple[str, ...]:
    match statement:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return tuple(alias.asname or alias.name.split(".")[0] for alias in names)
        case ast.Assign(targets=targets):
            return tuple(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=target):
            return (target.id,) if isinstance(target, ast.Name) else ()
        case _:
            return (statement.name,)


def _read(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load))


def _forgotten(target: Definition, names: set[str]) -> Iterator[str]:
    """Import statements for names of the standard library that an answer uses without importing them."""
    own = {part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    own |= {part.arg for part in ast.walk(target) if isinstance(part, ast.arg)}
    own |= {part.name for part in ast.walk(target) if isinstance(part, Definition)}
    for part in ast.walk(target):
        if isinstance(part, ast.Import | ast.ImportFrom):
            own |= set(_bound(part))
    for name in sorted(names - own - set(dir(builtins))):
        if name in _MODULES:
            yield f"import {name}"
        elif name in (members := _members()):
            yield f"from {members[name]} import {name}"


@functools.cache  # and not when this is imported: some of the modules take long
def _members() -> dict[str, str]:
    """The module of each name that is imported where it was forgotten."""
    modules = {name: importlib.import_module(name) for name in _GIVING}
    public = {
        member: name
        for name, module in modules.items()
        for member in getattr(module, "__all__", dir(module))
        if not member.startswith("_")
    }
    return public | _MEMBERS


def _segment(source: str, node: _Binding) -> str:
    """The lines of a statement, dedented, without decorators where it is a function."""
    lines = source.split("\n")[node.lineno - 1 : node.end_lineno]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)

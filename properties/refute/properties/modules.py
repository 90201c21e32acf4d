"""A module's text as a syntax tree, with the definitions at its top level."""

import ast
import copy
import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from refute.properties.positions import from_utf8, split_lines
from refute.properties.syntax import parse_expression, parse_module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})


@dataclass(frozen=True, eq=False)
class Module:
    """`definitions` holds for each top-level name the statements that bind it, in order; `imports` the dotted
    origin of each imported name (`{"cache": "functools.cache"}`). `functions` are all functions and methods by the
    zero-based line of their `def`. `lines` keep their endings. `effects` are the top-level statements that do more than
    bind names when the module is imported.
    """

    tree: ast.Module
    lines: tuple[str, ...]
    definitions: Mapping[str, tuple[ast.stmt, ...]]
    imports: Mapping[str, str]
    functions: Mapping[int, FunctionNode]
    effects: tuple[ast.stmt, ...]

    def column(self, line: int, utf8_column: int) -> int:
        """The character column of a `col_offset` on a zero-based line of the document."""
        text = self.lines[line] if line < len(self.lines) else ""
        if line == 0 and text.startswith("\ufeff"):
            return from_utf8(text[1:], utf8_column) + 1
        return from_utf8(text, utf8_column)

    def dotted(self, node: ast.expr) -> str | None:
        """The dotted name that `node` refers to, imports resolved (`cache` -> `functools.cache`), else None."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else None
        return None

    def class_named(self, name: str) -> ast.ClassDef | None:
        """The top-level class called `name`, the last definition of it, else None."""
        node = self.definitions.get(name, (None,))[-1]
        return node if isinstance(node, ast.ClassDef) else None

    def lineage(self, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """A class and its bases in this module, the nearest first."""
        queue, seen = [node], set[ast.ClassDef]()
        while queue:
            owner = queue.pop(0)
            if owner not in seen:
                seen.add(owner)
                yield owner
                bases = (self.class_named(self.last_name(base)) for base in owner.bases)
                queue += [base for base in bases if base is not None]

    def last_name(self, node: ast.expr) -> str:
        """The last part of the dotted name that `node` refers to, subscripts left out (`t.Generic[T]` -> `Generic`)."""
        return (self.dotted(node.value if isinstance(node, ast.Subscript) else node) or "").rpartition(".")[2]

    def function_named(self, name: str) -> ast.FunctionDef | None:
        """The top-level function called `name`, the last definition of it, else None."""
        node = self.definitions.get(name, (None,))[-1]
        return node if isinstance(node, ast.FunctionDef) else None


@functools.lru_cache(maxsize=8)  # a document and some that lie around it; trees take a kilobyte a line
def read_module(text: str) -> Module:
    """Parse `text` (a leading byte order mark is allowed); raises `UnreadableError`."""
    tree = parse_module(text.removeprefix("\ufeff"))
    definitions: dict[str, tuple[ast.stmt, ...]] = {}
    imports: dict[str, str] = {}
    for statement in flat_statements(tree.body):
        for name in bound_names(statement):
            definitions[name] = (*definitions.get(name, ()), statement)
        if isinstance(statement, ast.Delete):
            for target in statement.targets:
                definitions.pop(ast.unparse(target), None)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports.update(_origins(statement))
    functions = {node.lineno - 1: node for node in _functions(tree.body)}
    effects = tuple(statement for statement in tree.body if _has_effect(statement))
    return Module(tree, split_lines(text), definitions, imports, functions, effects)


def _has_effect(statement: ast.stmt) -> bool:
    """Whether a statement of a module calls something, changes items or attributes, or loops, when it is imported."""
    match statement:
        case ast.Expr():
            return not isinstance(statement.value, ast.Constant)
        case ast.Assign():
            return not all(map(_binds_only, statement.targets))
        case ast.AnnAssign() | ast.AugAssign():
            return not _binds_only(statement.target)
        case ast.If() | ast.Try():
            return not is_script(statement) and any(map(_has_effect, itertools.chain(*blocks_of(statement))))
        case _:
            binding = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)
            return not isinstance(statement, binding)


def _binds_only(target: ast.expr) -> bool:
    return not any(isinstance(part, ast.Attribute | ast.Subscript) for part in ast.walk(target))


def is_script(statement: ast.stmt) -> bool:
    """Whether a block runs only when the module is run as a program."""
    return isinstance(statement, ast.If) and ast.unparse(statement.test).replace("'", '"') == '__name__ == "__main__"'


def _functions(body: list[ast.stmt]) -> Iterator[FunctionNode]:
    """The functions and methods of `body`, those inside functions not counted."""
    for statement in flat_statements(body):
        if is_function(statement):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body)


def flat_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of `body`, and those inside its `if`, `try`, `with`, `for` and `while` blocks."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for block in blocks_of(statement):
                yield from flat_statements(block)


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly inside a compound statement."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if isinstance(block, list):
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds in its own scope (blocks inside it not counted)."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
        case ast.Assign():
            for target in statement.targets:
                yield from _target_names(target)
        case ast.AnnAssign() | ast.AugAssign():
            yield from _target_names(statement.target)
        case _:
            name = getattr(statement, "name", None)  # `type X = ...`, which Python 3.10 and 3.11 do not know
            if isinstance(name, ast.Name):
                yield name.id


def _target_names(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name():
            yield target.id
        case ast.Tuple() | ast.List():
            for element in target.elts:
                yield from _target_names(element)
        case ast.Starred():
            yield from _target_names(target.value)
        case _:
            return


def _origins(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        dot = "" if module.endswith(".") else "."
        return {alias.asname or alias.name: f"{module}{dot}{alias.name}" for alias in statement.names}
    return {
        alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
        for alias in statement.names
    }


def is_function(node: ast.AST) -> TypeGuard[FunctionNode]:
    """Whether `node` is a `def` or an `async def`."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def function_in(source: str) -> FunctionNode:
    """The function that is all of `source`, as in `FunctionUnit.source`."""
    (function,) = filter(is_function, parse_module(source).body)
    return function


def signature_of(function: FunctionNode) -> str:
    """The header of `function` on one line, decorators left out."""
    bare = copy.copy(function)
    bare.decorator_list, bare.body = [], []
    return ast.unparse(bare).strip()


def absolute_name(origin: str, importer: str) -> str:
    """The dotted name that an import means in the module `importer`; that of a package ends with a dot."""
    level = len(origin) - len(origin.lstrip("."))
    return ".".join([*importer.split(".")[:-level], origin[level:]]) if level else origin


def docstring_node(node: FunctionNode | ast.ClassDef) -> ast.Constant | None:
    """The string literal that is the docstring of `node`, if there is one."""
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str()) as constant), *_]:
            return constant
        case _:
            return None


def body_without_docstring(node: FunctionNode | ast.ClassDef) -> list[ast.stmt]:
    """The statements of `node` after its docstring."""
    return node.body[1:] if docstring_node(node) else node.body


def gives_values(node: ast.AST) -> bool:
    """Whether anything inside `node` returns a value or yields; of inner functions too, so in doubt it does."""
    return any(
        isinstance(part, ast.Yield | ast.YieldFrom) or (isinstance(part, ast.Return) and part.value is not None)
        for part in ast.walk(node)
    )


def names_in(node: ast.AST) -> Iterator[str]:
    """Every name read inside `node`, and the names inside its string constants that are expressions (forward
    references)."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and len(part.value) < 200:
            inner = parse_expression(part.value)
            if inner is not None:
                yield from (name.id for name in ast.walk(inner) if isinstance(name, ast.Name))

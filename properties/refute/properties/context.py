"""The source that a reader of a spec would look up in the same module."""

import ast
import copy
import re
import textwrap
from collections import deque
from collections.abc import Iterable, Iterator

from refute.properties.modules import (
    CONSTRUCTORS,
    FunctionNode,
    Module,
    body_without_docstring,
    docstring_node,
    names_in,
    signature_of,
)

_LONGEST_CONSTANT = 600
LONGEST = 6000
"""Characters of a context, about 1,500 tokens: a prompt shows it twice, and must leave room for the answer."""
_WORD = re.compile(r"(`{1,2})?\b([A-Za-z_]\w*)\b(\()?")
_INDENT = "    "


class Contexts:
    """Finds the context of each function of one module (see `Spec.context`)."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._rendered: dict[tuple[ast.stmt, bool], str] = {}
        self._reached: dict[ast.stmt, frozenset[str]] = {}

    def of(self, function: FunctionNode, owners: tuple[ast.ClassDef, ...], docstring: str | None) -> str:
        """The definitions that the signature of `function` names, transitively, as source.

        `owners` are the classes around it, outermost first: they come last, without `function` itself. Bodies of
        functions and methods are left out, except those of constructors, which tell what an instance holds.
        Functions and classes that the docstring mentions are in it too. What is too long as a whole is left out from
        the far end: what only other definitions name, then what stands in other methods of the class.
        """
        names = {*_signature_names(function), *self._mentioned(docstring or "", function.name)}
        own = ""
        if owners:
            names |= self._names(owners[0])
            own = self._class(owners[0], owners[1:], function)
            if len(own) > LONGEST:
                own = self._outline(owners[0], function)
        imports, nearest = self._closure(names, owners[0].name if owners else function.name)
        chosen: list[ast.stmt] = []
        left = LONGEST - len(imports) - len(own)
        for definition in nearest:
            left -= len(self._render(definition))
            if left >= 0:
                chosen.append(definition)
        shown = map(self._render, sorted(chosen, key=lambda statement: statement.lineno))
        return "\n\n".join(filter(None, (imports, *shown, own)))

    def _outline(self, owner: ast.ClassDef, but: FunctionNode) -> str:
        """The constructor of a long class, and the signatures of its other methods as far as there is room."""
        header = copy.copy(owner)
        header.body = []
        lines = [ast.unparse(header).strip()]
        methods = [part for part in owner.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        for method in sorted(methods, key=lambda part: part.name not in CONSTRUCTORS):
            whole = method.name in CONSTRUCTORS
            text = textwrap.indent(self._render(method) if whole else f"{signature_of(method)} ...", _INDENT)
            if method is not but and sum(map(len, lines)) + len(text) <= LONGEST:
                lines.append(text)
        return "\n".join(lines if len(lines) > 1 else [*lines, f"{_INDENT}..."])

    def _mentioned(self, docstring: str, own_name: str) -> Iterator[str]:
        """Functions and classes that a docstring mentions in a way that is not an ordinary word."""
        for quote, word, parenthesis in _WORD.findall(docstring):
            marked = quote or parenthesis or "_" in word.strip("_") or any(c.isupper() for c in word[1:])
            if marked and word != own_name and (self._module.function_named(word) or self._module.class_named(word)):
                yield word

    def _closure(self, names: Iterable[str], skip: str) -> tuple[str, list[ast.stmt]]:
        """The imports behind `names`, as source, and the other definitions, those that are named first come first."""
        imports: dict[str, ast.Import | ast.ImportFrom] = {}
        definitions: dict[ast.stmt, None] = {}
        queue, seen = deque(sorted(names)), {skip}
        while queue:
            name = queue.popleft()
            if name in seen:
                continue
            seen.add(name)
            for statement in self._module.definitions.get(name, ()):
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    imports[name] = statement
                else:
                    definitions[statement] = None
                    queue += sorted(self._names(statement))
        return _render_imports(imports), list(definitions)

    def _names(self, statement: ast.stmt) -> frozenset[str]:
        if statement not in self._reached:
            self._reached[statement] = frozenset(_reached_names(statement))
        return self._reached[statement]

    def _render(self, statement: ast.stmt, indented: bool = False) -> str:
        """`statement` as the context shows it; kept, since every method of a class shows the others."""
        if (statement, indented) not in self._rendered:
            text = textwrap.indent(self._render(statement), _INDENT) if indented else self._rendering(statement)
            self._rendered[statement, indented] = text
        return self._rendered[statement, indented]

    def _rendering(self, statement: ast.stmt) -> str:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name not in CONSTRUCTORS:
                return _without_body(statement)
            case ast.ClassDef():
                return self._class(statement)
            case ast.Assign() | ast.AnnAssign() if _is_long(statement):
                shortened = copy.copy(statement)
                shortened.value = ast.Constant(...)
                return ast.unparse(shortened)
            case _:
                return ast.unparse(statement)

    def _class(self, owner: ast.ClassDef, inner: tuple[ast.ClassDef, ...] = (), but: FunctionNode | None = None) -> str:
        """A class without the bodies of its methods. `inner` are classes on the way to the method `but`, which is
        left out."""
        header = copy.copy(owner)
        docstring = docstring_node(owner)
        header.body = [ast.Expr(docstring)] if docstring else []
        members = [ast.unparse(header).strip()]
        for part in body_without_docstring(owner):
            if inner and part is inner[0]:
                members.append(textwrap.indent(self._class(inner[0], inner[1:], but), _INDENT))
            elif part is not but:
                members.append(self._render(part, indented=True))
        return "\n".join(members if len(members) > 1 or docstring else [*members, f"{_INDENT}..."])


def _signature_names(function: FunctionNode) -> Iterator[str]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None and argument.annotation is not None:
            yield from names_in(argument.annotation)
    for default in (*arguments.defaults, *arguments.kw_defaults):
        if default is not None:
            yield from (node.id for node in ast.walk(default) if isinstance(node, ast.Name))
    if function.returns is not None:
        yield from names_in(function.returns)


def _reached_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a reader of a definition, as it stands in the context, would look up next."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _signature_names(statement)
        case ast.ClassDef():
            for part in (*statement.bases, *(k.value for k in statement.keywords), *statement.decorator_list):
                yield from names_in(part)
            for inner in statement.body:
                yield from _reached_names(inner)
        case ast.Import() | ast.ImportFrom():
            return
        case ast.AnnAssign():
            yield from names_in(statement)
        case _:
            yield from (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))


def _render_imports(imports: dict[str, ast.Import | ast.ImportFrom]) -> str:
    """Imports of exactly these names, grouped by module, in the order of the document."""
    plain: list[str] = []
    grouped: dict[str, list[str]] = {}
    for name, statement in sorted(imports.items(), key=lambda item: (item[1].lineno, item[0])):
        alias = next((a for a in statement.names if name in (a.asname, a.name, a.name.partition(".")[0])), None)
        if alias is None:
            continue
        text = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        if isinstance(statement, ast.ImportFrom):
            grouped.setdefault("." * statement.level + (statement.module or ""), []).append(text)
        else:
            plain.append(f"import {text}")
    return "\n".join([*plain, *(f"from {module} import {', '.join(names)}" for module, names in grouped.items())])


def _is_long(statement: ast.Assign | ast.AnnAssign) -> bool:
    value = statement.value
    if value is None:
        return False
    lines = (value.end_lineno or value.lineno) - value.lineno
    return lines > 12 or (lines == 0 and (value.end_col_offset or 0) - value.col_offset > _LONGEST_CONSTANT)


def _without_body(function: FunctionNode) -> str:
    short = copy.copy(function)
    docstring = docstring_node(function)
    short.body = [ast.Expr(docstring)] if docstring else []
    return f"{ast.unparse(short).strip()}\n{_INDENT}..."

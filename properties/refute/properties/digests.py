"""Digests: what has to be inferred again, and what has to be run again, after an edit."""

import ast
import functools
import hashlib
from collections.abc import Collection, Iterator
from typing import cast

from refute.properties.modules import (
    CONSTRUCTORS,
    FunctionNode,
    Module,
    body_without_docstring,
    is_function,
    names_in,
)
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit, Spec

SMALL_NUMBER = 100
LONGEST_TEXT = 50
"""What Hypothesis leaves alone when it takes constants from source: numbers up to the first, texts longer than the
second (`hypothesis.internal.constants_ast`)."""
_IGNORED_FIELDS = frozenset({"ctx", "kind", "type_comment", "type_ignores", "annotation", "returns"})


def spec_digest(spec: Spec) -> str:
    """A digest of all that is known of what a function should do; its body and its place are not in it."""
    parameters = (f"{p.kind} {p.name}: {p.annotation} = {p.default}" for p in spec.parameters)
    return _hash(spec.qualname, spec.signature, spec.docstring or "", spec.context, *parameters)


def digest_around(unit: FunctionUnit, text: str) -> str:
    """A digest of what inputs of `unit` are drawn from and judged with, besides its spec: the document `text` without
    it, and of itself the constants that Hypothesis would draw, as it does from every module of a project."""
    lines = text.splitlines(keepends=True)
    around = "".join([*lines[: unit.first_line], *lines[unit.last_line + 1 :]])
    found = {repr(n.value) for n in ast.walk(parse_source(unit.source)) if isinstance(n, ast.Constant) and _is_drawn(n)}
    return _hash(around, *sorted(found))


def _is_drawn(constant: ast.Constant) -> bool:
    """Whether Hypothesis may take this constant for an input: no small number, no long text."""
    match constant.value:
        case bool() | None:
            return False
        case int(value):
            return abs(value) > SMALL_NUMBER
        case str(value) | bytes(value):
            return 0 < len(value) <= LONGEST_TEXT
        case _:
            return True


def reached_on_import(module: Module) -> tuple[ast.stmt, ...]:
    """What `module` does when it is imported, beyond binding names, and what of the module this names, transitively."""
    reached = dict.fromkeys(module.effects)
    queue = list(reached)
    while queue:
        found = [each for name in _names_in(queue.pop()) for each in module.definitions.get(name, ())]
        fresh = dict.fromkeys(each for each in found if each not in reached)
        queue += fresh
        reached |= fresh
    return tuple(reached)


def _names_in(statement: ast.stmt) -> frozenset[str]:
    names = set[str]()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            names.update(names_in(node.annotation))
    return frozenset(names)


class BodyDigests:
    """Makes the body digests of the functions of one module, which does `on_import` when it is imported
    (`reached_on_import`).

    A body digest covers the syntax tree of the body and, transitively, the functions, classes and constants of the
    module that it names, the members of its own class that it uses, and what the module does when it is imported, which
    may change any of them. Comments, docstrings, annotations, formatting and places in the file are not in it.
    """

    def __init__(self, module: Module, on_import: Collection[ast.stmt]) -> None:
        self._module = module
        self._on_import = frozenset(on_import)
        self._digests: dict[ast.stmt, str] = {}
        self._reached: dict[ast.stmt, frozenset[str]] = {}

    def of(self, function: FunctionNode, owners: tuple[ast.ClassDef, ...]) -> str:
        """The digest of `function`, whose classes are `owners`, outermost first."""
        members, always = _members(owners, self._module)
        again = () if owners else self._module.definitions.get(function.name, ())  # it may be bound anew further down
        seen: set[ast.stmt] = {function, *always, *again}
        queue: list[ast.stmt] = list(seen)
        names: set[str] = set()
        while queue:
            fresh = self._names(queue.pop()) - names
            names |= fresh
            for name in fresh:
                found = [*self._module.definitions.get(name, ()), *members.get(name, ())]
                queue += [s for s in found if s not in seen and s not in owners and s not in self._on_import]
                seen.update(found)
        others = seen.difference((function, *owners), self._on_import)
        return _hash(self._digest(function), self._digest_on_import, *sorted(map(self._digest, others)))

    @functools.cached_property
    def _digest_on_import(self) -> str:
        return _hash(*sorted(map(self._digest, self._on_import)))

    def _names(self, statement: ast.stmt) -> frozenset[str]:
        if statement not in self._reached:
            self._reached[statement] = _names_in(statement)
        return self._reached[statement]

    def _digest(self, statement: ast.stmt) -> str:
        if statement not in self._digests:
            self._digests[statement] = _hash(*_tokens(statement))
        return self._digests[statement]


def _members(owners: tuple[ast.ClassDef, ...], module: Module) -> tuple[dict[str, list[ast.stmt]], list[ast.stmt]]:
    """The methods of the classes `owners` and of their bases in this document, by name, and what every instance
    depends on: constructors and fields."""
    methods: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    queue, seen = list(owners), set[ast.ClassDef]()
    while queue:
        owner = queue.pop()
        if owner in seen:
            continue
        seen.add(owner)
        for part in owner.body:
            if is_function(part) and part.name not in CONSTRUCTORS:
                methods.setdefault(part.name, []).append(part)
            elif is_function(part) or not isinstance(part, ast.Expr):
                always.append(part)
        named = (module.class_named(base.id) for base in owner.bases if isinstance(base, ast.Name))
        queue += [base for base in named if base is not None]
    return methods, always


class _End(str):
    """Closes a node or a list; a type of its own, because strings are values of nodes too."""


def _tokens(root: ast.stmt) -> Iterator[str]:
    """The syntax tree of `root` as a sequence of texts, without what does not matter to a run.

    It walks with a stack of its own, because code that is nested too deeply for recursion can still be parsed.
    """
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, _End):
            yield item
        elif isinstance(item, list):
            yield "["
            stack.append(_End("]"))
            stack.extend(reversed(cast(list[object], item)))
        elif isinstance(item, ast.AST):
            yield type(item).__name__ + "("
            stack.append(_End(")"))
            stack.extend(_field(item, name) for name in reversed(item._fields) if name not in _IGNORED_FIELDS)
        else:
            yield repr(item)


def _field(node: ast.AST, name: str) -> object:
    if name == "body" and is_function(node):
        return body_without_docstring(node)
    if name == "body" and isinstance(node, ast.ClassDef):
        fields = [part.annotation for part in node.body if isinstance(part, ast.AnnAssign)]
        return [*body_without_docstring(node), *fields]  # dataclasses and their like read annotations at run time
    return getattr(node, name, None)


def _hash(*parts: str) -> str:
    """A digest of `parts` that differs when they are split in another way."""
    joined = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]

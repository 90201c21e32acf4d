"""Small rewritings of expressions. What goes in is never changed."""

import ast
import copy
from collections.abc import Collection, Mapping
from typing import Any

from refute.properties.scopes import BUILTIN_NAMES


def with_names(expression: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    """`expression` with the names of `known` replaced where they are read."""
    result: ast.expr = _Names(known).visit(copy.deepcopy(expression))
    return result


def with_result(expression: ast.expr, call: ast.expr) -> ast.expr:
    """`expression` with `result` in place of `call`."""
    result: ast.expr = _Result(call).visit(copy.deepcopy(expression))
    return result


def with_imported(expression: ast.expr, origins: Mapping[str, str], prefix: str) -> tuple[ast.expr, frozenset[str]]:
    """`expression` with what is imported from a module written as in that module itself, and these names.

    `origins` are the dotted origins of imported names, `prefix` those of the module begin with. Other names, but for
    those of Python, are written so that they cannot be taken for names of that module.
    """
    visitor = _Imported(origins, prefix)
    result: ast.expr = visitor.visit(copy.deepcopy(expression))
    return result, frozenset(visitor.own)


def with_fields(expression: ast.expr, fields: Collection[str]) -> ast.expr:
    """`expression` with `x` in place of `self.x` for each name of `fields`."""
    result: ast.expr = _Fields(fields).visit(copy.deepcopy(expression))
    return result


class _Imported(ast.NodeTransformer):
    def __init__(self, origins: Mapping[str, str], prefix: str) -> None:
        self._origins = origins
        self._prefix = prefix
        self.own: set[str] = set()

    def visit_Name(self, node: ast.Name) -> ast.expr:
        is_of_python = node.id in BUILTIN_NAMES and node.id not in self._origins
        return self._as_own(node) or (node if is_of_python else ast.Name(f"other_{node.id}", node.ctx))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._as_own(node) or self.generic_visit(node)

    def _as_own(self, node: ast.expr) -> ast.expr | None:
        name = (self._dotted(node) or "").removeprefix(self._prefix)
        if not name.isidentifier() or name == self._dotted(node):
            return None
        self.own.add(name)
        return ast.Name(name, ast.Load())

    def _dotted(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value)
            return f"{base}.{node.attr}" if base else None
        return self._origins.get(node.id) if isinstance(node, ast.Name) else None


class _Fields(ast.NodeTransformer):
    def __init__(self, fields: Collection[str]) -> None:
        self._fields = fields

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self._fields:
            return ast.Name(node.attr, ast.Load())
        return self.generic_visit(node)


class _Names(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


class _Result(ast.NodeTransformer):
    """Knows the call by its structure, since it works on a copy."""

    def __init__(self, call: ast.expr) -> None:
        self._kind = type(call)
        self._structure = ast.dump(call)

    def visit(self, node: ast.AST) -> Any:
        is_call = isinstance(node, self._kind) and ast.dump(node) == self._structure
        return ast.Name("result", ast.Load()) if is_call else self.generic_visit(node)

"""Small rewritings of expressions. What goes in is never changed."""

import ast
import copy
from collections.abc import Collection, Mapping


def with_names(expression: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    """`expression` with the names of `known` replaced where they are read."""
    result: ast.expr = _Names(known).visit(copy.deepcopy(expression))
    return result


def with_result(expression: ast.expr, call: ast.Call) -> ast.expr:
    """`expression` with `result` in place of `call`."""
    result: ast.expr = _Result(call).visit(copy.deepcopy(expression))
    return result


def with_fields(expression: ast.expr, fields: Collection[str]) -> ast.expr:
    """`expression` with `x` in place of `self.x` for each name of `fields`."""
    result: ast.expr = _Fields(fields).visit(copy.deepcopy(expression))
    return result


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

    def __init__(self, call: ast.Call) -> None:
        self._structure = ast.dump(call)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Name("result", ast.Load()) if ast.dump(node) == self._structure else self.generic_visit(node)

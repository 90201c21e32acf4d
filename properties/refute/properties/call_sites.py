"""Calls of a function in the code of its own module: what callers really pass."""

import ast
from collections.abc import Iterator

from refute.properties.calls import Arguments, find_call
from refute.properties.modules import FunctionNode, Module
from refute.properties.units import FunctionUnit

_MOST = 8


def find_call_sites(unit: FunctionUnit, module: Module) -> tuple[Arguments, ...]:
    """The arguments of calls of `unit` with values, outside of itself and of blocks that may expect an exception."""
    own = module.functions.get(unit.first_line)
    found = (find_call(call, unit, module.definitions.keys()) for call in _calls(module.tree, own))
    return tuple(dict.fromkeys(arguments for _, arguments in filter(None, found)))[:_MOST]


def _calls(node: ast.AST, but: FunctionNode | None) -> Iterator[ast.Call]:
    """The calls below `node`, but for those in one function, in `try` and in `with` blocks."""
    for child in ast.iter_child_nodes(node):
        if child is but or isinstance(child, ast.Try | ast.With | ast.AsyncWith):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls(child, but)

"""Calls of a function in the code around it, in its own module and in others: what callers really pass."""

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refute.properties.calls import Arguments, find_call
from refute.properties.literals import is_value, names_of
from refute.properties.modules import FunctionNode, Module, absolute_name, read_module
from refute.properties.rewriting import with_imported
from refute.properties.syntax import UnreadableError, parse_expression
from refute.properties.units import FunctionUnit

_MOST = 8
_MOST_KEPT = 200
"""Calls that are kept of one file."""
_EXPECTING = (ast.Try, ast.With, ast.AsyncWith, ast.Lambda)
"""Inside these a call may be meant to raise."""


@dataclass(frozen=True)
class ForeignCall:
    """A call in another file, written with the names of the module that is called; `root` is the name there that it
    begins with."""

    root: str
    source: str


def find_call_sites(unit: FunctionUnit, module: Module) -> tuple[Arguments, ...]:
    """The arguments of calls of `unit` with values, outside of itself and of blocks that may expect an exception."""
    own = module.functions.get(unit.first_line)
    found = (find_call(call, unit, names_of(module)) for call in _calls(module.tree, own))
    return tuple(dict.fromkeys(arguments for _, arguments in filter(None, found)))[:_MOST]


@functools.lru_cache(maxsize=512)
def calls_elsewhere(text: str, importer: str, module_name: str) -> tuple[ForeignCall, ...]:
    """The calls with values of what the module `module_name` has, in the `text` of the module called `importer`.

    Calls in blocks that may expect an exception are left out. `importer` ends with a dot where it is a package.
    """
    try:
        module = read_module(text)
    except UnreadableError:
        return ()
    origins = {name: absolute_name(origin, importer) for name, origin in module.imports.items()}
    if not any(_reaches(origin, module_name) for origin in origins.values()):
        return ()
    found: dict[ForeignCall, None] = {}
    for call in _calls(module.tree, None):
        written, own = with_imported(call, origins, f"{module_name}.")
        root = _root(written)
        if root in own and isinstance(written, ast.Call) and _has_values(written, own):
            found[ForeignCall(root, ast.unparse(written))] = None
    return tuple(found)[:_MOST_KEPT]


def arguments_elsewhere(unit: FunctionUnit, calls: Iterable[ForeignCall], module: Module) -> tuple[Arguments, ...]:
    """The arguments of `unit` in those of `calls` that are its own; `module` is its own."""
    written = (parse_expression(call.source) for call in calls)
    found = (find_call(node, unit, names_of(module)) for node in written if node is not None)
    return tuple(dict.fromkeys(arguments for _, arguments in filter(None, found)))[:_MOST]


def _calls(node: ast.AST, but: FunctionNode | None) -> Iterator[ast.Call]:
    """The calls below `node`, but for those in one function, in lambdas, and in `try` and `with` blocks."""
    for child in ast.iter_child_nodes(node):
        if child is but or isinstance(child, _EXPECTING):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls(child, but)


def _reaches(origin: str, module_name: str) -> bool:
    """Whether what is imported from `origin` is a module, something out of it, or a package on the way to it."""
    return f"{module_name}.".startswith(f"{origin}.") or origin.startswith(f"{module_name}.")


def _root(node: ast.expr) -> str:
    """The name that a call begins with: `Stack` of `Stack().push(1)`; "" where it does not begin with one."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _has_values(call: ast.Call, names: frozenset[str]) -> bool:
    made = call.func.value if isinstance(call.func, ast.Attribute) else None
    receiver = [made] if isinstance(made, ast.Call) else []
    return all(is_value(given, names) for given in (*call.args, *(k.value for k in call.keywords), *receiver))

"""Instances in the states that sequences of calls bring about."""

import ast
from collections.abc import Iterator, Sequence

from refute.properties.modules import FunctionNode
from refute.properties.syntax import parse_expression, parse_source
from refute.properties.vocabulary import words

_MOST_STEPS = 5
_LONGEST = 3
_APPLIED = "lambda used: [used[0], *(method(used[0], **given) for method, given in used[1])][0]"
_CHANGING = words("add append clear discard extend insert pop popleft push remove reverse setdefault sort update")


def after_calls(made: str, steps: Sequence[str]) -> str:
    """The strategy `made` of instances, each changed by up to three calls. `steps` are strategies of (method, keyword
    arguments). What a call raises is raised by the strategy: such inputs are to be left out."""
    calls = f"lists(one_of({', '.join(steps[:_MOST_STEPS])}), max_size={_LONGEST})"
    return f"tuples({made}, {calls}).map({_APPLIED})"


def freshly_made(strategy: str) -> str:
    """The strategy of the instances before any call, of a strategy by `after_calls`; any other as it is."""
    node = parse_expression(strategy)
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(args=[made, _]), attr="map"), args=[ast.Lambda() as applied]):
            is_ours = ast.unparse(applied) == ast.unparse(parse_source(_APPLIED))
            return ast.unparse(made) if is_ours else strategy
        case _:
            return strategy


def changes_itself(function: FunctionNode) -> bool:
    """Whether a method writes to its instance or to what that holds, and does nothing but compute besides."""
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Global | ast.With) for node in ast.walk(function)):
        return False
    first = [*function.args.posonlyargs, *function.args.args][:1]
    receiver = first[0].arg if first else ""
    return any(_root(target) == receiver for node in ast.walk(function) for target in _written(node))


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """The attributes and items that a node writes to or changes by a call."""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield node
        case ast.Call(func=ast.Attribute(value=ast.Attribute() | ast.Subscript() as changed, attr=method)):
            if method in _CHANGING:
                yield changed
        case _:
            return


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None

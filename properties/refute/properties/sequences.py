"""Instances in the states that sequences of calls bring about."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refute.properties.modules import FunctionNode
from refute.properties.syntax import parse_expression
from refute.properties.vocabulary import words

_MOST_STEPS = 8
_CHANGING = words("add append clear discard extend insert pop popleft push remove reverse setdefault sort update")
_CHANGING_FUNCTIONS = words("heappush heappop heapify heapreplace heappushpop insort insort_left insort_right shuffle")


def after_calls(made: str, steps: Sequence[str]) -> str:
    """The strategy `made` of instances, each changed by a few calls. `steps` are strategies of (method, keyword
    arguments). `after_calls` is a name of the worker's: calls that raise there do not count."""
    return f"after_calls({made}, one_of({', '.join(steps[:_MOST_STEPS])}))"


def freshly_made(strategy: str) -> str:
    """The strategy of the instances before any call, of a strategy by `after_calls`; any other as it is."""
    match parse_expression(strategy):
        case ast.Call(func=ast.Name(id="after_calls"), args=[made, _]):
            return ast.unparse(made)
        case _:
            return strategy


@dataclass(frozen=True)
class WrittenHistory:
    """How an instance came about, as statements; it is called `name` in them."""

    name: str
    statements: tuple[str, ...]


def written_history(text: str) -> WrittenHistory | None:
    """What `[stack := Stack(), stack.push(1)][0]`, an instance as a worker tells it, says; None for other text."""
    match parse_expression(text):
        case ast.Subscript(
            value=ast.List(elts=[ast.NamedExpr(target=ast.Name(id=name), value=made), *calls]),
            slice=ast.Constant(value=0),
        ):
            return WrittenHistory(name, (f"{name} = {ast.unparse(made)}", *map(ast.unparse, calls)))
        case _:
            return None


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
        case ast.Call(
            func=ast.Name(id=function) | ast.Attribute(value=ast.Name(), attr=function),
            args=[ast.Attribute() | ast.Subscript() as changed, *_],
        ):
            if function in _CHANGING_FUNCTIONS:
                yield changed
        case _:
            return


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None

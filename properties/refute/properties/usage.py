"""How a body uses a parameter: it may refute a guess and narrow a domain, but never widen one, since bodies may be
wrong."""

import ast
from collections.abc import Iterator
from typing import Literal

from refute.properties.modules import FunctionNode
from refute.properties.phrases import bounded, sized
from refute.properties.shapes import Collected, Dictionaries, Floats, Integers, Numbers, Shape, Strategy, Text
from refute.properties.vocabulary import words

Use = Literal["number", "sized", "text", "list", "mapping", "called"]

_TEXT_METHODS = words(
    "split splitlines lower upper strip lstrip rstrip startswith endswith isdigit isalpha isupper islower isspace "
    "title capitalize casefold encode format join replace swapcase zfill partition rpartition"
)
_LIST_METHODS = words("append extend insert sort reverse")
_MAPPING_METHODS = words("items keys values get setdefault")
_METHODS: tuple[tuple[frozenset[str], Use], ...] = (
    (_TEXT_METHODS, "text"),
    (_LIST_METHODS, "list"),
    (_MAPPING_METHODS, "mapping"),
)
_ARITHMETIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def contradicts(function: FunctionNode, name: str, shape: Shape) -> bool:
    """Whether the body of `function` uses its parameter `name` as values of `shape` cannot be used."""
    uses = {use for node in ast.walk(function) for use in _uses(node, name)}
    if "called" in uses and not isinstance(shape, Strategy):
        return True
    match shape:
        case Integers() | Floats() | Numbers():
            return bool(uses & {"sized", "text", "list", "mapping"})
        case Text():
            return bool(uses & {"number", "list", "mapping"})
        case Collected():
            return bool(uses & {"number", "text", "mapping"})
        case Dictionaries():
            return bool(uses & {"number", "text", "list"})
        case _:
            return False


def narrowed_by_use(function: FunctionNode, name: str, shape: Shape) -> Shape:
    """`shape` without values that `ord` and `chr` refuse, where the body gives them its parameter `name`."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id="ord"), args=[ast.Name(id=used)]) if used == name:
                shape = sized(1, 1)(shape)
            case ast.Call(func=ast.Name(id="chr"), args=[ast.Name(id=used)]) if used == name:
                shape = bounded(Numbers(0, 0x10FFFF))(shape)
            case _:
                continue
    return shape


def _uses(node: ast.AST, name: str) -> Iterator[Use]:
    match node:
        case ast.Call(func=ast.Name(id=used)) if used == name:
            yield "called"
        case ast.Call(func=ast.Name(id="len" | "sum" | "sorted" | "min" | "max"), args=[ast.Name(id=used)]):
            yield from _if_same(used, name, "sized")
        case ast.Call(func=ast.Name(id="range" | "abs" | "round" | "chr" | "divmod"), args=arguments):
            if any(isinstance(argument, ast.Name) and argument.id == name for argument in arguments):
                yield "number"
        case ast.For(iter=ast.Name(id=used)) | ast.comprehension(iter=ast.Name(id=used)):
            yield from _if_same(used, name, "sized")
        case ast.Subscript(value=ast.Name(id=used)):
            yield from _if_same(used, name, "sized")
        case ast.Attribute(value=ast.Name(id=used), attr=method) if used == name:
            for methods, use in _METHODS:
                if method in methods:
                    yield use
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _ARITHMETIC):
            if _is_named(left, name) or _is_named(right, name):
                yield "number"
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=int() | float())]) if isinstance(
            op, _ORDER
        ):
            if _is_named(left, name):
                yield "number"
        case _:
            return


def _if_same(used: str, name: str, use: Use) -> Iterator[Use]:
    if used == name:
        yield use


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name

"""Inputs that promised exceptions are about, which must be tried, or the promises are not.

Among them are some that the docstring excludes elsewhere ("n: at least 1", "ValueError: if n is less than 1").
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from refute.properties.constraints import conjuncts, negated, require
from refute.properties.literals import is_value
from refute.properties.modules import Module
from refute.properties.shapes import (
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Numbers,
    OneOf,
    Shape,
    Strategy,
    Text,
    one_of,
)
from refute.properties.strategies import strategy
from refute.properties.syntax import parse_expression

_SIZED = (Text, Collected, Dictionaries)
_BOUNDED = (Integers, Floats, Numbers, *_SIZED)


def outside_of(promised: Iterable[ast.expr], left: Iterable[ast.expr]) -> list[ast.expr]:
    """Those conditions of `left` whose opposite is not promised an exception."""
    opposites = {ast.unparse(part) for condition in promised for part in conjuncts(negated(condition))}
    return [condition for condition in left if ast.unparse(condition) not in opposites]


def reopened(shapes: Mapping[str, Shape], promised: Iterable[ast.expr]) -> dict[str, Shape]:
    """`shapes` without the bounds beyond which everything is `promised` an exception."""
    wide = dict(shapes)
    for condition in promised:
        wide = {name: _reopened(name, shape, condition) for name, shape in wide.items()}
        wide = {name: _with_elements(name, shape, condition) for name, shape in wide.items()}
    return wide


def _with_elements(name: str, shape: Shape, promised: ast.expr) -> Shape:
    """A container whose elements are as wide as what is promised of any of them allows."""
    for node in ast.walk(promised):
        match node:
            case ast.GeneratorExp(
                elt=condition,
                generators=[ast.comprehension(target=ast.Name(id=element), iter=ast.Name(id=container), ifs=[])],
            ) if container == name and isinstance(shape, Collected):
                shape = replace(shape, element=_reopened(element, shape.element, condition))
            case _:
                continue
    return shape


def with_default(shape: Shape, default: str, module: Module) -> Shape:
    """`shape` with the default of the parameter drawn often. Objects without a value are left out: what is told by its
    identity does not survive the copies that are made of arguments."""
    node = parse_expression(default)
    if isinstance(node, ast.Name) and node.id in module.definitions:
        statement = module.definitions[node.id][-1]
        node = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    is_drawn = default in {"None", "True", "False"} or strategy(shape).startswith(("sampled_from(", "just("))
    if is_drawn or node is None or not is_value(node):
        return shape
    return one_of([Strategy(f"just({default})"), shape])


def _reopened(name: str, shape: Shape, promised: ast.expr) -> Shape:
    """`shape` as wide as `promised` allows; what raises nothing is what is left of a shape without any bounds."""
    if isinstance(shape, OneOf):
        return OneOf(tuple(_reopened(name, option, promised) for option in shape.options))
    fine = require(negated(promised), {name: type(shape)()})[0][name] if isinstance(shape, _BOUNDED) else shape
    if isinstance(shape, Integers) and isinstance(fine, Integers):
        least = None if _reaches(shape.low, fine.low) else shape.low
        most = None if _reaches(fine.high, shape.high) else shape.high
        return replace(shape, low=least, high=most)
    if isinstance(shape, Floats | Numbers) and isinstance(fine, Floats | Numbers):
        is_low = _reaches(shape.low, fine.low) and (fine.low != shape.low or fine.above or not shape.above)
        low, above = (None, False) if is_low else (shape.low, shape.above)
        return replace(shape, low=low, high=None if _reaches(fine.high, shape.high) else shape.high, above=above)
    if isinstance(shape, _SIZED) and isinstance(fine, _SIZED):
        usual = type(shape)().max_size
        fewest = 0 if fine.min_size >= shape.min_size else shape.min_size
        longest = usual if fine.max_size < usual and fine.max_size <= shape.max_size else shape.max_size
        return replace(shape, min_size=fewest, max_size=longest)
    return shape


def _reaches(low: float | None, high: float | None) -> bool:
    """Whether there are two bounds, and the first is not above the second."""
    return low is not None and high is not None and low <= high

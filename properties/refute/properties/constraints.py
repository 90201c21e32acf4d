"""Conditions that inputs must fulfil, taken into the shapes of parameters as far as shapes can say them."""

import ast
from collections.abc import Mapping
from dataclasses import replace

from refute.properties.rewriting import with_names
from refute.properties.shapes import (
    BOOLEANS,
    NONE,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Numbers,
    OneOf,
    Shape,
    Strategy,
    Text,
    Unknown,
    merge,
)
from refute.properties.worded_relations import THE_ONE

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


def negated(condition: ast.expr) -> ast.expr:
    """The opposite of `condition`; order comparisons are turned round, since no input is NaN."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            return ast.Compare(left, [_OPPOSITE[type(op)]()], comparators)
        case ast.BoolOp(op=ast.Or(), values=values):
            return ast.BoolOp(ast.And(), [negated(value) for value in values])
        case _:
            return ast.UnaryOp(ast.Not(), condition)


def conjuncts(condition: ast.expr) -> list[ast.expr]:
    """The conditions that hold together where `condition` does."""
    match condition:
        case ast.BoolOp(op=ast.And(), values=values):
            return [part for value in values for part in conjuncts(value)]
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=ast.Or())):
            return conjuncts(negated(condition.operand))
        case ast.Compare(left=left, ops=ops, comparators=comparators) if len(ops) > 1:
            sides = [left, *comparators]
            return [ast.Compare(sides[i], [op], [sides[i + 1]]) for i, op in enumerate(ops)]
        case _:
            return [condition]


def require(condition: ast.expr, shapes: Mapping[str, Shape]) -> tuple[dict[str, Shape], list[ast.expr]]:
    """`shapes` narrowed to where `condition` holds, and the parts of it that shapes cannot say."""
    narrowed, left = dict(shapes), list[ast.expr]()
    for part in conjuncts(condition):
        name = _subject(part, narrowed)
        shape = _narrowed(part, narrowed[name]) if name else None
        if name and shape is not None:
            narrowed[name] = shape
        else:
            left.append(part)
    return narrowed, left


def applicable(condition: ast.expr, shapes: Mapping[str, Shape]) -> ast.expr | None:
    """A condition from prose with `THE_ONE` filled in, None where it cannot be evaluated on such values: `len` and
    `any` are of what has a size, `in` too on its right, and order is among what has none. Where a parameter may be
    None, nothing is asked of that."""
    named = _with_the_one(condition, shapes)
    if named is None:
        return None
    sized = {
        node.args[0].id for node in ast.walk(named) if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Name)
    }
    either = set[str]()
    for node in ast.walk(named):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):
            sized |= _names_in(node.comparators[0])
            either |= _names_in(node.left)
    names = _names_in(named) - {"len", "any"}
    if not all(_fits(shapes[name], name in sized) or name in either for name in names):
        return None
    optional = [name for name in sorted(names) if _may_be_none(shapes[name])]
    absent = [ast.Compare(ast.Name(name, ast.Load()), [ast.Is()], [ast.Constant(None)]) for name in optional]
    return ast.BoolOp(ast.Or(), [*absent, named]) if absent else named


def _with_the_one(condition: ast.expr, shapes: Mapping[str, Shape]) -> ast.expr | None:
    if THE_ONE not in _names_in(condition):
        return condition
    others = [name for name, shape in shapes.items() if _has_size(shape) and name not in _names_in(condition)]
    return with_names(condition, {THE_ONE: ast.Name(others[0], ast.Load())}) if len(others) == 1 else None


def _names_in(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _has_size(shape: Shape) -> bool:
    return isinstance(shape, Collected | Text | Dictionaries)


def _may_be_none(shape: Shape) -> bool:
    return isinstance(shape, OneOf) and NONE in shape.options


def _fits(shape: Shape, is_sized: bool) -> bool:
    return not isinstance(shape, Unknown) and _has_size(shape) == is_sized


def _subject(part: ast.expr, shapes: Mapping[str, Shape]) -> str | None:
    """The one parameter that a condition is about."""
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)} & set(shapes)
    return names.pop() if len(names) == 1 else None


def _narrowed(part: ast.expr, shape: Shape) -> Shape | None:
    """`shape` where `part` holds; None where it cannot be said."""
    match part:
        case ast.Name():
            return _at_least(shape, 1)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(), kinds]):
            return shape if _is_instance(shape, ast.unparse(kinds)) else None
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(), kinds])):
            return (
                shape if ast.unparse(kinds) == "bool" and not isinstance(shape, Unknown) and shape != BOOLEANS else None
            )
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            number = _number(right)
            if number is not None:
                return _compared(left, type(op), number, shape)
            number = _number(left)
            mirrored = _MIRRORED.get(type(op))
            if number is not None and mirrored:
                return _compared(right, mirrored, number, shape)
            if isinstance(op, ast.In) and isinstance(left, ast.Name):
                return _member(right)
            if isinstance(op, ast.IsNot) and isinstance(shape, OneOf):
                return OneOf(tuple(o for o in shape.options if o != Strategy("none()")))
            return shape if isinstance(op, ast.IsNot) and not isinstance(shape, Unknown) else None
        case _:
            return None


def _number(node: ast.expr) -> float | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _compared(side: ast.expr, op: type[ast.cmpop], number: float, shape: Shape) -> Shape | None:
    match side:
        case ast.Name():
            return _bounded(shape, op, number)
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name()]):
            return _sized(shape, op, number)
        case _:
            return None


def _bounded(shape: Shape, op: type[ast.cmpop], number: float) -> Shape | None:
    if not isinstance(shape, Integers | Floats | Numbers):
        return None
    if op is ast.GtE:
        return merge(shape, Numbers(low=number))
    if op is ast.Gt:
        return merge(shape, Numbers(low=number, above=True))
    if op is ast.LtE:
        return merge(shape, Numbers(high=number))
    if op is ast.Lt and isinstance(shape, Integers):
        return merge(shape, Integers(high=int(number) - 1 if number == int(number) else int(number // 1)))
    return None


def _sized(shape: Shape, op: type[ast.cmpop], number: float) -> Shape | None:
    size = int(number)
    if size != number:
        return None
    low = size if op in {ast.GtE, ast.Eq} else size + 1 if op is ast.Gt else None
    high = size if op in {ast.LtE, ast.Eq} else size - 1 if op is ast.Lt else None
    if op is ast.NotEq and size == 0:
        low = 1
    if low is None and high is None:
        return None
    narrowed = shape if low is None else _at_least(shape, low)
    return narrowed if narrowed is None or high is None else _at_most(narrowed, high)


def _at_least(shape: Shape, size: int) -> Shape | None:
    if isinstance(shape, Text | Collected | Dictionaries):
        low = max(shape.min_size, size)
        return replace(shape, min_size=low, max_size=max(shape.max_size, low))
    return None


def _at_most(shape: Shape, size: int) -> Shape | None:
    return (
        replace(shape, max_size=min(shape.max_size, size))
        if isinstance(shape, Text | Collected | Dictionaries)
        else None
    )


def _member(choices: ast.expr) -> Shape | None:
    try:
        values = list(ast.literal_eval(choices))
    except (ValueError, TypeError, SyntaxError):
        return None
    is_text = isinstance(choices, ast.Constant)
    return Strategy(f"sampled_from({values!r})") if values and not is_text else None


def _is_instance(shape: Shape, kinds: str) -> bool:
    """Whether values of `shape` are certainly instances of `kinds`, as it is written in an `isinstance`."""
    names = {name.strip() for name in kinds.strip("()").replace("|", ",").split(",")}
    match shape:
        case Integers() | Numbers():
            return bool(names & {"int", "numbers.Integral", "Integral", "Number", "numbers.Number", "Real"})
        case Floats():
            return bool(names & {"float", "Real", "numbers.Real", "Number", "numbers.Number"})
        case Text():
            return "str" in names
        case Collected():
            return shape.kind in names or bool(names & {"Iterable", "Sequence", "Collection"} and shape.kind == "list")
        case Dictionaries():
            return bool(names & {"dict", "Mapping", "abc.Mapping"})
        case OneOf():
            return all(_is_instance(option, kinds) for option in shape.options)
        case Strategy():
            return shape == BOOLEANS and bool(names & {"bool", "int"})
        case Unknown() | _:
            return False

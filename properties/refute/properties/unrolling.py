"""Loops and comprehensions in doctests as the single statements that they come to."""

import ast
from collections.abc import Iterator, Sequence

from refute.properties.rewriting import with_names
from refute.properties.syntax import parse_expression

_MOST = 40


def unrolled(statement: ast.stmt, want: str) -> tuple[tuple[ast.stmt, str], ...]:
    """The statements that `statement` comes to, each with what it prints; itself where it is no loop over values that
    are written down, or where it is not told which of them prints what."""
    match statement:
        case ast.For(target=ast.Name(id=name), iter=over, body=[ast.Expr(value=body)], orelse=[]):
            values, lines = _values(over), want.splitlines()
            is_printed = isinstance(body, ast.Call) and ast.unparse(body.func) == "print"
            if values is None or (want and (not is_printed or len(lines) != len(values))):
                return ((statement, want),)
            shown = [f"{line}\n" for line in lines] if want else [""] * len(values)
            bodies = [with_names(body, {name: value}) for value in values]
            return tuple((_statement(each), line) for each, line in zip(bodies, shown, strict=True))
        case ast.Expr(value=ast.ListComp() as made):
            wanted, parts = parse_expression(want), _elements(made)
            if parts is None or not isinstance(wanted, ast.List) or len(wanted.elts) != len(parts):
                return ((statement, want),)
            shown = [f"{ast.unparse(part)}\n" for part in wanted.elts]
            return tuple((_statement(each), line) for each, line in zip(parts, shown, strict=True))
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=value) if all(isinstance(n, ast.Name) for n in names):
            return tuple((assigned, want) for assigned in _taken_apart(names, value))
        case _:
            return ((statement, want),)


def _statement(expression: ast.expr) -> ast.stmt:
    return ast.fix_missing_locations(ast.Expr(expression))


def _taken_apart(names: list[ast.expr], value: ast.expr) -> Iterator[ast.stmt]:
    """`a, b = value` as an assignment to each name."""
    is_written = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(names)
    for index, name in enumerate(names):
        one = value.elts[index] if is_written and isinstance(value, ast.Tuple | ast.List) else None
        one = one or ast.Subscript(value, ast.Constant(index), ast.Load())
        yield ast.fix_missing_locations(ast.Assign([name], one, lineno=1))


def _elements(made: ast.ListComp) -> list[ast.expr] | None:
    match made.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=over, ifs=[], is_async=0)]:
            values = _values(over)
            return None if values is None else [with_names(made.elt, {name: value}) for value in values]
        case _:
            return None


def _values(over: ast.expr) -> list[ast.expr] | None:
    """What a loop goes through, where it is written down and cannot be changed meanwhile."""
    found: Sequence[ast.expr]
    match over:
        case ast.List(elts=values) | ast.Tuple(elts=values):
            found = values
        case ast.Constant(value=str() as text):
            found = [ast.Constant(sign) for sign in text]
        case ast.Call(func=ast.Name(id="range"), args=bounds, keywords=[]):
            numbers = [
                bound.value for bound in bounds if isinstance(bound, ast.Constant) and isinstance(bound.value, int)
            ]
            steps = range(*numbers) if 0 < len(numbers) == len(bounds) < 3 else range(0)
            found = [ast.Constant(number) for number in steps[: _MOST + 1]]
        case _:
            return None
    return (
        list(found) if 0 < len(found) <= _MOST and not any(isinstance(value, ast.Starred) for value in found) else None
    )

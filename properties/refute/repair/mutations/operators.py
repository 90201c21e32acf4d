"""Another operator: comparisons, arithmetic, bits, logic, signs and augmented assignments."""

import ast
from collections.abc import Iterator, Mapping

from refute.repair.mutations.code import SIGN, Change
from refute.repair.mutations.subject import Subject, swap_title

_SYMBOLS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.And: "and",
    ast.Or: "or",
}

_COMPARISONS: Mapping[str, Mapping[str, float]] = {
    "<": {"<=": 1.0, ">": 1.1, ">=": 1.2, "!=": 1.6, "==": 1.8},
    "<=": {"<": 1.0, ">=": 1.1, ">": 1.2, "==": 1.6, "!=": 1.8},
    ">": {">=": 1.0, "<": 1.1, "<=": 1.2, "!=": 1.6, "==": 1.8},
    ">=": {">": 1.0, "<=": 1.1, "<": 1.2, "==": 1.6, "!=": 1.8},
    "==": {"!=": 1.0, "<=": 1.5, ">=": 1.5, "<": 1.7, ">": 1.7, "in": 2.0, "is": 2.6},
    "!=": {"==": 1.0, "<": 1.5, ">": 1.5, "<=": 1.8, ">=": 1.8, "not in": 2.0},
    "in": {"not in": 1.0, "==": 1.8, "!=": 2.2},
    "not in": {"in": 1.0, "!=": 1.8, "==": 2.2},
    "is": {"==": 1.0, "is not": 1.0},
    "is not": {"!=": 1.0, "is": 1.0},
}

_ARITHMETIC: Mapping[str, Mapping[str, float]] = {
    "+": {"-": 1.0, "*": 1.3, "//": 2.0, "%": 2.1, "/": 2.2, "**": 2.4},
    "-": {"+": 1.0, "*": 1.8, "%": 1.9, "//": 2.0, "/": 2.2},
    "*": {"**": 1.2, "+": 1.3, "/": 1.2, "//": 1.3, "-": 1.8, "%": 1.9},
    "/": {"//": 1.0, "*": 1.2, "%": 1.3, "-": 1.9, "+": 2.1},
    "//": {"%": 1.1, "/": 1.0, "*": 1.3, "-": 1.9, "+": 2.1},
    "%": {"//": 1.1, "/": 1.3, "*": 1.8, "-": 1.9, "+": 2.1, "**": 2.4},
    "**": {"*": 1.1, "+": 1.9, "//": 2.1, "%": 2.1, "/": 2.2, "^": 2.6},
    "&": {"|": 1.0, "^": 1.2, "-": 1.6, "%": 2.4},
    "|": {"&": 1.0, "^": 1.2, "+": 2.0},
    "^": {"|": 1.2, "&": 1.2, "**": 1.2},
    "<<": {">>": 1.0, "*": 2.2},
    ">>": {"<<": 1.0, "//": 2.2},
}


def changes(subject: Subject) -> Iterator[Change]:
    """Every other operator that makes sense in the place of one."""
    for node in subject.code.nodes:
        match node:
            case ast.Compare():
                yield from _comparison(subject, node)
            case ast.BinOp():
                yield from _arithmetic(subject, node)
            case ast.BoolOp():
                yield from _logic(subject, node)
            case ast.AugAssign():
                yield from _augmented(subject, node)
            case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=inner):
                title = f"drop the sign of `{subject.code.brief(node)}`"
                yield subject.code.replace_by(node, inner, title, 1.2)
            case ast.Assign(targets=[ast.Name() as target]):
                yield from _plain_assignment(subject, node, target)
                yield from _swapped_signs(subject, node, target)
            case ast.Assign(targets=[ast.Subscript() | ast.Attribute() as target]):
                yield from _slot_assignment(subject, node, target)
                yield from _swapped_signs(subject, node, target)
            case _:
                pass
        if isinstance(node, ast.expr):
            yield from _negative(subject, node)


def _comparison(subject: Subject, node: ast.Compare) -> Iterator[Change]:
    code, place = subject.code, subject.code.place(node)
    operands = [node.left, *node.comparators]
    for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
        old = _SYMBOLS[type(op)]
        span = code.between(left, right, old)
        kind = subject.kinds.of(left) or subject.kinds.of(right)
        if span is None:
            continue
        literal = isinstance(left, ast.Constant) or isinstance(right, ast.Constant)
        for new, cost in _COMPARISONS[old].items():
            if new.startswith("is") and literal:
                continue
            if old in ("==", "!=") and new in ("in", "not in") and kind.number:
                continue
            yield Change(*span, new, f"use {new} instead of {old} {place}", cost)


def _arithmetic(subject: Subject, node: ast.BinOp) -> Iterator[Change]:
    old = _SYMBOLS.get(type(node.op), "")
    span = subject.code.between(node.left, node.right, old) if old else None
    if span is None:
        return
    numeric = subject.kinds.of(node).number
    for new, cost in _ARITHMETIC.get(old, {}).items():
        surcharge = 0.0 if numeric else 0.5
        title = f"use {new} instead of {old} {subject.code.place(node)}"
        yield Change(*span, new, title, cost + surcharge)


def _logic(subject: Subject, node: ast.BoolOp) -> Iterator[Change]:
    old = _SYMBOLS[type(node.op)]
    new = "and" if old == "or" else "or"
    for left, right in zip(node.values, node.values[1:], strict=False):
        span = subject.code.between(left, right, old)
        if span is not None:
            yield Change(*span, new, f"use {new} instead of {old} {subject.code.place(node)}", 1.0)


def _augmented(subject: Subject, node: ast.AugAssign) -> Iterator[Change]:
    old = _SYMBOLS.get(type(node.op), "")
    span = subject.code.between(node.target, node.value, old + "=") if old else None
    if span is None:
        return
    place = subject.code.place(node.value)
    for new, cost in _ARITHMETIC.get(old, {}).items():
        yield Change(*span, new + "=", f"use {new}= instead of {old}= {place}", cost + 0.1)
    yield Change(*span, "=", f"use = instead of {old}= {place}", 1.4)


def _plain_assignment(subject: Subject, node: ast.Assign, target: ast.Name) -> Iterator[Change]:
    """`x = e` in a loop, where `x += e` may be meant."""
    code = subject.code
    if target.id not in set(subject.bound_before(code.start(node))) or not subject.in_loop(node):
        return
    span = code.between(target, node.value, "=")
    kind = subject.kind(target.id)
    if span is None or kind.name in ("flag", "dict", "set"):
        return
    for new in ("+=", "-=", "*=", "//=") if kind.number else ("+=",):
        cost = {"+=": 1.6, "-=": 2.0, "*=": 2.2}.get(new, 2.4)
        yield Change(*span, new, f"use {new} instead of = {code.place(node.value)}", cost)


def _slot_assignment(subject: Subject, node: ast.Assign, target: ast.Subscript | ast.Attribute) -> Iterator[Change]:
    """`x[k] = e`, where `x[k] += e` may be meant."""
    span = subject.code.between(target, node.value, "=")
    if span is not None and subject.in_loop(node):
        yield Change(*span, "+=", f"use += instead of = {subject.code.place(node.value)}", 1.7)


def _swapped_signs(subject: Subject, node: ast.Assign, target: ast.expr) -> Iterator[Change]:
    """`x =+ e`, which Python reads as `x = +e`, where `x += e` was meant."""
    match node.value:
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() as op, operand=operand):
            code, sign = subject.code, "+" if isinstance(op, ast.UAdd) else "-"
            start, end = code.end(target), code.start(operand)
            if code.source[start:end].replace(" ", "") == f"={sign}":
                yield Change(start, end, f" {sign}= ", f"use {sign}= instead of = {sign} {code.place(node.value)}", 0.9)
        case _:
            pass


def _negative(subject: Subject, node: ast.expr) -> Iterator[Change]:
    """`-e` for a numeric expression."""
    code = subject.code
    if isinstance(node, ast.Constant | ast.UnaryOp | ast.BoolOp) or not subject.kinds.of(node).number:
        return
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    new = "-" + code.bound(node, SIGN)
    yield code.replace(node, new, SIGN, swap_title(new, code.text(node), code.place(node)), 2.3)

"""Other parentheses: operands grouped in another way, terms moved into and out of calls."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.code import ATOM, COMPARE, SUM, Change
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every expression with its parentheses elsewhere."""
    for node in subject.code.nodes:
        match node:
            case ast.BinOp():
                yield from _regrouped(subject, node)
                yield from _moved_in(subject, node, node.left, node.right)
            case ast.BoolOp():
                yield from _regrouped_logic(subject, node)
            case ast.Compare(left=left, comparators=[right]):
                yield from _moved_in(subject, node, left, right)
            case ast.Call(args=[ast.BinOp() | ast.Compare() as inner], keywords=[]):
                yield from _moved_out(subject, node, inner)
            case ast.UnaryOp(op=ast.USub(), operand=ast.BinOp() as inner):
                code = subject.code
                new = f"-{code.bound(inner.left, ATOM)}{_operator(subject, inner)}{code.text(inner.right)}"
                yield code.replace(node, new, SUM, swap_title(new, code.text(node)), 1.7)
            case _:
                pass


def _operator(subject: Subject, node: ast.BinOp | ast.Compare) -> str:
    """The operator between two operands with the white space around it, parentheses left out."""
    code = subject.code
    right = node.right if isinstance(node, ast.BinOp) else node.comparators[0]
    gap = code.source[code.end(node.left) : code.start(right)]
    return gap.replace("(", "").replace(")", "")


def _regrouped(subject: Subject, node: ast.BinOp) -> Iterator[Change]:
    """`(a + b) * c` for `a + b * c`, and the other way round."""
    code = subject.code
    outer, old = _operator(subject, node), code.text(node)
    for side in (node.left, node.right):
        if not isinstance(side, ast.BinOp):
            continue
        inner, left, right = _operator(subject, side), code.text(side.left), code.text(side.right)
        if side is node.right:
            new = f"({code.text(node.left)}{outer}{left}){inner}{right}"
        else:
            new = f"{left}{inner}({right}{outer}{code.text(node.right)})"
        yield code.replace(node, new, SUM, swap_title(new, old, code.place(node)), 1.7)


def _regrouped_logic(subject: Subject, node: ast.BoolOp) -> Iterator[Change]:
    """`a and (b or c)` for `a and b or c`, and the other way round."""
    code = subject.code
    outer = " or " if isinstance(node.op, ast.Or) else " and "
    inner_word = " and " if outer == " or " else " or "
    for index, value in enumerate(node.values):
        if not isinstance(value, ast.BoolOp):
            continue
        first, last = value.values[0], value.values[-1]
        before = [code.bound(other, COMPARE) for other in node.values[:index]]
        after = [code.bound(other, COMPARE) for other in node.values[index + 1 :]]
        middle = [code.bound(other, COMPARE) for other in value.values[1:-1]]
        head, tail = code.bound(first, COMPARE), code.bound(last, COMPARE)
        if after:
            text = inner_word.join([head, *middle, f"({outer.join([tail, *after])})"])
            text = outer.join([*before, text])
            yield code.replace(node, text, code.level(node), swap_title(text, code.text(node), code.place(node)), 1.7)
        if before:
            text = inner_word.join([f"({outer.join([*before, head])})", *middle, tail])
            text = outer.join([text, *after])
            yield code.replace(node, text, code.level(node), swap_title(text, code.text(node), code.place(node)), 1.7)


def _moved_in(subject: Subject, node: ast.BinOp | ast.Compare, left: ast.expr, right: ast.expr) -> Iterator[Change]:
    """`f(a - b)` for `f(a) - b`."""
    code, operator = subject.code, _operator(subject, node)
    for call, text in ((left, "{0}{1}{2}"), (right, "{2}{1}{0}")):
        other = right if call is left else left
        if not isinstance(call, ast.Call) or len(call.args) != 1 or isinstance(call.args[0], ast.GeneratorExp):
            continue
        inner = text.format(code.bound(call.args[0], ATOM), operator, code.bound(other, ATOM))
        new = f"{code.text(call.func)}({inner})"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node), code.place(node)), 1.6)


def _moved_out(subject: Subject, node: ast.Call, inner: ast.BinOp | ast.Compare) -> Iterator[Change]:
    """`f(a) - b` for `f(a - b)`."""
    code, operator = subject.code, _operator(subject, inner)
    right = inner.right if isinstance(inner, ast.BinOp) else inner.comparators[0]
    if isinstance(inner, ast.Compare) and len(inner.ops) > 1:
        return
    function = code.text(node.func)
    level = code.level(inner)
    one = f"{function}({code.text(inner.left)}){operator}{code.bound(right, level + 1)}"
    other = f"{code.bound(inner.left, level)}{operator}{function}({code.text(right)})"
    for new in (one, other):
        yield code.replace(node, new, level, swap_title(new, code.text(node), code.place(node)), 1.7)

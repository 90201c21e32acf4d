"""Another name: variables, attributes, called functions, arguments in another order."""

import ast
import itertools
from collections.abc import Iterator

from refute.repair.mutations.code import ATOM, Change
from refute.repair.mutations.kinds import Kind, compatible
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every other name that makes sense in the place of one."""
    attributes = tuple(dict.fromkeys(node.attr for node in subject.code.of(ast.Attribute) if _of_self(node)))
    for node in subject.code.nodes:
        match node:
            case ast.Name(ctx=ast.Load()):
                yield from _variable(subject, node)
            case ast.Name(ctx=ast.Store()):
                yield from _target(subject, node)
            case ast.Attribute() if _of_self(node):
                for other in attributes:
                    if other != node.attr:
                        new = f"self.{other}"
                        yield subject.code.replace(node, new, ATOM, swap_title(new, subject.code.text(node)), 1.6)
            case ast.Call():
                yield from _arguments(subject, node)
            case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Mod() | ast.Pow(), right=right):
                yield from _swapped(subject, left, right, 1.4)
            case ast.BinOp(left=left, op=ast.Add(), right=right) if not subject.kinds.of(node).number:
                yield from _swapped(subject, left, right, 1.4)
            case ast.IfExp(body=body, orelse=orelse):
                yield from _swapped(subject, body, orelse, 1.4)
                yield subject.code.replace_by(node, body, f"use `{subject.code.brief(body)}` in every case", 1.8)
                yield subject.code.replace_by(node, orelse, f"use `{subject.code.brief(orelse)}` in every case", 1.8)
            case ast.Tuple(elts=[first, second], ctx=ast.Load()):
                yield from _swapped(subject, first, second, 1.5)
            case ast.Dict(keys=[ast.expr() as key], values=[value]) | ast.DictComp(key=key, value=value):
                yield from _swapped(subject, key, value, 1.5)
            case ast.Assign(targets=[ast.Name() as target], value=ast.Name() as value):
                yield from _swapped(subject, target, value, 1.9)
            case _:
                pass


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _variable(subject: Subject, node: ast.Name) -> Iterator[Change]:
    code = subject.code
    parent = code.parent(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    if called:
        for other in subject.names:
            if other != node.id:
                yield code.replace(node, other, ATOM, swap_title(other, node.id, code.place(node)), 2.2)
        if node.id not in subject.locals:
            return
    if node.id not in subject.locals and node.id not in subject.visible(node):
        return
    kind = subject.kind(node.id)
    for other in subject.visible(node):
        if other != node.id:
            known = bool(kind) and bool(subject.kind(other))
            cost = (1.2 if known else 1.4) if subject.fits(other, kind) else 2.0
            yield code.replace(node, other, ATOM, swap_title(other, node.id, code.place(node)), cost)
    if not called:
        for other in subject.names:
            yield code.replace(node, other, ATOM, swap_title(other, node.id, code.place(node)), 2.6)
    yield from _indexed(subject, node)
    yield from _valued(subject, node, kind)


def _valued(subject: Subject, node: ast.Name, kind: Kind) -> Iterator[Change]:
    """A constant of the function, or a length, for a variable."""
    code, place = subject.code, subject.code.place(node)
    if isinstance(code.parent(node), ast.Subscript | ast.Attribute | ast.For | ast.comprehension):
        return
    if kind.number:
        for other in subject.visible(node):
            if subject.kind(other).sized:
                new = f"len({other})"
                yield code.replace(node, new, ATOM, swap_title(new, node.id, place), 2.0)
    texts = {code.text(constant): constant for constant in code.of(ast.Constant)}
    for constant in texts.values():
        known = subject.kinds.of(constant)
        if known and known.name != "flag" and compatible(known, kind):
            cost = 2.0 if kind else 2.3
            yield code.replace_by(node, constant, swap_title(code.text(constant), node.id, place), cost)


def _indexed(subject: Subject, node: ast.Name) -> Iterator[Change]:
    """`items[i]` for `i` or for `items`, where both are in scope."""
    code, kind = subject.code, subject.kind(node.id)
    if isinstance(code.parent(node), ast.Subscript | ast.Attribute):
        return
    visible = subject.visible(node)
    others: list[str] = []
    if kind.name == "int":
        others = [f"{other}[{node.id}]" for other in visible if subject.kind(other).sequence]
    elif kind.sequence and not isinstance(code.parent(node), ast.For | ast.comprehension):
        others = [f"{node.id}[{other}]" for other in visible if subject.kind(other).name == "int"]
        others += [f"{node.id}[0]", f"{node.id}[-1]"]
    elif kind.name == "dict":
        others = [f"{node.id}[{other}]" for other in visible if other != node.id]
    for new in others:
        yield code.replace(node, new, ATOM, swap_title(new, node.id, code.place(node)), 2.1)


def _target(subject: Subject, node: ast.Name) -> Iterator[Change]:
    code = subject.code
    if not isinstance(code.parent(node), ast.Assign | ast.AugAssign):
        return
    for other in subject.visible(node):
        if other != node.id:
            cost = 1.8 if subject.fits(other, subject.kind(node.id)) else 2.4
            yield Change(code.start(node), code.end(node), other, f"assign to `{other}` instead of `{node.id}`", cost)


def _arguments(subject: Subject, node: ast.Call) -> Iterator[Change]:
    code, arguments = subject.code, node.args
    for left, right in itertools.pairwise(arguments):
        cost = 1.3 if not (isinstance(node.func, ast.Name) and node.func.id in ("max", "min", "range")) else 2.4
        yield from _swapped(subject, left, right, cost)
    for index, dropped in enumerate(arguments[1:], start=1):
        start = code.end(arguments[index - 1])
        title = f"drop the argument `{code.brief(dropped)}` of `{code.brief(node.func)}`"
        yield Change(start, code.end(dropped), "", title, 1.9)


def _swapped(subject: Subject, left: ast.expr, right: ast.expr, cost: float) -> Iterator[Change]:
    code = subject.code
    first, second = code.text(left), code.text(right)
    if first == second or isinstance(left, ast.Starred) or isinstance(right, ast.Starred):
        return
    start = code.start(left)
    gap = code.source[code.end(left) : code.start(right)]
    if code.level(left) < code.room(right):
        first = f"({first})"
    if code.level(right) < code.room(left):
        second = f"({second})"
    title = f"swap `{code.brief(left)}` and `{code.brief(right)}`"
    yield Change(start, code.end(right), second + gap + first, title, cost)

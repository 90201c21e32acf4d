"""Idioms half remembered: results thrown away, truth asked for instead of None, shared rows, missing defaults."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.code import ATOM, CHOICE, COMPARE, OR, PRODUCT, Change
from refute.repair.mutations.kinds import Kind
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every idiom that was written by halves, as it should be."""
    for node in subject.code.nodes:
        match node:
            case ast.Expr(value=ast.Call() as call):
                yield from _thrown_away(subject, node, call)
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call() as call):
                yield from _nothing_assigned(subject, node, target, call)
            case ast.Return(value=ast.Call(func=ast.Attribute(value=value, attr="sort" | "reverse" as method))):
                inner = subject.code.text(value)
                new = f"sorted({inner})" if method == "sort" else f"{inner}[::-1]"
                yield subject.code.replace(
                    node.value or value, new, ATOM, swap_title(new, subject.code.text(node)), 1.2
                )
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=divisor):
                yield from _guarded_division(subject, node, divisor)
            case ast.BinOp(left=ast.List(elts=[ast.List() | ast.BinOp() as row]), op=ast.Mult(), right=count):
                new = f"[{subject.code.text(row)} for _ in range({subject.code.text(count)})]"
                yield subject.code.replace(node, new, ATOM, swap_title(new, subject.code.text(node)), 1.6)
            case ast.BoolOp(op=ast.Or(), values=[value, other]):
                new = f"{subject.code.bound(value, OR)} if {subject.code.bound(value, COMPARE)} is not None else "
                new += subject.code.bound(other, CHOICE)
                yield subject.code.replace(node, new, CHOICE, swap_title(new, subject.code.text(node)), 2.0)
            case ast.Call(func=ast.Name(id="max" | "min"), args=[_], keywords=[]):
                yield from _default(subject, node)
            case ast.AugAssign(target=ast.Subscript() as target):
                yield from _first_time(subject, node, target)
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield from _asked_for_none(subject, test)
            case ast.Lambda(body=body):
                yield from _sort_key(subject, body)
            case _:
                pass


def _thrown_away(subject: Subject, node: ast.Expr, call: ast.Call) -> Iterator[Change]:
    """A value that is computed and not kept."""
    code, text = subject.code, subject.code.text(call)
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            changes_in_place = method in ("append", "add", "extend", "insert", "sort", "reverse", "remove", "clear")
            cost = 2.8 if changes_in_place or subject.kind(name).name in ("list", "set", "dict") else 1.2
        case ast.Call(args=[ast.Name(id=name), *_]):
            cost = 1.3
        case _:
            return
    yield Change(code.start(node), code.start(node), f"{name} = ", f"keep the result: `{name} = {text}`", cost)
    yield Change(
        code.start(node), code.start(node), "return ", f"return the result of `{code.brief(call)}`", cost + 0.3
    )


def _nothing_assigned(subject: Subject, node: ast.Assign, target: str, call: ast.Call) -> Iterator[Change]:
    """`x = x.sort()`, which is None."""
    code = subject.code
    match call:
        case ast.Call(func=ast.Attribute(attr="sort" | "reverse")):
            yield _made_new(subject, call)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "add" | "update")):
            if name == target:
                title = f"do not assign what `{code.brief(call)}` gives"
                yield Change(code.start(node), code.start(call), "", title, 1.2)
        case _:
            pass


def _made_new(subject: Subject, call: ast.Call) -> Change:
    """`sorted(x)` for `x.sort()`, and `x[::-1]` for `x.reverse()`."""
    code, function = subject.code, call.func
    assert isinstance(function, ast.Attribute)
    given = ", ".join([code.text(function.value), *map(code.text, call.keywords)])
    new = f"sorted({given})" if function.attr == "sort" else f"{code.bound(function.value, ATOM)}[::-1]"
    return code.replace(call, new, ATOM, swap_title(new, code.text(call)), 1.2)


def _guarded_division(subject: Subject, node: ast.BinOp, divisor: ast.expr) -> Iterator[Change]:
    code = subject.code
    if isinstance(divisor, ast.Constant) or subject.kinds.of(node.left).name == "text":
        return
    for default, extra in (("0", 0.0), ("None", 0.4)):
        new = f"{code.text(node)} if {code.bound(divisor, COMPARE)} else {default}"
        title = f"give {default} where `{code.brief(divisor)}` is zero"
        yield code.replace(node, new, CHOICE, title, 2.2 + extra)


def _default(subject: Subject, node: ast.Call) -> Iterator[Change]:
    code, (argument,) = subject.code, node.args
    inner = code.text(argument)
    inner = f"({inner})" if isinstance(argument, ast.GeneratorExp) and not inner.startswith("(") else inner
    for default in ("0", "None"):
        new = f"{code.text(node.func)}({inner}, default={default})"
        title = f"give {default} where `{code.brief(argument)}` is empty"
        yield code.replace(node, new, ATOM, title, 2.1)


def _first_time(subject: Subject, node: ast.AugAssign, target: ast.Subscript) -> Iterator[Change]:
    """A key that is not there yet."""
    code = subject.code
    if isinstance(target.slice, ast.Slice) or subject.kinds.of(target.value).name not in ("dict", ""):
        return
    span = code.between(target, node.value, "+=") if isinstance(node.op, ast.Add) else None
    if span is None:
        return
    default = {"text": '""', "list": "[]"}.get(subject.kinds.of(node.value).name, "0")
    known = f"{code.bound(target.value, ATOM)}.get({code.text(target.slice)}, {default})"
    title = f"begin with {default} where `{code.brief(target)}` is not there yet"
    yield Change(*span, f"= {known} +", title, 1.7)


def _asked_for_none(subject: Subject, test: ast.expr) -> Iterator[Change]:
    """`x is not None` for `x`, and the other way round."""
    code, place = subject.code, subject.code.place(test)
    match test:
        case ast.Name(id=name):
            new = f"{name} is not None"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            new = f"{name} is None"
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            new = f"not {name}"
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            new = name
        case _:
            return
    cost = 1.5 if not subject.kind(name).sequence else 1.9
    yield code.replace(test, new, COMPARE, swap_title(new, code.text(test), place), cost)


def _sort_key(subject: Subject, body: ast.expr) -> Iterator[Change]:
    """The other direction of one part of a key, and one more part that decides between equals."""
    code = subject.code
    parts = body.elts if isinstance(body, ast.Tuple) else [body]
    for part in parts:
        if not isinstance(part, ast.UnaryOp | ast.Constant) and _may_be_number(subject.kinds.of(part)):
            new = f"-{code.bound(part, PRODUCT)}"
            yield code.replace(part, new, PRODUCT, swap_title(new, code.text(part), "in the key"), 1.6)
    parameters = [name for name in subject.visible(body) if name not in subject.locals]
    if isinstance(body, ast.Tuple) or not parameters:
        return
    name = parameters[0]
    for tie, cost in ((name, 1.9), (f"{name}[0]", 2.2), (f"{name}[1]", 2.2)):
        if tie != code.text(body):
            new = f"({code.text(body)}, {tie})"
            yield code.replace(body, new, ATOM, f"order equals by `{tie}`", cost)


def _may_be_number(kind: Kind) -> bool:
    return kind.number or not kind

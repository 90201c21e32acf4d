"""Off by one: one more or less, other bounds and steps of ranges, other ends of slices."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.code import ATOM, SUM, Change
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every change of a bound, and `e + 1` and `e - 1` of every other number."""
    for node in subject.code.nodes:
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[_, *_]):
                yield from _range(subject, node)
            case ast.Subscript(slice=ast.Slice() as part):
                yield from _slice(subject, node, part)
            case _:
                pass
        if isinstance(node, ast.expr):
            yield from _one_off(subject, node)
            yield from _part(subject, node)


def _one_off(subject: Subject, node: ast.expr) -> Iterator[Change]:
    code = subject.code
    if isinstance(node, ast.Constant | ast.UnaryOp | ast.Starred | ast.Slice | ast.Compare | ast.BoolOp):
        return
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    kind, cost = subject.kinds.of(node), _cost_of_one_off(subject, node)
    if not kind.number and (kind or cost > 1.5):
        return
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and isinstance(node.op, ast.Add | ast.Sub):
        return  # a change of the constant says the same
    for sign, extra in (("+", 0.0), ("-", 0.02)):
        new = f"{code.bound(node, SUM)} {sign} 1"
        yield code.replace(node, new, SUM, swap_title(new, code.text(node), code.place(node)), cost + extra)


def _cost_of_one_off(subject: Subject, node: ast.expr) -> float:
    """How usual a mistake by one is where the number stands."""
    match subject.code.parent(node):
        case ast.Call(func=ast.Name(id="range")) | ast.Slice():
            return 1.05
        case ast.Subscript(slice=index) if index is node:
            return 1.2
        case ast.Compare():
            return 1.5
        case ast.Return() | ast.Assign():
            return 1.5
        case ast.Call() | ast.AugAssign():
            return 1.7
        case _:
            return 1.9


def _part(subject: Subject, node: ast.expr) -> Iterator[Change]:
    """A part of a sequence, where all of it is passed, iterated over or returned."""
    code, parent = subject.code, subject.code.parent(node)
    if not subject.kinds.of(node).sequence or not isinstance(node, ast.Name | ast.Call | ast.ListComp | ast.Attribute):
        return
    if not isinstance(
        parent, ast.Call | ast.For | ast.comprehension | ast.Return | ast.Assign | ast.Compare | ast.BinOp
    ):
        return
    if isinstance(getattr(node, "ctx", None), ast.Store) or (isinstance(parent, ast.Call) and parent.func is node):
        return
    ends = {"[1:]": 2.0, "[:-1]": 2.0}
    for name in subject.visible(node):
        if subject.kind(name).name == "int":
            ends |= {f"[{name}:]": 2.2, f"[:{name}]": 2.2, f"[{name} + 1:]": 2.4}
    for end, cost in ends.items():
        new = code.bound(node, ATOM) + end
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node), code.place(node)), cost)


def _range(subject: Subject, node: ast.Call) -> Iterator[Change]:
    code = subject.code
    arguments = [code.text(argument) for argument in node.args]
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return
    begin, stop = (arguments[0], arguments[1]) if len(arguments) > 1 else ("0", arguments[0])

    def made(new: str, title: str, cost: float) -> Change:
        return code.replace(node, f"range({new})", ATOM, title, cost)

    if len(arguments) == 1:
        for start, cost in (("1", 1.2), ("2", 1.6), ("-1", 2.4)):
            yield made(f"{start}, {stop}", f"start range at {start}", cost)
        last = code.bound(node.args[0], SUM)
        yield made(f"1, {last} + 1", f"use `range(1, {last} + 1)` instead of `{code.brief(node)}`", 1.4)
        yield made(f"{last} - 1, -1, -1", "count down instead of up", 2.0)
        for name in subject.visible(node):
            if subject.kind(name).name == "int" and name != stop:
                yield made(f"{name}, {stop}", f"start range at `{name}`", 2.2)
                yield made(f"{name} + 1, {stop}", f"start range at `{name} + 1`", 2.2)
    if len(arguments) == 2:
        yield made(stop, "start range at 0", 1.5)
        yield made(begin, f"use `range({begin})` instead of `{code.brief(node)}`", 2.0)
        yield made(f"{stop}, {begin}", "swap the bounds of range", 1.9)
        yield made(f"{stop}, {begin}, -1", "count down instead of up", 2.2)
        if begin != "1":
            yield made(f"1, {stop}", "start range at 1", 1.5)
    if len(arguments) < 3:
        for step, cost in (("2", 1.8), ("-1", 1.9), ("3", 2.5)):
            yield made(f"{begin}, {stop}, {step}", f"use step {step} in range", cost)
        for name in subject.visible(node):
            if subject.kind(name).name == "int" and name != stop and name in subject.parameters:
                yield made(f"{begin}, {stop}, {name}", f"use step `{name}` in range", 2.3)
    else:
        yield made(f"{begin}, {stop}", f"drop the step {arguments[2]} of range", 1.5)


def _slice(subject: Subject, node: ast.Subscript, part: ast.Slice) -> Iterator[Change]:
    code = subject.code
    base = code.bound(node.value, ATOM)
    lower = code.text(part.lower) if part.lower else ""
    upper = code.text(part.upper) if part.upper else ""
    step = ":" + code.text(part.step) if part.step else ""
    other_ends: dict[str, float] = {f"{lower}:{upper}": 1.4}
    if lower:
        other_ends[f":{upper}{step}"] = 1.4
        other_ends.setdefault(f":{lower}{step}", 1.6)
    else:
        other_ends.setdefault(f"1:{upper}{step}", 1.6)
    if upper:
        other_ends.setdefault(f"{lower}:{step}", 1.4)
        other_ends.setdefault(f"{upper}:{step}", 1.6)
    elif not step:
        other_ends.setdefault(f"{lower}:-1", 1.7)
    if not step:
        other_ends.setdefault(f"{lower}:{upper}:-1", 1.8)
        other_ends.setdefault(f"{lower}:{upper}:2", 1.8)
    elif not lower and not upper and step == ":2":
        other_ends.setdefault("1::2", 1.3)
    if lower and upper:
        other_ends.setdefault(f"{upper}:{lower}{step}", 1.9)
        other_ends.setdefault(
            f"{lower}:{code.bound(part.upper or part, SUM)} + {code.bound(part.lower or part, SUM)}", 2.2
        )
    for ends, cost in other_ends.items():
        new = f"{base}[{ends}]"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), cost)
    if not isinstance(node.ctx, ast.Load):
        return
    yield code.replace_by(node, node.value, swap_title(base, code.text(node), code.place(node)), 1.4)
    if part.lower and not step:
        index = f"{base}[{lower}]"
        yield code.replace(node, index, ATOM, swap_title(index, code.text(node)), 2.0)
    if part.step and isinstance(part.step, ast.Constant):
        new = f"{base}[{lower}:{upper}:-{code.text(part.step)}]"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), 1.7)

"""Two places at once: values that were exchanged, the same mistake on both sides, steps that belong together."""

import ast
import itertools
from collections.abc import Iterator

from refute.repair.mutations.blocks import Blocks
from refute.repair.mutations.code import ATOM, Change
from refute.repair.mutations.kinds import Kind
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every change of two or more places that come from one mistake."""
    yield from _exchanged_returns(subject)
    yield from _exchanged_functions(subject)
    yield from _everywhere(subject)
    for node in subject.code.nodes:
        match node:
            case ast.BoolOp(values=[_, _, _, *_]):
                yield from _whole_logic(subject, node)
            case ast.Compare(left=left, comparators=[right]):
                yield from _both_sides(subject, node, left, right)
            case _:
                pass
    yield from _simultaneous(subject)


def _exchanged_returns(subject: Subject) -> Iterator[Change]:
    """Two `return`s that each give what the other one should."""
    code = subject.code
    values = [node.value for node in code.of(ast.Return) if node.value is not None]
    for one, other in itertools.combinations(values, 2):
        if code.text(one) != code.text(other):
            parts = (code.replace_by(one, other, "", 0), code.replace_by(other, one, "", 0))
            simple = isinstance(one, ast.Constant) and isinstance(other, ast.Constant)
            title = f"exchange `return {code.brief(one)}` and `return {code.brief(other)}`"
            yield code.together(parts, title, 1.5 if simple else 2.0)


def _exchanged_functions(subject: Subject) -> Iterator[Change]:
    """`min` for `max` and `max` for `min` in one statement."""
    code = subject.code
    for one, other in (("min", "max"), ("any", "all"), ("floor", "ceil"), ("upper", "lower")):
        parts: dict[ast.stmt, list[Change]] = {}
        for call in code.of(ast.Call):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in (one, other):
                end, new = code.end(call.func), other if name == one else one
                parts.setdefault(code.statement(call), []).append(Change(end - len(name), end, new, "", 0))
        for statement, changes_there in parts.items():
            if len({change.text for change in changes_there}) == 2:
                title = f"exchange `{one}` and `{other}` in `{code.brief(statement)}`"
                yield code.together(changes_there, title, 1.6)


def _everywhere(subject: Subject) -> Iterator[Change]:
    """Another constant at each place where one stands."""
    code = subject.code
    places: dict[str, list[ast.Constant]] = {}
    for node in code.of(ast.Constant):
        if not isinstance(code.parent(node), ast.Expr):
            places.setdefault(code.text(node), []).append(node)
    for text, nodes in places.items():
        if len(nodes) < 2:
            continue
        for new, cost in _alternatives(nodes[0].value):
            parts = [code.replace(node, new, ATOM, "", 0) for node in nodes]
            yield code.together(parts, f"use `{new}` instead of `{text}` everywhere", cost)


def _alternatives(value: object) -> Iterator[tuple[str, float]]:
    match value:
        case bool() | None:
            return
        case int():
            yield from ((str(value + 1), 1.9), (str(value - 1) if value else "(-1)", 1.9))
            yield from ((str(other), 2.2) for other in (0, 1, 2) if abs(other - value) > 1)
        case "":
            yield '" "', 1.8
        case " ":
            yield '""', 1.8
        case str():
            yield from ((repr(other), 2.0) for other in dict.fromkeys((value.upper(), value.lower())) if other != value)
        case _:
            return


def _whole_logic(subject: Subject, node: ast.BoolOp) -> Iterator[Change]:
    """`or` for each `and` of a condition."""
    code = subject.code
    old, new = ("or", "and") if isinstance(node.op, ast.Or) else ("and", "or")
    spans = [code.between(left, right, old) for left, right in itertools.pairwise(node.values)]
    parts = [Change(*span, new, "", 0) for span in spans if span is not None]
    if len(parts) == len(spans):
        yield code.together(parts, f"use {new} instead of {old} {code.place(node)}", 1.1)


def _both_sides(subject: Subject, node: ast.Compare, left: ast.expr, right: ast.expr) -> Iterator[Change]:
    """The same call around both sides of a comparison."""
    code = subject.code
    if isinstance(left, ast.Constant) or isinstance(right, ast.Constant):
        return
    one, other = subject.kinds.of(left), subject.kinds.of(right)
    for template, cost in _wrappers(one or other):
        texts = [
            template.replace("@", code.bound(side, ATOM) if template[0] == "@" else code.text(side))
            for side in (left, right)
        ]
        parts = [code.replace(side, text, ATOM, "", 0) for side, text in zip((left, right), texts, strict=True)]
        new = texts[0] + code.source[code.end(left) : code.start(right)] + texts[1]
        yield code.together(parts, swap_title(new, code.text(node), code.place(node)), cost)


def _wrappers(kind: Kind) -> Iterator[tuple[str, float]]:
    if not kind.number:
        yield from (("len(@)", 2.1), ("sorted(@)", 2.1), ("set(@)", 2.1))
    if kind.number or not kind:
        yield from (("abs(@)", 2.1), ("str(@)", 2.3), ("int(@)", 2.3))
    if kind.name in ("text", ""):
        yield from (("@.lower()", 2.0), ("@.strip()", 2.2))


def _simultaneous(subject: Subject) -> Iterator[Change]:
    """`a, b = b, a` for `a = b` and `b = a` one after the other."""
    code, blocks = subject.code, Blocks(subject.code)
    for block in blocks.all:
        for one, other in itertools.pairwise(block.statements):
            match one, other:
                case ast.Assign(targets=[ast.Name(id=first)]), ast.Assign(targets=[ast.Name(id=second)]):
                    if first == second:
                        continue
                    text = f"{first}, {second} = {code.text(one.value)}, {code.text(other.value)}"
                    reads = {node.id for node in ast.walk(other.value) if isinstance(node, ast.Name)}
                    title = f"assign `{first}` and `{second}` at once"
                    cost = 1.6 if first in reads else 2.9
                    yield blocks.rewritten(one, other, f"{blocks.indentation(block)}{text}\n", title, cost)
                case _:
                    pass

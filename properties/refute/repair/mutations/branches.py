"""Branches of `if` and bodies of loops: taken away, taken always, added, exchanged."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.blocks import Block, Blocks, reindented
from refute.repair.mutations.code import Change
from refute.repair.mutations.subject import Subject

_OTHERS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("==", ">"),
    ast.LtE: (">", "=="),
    ast.Gt: ("==", "<"),
    ast.GtE: ("<", "=="),
    ast.Eq: ("<", ">"),
}


def changes(subject: Subject) -> Iterator[Change]:
    """Every function with one branch less, more, or elsewhere."""
    blocks = Blocks(subject.code)
    for block in blocks.all:
        for node in block.statements:
            yield from _unwrapped(subject, blocks, block, node)
            if isinstance(node, ast.If):
                yield from _else(subject, blocks, block, node)
    for node in subject.code.of(ast.If):
        yield from _without_branch(subject, blocks, node)
        yield from _exchanged(subject, blocks, node)
        yield from _else_if(subject, blocks, node)


def _without_branch(subject: Subject, blocks: Blocks, node: ast.If) -> Iterator[Change]:
    """A chain without one of its conditions, or without its `else`."""
    code = subject.code
    body = blocks.block(node.body[-1])
    if body is None:
        return
    start = code.line_start(node.lineno - 1)
    end = blocks.span(node.body[0], node.body[-1])[1]
    condition = code.brief(node.test)
    chained = bool(node.orelse) and code.source.startswith("elif", code.start(node.orelse[0]))
    if code.source.startswith("elif", code.start(node)):
        yield Change(start, end, "", f"drop the branch `elif {condition}`", 1.8)
    elif chained:
        word = code.start(node.orelse[0])
        yield Change(code.start(node), word + 2, "", f"drop the branch `if {condition}`", 1.9)
    if node.orelse and not chained and blocks.block(node.orelse[-1]) is not None:
        last = blocks.span(node.orelse[0], node.orelse[-1])[1]
        yield Change(end, last, "", f"drop the else of `if {condition}`", 1.8)


def _exchanged(subject: Subject, blocks: Blocks, node: ast.If) -> Iterator[Change]:
    """Two branches of a chain that each hold what the other should."""
    code = subject.code
    match node.orelse:
        case [ast.If(body=other)] if code.source.startswith("elif", code.start(node.orelse[0])):
            pass
        case [_, *_] as other:
            pass
        case _:
            return
    first, second = blocks.block(node.body[0]), blocks.block(other[0])
    if first is None or second is None:
        return
    one, two = blocks.text(node.body[0], node.body[-1]), blocks.text(other[0], other[-1])
    if blocks.indentation(first) == blocks.indentation(second):
        parts = (
            blocks.rewritten(node.body[0], node.body[-1], two, "", 0),
            blocks.rewritten(other[0], other[-1], one, "", 0),
        )
        yield code.together(parts, f"exchange the branches of `if {code.brief(node.test)}`", 1.7)


def _else_if(subject: Subject, blocks: Blocks, node: ast.If) -> Iterator[Change]:
    """One more condition of a chain, about the same operands."""
    code, body = subject.code, blocks.block(node.body[0])
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=[ast.Return(value=ast.expr())]):
            pass
        case _:
            return
    if body is None:
        return
    outer = blocks.indentation(body).removesuffix(subject.step)
    returned = [code.text(other.value) for other in code.of(ast.Return) if other.value is not None]
    values = dict.fromkeys((*returned, "0", "True", "False", "None"))
    for symbol in _OTHERS.get(type(op), ()):
        condition = f"{code.text(left)} {symbol} {code.text(right)}"
        for value in [value for value in values if "\n" not in value]:
            lines = f"{outer}elif {condition}:\n{blocks.indentation(body)}return {value}\n"
            end = blocks.span(node.body[0], node.body[-1])[1]
            yield Change(end, end, lines, f"add `elif {condition}: return {value}`", 2.9)


def _unwrapped(subject: Subject, blocks: Blocks, block: Block, node: ast.stmt) -> Iterator[Change]:
    """The body of a compound statement in its place."""
    if not isinstance(node, ast.If | ast.While | ast.For | ast.With | ast.Try):
        return
    outer, code = blocks.indentation(block), subject.code
    head = code.text(node).split("\n", 1)[0].rstrip(":")
    for field, cost in (("body", 1.8), ("orelse", 2.1)):
        children: list[ast.stmt] = getattr(node, field, [])
        inner = blocks.block(children[0]) if children else None
        if inner is None:
            continue
        text = reindented(blocks.text(children[0], children[-1]), blocks.indentation(inner), outer)
        if text is not None:
            what = "do always what" if field == "body" else "do always what the else of"
            title = f"{what} `{head}` does" if field == "orelse" else f"{what} `{head}` guards"
            yield blocks.rewritten(node, node, text, title, cost)


def _else(subject: Subject, blocks: Blocks, block: Block, node: ast.If) -> Iterator[Change]:
    """What may be missing where the condition is false."""
    inner = blocks.block(node.body[-1])
    chain = node
    while len(chain.orelse) == 1 and isinstance(chain.orelse[0], ast.If):
        chain = chain.orelse[0]
    if inner is None or chain.orelse:
        return
    outer, own = blocks.indentation(block), blocks.indentation(inner)
    lines: dict[str, float] = {}
    for statement in inner.statements:
        match statement:
            case ast.Return(value=value):
                lines |= {f"return {other}": 2.7 for other in ("True", "False", "None") if value is not None}
            case ast.AugAssign(target=ast.Name(id=name), op=op):
                opposite = "-=" if isinstance(op, ast.Add) else "+="
                lines |= {f"{name} {opposite} 1": 2.5, f"{name} = 0": 2.4, f"{name} = 1": 2.5}
            case ast.Assign(targets=[ast.Name(id=name)]):
                for other in subject.visible(node):
                    if other != name and subject.fits(other, subject.kind(name)):
                        lines[f"{name} = {other}"] = 2.7
                lines |= {f"{name} = 0": 2.7}
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add" as method))):
                for other in subject.visible(node):
                    if other != name:
                        lines[f"{name}.{method}({other})"] = 2.6
            case _:
                pass
    lines |= {"break": 2.6, "continue": 2.8} if subject.in_loop(node) else {}
    for line, cost in lines.items():
        yield blocks.inserted(node, f"{outer}else:\n{own}{line}\n", f"add `else: {line}`", cost, after=True)

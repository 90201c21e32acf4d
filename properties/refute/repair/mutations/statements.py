"""Statements removed, moved, exchanged, and jumps replaced by other jumps."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.blocks import Block, Blocks, reindented
from refute.repair.mutations.code import Change
from refute.repair.mutations.subject import Subject


def changes(subject: Subject) -> Iterator[Change]:
    """Every function with one statement less, elsewhere, or with another jump."""
    blocks = Blocks(subject.code)
    for block in blocks.all:
        for place, node in enumerate(block.statements):
            yield from _removed(subject, blocks, block, node)
            if place:
                yield from _exchanged(subject, blocks, block.statements[place - 1], node)
                yield from _moved_in(subject, blocks, block, place)
        yield from _moved_out(subject, blocks, block)
    for node in subject.code.of(ast.stmt):
        yield from _jump(subject, node)


def _removed(subject: Subject, blocks: Blocks, block: Block, node: ast.stmt) -> Iterator[Change]:
    if isinstance(node, ast.Pass | ast.FunctionDef | ast.Assert | ast.Raise):
        return
    code = subject.code
    compound = hasattr(node, "body")
    head = code.source[code.start(node) : code.end(node)].split("\n", 1)[0]
    title = f"remove `{head.rstrip(':')}` and its body" if compound else f"remove the statement `{code.brief(node)}`"
    last = node is code.body[-1]
    cost = 2.6 if last and isinstance(node, ast.Return) else 2.0 if compound else 1.5
    if isinstance(node, ast.Assign) and subject.needed(node):
        return
    if len(block.statements) == 1:
        if block.field == "orelse":
            return  # a branch, which goes with its `else`
        yield blocks.rewritten(node, node, blocks.indentation(block) + "pass\n", title, cost + 0.1)
    else:
        yield blocks.rewritten(node, node, "", title, cost)


def _exchanged(subject: Subject, blocks: Blocks, first: ast.stmt, second: ast.stmt) -> Iterator[Change]:
    if isinstance(first, ast.Return | ast.Raise) or isinstance(second, ast.FunctionDef):
        return
    one, two = blocks.text(first, first), blocks.text(second, second)
    middle = subject.code.source[blocks.span(first, first)[1] : blocks.span(second, second)[0]]
    compound = hasattr(first, "body") or hasattr(second, "body")
    title = f"swap `{_head(subject, first)}` and `{_head(subject, second)}`"
    yield blocks.rewritten(first, second, two + middle + one, title, 2.0 if compound else 1.7)


def _head(subject: Subject, node: ast.stmt) -> str:
    return subject.code.brief(node).split(":")[0] if hasattr(node, "body") else subject.code.brief(node)


def _moved_out(subject: Subject, blocks: Blocks, block: Block) -> Iterator[Change]:
    """The last or the first statement of a block, one level further out."""
    owner = block.owner
    if not isinstance(owner, ast.stmt) or isinstance(owner, ast.FunctionDef):
        return
    outer = blocks.block(owner)
    if outer is None:
        return
    indentation, own = blocks.indentation(outer), blocks.indentation(block)
    last = block.statements[-1]
    rest = block.field == "body" and bool(getattr(owner, "orelse", None))
    for node, before in ((last, False), (block.statements[0], True)):
        moved = reindented(blocks.text(node, node), own, indentation)
        if moved is None or (before and len(block.statements) == 1):
            continue
        start, end = blocks.span(owner, owner)
        first, after = blocks.span(node, node)
        kept = own + "pass\n" if len(block.statements) == 1 else ""
        remaining = subject.code.source[start:first] + kept + subject.code.source[after:end]
        remaining = remaining if remaining.endswith("\n") or not remaining else remaining + "\n"
        text = moved + remaining if before else remaining + moved
        cost = 1.3 if isinstance(node, ast.Return) else 1.7
        where = "before" if before else "after"
        kind = "loop" if isinstance(owner, ast.For | ast.While) else "if" if block.conditional else "block"
        title = f"move `{_head(subject, node)}` {where} the {kind}"
        if before or not rest or not isinstance(node, ast.Return):
            yield blocks.rewritten(owner, owner, text, title, cost + (0.3 if before or rest else 0))


def _moved_in(subject: Subject, blocks: Blocks, block: Block, place: int) -> Iterator[Change]:
    """A statement that follows a compound one, at the end of its body."""
    node, owner = block.statements[place], block.statements[place - 1]
    if not isinstance(owner, ast.For | ast.While | ast.If | ast.With):
        return
    is_last = place == len(block.statements) - 1
    for field in ("body", "orelse"):
        children: list[ast.stmt] = getattr(owner, field, [])
        inner = blocks.block(children[-1]) if children else None
        if inner is None:
            continue
        moved = reindented(blocks.text(node, node), blocks.indentation(block), blocks.indentation(inner))
        if moved is None:
            continue
        start, middle = blocks.span(owner, children[-1])
        rest = subject.code.source[middle : blocks.span(owner, owner)[1]]
        text = subject.code.source[start:middle] + moved + rest
        kind = "if" if isinstance(owner, ast.If) else "loop"
        title = f"move `{_head(subject, node)}` into the {kind if field == 'body' else 'else'}"
        cost = 1.9 if is_last and isinstance(node, ast.Return) else 1.7
        yield blocks.rewritten(owner, node, text, title, cost)


def _jump(subject: Subject, node: ast.stmt) -> Iterator[Change]:
    code = subject.code
    looped = subject.in_loop(node)
    names = [name for name in subject.locals if subject.kinds.names.get(name)]
    match node:
        case ast.Break() | ast.Continue():
            old = code.text(node)
            others = ["continue" if old == "break" else "break", "pass", "return"]
            others += [f"return {name}" for name in subject.bound_before(code.start(node)) if name in names]
        case ast.Return() if looped:
            others = ["break", "continue"]
        case ast.Pass() if looped:
            others = ["continue", "break"]
        case _:
            return
    for new in others:
        cost = 1.4 if new in ("break", "continue") else 2.0
        title = f"use `{new}` instead of `{code.brief(node)}`"
        yield Change(code.start(node), code.end(node), new, title, cost)

"""Logic that is missing: updates, guards, statements that belong in a second place too, other first values."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.blocks import Block, Blocks, reindented
from refute.repair.mutations.code import ATOM, Change
from refute.repair.mutations.conditions import conditions_over
from refute.repair.mutations.subject import Subject, swap_title

_NEAR = 12
"""Statements copied at most; longer functions would give too many candidates of little promise."""


def changes(subject: Subject) -> Iterator[Change]:
    """Every function with one statement more, or with another first value of a variable."""
    blocks = Blocks(subject.code)
    for block in blocks.all:
        yield from _updates(subject, blocks, block)
        yield from _copies(subject, blocks, block)
        yield from _jumps(subject, blocks, block)
        for node in block.statements:
            yield from _guarded(subject, blocks, block, node)
    for node in subject.code.of(ast.Assign):
        if not subject.in_loop(node):
            yield from _first_values(subject, node)


def _updates(subject: Subject, blocks: Blocks, block: Block) -> Iterator[Change]:
    """A counter or a list that is not updated in a block of a loop."""
    last = block.statements[-1]
    if not subject.in_loop(last):
        return
    indentation = blocks.indentation(block)
    first_is_jump = isinstance(last, ast.Return | ast.Break | ast.Continue | ast.Raise)
    visible = subject.visible(last)
    for name in subject.bound_before(subject.code.start(last)):
        kind = subject.kind(name)
        lines: list[str] = []
        if kind.name == "int" and name not in subject.parameters:
            lines = [f"{name} += 1", f"{name} -= 1", f"{name} = 0"]
        elif kind.number:
            lines = [f"{name} = 0"]
        elif kind.name == "list" and name not in subject.parameters:
            items = [
                other for other in visible if other != name and subject.fits(other, kind.element or subject.kind(""))
            ]
            lines = [f"{name}.append({other})" for other in items] + [f"{name} = []"]
        elif kind.name == "text":
            lines = [f'{name} = ""'] + [f"{name} += {o}" for o in visible if o != name and subject.kind(o) == kind]
        elif kind.name == "set":
            lines = [f"{name}.add({other})" for other in visible if other != name]
        for line in lines:
            title = f"add `{line}`"
            yield blocks.inserted(last, f"{indentation}{line}\n", title, 2.6, after=not first_is_jump)


def _copies(subject: Subject, blocks: Blocks, block: Block) -> Iterator[Change]:
    """A statement of the function that also belongs before or after another one (a last group, a reset)."""
    code = subject.code
    indentation = blocks.indentation(block)
    candidates = [
        node
        for other in blocks.all
        for node in other.statements
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr) or (isinstance(node, ast.If) and not node.orelse)
    ]
    for node in candidates[:_NEAR]:
        source = blocks.block(node)
        text = blocks.text(node, node)
        if source is None or text.count("\n") > 3:
            continue
        moved = reindented(text, blocks.indentation(source), indentation)
        if moved is None:
            continue
        what = code.brief(node)
        for at in block.statements:
            if isinstance(at, ast.For | ast.While) and code.start(at) < code.start(node) < code.end(at):
                yield blocks.inserted(at, moved, f"do `{what}` once more after the loop", 2.2, after=True)
                yield from _rest(subject, blocks, node, at)
        first, last = block.statements[0], block.statements[-1]
        if isinstance(node, ast.Assign) and code.end(node) < code.start(first) and subject.in_loop(first):
            yield blocks.inserted(first, moved, f"begin the block with `{what}`", 2.6)
            if not isinstance(last, ast.Return | ast.Break | ast.Continue | ast.Raise):
                yield blocks.inserted(last, moved, f"end the block with `{what}`", 2.6, after=True)


def _rest(subject: Subject, blocks: Blocks, node: ast.stmt, loop: ast.stmt) -> Iterator[Change]:
    """What is left in a variable when a loop ends (the last group) is used as in the loop."""
    block, inner = blocks.block(loop), blocks.block(node)
    match node:
        case ast.Expr(value=ast.Call(args=[ast.Name(id=name)])) if block is not None and inner is not None:
            indentation = blocks.indentation(block)
            text = reindented(blocks.text(node, node), blocks.indentation(inner), indentation + subject.step)
            if text is not None and not subject.kind(name).number:
                what = f"do `{subject.code.brief(node)}` after the loop for what is left"
                yield blocks.inserted(loop, f"{indentation}if {name}:\n{text}", what, 2.2, after=True)
        case _:
            pass


def _guarded(subject: Subject, blocks: Blocks, block: Block, node: ast.stmt) -> Iterator[Change]:
    """A statement that should not run always."""
    if not isinstance(node, ast.Expr | ast.AugAssign | ast.Assign | ast.Return) or not subject.in_loop(node):
        return
    indentation = blocks.indentation(block)
    text = reindented(blocks.text(node, node), indentation, indentation + subject.step)
    if text is None:
        return
    for condition, cost in conditions_over(subject, node):
        guarded = f"{indentation}if {condition}:\n{text}"
        title = f"do `{subject.code.brief(node)}` only if {condition}"
        yield blocks.rewritten(node, node, guarded, title, cost + 0.1)


def _jumps(subject: Subject, blocks: Blocks, block: Block) -> Iterator[Change]:
    """A block of an `if` in a loop that does not leave the loop or the round."""
    last = block.statements[-1]
    if not block.conditional or isinstance(last, ast.Return | ast.Break | ast.Continue | ast.Raise):
        return
    indentation = blocks.indentation(block)
    if subject.in_loop(last):
        for word, cost in (("break", 2.2), ("continue", 2.3)):
            title = f"{word} after `{subject.code.brief(last)}`"
            yield blocks.inserted(last, f"{indentation}{word}\n", title, cost, after=True)
    for name in subject.locals:
        if subject.kinds.returns and subject.fits(name, subject.kinds.returns):
            title = f"return {name} after `{subject.code.brief(last)}`"
            yield blocks.inserted(last, f"{indentation}return {name}\n", title, 2.6, after=True)


def _first_values(subject: Subject, node: ast.Assign) -> Iterator[Change]:
    """Another value before the loop."""
    code = subject.code
    if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return
    name, kind = node.targets[0].id, subject.kind(node.targets[0].id)
    costs: dict[str, float] = {}
    if kind.number:
        costs = {'float("inf")': 1.9, 'float("-inf")': 1.9}
        for other in subject.visible(node):
            if subject.kind(other).name == "list":
                costs |= {f"{other}[0]": 1.8, f"{other}[-1]": 2.2, f"len({other})": 2.1, f"sum({other})": 2.4}
    elif kind.name == "list":
        costs = {"[0]": 2.2, "[1]": 2.3, "[[]]": 2.3}
        for other in subject.visible(node):
            if other != name and subject.kind(other).name == "list":
                costs |= {f"{other}[:]": 2.2, f"[{other}[0]]": 2.4}
            elif other != name:
                costs |= {f"[{other}]": 2.5}
    elif kind.name == "text":
        costs = {f"{other}[0]": 2.3 for other in subject.visible(node) if subject.kind(other).name == "text"}
    for new, cost in costs.items():
        title = swap_title(new, code.text(node.value), f"as first value of `{name}`")
        yield code.replace(node.value, new, ATOM, title, cost)

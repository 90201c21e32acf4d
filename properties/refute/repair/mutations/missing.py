"""Logic that is missing: branches, updates, statements that belong in a second place too, other first values."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.blocks import Block, Blocks, reindented
from refute.repair.mutations.code import ATOM, Change
from refute.repair.mutations.conditions import conditions_over
from refute.repair.mutations.subject import Subject, swap_title

_NEAR = 12
"""Statements copied at most; longer functions would give too many candidates of little promise."""


def changes(subject: Subject) -> Iterator[Change]:
    """Every function with one statement or branch more, or with another first value of a variable."""
    blocks = Blocks(subject.code)
    for block in blocks.all:
        yield from _updates(subject, blocks, block)
        yield from _copies(subject, blocks, block)
        yield from _jumps(subject, blocks, block)
        for node in block.statements:
            yield from _guarded(subject, blocks, block, node)
            if isinstance(node, ast.If):
                yield from _else(subject, blocks, block, node)
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
                yield blocks.inserted(at, moved, f"do `{what}` once more after the loop", 2.4, after=True)
        first, last = block.statements[0], block.statements[-1]
        if isinstance(node, ast.Assign) and code.end(node) < code.start(first) and subject.in_loop(first):
            yield blocks.inserted(first, moved, f"begin the block with `{what}`", 2.6)
            if not isinstance(last, ast.Return | ast.Break | ast.Continue | ast.Raise):
                yield blocks.inserted(last, moved, f"end the block with `{what}`", 2.6, after=True)


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

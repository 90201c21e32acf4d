"""Another return value, a missing return, and guards that return early."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.blocks import Blocks
from refute.repair.mutations.code import ATOM, Change
from refute.repair.mutations.kinds import Kind
from refute.repair.mutations.subject import Subject, swap_title

_DEFAULTS: dict[str, tuple[str, ...]] = {
    "int": ("0", "1", "-1", "None"),
    "float": ("0.0", "0", "1", "None"),
    "text": ('""', "None"),
    "flag": ("False", "True"),
    "list": ("[]", "None"),
    "tuple": ("()", "None"),
    "set": ("set()",),
    "dict": ("{}",),
    "": ("None", "0", "[]", '""', "False", "True", "-1"),
}


def changes(subject: Subject) -> Iterator[Change]:
    """Every function with another return value, or with one more way out."""
    for node in subject.code.of(ast.Return):
        if node.value is not None:
            yield from _other_values(subject, node.value)
    blocks = Blocks(subject.code)
    if subject.code.body:
        yield from _guards(subject, blocks, subject.code.body[0])
        yield from _final_return(subject, blocks, subject.code.body[-1])
        yield from _fresh_copies(subject, blocks, subject.code.body[0])


def _other_values(subject: Subject, value: ast.expr) -> Iterator[Change]:
    code, old = subject.code, subject.code.text(value)
    returns = subject.kinds.returns
    costs: dict[str, float] = {}
    for name in subject.visible(value):
        fits = subject.fits(name, returns)
        costs[name] = 1.6 if fits and subject.kind(name) else 1.9 if fits else 2.5
    for node in subject.code.of(ast.Return):
        if node.value is not None:
            costs.setdefault(code.text(node.value), 2.0)
    for default in _DEFAULTS[returns.name]:
        costs.setdefault(default, 2.1)
    if isinstance(value, ast.Compare | ast.BoolOp):
        costs |= {"True": 2.2, "False": 2.2}
    for new, cost in costs.items():
        if new != old:
            yield code.replace(value, new, ATOM, f"return `{new}` instead of `{code.brief(value)}`", cost)
    if returns.name == "tuple" or not returns:
        return
    if isinstance(value, ast.Tuple):
        for item in value.elts:
            yield code.replace_by(value, item, swap_title(code.text(item), old, "in the return value"), 2.0)


def _guards(subject: Subject, blocks: Blocks, first: ast.stmt) -> Iterator[Change]:
    block = blocks.block(first)
    if block is None:
        return
    outer = blocks.indentation(block)
    returned = _returned(subject)
    for name in subject.parameters:
        kind = subject.kind(name)
        for condition, words, cost in _edge_cases(name, kind):
            for rank, value in enumerate(dict.fromkeys((*returned, name))):
                if value == name and subject.kinds.returns and not subject.fits(name, subject.kinds.returns):
                    continue
                guard = f"{outer}if {condition}:\n{outer}{subject.step}return {value}\n"
                title = f"return {value} early when {words}"
                yield blocks.inserted(first, guard, title, cost + 0.1 * rank)


def _edge_cases(name: str, kind: Kind) -> Iterator[tuple[str, str, float]]:
    """Conditions for an input at the edge, with words and costs."""
    if kind.number:
        for test, cost in (("== 0", 2.1), ("< 0", 2.2), ("<= 0", 2.3), ("< 2", 2.3), ("== 1", 2.3), ("<= 1", 2.5)):
            yield f"{name} {test}", f"{name} {test}", cost
        return
    yield f"not {name}", f"{name} is empty", 2.0
    if kind.name != "flag":
        yield f"{name} is None", f"{name} is None", 2.6
    if kind.sequence:
        yield f"len({name}) == 1", f"{name} has one item", 2.6
        yield f"len({name}) < 2", f"{name} has less than two items", 2.5


def _returned(subject: Subject) -> tuple[str, ...]:
    """Values that a guard may return: those that fit the return type, then constants that the function returns."""
    constants = [
        subject.code.text(node.value)
        for node in subject.code.of(ast.Return)
        if isinstance(node.value, ast.Constant | ast.List)
    ]
    defaults = _DEFAULTS[subject.kinds.returns.name]
    return tuple(dict.fromkeys((*defaults, *(text for text in constants if "\n" not in text))))


def _final_return(subject: Subject, blocks: Blocks, last: ast.stmt) -> Iterator[Change]:
    block = blocks.block(last)
    if block is None or isinstance(last, ast.Return | ast.Raise):
        return
    outer = blocks.indentation(block)
    fitting = [name for name in subject.locals if subject.fits(name, subject.kinds.returns)]
    for value, cost in [*((name, 1.5) for name in fitting), *((value, 1.7) for value in _returned(subject))]:
        yield blocks.inserted(last, f"{outer}return {value}\n", f"return {value} at the end", cost, after=True)


def _fresh_copies(subject: Subject, blocks: Blocks, first: ast.stmt) -> Iterator[Change]:
    """`items = list(items)` at the start: a copy, or the input in a normal form."""
    block = blocks.block(first)
    if block is None:
        return
    forms: dict[str, tuple[str, ...]] = {
        "list": ("list(@)", "sorted(@)", "list(set(@))", "sorted(set(@))", "@[::-1]"),
        "text": ("@.lower()", "@.strip()", "@.upper()", "@[::-1]", '@.replace(" ", "")'),
        "dict": ("dict(@)",),
        "int": ("abs(@)",),
        "float": ("abs(@)",),
        "set": ("set(@)",),
        "": ("list(@)", "sorted(@)", "@.lower()", "abs(@)", "dict(@)"),
    }
    for name in subject.parameters:
        for template in forms.get(subject.kind(name).name, ()):
            text = f"{name} = {template.replace('@', name)}"
            yield blocks.inserted(first, f"{blocks.indentation(block)}{text}\n", f"begin with `{text}`", 2.3)

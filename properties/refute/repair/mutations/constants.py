"""Another constant: one more or less, zero and one, the other truth, empty, another case, one left out of many."""

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from refute.repair.mutations.code import ATOM, POWER, SIGN, Change
from refute.repair.mutations.kinds import INT
from refute.repair.mutations.subject import Subject, swap_title

_LISTED = 12
"""Constants of a literal from which one may be left out."""
_NEAR = 15
"""Constants before and after one that it may be mistaken for: in long tables, all pairs would be without end."""
_EMPTIES = ("[]", '""', "{}", "0", "None", "()", "set()")


def changes(subject: Subject) -> Iterator[Change]:
    """Every other constant that makes sense in the place of one."""
    others = _constants(subject)
    for node in subject.code.nodes:
        match node:
            case ast.Constant(value=bool(value)):
                yield _swap(subject, node, repr(not value), 1.0)
            case ast.Constant(value=int() | float()):
                yield from _number(subject, node, _near(node, others))
                yield from _named(subject, node)
            case ast.Constant(value=str()) if not isinstance(subject.code.parent(node), ast.Expr):
                yield from _string(subject, node, _near(node, others))
                yield from _named(subject, node)
            case ast.Constant(value=None) if not isinstance(subject.code.parent(node), ast.Compare):
                for cost, new in enumerate(("0", "[]", '""', "False", "True")):
                    yield _swap(subject, node, new, 1.6 + cost / 10)
            case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
                for new in _EMPTIES:
                    yield _swap(subject, node, new, 1.7)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) if _is_listing(items):
                yield from _shorter(subject, node, items)
            case _:
                pass


def _is_listing(items: Sequence[ast.expr]) -> bool:
    """Whether a literal lists constants, of which one may be too many."""
    return 2 < len(items) <= _LISTED and all(isinstance(item, ast.Constant) for item in items)


def _shorter(subject: Subject, node: ast.expr, items: Sequence[ast.expr]) -> Iterator[Change]:
    """A listing without one of its constants."""
    code = subject.code
    for left_out in range(len(items)):
        text = ", ".join(code.text(item) for index, item in enumerate(items) if index != left_out)
        opening, closing = code.text(node)[0], code.text(node)[-1]
        if opening not in "([{":  # a tuple without parentheses
            opening, closing = "(", ")"
        title = f"leave out {code.text(items[left_out])} {code.place(node)}"
        yield code.replace(node, f"{opening}{text}{closing}", ATOM, title, 2.1)


_LOOKALIKES = ("([{<", ")]}>", "+-*/", ".,;: ", "_- ", "'\"")


def _named(subject: Subject, node: ast.Constant) -> Iterator[Change]:
    """A variable for a constant; the variable of that very name first, for it may just have quotes too many."""
    kind = subject.kinds.of(node)
    for name in subject.visible(node):
        if name == node.value:
            yield _swap(subject, node, name, 1.0)
        elif subject.kind(name) and subject.fits(name, kind):
            yield _swap(subject, node, name, 1.8)
    if kind == INT:
        for name in subject.visible(node):
            if subject.kind(name).sized:
                yield _swap(subject, node, f"len({name})", 2.1)


def _constants(subject: Subject) -> tuple[ast.Constant, ...]:
    """The different constants of the function, in the order of their lines."""
    different = {(type(node.value), node.value): node for node in subject.code.of(ast.Constant)}
    return tuple(sorted(different.values(), key=lambda node: (node.lineno, node.col_offset)))


def _near(node: ast.Constant, others: Sequence[ast.Constant]) -> Sequence[ast.Constant]:
    """Those of `others`, which come in the order of their lines, that are written nearest to `node`."""
    place = bisect_left(others, (node.lineno, node.col_offset), key=lambda other: (other.lineno, other.col_offset))
    return others[max(0, place - _NEAR) : place + _NEAR]


def _swap(subject: Subject, node: ast.expr, new: str, cost: float) -> Change:
    code = subject.code
    level = SIGN if new.startswith("-") else POWER if new[:1].isdigit() else ATOM
    return code.replace(node, new, level, swap_title(new, code.text(node), code.place(node)), cost)


def _number(subject: Subject, node: ast.Constant, others: Sequence[ast.Constant]) -> Iterator[Change]:
    value = node.value
    assert isinstance(value, int | float)
    signed = isinstance(subject.code.parent(node), ast.UnaryOp)
    costs: dict[str, float] = {}
    if abs(value) < 1e9:
        costs |= {repr(value + 1): 1.0, repr(value - 1): 1.0}
    near = type(value)
    for small, cost in ((0, 1.2), (1, 1.2), (2, 1.5), (-1, 1.5)):
        costs.setdefault(repr(near(small)), cost + (0.3 if abs(value) > 2 else 0))
    costs.setdefault(repr(-value), 1.3)
    if value:
        costs.setdefault(repr(value * 10), 1.9)
        costs.setdefault(repr(value / 10 if isinstance(value, float) else value // 10), 1.9)
        costs.setdefault(repr(value * 2), 2.0)
        costs.setdefault(repr(value / 2 if isinstance(value, float) else value // 2), 2.0)
    for other in others:
        if isinstance(other.value, int | float) and not isinstance(other.value, bool):
            costs.setdefault(subject.code.text(other), 1.7)
    if isinstance(value, int) and isinstance(subject.code.parent(node), ast.Return | ast.Assign):
        costs |= {"None": 2.0, "False": 2.2, "True": 2.2, '""': 2.0, "[]": 2.0}
    for new, cost in costs.items():
        if not (signed and new.startswith("-")):
            yield _swap(subject, node, new, cost)


def _string(subject: Subject, node: ast.Constant, others: Sequence[ast.Constant]) -> Iterator[Change]:
    value = node.value
    assert isinstance(value, str)
    costs: dict[str, float] = {}
    for other in (value.upper(), value.lower(), value.swapcase(), value.capitalize()):
        costs.setdefault(other, 1.3)
    if value.lower() != value.upper():
        costs.setdefault(value.lower() + value.upper(), 1.5)
    costs |= {other: 1.4 for other in ("", " ") if other != value and (not value.strip() or len(value) == 1)}
    costs.setdefault(value.strip() or value, 1.6)
    if value == " ":
        costs |= {"\n": 2.4, ",": 2.4}
    if 1 < len(value) <= 12:
        costs.setdefault(value[::-1], 2.2)
        for index in range(len(value)):
            costs.setdefault(value[:index] + value[index + 1 :], 2.1)
    for constant in others:
        if isinstance(constant.value, str):
            costs.setdefault(constant.value, 1.6)
    if len(value) == 1:
        alike = (other for family in _LOOKALIKES if value in family for other in family if other != value)
        for other in alike:
            costs.setdefault(other, 1.8)
        mirrored = dict(zip("([{<)]}>", ")]}>([{<", strict=True)).get(value)
        if mirrored:
            costs[mirrored] = 1.5
    quote = subject.code.text(node)[-1:]
    for new, cost in costs.items():
        yield _swap(subject, node, _quoted(new, quote), cost)
    for literal in ("[]", "None", "0"):
        if not value:
            yield _swap(subject, node, literal, 1.9)


def _quoted(value: str, quote: str) -> str:
    """A literal of `value` with the quotes that the user prefers, where that is possible."""
    literal = repr(value)
    plain = quote == '"' and literal[0] == "'" and '"' not in value and "\\" not in literal
    return f'"{value}"' if plain else literal

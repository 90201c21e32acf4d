"""A term too many or too few: operands dropped, subscripts dropped, terms added."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.code import ATOM, PRODUCT, SUM, Change
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every expression without one of its terms, or with one more."""
    code = subject.code
    for node in code.nodes:
        match node:
            case ast.BinOp(left=left, right=right):
                for kept, dropped, cost in ((left, right, 1.0), (right, left, 1.3)):
                    extra = 0.0 if isinstance(dropped, ast.Constant) else 0.2
                    title = f"drop `{code.brief(dropped)}` {code.place(node)}"
                    yield code.replace_by(node, kept, title, cost + extra)
                yield from _without_middle(subject, node)
            case ast.Subscript(value=value, slice=index, ctx=ast.Load()) if not isinstance(index, ast.Slice):
                yield code.replace_by(node, value, swap_title(code.text(value), code.text(node)), 1.9)
                if not isinstance(index, ast.Tuple):
                    yield code.replace_by(node, index, swap_title(code.text(index), code.text(node)), 1.9)
                yield from _other_index(subject, node, index)
            case ast.Compare(left=left, comparators=[_, *_] as comparators) if len(comparators) > 1:
                start, end = code.start(comparators[0]), code.end(comparators[-2])
                first = code.source[code.start(left) : end]
                rest = code.source[start : code.end(node)]
                yield code.replace(node, first, code.level(node), swap_title(first, code.text(node)), 1.5)
                yield code.replace(node, rest, code.level(node), swap_title(rest, code.text(node)), 1.5)
            case ast.List(elts=[_, *_] as items) | ast.Tuple(elts=[_, _, *_] as items) | ast.Set(elts=[_, *_] as items):
                if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    yield from _fewer_items(subject, items)
            case _:
                pass
        if isinstance(node, ast.expr):
            yield from _added(subject, node)


def _without_middle(subject: Subject, node: ast.BinOp) -> Iterator[Change]:
    """`a * c` for `a * b + c`."""
    code = subject.code
    if not isinstance(node.left, ast.BinOp):
        return
    first, middle = node.left.left, node.left.right
    inner = code.source[code.end(first) : code.start(middle)]
    for operator in (code.source[code.end(node.left) : code.start(node.right)], inner):
        text = code.text(first) + operator + code.text(node.right)
        if text.count("(") == text.count(")"):
            yield code.replace(node, text, SUM, f"drop `{code.brief(middle)}` {code.place(node)}", 1.7)


def _other_index(subject: Subject, node: ast.Subscript, index: ast.expr) -> Iterator[Change]:
    code, base = subject.code, subject.code.bound(node.value, ATOM)
    kind = subject.kinds.of(index)
    if isinstance(index, ast.Constant) or kind.name not in ("int", ""):
        return
    for new, cost in ((f"{base}[0]", 2.3), (f"{base}[-1]", 2.3), (f"{base}[: {code.text(index)}]", 2.5)):
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), cost)
    for function in ("sum", "max", "min", "len"):
        new = f"{function}({code.text(node.value)})"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), 2.5)
    if kind.number:
        new = f"{base}[-{code.bound(index, ATOM)}]"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), 2.2)


def _fewer_items(subject: Subject, items: list[ast.expr]) -> Iterator[Change]:
    code = subject.code
    for place, item in enumerate(items):
        title = f"drop `{code.brief(item)}` {code.place(item)}"
        if place:
            yield Change(code.end(items[place - 1]), code.end(item), "", title, 1.7)
        elif len(items) > 1:
            yield Change(code.start(item), code.start(items[1]), "", title, 1.7)
        else:
            yield Change(code.start(item), code.end(item), "", title, 1.7)


def _added(subject: Subject, node: ast.expr) -> Iterator[Change]:
    """One more term, where the expression is all of a value."""
    code = subject.code
    if isinstance(node, ast.Constant | ast.Starred | ast.Slice | ast.Lambda | ast.Compare | ast.BoolOp | ast.List):
        return
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    parent, kind = code.parent(node), subject.kinds.of(node)
    if isinstance(parent, ast.Attribute | ast.Expr | ast.Subscript) or (
        isinstance(parent, ast.Call) and parent.func is node
    ):
        return
    extra = 0.0 if isinstance(parent, ast.Return | ast.Assign | ast.AugAssign) else 0.3
    fixed = {"int": ("* 2", "// 2", "% 2", "% 10", "// 10", "** 2"), "float": ("* 2", "/ 2", "* 100", "/ 100", "** 2")}
    for suffix in fixed.get(kind.name, ()):
        level = SUM if suffix[0] in "+-" else PRODUCT
        text = f"{code.bound(node, ATOM if suffix.startswith('**') else level)} {suffix}"
        yield code.replace(node, text, level, swap_title(text, code.text(node), code.place(node)), 2.4 + extra)
    mentioned = code.text(node)
    for name in subject.visible(node):
        other = subject.kind(name)
        if kind.name == "int" and other.sized:
            for operator in ("%", "-", "+"):
                level = PRODUCT if operator == "%" else SUM
                text = f"{code.bound(node, level)} {operator} len({name})"
                yield code.replace(node, text, level, swap_title(text, mentioned, code.place(node)), 2.5 + extra)
        if kind.number and other.number and name != mentioned:
            operators = ["+", "-", "*", "//", "%", "/"]
        elif kind.name == other.name and kind.name in ("text", "list"):
            operators = ["+"]
        else:
            continue
        for rank, operator in enumerate(operators):
            level = SUM if operator in "+-" else PRODUCT
            text = f"{code.bound(node, level)} {operator} {name}"
            title = swap_title(text, mentioned, code.place(node))
            yield code.replace(node, text, level, title, 2.3 + extra + 0.06 * rank)
        if kind.name in ("text", "list"):
            text = f"{name} + {code.bound(node, PRODUCT)}"
            yield code.replace(node, text, SUM, swap_title(text, mentioned, code.place(node)), 2.4 + extra)

"""Another condition: negated, shorter, longer, tested once instead of again and again."""

import ast
from collections.abc import Iterator

from refute.repair.mutations.code import AND, COMPARE, NOT, OR, Change, blocks_of, shorten
from refute.repair.mutations.subject import Subject, swap_title


def changes(subject: Subject) -> Iterator[Change]:
    """Every other condition that makes sense in the place of one."""
    for node in subject.code.nodes:
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield from _condition(subject, test)
                yield from _longer(subject, test)
            case ast.comprehension(ifs=conditions):
                for test in conditions:
                    yield from _condition(subject, test)
                    yield from _longer(subject, test)
                yield from _filters(subject, node)
            case ast.Return(value=ast.expr() as value) if subject.kinds.of(value).name == "flag":
                yield from _condition(subject, value)
                yield from _longer(subject, value)
            case ast.Call(func=ast.Name(id="any" | "all"), args=[ast.GeneratorExp(elt=test) | ast.ListComp(elt=test)]):
                yield from _condition(subject, test)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                yield subject.code.replace_by(node, inner, f"drop `not` {subject.code.place(node)}", 1.0)
            case ast.BoolOp():
                yield from _shorter(subject, node)
            case _:
                pass
        yield from _keyword(subject, node)


def _condition(subject: Subject, test: ast.expr) -> Iterator[Change]:
    code, place = subject.code, subject.code.place(test)
    if isinstance(test, ast.Constant) or (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        return
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        operands = (test.left, test.comparators[0])
        for side, other in (operands, operands[::-1]):
            if isinstance(other, ast.Constant):
                yield code.replace_by(test, side, swap_title(code.text(side), code.text(test), place), 2.2)
        return  # the other comparison operators include the negated one
    yield code.replace(test, f"not {code.bound(test, COMPARE)}", NOT, f"negate `{code.brief(test)}` {place}", 1.3)


def _shorter(subject: Subject, node: ast.BoolOp) -> Iterator[Change]:
    code = subject.code
    for dropped in node.values:
        kept = [value for value in node.values if value is not dropped]
        title = f"drop `{code.brief(dropped)}` {code.place(node)}"
        if dropped is node.values[0]:
            text = code.source[code.start(kept[0]) : code.end(node)]
        elif dropped is node.values[-1]:
            text = code.source[code.start(node) : code.end(kept[-1])]
        else:
            word = " or " if isinstance(node.op, ast.Or) else " and "
            text = word.join(code.bound(value, AND if word == " or " else NOT) for value in kept)
        level = code.level(kept[0]) if len(kept) == 1 else code.level(node)
        yield code.replace(node, text, level, title, 1.2)


def _longer(subject: Subject, test: ast.expr) -> Iterator[Change]:
    """One more conjunct or disjunct over the names in scope."""
    code = subject.code
    mentioned = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    for atom, cost in conditions_over(subject, test):
        surcharge = 0.0 if any(name in mentioned for name in atom.split()) else 0.2
        for word, level, extra in (("and", AND, 0.0), ("or", OR, 0.1)):
            new = f"{code.bound(test, level)} {word} {atom}"
            title = f"also ask `{word} {shorten(atom)}` {code.place(test)}"
            yield code.replace(test, new, level, title, cost + surcharge + extra)


def conditions_over(subject: Subject, node: ast.expr | ast.stmt) -> Iterator[tuple[str, float]]:
    """Conditions over the names in scope."""
    names = [name for name in subject.visible(node) if name not in ("self", "cls")]
    numbers = [name for name in names if subject.kind(name).number]
    for name in names:
        kind = subject.kind(name)
        if kind.number:
            yield from (
                (f"{name} {test}", 2.6) for test in ("> 0", "== 0", "< 0", ">= 0", "% 2 == 0", "% 2 == 1", "> 1")
            )
        elif kind.name == "text":
            yield from ((f"{name}.{test}()", 2.9) for test in ("isalpha", "isdigit", "isspace", "isupper", "islower"))
        if not kind.number:
            yield name, 2.6
            yield f"not {name}", 2.6
    for index, left in enumerate(numbers):
        for right in numbers[index + 1 :]:
            yield from ((f"{left} {op} {right}", 2.7) for op in ("!=", "<", ">", "==", "<=", ">="))
    for left in names:
        for right in names:
            holds = subject.kind(right).sized and not subject.kind(left).sized
            if left != right and holds:
                yield f"{left} not in {right}", 2.7
                yield f"{left} in {right}", 2.7
    texts = [name for name in names if subject.kind(name).name == "text" or not subject.kind(name)]
    for index, left in enumerate(texts):
        for right in texts[index + 1 :]:
            yield f"{left} != {right}", 2.9
            yield f"{left} == {right}", 2.9


def _filters(subject: Subject, node: ast.comprehension) -> Iterator[Change]:
    """A comprehension without one of its conditions, or with a first one."""
    code = subject.code
    before = node.iter
    for test in node.ifs:
        title = f"drop the condition `{code.brief(test)}` of the comprehension"
        end = code.end(test)
        closing = code.source[end : end + 1] == ")" and code.source[code.start(test) - 1] == "("
        yield Change(code.end(before), end + closing, "", title, 1.5)
        before = test
    if node.ifs or not isinstance(node.target, ast.Name):
        return
    name, kind = node.target.id, subject.kind(node.target.id)
    atoms = [name, f"{name} > 0", f"{name} % 2 == 0", f"{name} % 2 == 1", f"{name} >= 0"] if kind.number else [name]
    for atom in atoms:
        end = code.end(node.iter)
        yield Change(end, end, f" if {atom}", f"keep only where `{atom}` in the comprehension", 2.5)


def _keyword(subject: Subject, node: ast.AST) -> Iterator[Change]:
    """`while` for `if`, `elif` for `if` and the other way round."""
    code = subject.code
    match node:
        case ast.While(orelse=[]):
            yield Change(code.start(node), code.start(node) + 5, "if", "use if instead of while", 1.9)
        case ast.If():
            word = code.source[code.start(node) : code.start(node) + 4]
            if word == "elif":
                yield Change(code.start(node), code.start(node) + 4, "if", "use if instead of elif", 1.6)
                return
            if not node.orelse:
                yield Change(code.start(node), code.start(node) + 2, "while", "use while instead of if", 1.9)
            block = next((block for _, block in blocks_of(code.parent(node)) if node in block), [node])
            index = block.index(node)
            if index and isinstance(block[index - 1], ast.If):
                yield Change(code.start(node), code.start(node), "el", "use elif instead of if", 1.6)
        case _:
            pass

"""Another call: a sister function or method, a call around an expression, none at all, other keywords."""

import ast
import builtins
from collections.abc import Iterator, Mapping

from refute.repair.mutations.code import ATOM, CHOICE, Change
from refute.repair.mutations.kinds import Kind, compatible
from refute.repair.mutations.subject import Subject, swap_title

_FUNCTIONS: Mapping[str, Mapping[str, float]] = {
    "max": {"min": 1.0, "sum": 1.6, "len": 1.8, "sorted": 2.4},
    "min": {"max": 1.0, "sum": 1.6, "len": 1.8, "sorted": 2.4},
    "sum": {"len": 1.4, "max": 1.5, "min": 1.5, "math.prod": 2.4},
    "len": {"sum": 1.4, "max": 1.8, "min": 1.8},
    "any": {"all": 1.0},
    "all": {"any": 1.0},
    "int": {"round": 1.2, "float": 1.4, "str": 1.9, "abs": 1.9},
    "float": {"int": 1.3, "round": 2.0},
    "round": {"int": 1.2, "abs": 2.2, "float": 2.0},
    "str": {"repr": 1.9, "int": 1.9, "list": 2.2},
    "set": {"list": 1.2, "sorted": 1.5, "tuple": 2.2},
    "list": {"set": 1.4, "sorted": 1.4, "tuple": 2.0, "reversed": 2.0},
    "tuple": {"list": 1.4, "set": 1.9, "sorted": 2.0},
    "sorted": {"list": 1.3, "set": 1.6, "reversed": 1.7},
    "reversed": {"sorted": 1.5, "list": 1.6},
    "ord": {"chr": 1.6, "int": 1.8},
    "chr": {"ord": 1.6, "str": 1.8},
    "bin": {"hex": 1.8, "oct": 1.8, "str": 1.8},
    "floor": {"ceil": 1.1, "trunc": 2.0},
    "ceil": {"floor": 1.1, "trunc": 2.0},
    "sin": {"cos": 1.4},
    "cos": {"sin": 1.4},
}
_FAMILIES = (
    ("append", "extend"),
    ("append", "add"),
    ("append", "remove"),
    ("add", "discard", "remove", "update"),
    ("lower", "upper", "title", "capitalize", "swapcase"),
    ("islower", "isupper"),
    ("isdigit", "isalpha", "isalnum", "isnumeric", "isdecimal", "isspace"),
    ("startswith", "endswith"),
    ("strip", "lstrip", "rstrip"),
    ("find", "rfind", "index", "rindex", "count"),
    ("split", "rsplit", "partition", "splitlines"),
    ("ljust", "rjust", "center", "zfill"),
    ("union", "intersection", "difference", "symmetric_difference"),
    ("issubset", "issuperset", "isdisjoint"),
    ("removeprefix", "removesuffix"),
    ("floor", "ceil"),
    ("popleft", "pop"),
    ("appendleft", "append"),
)
_FOREIGN_METHODS = {
    "list": frozenset(("add", "discard", "update", "appendleft", "popleft", "find", "rfind", "rindex")),
    "set": frozenset(("append", "extend")),
}
_WRAPPERS = (
    "abs",
    "sorted",
    "len",
    "int",
    "float",
    "str",
    "set",
    "list",
    "reversed",
    "round",
    "tuple",
    "bool",
    "sum",
    "max",
    "min",
)


def changes(subject: Subject) -> Iterator[Change]:
    """Every other call that makes sense in the place of an expression."""
    called = tuple(dict.fromkeys((*_called_functions(subject), *subject.names)))
    for node in subject.code.nodes:
        match node:
            case ast.Call(func=ast.Name() | ast.Attribute()):
                yield from _sisters(subject, node)
                yield from _unwrapped(subject, node)
                yield from _keywords(subject, node)
                yield from _rearranged(subject, node)
            case ast.Subscript(value=value, slice=index, ctx=ast.Load()) if subject.kinds.of(value).name == "dict":
                code = subject.code
                for default in ("0", "[]", '""', "None"):
                    new = f"{code.bound(value, ATOM)}.get({code.text(index)}, {default})"
                    yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), 1.8)
            case _:
                pass
        if isinstance(node, ast.expr):
            yield from _wrapped(subject, node, called)


def _sisters(subject: Subject, node: ast.Call) -> Iterator[Change]:
    code = subject.code
    match node.func:
        case ast.Name(id=name):
            for other, cost in _FUNCTIONS.get(name, {}).items():
                if other != "reversed":
                    yield code.replace(node.func, other, ATOM, swap_title(other, name, code.place(node)), cost)
        case ast.Attribute(value=value, attr=name):
            end = code.end(node.func)
            views = ("keys", "values", "items")
            families = [family for family in (*_FAMILIES, views) if name in family]
            foreign = _FOREIGN_METHODS.get(subject.kinds.of(value).name, frozenset[str]())
            for other in dict.fromkeys(other for family in families for other in family):
                if other == name or other in foreign:
                    continue
                cost = 1.2 if len(families[0]) < 4 else 1.5
                yield Change(end - len(name), end, other, swap_title(f".{other}()", f".{name}()"), cost)
            if name in views:
                yield code.replace_by(node, value, swap_title(code.text(value), code.text(node)), 1.5)
        case _:
            pass


def _unwrapped(subject: Subject, node: ast.Call) -> Iterator[Change]:
    """The argument alone, or for a method the object alone."""
    code, place = subject.code, subject.code.place(node)
    if isinstance(code.parent(node), ast.Expr):
        return
    for index, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            continue
        known = isinstance(node.func, ast.Name) and node.func.id in _WRAPPERS
        cost = (1.3 if known else 1.7) + 0.3 * index + _misfit(subject, node, argument)
        yield code.replace_by(node, argument, swap_title(code.text(argument), code.text(node), place), cost)
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("math", "self")
    ):
        value = node.func.value
        yield code.replace_by(node, value, f"drop `.{node.func.attr}()` {place}", 1.4)


def _misfit(subject: Subject, node: ast.expr, new: ast.expr) -> float:
    """What it costs that a value of another kind comes to be compared or computed with."""
    operand = isinstance(subject.code.parent(node), ast.Compare | ast.BinOp | ast.AugAssign | ast.Subscript)
    return 0.6 if operand and not compatible(subject.kinds.of(node), subject.kinds.of(new)) else 0.0


def _keywords(subject: Subject, node: ast.Call) -> Iterator[Change]:
    code = subject.code
    present = {keyword.arg for keyword in node.keywords}
    before: ast.expr | ast.keyword | None = node.args[-1] if node.args else None
    for keyword in node.keywords:
        if before is not None:
            yield Change(code.end(before), code.end(keyword), "", f"drop `{code.brief(keyword)}`", 1.4)
        before = keyword
    match node.func:
        case ast.Name(id="sorted" | "max" | "min" as name) | ast.Attribute(attr="sort" as name):
            wanted = {"key=len": 2.2, "key=abs": 2.3, "key=str": 2.4, "key=lambda x: x[0]": 2.4}
            wanted |= {"key=lambda x: x[1]": 2.3, "key=lambda x: -x": 2.5, "key=str.lower": 2.6}
            if name in ("sorted", "sort"):
                wanted["reverse=True"] = 1.2
        case ast.Name(id="enumerate") if len(node.args) == 1:
            wanted = {"1": 1.5, "start=1": 1.6}
        case _:
            return
    for text, cost in wanted.items():
        if text.split("=")[0] not in present and not isinstance(before, ast.GeneratorExp):
            if before is None:
                at, new = code.end(node) - 1, text
            else:
                at, new = code.end(before), f", {text}"
            yield Change(at, at, new, f"add `{text}` to `{code.brief(node.func)}`", cost)


def _rearranged(subject: Subject, node: ast.Call) -> Iterator[Change]:
    """Calls whose sister takes other arguments."""
    code = subject.code
    others: dict[str, float] = {}
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attribute), args=[*arguments], keywords=[]):
            base, given = code.bound(value, ATOM), [code.text(argument) for argument in arguments]
        case _:
            return
    match attribute, given:
        case "append", [item]:
            others = {
                f"{base}.insert(0, {item})": 1.6,
                f"{base}.append([{item}])": 2.4,
                f"{base}.extend([{item}])": 2.6,
            }
        case "insert", [_, item]:
            others = {f"{base}.append({item})": 1.5}
        case "pop", []:
            others = {f"{base}.pop(0)": 1.3}
        case "pop", [_]:
            others = {f"{base}.pop()": 1.3}
        case "get", [key]:
            others = {f"{base}.get({key}, 0)": 1.5, f"{base}.get({key}, [])": 1.8, f'{base}.get({key}, "")': 1.8}
        case "split", []:
            others = {f'{base}.split(" ")': 1.7, f'{base}.split(",")': 2.0, f"list({base})": 2.0}
        case "split", [_]:
            others = {f"{base}.split()": 1.6, f"list({base})": 2.0}
        case "split" | "replace", [first, *_]:
            others = {f"{base}.{attribute}({first})": 2.0}
        case "sort", []:
            others = {f"{base}.reverse()": 1.8}
        case "reverse", []:
            others = {f"{base}.sort()": 1.8}
        case _:
            pass
    for new, cost in others.items():
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node)), cost)


def _called_functions(subject: Subject) -> Iterator[str]:
    """Functions of the module or of the function that it calls with one argument."""
    for node in subject.code.of(ast.Call):
        if isinstance(node.func, ast.Name) and len(node.args) == 1 and not hasattr(builtins, node.func.id):
            yield node.func.id


def _wrapped(subject: Subject, node: ast.expr, called: tuple[str, ...]) -> Iterator[Change]:
    code = subject.code
    if isinstance(node, ast.Constant | ast.Starred | ast.Slice | ast.Lambda | ast.JoinedStr):
        return
    if isinstance(node, ast.List | ast.Tuple) and not node.elts:
        return
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    parent = code.parent(node)
    if isinstance(parent, ast.Expr | ast.Attribute | ast.keyword | ast.BoolOp):
        return
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    text = code.text(node) if code.level(node) >= CHOICE else f"({code.text(node)})"
    inner = text[1:-1] if isinstance(node, ast.GeneratorExp) else text
    role = _surcharge(node, parent)
    for function in called:
        new = f"{function}({inner})"
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node), code.place(node)), 2.2 + role)
    for template, cost in _wrappers(subject.kinds.of(node), subject.kinds.returns, parent):
        new = template.replace("@", code.bound(node, ATOM) if template[0] == "@" else inner)
        yield code.replace(node, new, ATOM, swap_title(new, code.text(node), code.place(node)), cost + role)


def _surcharge(node: ast.expr, parent: ast.AST) -> float:
    """How unusual a missing call is where the expression stands."""
    match parent:
        case ast.Return() | ast.Assign() | ast.Compare():
            return 0.0
        case ast.For() | ast.comprehension():
            return 0.1
        case ast.Call() | ast.IfExp() | ast.If() | ast.While() | ast.UnaryOp():
            return 0.2 if not isinstance(node, ast.Name) else 0.3
        case ast.BinOp() | ast.AugAssign():
            return 0.3
        case _:
            return 0.5


def _wrappers(kind: Kind, returns: Kind, parent: ast.AST) -> Iterator[tuple[str, float]]:
    """Calls around a value of a kind; `@` stands for the value."""
    if kind.number or not kind:
        yield "abs(@)", 1.5 if kind else 2.2
        yield "int(@)", 1.8 if kind.name != "int" else 2.6
        yield "round(@)", 2.0 if kind.name != "int" else 2.8
        yield "float(@)", 2.4
        yield "str(@)", 1.9
        yield "len(str(@))", 2.7
    if kind.sized or kind.name == "set" or not kind:
        extra = 0.0 if kind else 0.4
        yield "sorted(@)", 1.6 + extra
        yield "set(@)", 1.7 + extra
        yield "len(@)", 1.7 + extra
        yield "@[::-1]", 1.8 + extra
        yield "list(@)", 2.0 + extra
        yield "sorted(set(@))", 2.4 + extra
        yield "list(set(@))", 2.4 + extra
        yield "len(set(@))", 2.4 + extra
        yield "tuple(@)", 2.5 + extra
    if kind.sized and kind.name != "text" and (not kind.element or kind.element.number):
        yield from (("sum(@)", 2.0), ("max(@)", 2.0), ("min(@)", 2.0))
    if kind.name == "list" and (not kind.element or kind.element.name == "text"):
        yield '"".join(@)', 1.9
        yield '" ".join(@)', 2.0
    if kind.name in ("text", ""):
        extra = 0.0 if kind else 0.6
        for method, cost in (("lower", 1.6), ("upper", 1.7), ("strip", 1.7), ("split", 1.9), ("isdigit", 2.5)):
            yield f"@.{method}()", cost + extra
        yield "int(@)", 1.8 + extra
        yield "ord(@)", 2.4 + extra
    if kind.name == "dict":
        yield from (("@.items()", 1.6), ("@.values()", 1.6), ("@.keys()", 1.9), ("len(@)", 1.9), ("sorted(@)", 1.9))
    if isinstance(parent, ast.Return) and returns and returns.name != kind.name:
        converter = {"text": "str", "flag": "bool"}.get(returns.name, returns.name)
        yield f"{converter}(@)", 1.4

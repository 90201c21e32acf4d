"""Python values written as text: which expressions are safe to take for a value, and where such a value ends."""

import ast
import builtins
import functools
from collections.abc import Collection, Iterator

from refute.properties.modules import Module
from refute.properties.syntax import parse_expression

_VALUE_CALLS = frozenset(
    [
        *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set"),
        *("str", "tuple", "Counter", "Decimal", "Fraction", "OrderedDict", "Path", "UUID", "date", "datetime"),
        *("defaultdict", "deque", "iter", "reversed", "sorted", "time", "timedelta", "timezone"),
    ]
)
_BUILTINS = frozenset(dir(builtins))
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LONGEST_VALUE = 2000
_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


WELL_KNOWN = _VALUE_CALLS | {"datetime", "decimal", "fractions"}
"""Names that a call written from a spec alone may use in its arguments; a module need not have them."""


def literal(text: str) -> tuple[object] | None:
    """The value of a literal, in a tuple of one; None for what is no literal."""
    node = parse_expression(text)
    try:
        return (ast.literal_eval(node),) if node is not None else None
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None


def is_value(node: ast.expr, names: Collection[str] = ()) -> bool:
    """Whether `node` writes a value: literals, arithmetic on literals, containers, calls of well-known types, and
    classes and constants out of `names` (those of the module under test)."""
    match node:
        case ast.Constant():
            return node.value is not ...
        case ast.UnaryOp():
            return is_value(node.operand, names)
        case ast.BinOp():
            small = not isinstance(node.op, ast.Pow | ast.LShift) or _is_small(node.right)
            return small and is_value(node.left, names) and is_value(node.right, names)
        case ast.Tuple() | ast.List() | ast.Set():
            return all(is_value(element, names) for element in node.elts)
        case ast.Dict():
            return all(key is not None and is_value(key, names) for key in node.keys) and all(
                is_value(value, names) for value in node.values
            )
        case ast.Call():
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            return _makes_value(node.func, names) and all(is_value(argument, names) for argument in arguments)
        case ast.Name():
            return node.id in names and node.id[:1].isupper()
        case ast.Attribute():
            return isinstance(node.value, ast.Name) and node.value.id in names
        case ast.Lambda():
            free = {part.id for part in ast.walk(node.body) if isinstance(part, ast.Name)}
            return free <= {argument.arg for argument in node.args.args} | _BUILTINS
        case _:
            return False


def _is_small(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value <= 64


def _makes_value(function: ast.expr, names: Collection[str]) -> bool:
    match function:
        case ast.Name(id=name):
            is_class = name.lstrip("_")[:1].isupper()
            return (name in _VALUE_CALLS and (name in _BUILTINS or name in names)) or (is_class and name in names)
        case ast.Attribute(value=ast.Name(id=base), attr=name):
            return base in names and (name in _VALUE_CALLS or name[:1].isupper())
        case _:
            return False


@functools.lru_cache(maxsize=8)  # as many as modules are kept
def names_of(module: Module) -> frozenset[str]:
    """The names of a module that values may use, and the members of its enums ("Color.RED")."""
    return frozenset(module.definitions) | frozenset(_enum_members(module))


def _enum_members(module: Module) -> Iterator[str]:
    for name, definitions in module.definitions.items():
        match definitions:
            case (ast.ClassDef(body=body) as node,):
                bases = {module.dotted(base) for owner in module.lineage(node) for base in owner.bases}
            case _:
                continue
        for statement in body if bases & _ENUMS else []:
            match statement:
                case ast.Assign(targets=[ast.Name(id=member)], value=value) if not member.startswith("_"):
                    if _is_of_member(value, module):
                        yield f"{name}.{member}"
                case _:
                    continue


def _is_of_member(value: ast.expr, module: Module) -> bool:
    """Whether what a class body assigns is the value of a member; functions, for one, are methods."""
    is_counted = isinstance(value, ast.Call) and module.dotted(value.func) == "enum.auto"
    return is_counted or (is_value(value) and not isinstance(value, ast.Lambda))


def value_end(text: str, start: int) -> int | None:
    """The offset after the balanced brackets or the string that begin at `start`, None where they do not end."""
    opening = text[start : start + 1]
    if opening in {'"', "'"}:
        return _string_end(text, start)
    stack: list[str] = []
    position = start
    while position < min(len(text), start + _LONGEST_VALUE):
        character = text[position]
        if character in {'"', "'"}:
            end = _string_end(text, position)
            if end is None:
                return None
            position = end
            continue
        if character in _CLOSING:
            stack.append(_CLOSING[character])
        elif character in _CLOSING.values():
            if not stack or stack.pop() != character:
                return None
            if not stack:
                return position + 1
        position += 1
    return None


def _string_end(text: str, start: int) -> int | None:
    quote = text[start]
    if text.startswith(quote * 3, start):
        end = text.find(quote * 3, start + 3)
        return end + 3 if end >= 0 else None
    position = start + 1
    while position < len(text) and text[position] != "\n":
        if text[position] == "\\":
            position += 1
        elif text[position] == quote:
            return position + 1
        position += 1
    return None

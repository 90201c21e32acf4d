"""What kind of value an expression has, as far as it can be told cheaply. Kinds only order candidates."""

import ast
from dataclasses import dataclass

from refute.properties.syntax import parse_source


@dataclass(frozen=True)
class Kind:
    """`name` is "int", "float", "text", "flag", "list", "set", "dict", "tuple" or "" where nothing is known.

    `element` is the kind that iteration gives, where that is known.
    """

    name: str = ""
    element: "Kind | None" = None

    @property
    def number(self) -> bool:
        """Whether arithmetic makes sense."""
        return self.name in ("int", "float")

    @property
    def sequence(self) -> bool:
        """Whether it has an order and a length."""
        return self.name in ("text", "list", "tuple")

    @property
    def sized(self) -> bool:
        """Whether it can be empty."""
        return self.sequence or self.name in ("set", "dict")

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.name)


UNKNOWN, INT, FLOAT, TEXT, FLAG = Kind(), Kind("int"), Kind("float"), Kind("text"), Kind("flag")

_ANNOTATIONS = {
    "int": "int",
    "float": "float",
    "complex": "float",
    "Decimal": "float",
    "Fraction": "float",
    "str": "text",
    "bytes": "text",
    "bool": "flag",
    "list": "list",
    "sequence": "list",
    "iterable": "list",
    "collection": "list",
    "mutablesequence": "list",
    "iterator": "list",
    "deque": "list",
    "set": "set",
    "frozenset": "set",
    "dict": "dict",
    "mapping": "dict",
    "counter": "dict",
    "defaultdict": "dict",
    "tuple": "tuple",
}


def compatible(left: Kind, right: Kind) -> bool:
    """Whether a value of one kind may stand where one of the other did; unknown goes with everything."""
    return not left or not right or left.name == right.name or (left.number and right.number)


def of_annotation(node: ast.expr | None) -> Kind:
    """The kind that an annotation promises; that of the first member where it is a union."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return of_annotation(parse_source(text, mode="eval").body)
            except (SyntaxError, ValueError):
                return UNKNOWN
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return Kind(_ANNOTATIONS.get(name, _ANNOTATIONS.get(name.lower(), "")))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return of_annotation(left) or of_annotation(right)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional"), slice=inner):
            return of_annotation(inner)
        case ast.Subscript(value=value, slice=inner):
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            outer = of_annotation(value)
            return Kind(outer.name, of_annotation(first) or None)
        case _:
            return UNKNOWN

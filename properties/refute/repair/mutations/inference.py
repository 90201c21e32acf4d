"""The kinds of a function's values, inferred from annotations, literals, calls and loops."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from refute.repair.mutations.code import Code
from refute.repair.mutations.kinds import FLAG, FLOAT, INT, TEXT, UNKNOWN, Kind, of_annotation

_CALLS = {
    "len": INT,
    "int": INT,
    "ord": INT,
    "round": INT,
    "float": FLOAT,
    "str": TEXT,
    "chr": TEXT,
    "repr": TEXT,
    "bin": TEXT,
    "hex": TEXT,
    "input": TEXT,
    "bool": FLAG,
    "any": FLAG,
    "all": FLAG,
    "isinstance": FLAG,
    "range": Kind("list", INT),
    "dict": Kind("dict"),
    "Counter": Kind("dict"),
    "zip": Kind("list", Kind("tuple")),
}
_METHODS = {
    **dict.fromkeys(("count", "index", "find", "rfind", "bit_length"), INT),
    **dict.fromkeys(("lower", "upper", "strip", "lstrip", "rstrip", "replace", "join", "title"), TEXT),
    **dict.fromkeys(("capitalize", "swapcase", "format", "zfill", "ljust", "rjust", "center", "removeprefix"), TEXT),
    **dict.fromkeys(("split", "splitlines", "rsplit"), Kind("list", TEXT)),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace"), FLAG),
    **dict.fromkeys(("union", "intersection", "difference"), Kind("set")),
    "items": Kind("list", Kind("tuple")),
}
_TAKE_SEQUENCES = frozenset(
    ("len", "sum", "max", "min", "sorted", "any", "all", "enumerate", "reversed", "set", "list", "tuple", "zip", "map")
)
_SAME_ELEMENTS = {
    "sorted": "list",
    "list": "list",
    "reversed": "list",
    "filter": "list",
    "set": "set",
    "tuple": "tuple",
}


@dataclass
class Kinds:
    """The kinds of the names of one function, found by passes over its assignments; guesses come after what is sure."""

    code: Code
    names: dict[str, Kind] = field(default_factory=dict[str, Kind])
    returns: Kind = UNKNOWN

    def __post_init__(self) -> None:
        arguments = self.code.tree.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self._learn(argument.arg, of_annotation(argument.annotation))
        for guess in (False, True, False):
            for node in self.code.nodes:
                self._visit(node)
                if guess:
                    self._guess(node)
        self.returns = of_annotation(self.code.tree.returns) or self._join(
            self.of(node.value) for node in self.code.nodes if isinstance(node, ast.Return) and node.value
        )

    def _learn(self, name: str, kind: Kind) -> None:
        known = self.names.get(name)
        if kind and (not known or (kind.element and not known.element and known.name == kind.name)):
            self.names[name] = kind

    @staticmethod
    def _join(kinds: Iterable[Kind]) -> Kind:
        return next((kind for kind in kinds if kind), UNKNOWN)

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._bind(target, self.of(value))
            case ast.AnnAssign(target=target, annotation=annotation):
                self._bind(target, of_annotation(annotation))
            case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
                self._bind_loop(target, iterable)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute), args=arguments):
                self._learn_from_method(name, attribute, arguments)
            case ast.Compare(left=left, comparators=[right]):
                self._bind(left, self.of(right))
                self._bind(right, self.of(left) if not isinstance(node.ops[0], ast.In | ast.NotIn) else UNKNOWN)
            case _:
                pass

    def _guess(self, node: ast.AST) -> None:
        """What is likely, where nothing is known."""
        match node:
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)]) if function in _TAKE_SEQUENCES:
                self._learn(name, Kind("list"))
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                of_index = self.of(index)
                self._learn(name, Kind("list") if of_index.number or isinstance(index, ast.Slice) else UNKNOWN)
                self._bind(index, INT if self.names.get(name, UNKNOWN).sequence else UNKNOWN)
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                self._learn(name, Kind("list"))
            case ast.BinOp(left=left, op=ast.Sub() | ast.FloorDiv() | ast.Div() | ast.Pow(), right=right):
                for side in (left, right):
                    self._bind(side, INT)
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod() | ast.Mult(), right=ast.Constant(value=int())):
                self._bind(left, INT)
            case ast.Call(func=ast.Name(id="range"), args=arguments):
                for argument in arguments:
                    self._bind(argument, INT)
            case _:
                pass

    def _bind(self, target: ast.expr, kind: Kind) -> None:
        if isinstance(target, ast.Name):
            self._learn(target.id, kind)

    def _bind_loop(self, target: ast.expr, iterable: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._learn(target.id, self.element(iterable))
        elif isinstance(target, ast.Tuple) and isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "enumerate" and len(target.elts) == 2 and iterable.args:
                self._bind(target.elts[0], INT)
                self._bind(target.elts[1], self.element(iterable.args[0]))
            elif iterable.func.id == "zip":
                for part, argument in zip(target.elts, iterable.args, strict=False):
                    self._bind(part, self.element(argument))

    def _learn_from_method(self, name: str, method: str, arguments: list[ast.expr]) -> None:
        if method == "append" and arguments:
            self.names[name] = Kind("list", self.of(arguments[0]) or self.names.get(name, UNKNOWN).element)
        elif method == "add":
            self._learn(name, Kind("set"))
        elif method in ("items", "keys", "values", "get", "setdefault"):
            self._learn(name, Kind("dict"))
        elif _METHODS.get(method) in (TEXT, FLAG) or method in ("split", "splitlines"):
            self._learn(name, TEXT)

    def element(self, node: ast.expr) -> Kind:
        """The kind of what iterating over `node` gives."""
        kind = self.of(node)
        return TEXT if kind == TEXT else kind.element or UNKNOWN

    def of(self, node: ast.expr | None) -> Kind:
        """The kind of an expression's value."""
        match node:
            case ast.Constant(value=value):
                return _of_constant(value)
            case ast.JoinedStr():
                return TEXT
            case ast.Name(id=name):
                return self.names.get(name, UNKNOWN)
            case ast.List(elts=items):
                return Kind("list", self._join(map(self.of, items)))
            case ast.Set(elts=items):
                return Kind("set", self._join(map(self.of, items)))
            case ast.Tuple(elts=items):
                return Kind("tuple", self._join(map(self.of, items)))
            case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
                return Kind("list", self.of(item))
            case ast.SetComp(elt=item):
                return Kind("set", self.of(item))
            case ast.Dict() | ast.DictComp():
                return Kind("dict")
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return FLAG
            case ast.BoolOp(values=values):
                return self._join(map(self.of, values))
            case ast.UnaryOp(operand=inner):
                return self.of(inner)
            case ast.IfExp(body=body, orelse=orelse):
                return self._join((self.of(body), self.of(orelse)))
            case ast.BinOp():
                return self._of_operation(node)
            case ast.Subscript(value=value, slice=index):
                return self.of(value) if isinstance(index, ast.Slice) else self.element(value)
            case ast.Call():
                return self._of_call(node)
            case _:
                return UNKNOWN

    def _of_operation(self, node: ast.BinOp) -> Kind:
        left, right = self.of(node.left), self.of(node.right)
        match node.op:
            case ast.Div():
                return FLOAT
            case ast.FloorDiv() | ast.LShift() | ast.RShift():
                return INT
            case ast.Mod() if left.name == "text":
                return TEXT
            case _ if left.number and right.number:
                return FLOAT if "float" in (left.name, right.name) else INT
            case _:
                return left or right

    def _of_call(self, node: ast.Call) -> Kind:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _SAME_ELEMENTS:
                return Kind(_SAME_ELEMENTS[name], self.element(first))
            case ast.Call(func=ast.Name(id="sum" | "abs" as name), args=[first, *_]):
                return (self.element(first) if name == "sum" else self.of(first)) or INT
            case ast.Call(func=ast.Name(id="max" | "min"), args=[first, *rest]):
                return self.of(first) if rest else self.element(first)
            case ast.Call(func=ast.Name(id="enumerate"), args=[_, *_]):
                return Kind("list", Kind("tuple"))
            case ast.Call(func=ast.Name(id=name)):
                return _CALLS.get(name, UNKNOWN)
            case ast.Call(func=ast.Attribute(attr=method, value=value)):
                return self.of(value) if method == "copy" else _METHODS.get(method, UNKNOWN)
            case _:
                return UNKNOWN


def _of_constant(value: object) -> Kind:
    match value:
        case bool():
            return FLAG
        case int():
            return INT
        case float() | complex():
            return FLOAT
        case str() | bytes():
            return TEXT
        case _:
            return UNKNOWN

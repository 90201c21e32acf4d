"""Annotations and default values as shapes."""

import ast
from collections.abc import Mapping
from typing import Literal, TypeAlias

from refute.properties.constructors import Instances
from refute.properties.foreign import array_of, imported_class, names_for_types_only
from refute.properties.modules import Module
from refute.properties.names import shape_of_name
from refute.properties.shapes import (
    BOOLEANS,
    NONE,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Shape,
    Strategy,
    Text,
    Tuples,
    Unknown,
    is_known,
    merge,
    one_of,
)
from refute.properties.strategies import strategy
from refute.properties.syntax import parse_expression
from refute.properties.units import Parameter

Kind: TypeAlias = Literal["list", "tuple", "set", "frozenset", "iterator"]

_DEEPEST = 4
_SIMPLE: Mapping[str, Shape] = {
    "int": Integers(),
    "float": Floats(),
    "complex": Strategy("complex_numbers(max_magnitude=100, allow_nan=False, allow_infinity=False)"),
    "bool": BOOLEANS,
    "str": Text(),
    "bytes": Strategy("binary(max_size=10)"),
    "bytearray": Strategy("binary(max_size=10).map(bytearray)"),
    "None": NONE,
    "numbers.Integral": Integers(),
    "numbers.Real": Floats(),
    "numbers.Number": Floats(),
    "range": Strategy("tuples(integers(-5, 5), integers(-5, 15), integers(1, 3)).map(lambda t: range(*t))"),
    "slice": Strategy("slices(8)"),
    "decimal.Decimal": Strategy("decimals(-1000, 1000, places=2)"),
    "fractions.Fraction": Strategy("fractions(-100, 100, max_denominator=20)"),
    "uuid.UUID": Strategy("uuids()"),
    "ipaddress.IPv4Address": Strategy("ip_addresses(v=4)"),
    "ipaddress.IPv6Address": Strategy("ip_addresses(v=6)"),
}
_CALLED: Mapping[str, str] = {
    "datetime.date": "one_of(dates({0}(2023, 12, 20), {0}(2024, 3, 10)), dates({0}(1950, 1, 1), {0}(2050, 12, 31)))",
    "datetime.datetime": "one_of(datetimes({0}(2023, 12, 20), {0}(2024, 3, 10)).map(lambda moment: moment.replace("
    "minute=0, second=0, microsecond=0)), datetimes({0}(1950, 1, 1), {0}(2050, 12, 31)))",
    "datetime.time": "one_of(times().map(lambda moment: moment.replace(minute=0, second=0, microsecond=0)), times())",
    "datetime.timedelta": "integers(-10_000, 10_000).map(lambda n: {0}(minutes=n))",
    "pathlib.Path": "sampled_from(['a.txt', 'src/b.py', '/x/y.tar.gz', 'c', '.']).map({0})",
    "pathlib.PurePath": "sampled_from(['a.txt', 'src/b.py', '/x/y.tar.gz', 'c', '.']).map({0})",
    "pathlib.PurePosixPath": "sampled_from(['a.txt', 'src/b.py', '/x/y.tar.gz', 'c', '.']).map({0})",
    "collections.deque": "lists(one_of(integers(-10, 10), integers(-1000, 1000)), max_size=10).map({0})",
    "collections.Counter": "dictionaries(text('abc', max_size=3), integers(0, 5), max_size=6).map({0})",
}
"""Types whose strategies call them by the name that the module gives them."""

_COLLECTIONS: Mapping[str, Kind] = {
    "list": "list",
    "set": "set",
    "frozenset": "frozenset",
    "Sequence": "list",
    "MutableSequence": "list",
    "Iterable": "list",
    "Collection": "list",
    "Reversible": "list",
    "Iterator": "iterator",
    "AbstractSet": "set",
    "Set": "set",
    "MutableSet": "set",
    "FrozenSet": "frozenset",
    "List": "list",
}
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})
_TRANSPARENT = frozenset({"Annotated", "Final", "Required", "NotRequired", "ReadOnly", "ClassVar", "InitVar"})
_COLLECTION_MODULES = frozenset({"", "typing", "typing_extensions", "collections", "collections.abc", "builtins"})


class TypeReader:
    """Turns annotations of one module into shapes. Forward references and aliases of the module are followed."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._instances = Instances(module, self._constructor_parameter)

    def annotated(self, annotation: str | None, depth: int = 0) -> Shape:
        """The shape of an annotation, as it is written; unknown where it tells nothing."""
        node = parse_expression(annotation) if annotation else None
        return self._shape(node, depth) if node is not None else Unknown()

    def instances(self, path: str) -> Shape:
        """The instances of a class of the module, fresh ones and such as a few calls make of them."""
        return self._instances.used(path)

    def _constructor_parameter(self, parameter: Parameter, depth: int) -> Shape:
        shape = self.annotated(parameter.annotation, depth)
        if is_foreign(parameter.annotation, shape):
            return Unknown()
        shape = merge(shape, shape_of_default(parameter.default))
        return merge(shape, shape_of_name(parameter.name)[0])

    def _shape(self, node: ast.expr, depth: int) -> Shape:
        if depth > _DEEPEST:
            return Unknown()
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str()):
                inner = parse_expression(str(node.value))
                return self._shape(inner, depth + 1) if inner is not None else Unknown()
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union([left, right], depth)
            case ast.Name() | ast.Attribute():
                return self._named(node, depth)
            case ast.Subscript(value=base, slice=ast.Tuple(elts=arguments)):
                return self._generic(base, arguments, depth)
            case ast.Subscript(value=base, slice=argument):
                return self._generic(base, [argument], depth)
            case _:
                return Unknown()

    def _union(self, options: list[ast.expr], depth: int) -> Shape:
        """A union; `None` comes first, since Hypothesis shrinks towards it, and what is too deep is left out."""
        shapes = [self._shape(option, depth + 1) for option in options]
        known = [shape for shape in shapes if not isinstance(shape, Unknown)]
        return one_of(sorted(known, key=lambda shape: shape != NONE)) if known else Unknown()

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> Shape:
        written, dotted = ast.unparse(node), self._module.dotted(node) or ""
        own = self._own(written, depth)
        if own is not None:
            return own
        package, _, last = dotted.rpartition(".")
        if dotted in _SIMPLE:
            return _SIMPLE[dotted]
        if dotted in _CALLED:
            at_run_time = dotted if written.partition(".")[0] in names_for_types_only(self._module) else written
            return Strategy(_CALLED[dotted].format(at_run_time))
        if package in _COLLECTION_MODULES and last in _COLLECTIONS:
            return Collected(kind=_COLLECTIONS[last])
        if package in _COLLECTION_MODULES and last in {"tuple", "Tuple"}:
            return Collected(kind="tuple")
        if package in _COLLECTION_MODULES and last in _MAPPINGS:
            return Dictionaries()
        if last in {"AnyStr", "LiteralString", "Text"}:
            return Text()
        if last in {"Hashable", "SupportsInt", "SupportsIndex"}:
            return Integers()
        return imported_class(written, self._module)

    def _own(self, written: str, depth: int) -> Shape | None:
        """The shape of a class or an alias of this module, None where the name is not one."""
        statements = self._module.definitions.get(written.partition(".")[0], ())
        match statements[-1:]:
            case [ast.ClassDef()]:
                return self._instances.shape(written, depth)
            case [ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value)]:
                return self._alias(value, written, depth)
            case [ast.Import() | ast.ImportFrom()] | []:
                return None
            case [other]:
                aliased = getattr(other, "value", None)  # `type X = ...`
                return self._shape(aliased, depth + 1) if isinstance(aliased, ast.expr) else Unknown()
            case _:
                return None

    def _alias(self, value: ast.expr, written: str, depth: int) -> Shape:
        if not isinstance(value, ast.Call):
            return self._shape(value, depth + 1)
        maker = (self._module.dotted(value.func) or "").rpartition(".")[2]
        keywords = {keyword.arg: keyword.value for keyword in value.keywords}
        if maker == "NewType" and len(value.args) == 2:
            return self._shape(value.args[1], depth + 1)
        if maker == "TypeVar":
            if len(value.args) > 1:
                return self._shape(value.args[1], depth + 1)
            return self._shape(keywords["bound"], depth + 1) if "bound" in keywords else Integers()
        if maker in {"Enum", "IntEnum", "StrEnum"}:
            return Strategy(f"sampled_from({written})")
        return Unknown()

    def _generic(self, base: ast.expr, arguments: list[ast.expr], depth: int) -> Shape:
        dotted = self._module.dotted(base) or ""
        last = dotted.rpartition(".")[2]
        inner = [self._shape(argument, depth + 1) for argument in arguments] if last != "Literal" else []
        if last == "Optional":
            return self._union([ast.Constant(None), *arguments], depth)
        if last == "Union":
            return self._union(arguments, depth)
        if last == "Literal":
            return Strategy(f"sampled_from([{', '.join(map(ast.unparse, arguments))}])")
        if last in _TRANSPARENT:
            return inner[0]
        if dotted == "numpy.typing.NDArray":
            return array_of(arguments[0], self._module)
        if last in {"tuple", "Tuple"}:
            is_open = len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...
            return Collected(inner[0], "tuple") if is_open else Tuples(tuple(inner))
        if last in _COLLECTIONS:
            return Collected(inner[0], _COLLECTIONS[last])
        if last in _MAPPINGS and len(inner) == 2:
            return Dictionaries(inner[0], inner[1])
        if dotted == "collections.deque":
            return Strategy(f"{strategy(Collected(inner[0]))}.map({ast.unparse(base)})", holes=not is_known(inner[0]))
        if dotted == "collections.Counter":
            return Strategy(f"dictionaries({strategy(inner[0])}, integers(0, 5), max_size=6).map({ast.unparse(base)})")
        if last in {"Generator", "AsyncIterator", "AsyncIterable", "Awaitable", "Type", "type"}:
            return Unknown()
        if last == "Callable" and len(arguments) == 2:
            return self._callable(arguments[0], inner[1])
        return self._named(base, depth) if isinstance(base, ast.Name | ast.Attribute) else Unknown()

    def _callable(self, parameters: ast.expr, returns: Shape) -> Shape:
        if not isinstance(parameters, ast.List) or not is_known(returns):
            return Unknown()
        # `functions()` would do, but its functions can be called only while Hypothesis runs the test.
        answers = f"lists({strategy(returns)}, min_size=1, max_size=3)"
        return Strategy(f"{answers}.map(lambda v: lambda *a, **k: v[len(repr((a, k))) % len(v)])")


def is_foreign(annotation: str | None, shape: Shape) -> bool:
    """Whether an annotation, read as `shape`, names a type that nothing here can make: a guess would be of another."""
    written = (annotation or "").strip("\"' ")
    return isinstance(shape, Unknown) and written not in {"", "Any", "typing.Any", "object"}


def shape_of_default(default: str | None) -> Shape:
    """The shape of values like a default value; `None` tells nothing, and is one of the values elsewhere."""
    node = parse_expression(default) if default else None
    if node is None:
        return Unknown()
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return Unknown()
    if isinstance(value, bool):
        return BOOLEANS
    if isinstance(value, int):
        return Integers(low=0 if value >= 0 else None)
    if isinstance(value, float):
        return Floats(low=0.0 if value >= 0 else None)
    if isinstance(value, str):
        return Text(notable=(value,), max_size=max(5, len(value)))
    if isinstance(value, bytes):
        return _SIMPLE["bytes"]
    return Collected(kind="tuple") if isinstance(value, tuple) else Unknown()

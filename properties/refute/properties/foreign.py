"""Values of classes that a module imports: arrays and frames, and whatever Hypothesis can make from annotations."""

import ast
import functools
import sys
from collections.abc import Iterator

from refute.properties.modules import FunctionNode, Module
from refute.properties.shapes import BOOLEANS, Collected, Floats, Integers, Shape, Strategy, Unknown
from refute.properties.strategies import strategy
from refute.properties.syntax import parse_source
from refute.properties.vocabulary import words

_VALUE_MODULES = words("datetime decimal fractions ipaddress numbers random re uuid")
"""Modules of the standard library whose classes are values, rather than files, sockets, threads or tools for types."""
_MODEL_FREE = words("torch tensorflow jax django sqlalchemy requests httpx aiohttp flask fastapi PIL matplotlib")
"""Packages whose objects stand for something outside, or cannot be made from annotations."""
_COLUMNS = ("a", "b")
_ROWS = 6


def imported_class(written: str, module: Module) -> Shape:
    """Instances of the class that an annotation writes as `written`, unknown where it is not imported from a place
    whose classes are likely to be plain values."""
    root = written.partition(".")[0]
    origin = module.dotted(parse_source(written, mode="eval").body) or ""
    package, _, last = origin.lstrip(".").partition(".")
    name = origin.rpartition(".")[2]
    if root not in module.imports or root in names_for_types_only(module):
        return Unknown()
    if package in {"numpy", "pandas"}:
        return _tabular(last, module)
    is_relative = origin.startswith(".")
    if not is_relative and package in _MODEL_FREE | (sys.stdlib_module_names - _VALUE_MODULES) | {"typing_extensions"}:
        return Unknown()
    is_class = name[:1].isupper() and not name.isupper()
    return Strategy(f"from_type({written})") if is_class else Unknown()


def array_of(element: ast.expr, module: Module) -> Shape:
    """Arrays whose elements are of a NumPy scalar type, such as `np.int64`."""
    kind = (module.dotted(element) or "").rpartition(".")[2]
    if kind.startswith("bool"):
        return _array(BOOLEANS, module)
    return _array(Integers(0 if kind.startswith("uint") else None) if "int" in kind else Floats(), module)


def with_columns(shape: Shape, function: FunctionNode, name: str) -> Shape:
    """Frames with the columns that `function` reads of its parameter `name`, where it names any."""
    columns = tuple(dict.fromkeys(_read_columns(function, name)))
    if columns and isinstance(shape, Strategy) and f"columns={list(_COLUMNS)!r}" in shape.source:
        maker = shape.source.rpartition("lambda rows: ")[2].partition("(")[0]
        return _frame(maker, columns)
    return shape


def _tabular(last: str, module: Module) -> Shape:
    """What NumPy and pandas call by the name `last`."""
    if last == "ndarray" or last.endswith("NDArray"):
        return _array(Floats(), module)
    if last.endswith("ArrayLike"):
        return Collected(Floats(), min_size=1)
    pandas = _name_of("pandas", module)
    if last == "Series" and pandas:
        return Strategy(f"{strategy(Collected(Floats(), min_size=1))}.map({pandas}.Series)")
    if last == "DataFrame" and pandas:
        return _frame(f"{pandas}.DataFrame", _COLUMNS)
    return Unknown()


def _array(element: Shape, module: Module) -> Shape:
    numpy = _name_of("numpy", module)
    return Strategy(f"{strategy(Collected(element, min_size=1))}.map({numpy}.array)") if numpy else Unknown()


def _frame(maker: str, columns: tuple[str, ...]) -> Shape:
    row = f"tuples({', '.join([strategy(Floats())] * len(columns))})"
    return Strategy(
        f"lists({row}, min_size=1, max_size={_ROWS}).map(lambda rows: {maker}(rows, columns={list(columns)!r}))"
    )


def _name_of(package: str, module: Module) -> str | None:
    """What the module calls `package`."""
    return next((name for name, origin in module.imports.items() if origin == package), None)


def _read_columns(function: FunctionNode, name: str) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Subscript(value=ast.Name(id=used), slice=ast.Constant(value=str(column)), ctx=ast.Load()):
                if used == name:
                    yield column
            case _:
                continue


@functools.lru_cache(maxsize=8)
def names_for_types_only(module: Module) -> frozenset[str]:
    """Names that are imported under `if TYPE_CHECKING`, which nothing has at run time."""
    blocks = [
        statement.body
        for statement in module.tree.body
        if isinstance(statement, ast.If) and ast.unparse(statement.test).rpartition(".")[2] == "TYPE_CHECKING"
    ]
    return frozenset(
        alias.asname or alias.name.partition(".")[0]
        for body in blocks
        for part in body
        if isinstance(part, ast.Import | ast.ImportFrom)
        for alias in part.names
    )

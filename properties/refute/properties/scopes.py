"""Which names a piece of source reads from outside."""

import ast
import builtins

from refute.properties.syntax import parse_source

BUILTIN_NAMES = frozenset(dir(builtins))


def bound_names(source: str) -> set[str]:
    """The names that `source`, statements or an expression, binds anywhere."""
    bound: set[str] = set()
    for node in ast.walk(parse_source(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str() as name):
                bound.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                bound |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case _:
                continue
    return bound


def free_names(source: str) -> set[str]:
    """The names that `source` reads and does not bind itself."""
    return read_names(source) - bound_names(source)


def read_names(source: str) -> set[str]:
    """Every name that `source` reads."""
    return {n.id for n in ast.walk(parse_source(source)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}

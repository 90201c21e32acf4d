"""What the methods and the body of a class assign to the attributes of its instances."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from refute.properties.modules import Module, is_function


@dataclass(frozen=True, eq=False)
class Assigned:
    """An attribute that gets a value in a method, or in the body of the class, where `method` is empty; `value` is
    None where none is written beside it."""

    name: str
    value: ast.expr | None
    method: str


@functools.lru_cache(maxsize=8)  # as many as modules are kept: each method of a class asks for the same
def assigned_attributes(node: ast.ClassDef, module: Module) -> tuple[Assigned, ...]:
    """All assignments to `self.x` in the methods of a class, and of its bases in the module, and annotated fields."""
    return tuple(one for each in module.lineage(node) for part in each.body for one in _assigned_in(part))


def _assigned_in(part: ast.stmt) -> Iterator[Assigned]:
    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
        yield Assigned(part.target.id, part.value, "")
    if not is_function(part):
        return
    for node in ast.walk(part):
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                yield Assigned(target.attr, getattr(node, "value", None), part.name)

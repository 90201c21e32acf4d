"""What an undocumented function was in the last commit: its earlier results are all that says what it should do."""

import ast
import functools
from collections.abc import Mapping

from refute.properties.evidence import Evidence
from refute.properties.modules import docstring_node, read_module
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.syntax import UnreadableError, parse_module
from refute.properties.units import FunctionUnit, Snapshot


def has_undocumented(text: str) -> bool:
    """Whether a module has functions without a docstring."""
    try:
        functions = read_module(text).functions.values()
    except (UnreadableError, RecursionError):
        return False
    return any(docstring_node(function) is None for function in functions)


@functools.lru_cache(maxsize=16)
def undocumented(committed: str) -> Mapping[str, FunctionUnit]:
    """The functions without a docstring in the text that a document had, by their qualified names."""
    units = parse_units(Snapshot("file:///committed.py", None, committed)).units
    return {unit.qualname: unit for unit in units if unit.spec.docstring is None and unit.obstacle is None}


def replaced_definition(unit: FunctionUnit, earlier: Mapping[str, FunctionUnit]) -> str | None:
    """The definition of `unit` among those that were `undocumented`, where only its body is another now.

    None where it has a docstring, is new, or has another signature.
    """
    before = earlier.get(unit.qualname)
    if before is None or unit.spec.docstring is not None or before.source == unit.source:
        return None
    is_same_spec = (before.kind, before.spec.signature) == (unit.kind, unit.spec.signature)
    return before.source if is_same_spec and _tree(before.source) != _tree(unit.source) else None


def as_committed(unit: FunctionUnit) -> Property:
    """The property that `unit` still returns what it did in the last commit."""
    return Property(
        kind="committed",
        statement="the result is what it was in the last commit",
        check="True",
        evidence=Evidence.GUESS,
        spec_line=unit.name_range[0],
    )


def _tree(source: str) -> str:
    return ast.dump(parse_module(source))

"""Examples in docstrings, whichever way they are written."""

import ast
from collections.abc import Collection

from refute.properties.calls import WrittenExample
from refute.properties.doctests import DoctestReader, split_doctests
from refute.properties.prose_examples import ProseReader
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit


def find_examples(unit: FunctionUnit, module_names: Collection[str] = ()) -> tuple[WrittenExample, ...]:
    """The examples in the docstring of `unit` that call it with values, doctests first.

    `module_names` are the names that values may use besides builtins (`names_of` the module). Contradictory
    examples are all left out.
    """
    spec = unit.spec
    if not spec.docstring or spec.docstring_line is None:
        return ()
    text, session = split_doctests(spec.docstring)
    exact = list(DoctestReader(unit, module_names).read(session, spec.docstring_line))
    loose = list(ProseReader(unit, module_names).read(text, spec.docstring_line))
    return tuple(_consistent(exact, loose))


def _consistent(exact: list[WrittenExample], loose: list[WrittenExample]) -> list[WrittenExample]:
    """All examples, once each, without those that other examples contradict.

    Where prose gives containers for some calls and bare numbers for others, it may be speaking of a formula of
    the same name rather than of the function.
    """
    shapes = {shape for example in loose if (shape := _shape(example.expected))}
    kept: dict[object, WrittenExample] = {example.arguments: example for example in reversed(exact)}
    contradicted = set[object]()
    for example in loose if len(shapes) < 2 else []:
        known = kept.setdefault(example.arguments, example)
        if known.expected != example.expected and not known.exact:
            contradicted.add(example.arguments)
    ordered = sorted(kept.values(), key=lambda example: (not example.exact, example.line))
    return [example for example in ordered if example.arguments not in contradicted]


def _shape(expected: str) -> str | None:
    match parse_source(expected, mode="eval").body:
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
            return "container"
        case ast.Constant(value=int() | float()) | ast.UnaryOp():
            return "number"
        case _:
            return None

"""Examples in docstrings, whichever way they are written."""

import ast
import inspect
from collections.abc import Collection

from refute.properties.calls import WrittenExample
from refute.properties.doctests import DoctestReader, split_doctests
from refute.properties.modules import Module, docstring_node
from refute.properties.prose_examples import ProseReader
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit


def find_examples(
    unit: FunctionUnit, module_names: Collection[str] = (), module: Module | None = None
) -> tuple[WrittenExample, ...]:
    """The examples in the docstring of `unit` that call it with values, doctests first; of a method, those in the
    docstring of its class as well, where `module` is known.

    `module_names` are the names that values may use besides builtins (`names_of` the module). Contradictory
    examples are all left out.
    """
    spec, owner = unit.spec, _owner(unit, module)
    exact: list[WrittenExample] = []
    loose: list[WrittenExample] = []
    if spec.docstring and spec.docstring_line is not None:
        text, session = split_doctests(spec.docstring)
        exact += DoctestReader(unit, module_names, owner).read(session, spec.docstring_line)
        loose += ProseReader(unit, module_names).read(text, spec.docstring_line) if unit.kind != "constructor" else ()
    said = docstring_node(owner) if owner else None
    if said is not None:
        _, session = split_doctests(inspect.cleandoc(str(said.value)))
        exact += DoctestReader(unit, module_names, owner, is_own=False).read(session, _first_line(said))
    return tuple(_consistent(exact, loose))


def _owner(unit: FunctionUnit, module: Module | None) -> ast.ClassDef | None:
    """The top-level class of a method."""
    name, _, rest = unit.qualname.partition(".")
    is_member = unit.kind in ("method", "constructor") and "." not in rest
    return module.class_named(name) if module and is_member else None


def _first_line(said: ast.Constant) -> int:
    """The zero-based line of the document where the text of a docstring begins."""
    text = str(said.value)
    return said.lineno - 1 + len(text[: len(text) - len(text.lstrip())].split("\n")) - 1


def _consistent(exact: list[WrittenExample], loose: list[WrittenExample]) -> list[WrittenExample]:
    """All examples, once each, without those that other examples contradict.

    Where prose gives containers for some calls and bare numbers for others, it may be speaking of a formula of
    the same name rather than of the function.
    """
    shapes = {shape for example in loose if (shape := _shape(example.expected))}
    written = {_subject(example): example for example in reversed(exact)}
    kept: dict[object, WrittenExample] = {}
    contradicted = set[object]()
    for example in loose if len(shapes) < 2 else []:
        known = kept.setdefault(example.arguments, example)
        if known.expected != example.expected:
            contradicted.add(example.arguments)
    certain = {example.arguments for example in exact}
    others = [e for e in kept.values() if e.arguments not in certain | contradicted]
    return sorted([*written.values(), *others], key=lambda example: (not example.exact, example.line))


def _subject(example: WrittenExample) -> object:
    """What a doctest is about: a part of what one call gives, or what is seen after it. Of two that say something of
    the same, the first one counts."""
    return example.arguments, example.call if example.shows else example.check.partition(", ")[0]


def _shape(expected: str) -> str | None:
    match parse_source(expected, mode="eval").body:
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
            return "container"
        case ast.Constant(value=int() | float()) | ast.UnaryOp():
            return "number"
        case _:
            return None

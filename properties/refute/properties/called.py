"""The functions that a function calls, and one that calls it: what a reader looks up who wonders what it is for.

A prompt shows them with their signatures and the first lines of their docstrings alone, and no more than fits a small
budget, since a model reads each token twice.
"""

import ast
import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from refute.properties.modules import absolute_name, docstring_node, read_module, signature_of
from refute.properties.syntax import UnreadableError, parse_module
from refute.properties.units import FunctionUnit

MOST_CALLED = 3
LONGEST = 400
"""Characters of all that is shown."""
_LONGEST_LINE = 160
_TERSE = 80
"""A docstring that is no longer says little, so that it helps to know who calls."""


@dataclass(frozen=True)
class Imported:
    """What a module imports from its workspace: `texts` by the names of modules. `importer` is the name of the module
    itself, with a dot at its end where it is a package."""

    importer: str = ""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


def with_related(
    units: Sequence[FunctionUnit], imports: Mapping[str, str], imported: Imported
) -> tuple[FunctionUnit, ...]:
    """The units of one module, the context of each with the documented functions that it calls, and, where its own
    docstring is terse, with one that calls it. `imports` are the dotted origins of the names that the module imports.

    The digests stay as they are: what a user dismissed is kept under that of the spec.
    """
    functions = {unit.qualname: unit for unit in units if unit.kind == "function"}
    callers: dict[str, FunctionUnit] = {}
    for unit in functions.values():
        for name in _calls(unit.source) if unit.spec.docstring else ():
            callers.setdefault(name, unit)
    found: list[FunctionUnit] = []
    for unit in units:
        related = list(_called(unit, functions, imports, imported))[:MOST_CALLED]
        caller = callers.get(unit.qualname)
        if caller is not None and caller is not unit and len(unit.spec.docstring or "") <= _TERSE:
            related.append(_brief(caller.spec.signature, caller.spec.docstring or ""))
        found.append(_with_context(unit, related))
    return tuple(found)


def _with_context(unit: FunctionUnit, related: list[str]) -> FunctionUnit:
    """`unit` with those of `related` in its context that are not in it and for which there is room."""
    shown: list[str] = []
    left = LONGEST
    for text in dict.fromkeys(related):
        if text.partition("(")[0] + "(" not in unit.spec.context and len(text) <= left:
            shown.append(text)
            left -= len(text)
    if not shown or unit.spec.docstring is None:
        return unit
    whole = "\n\n".join([*shown, *([unit.spec.context] if unit.spec.context else [])])
    return replace(unit, spec=replace(unit.spec, context=whole))


def _called(
    unit: FunctionUnit, functions: Mapping[str, FunctionUnit], imports: Mapping[str, str], imported: Imported
) -> Iterator[str]:
    """In short, the documented functions of the workspace that `unit` calls, in the order of the calls."""
    for name in _calls(unit.source):
        own = functions.get(name)
        root, _, rest = name.partition(".")
        if own is not None and own is not unit and own.spec.docstring:
            yield _brief(own.spec.signature, own.spec.docstring)
        elif own is None and root in imports:
            origin = absolute_name(imports[root], imported.importer)
            owner, _, last = (f"{origin}.{rest}" if rest else origin).rpartition(".")
            brief = _brief_in(imported.texts[owner], last) if owner in imported.texts else None
            if brief is not None:
                yield brief


@functools.lru_cache(maxsize=8192)
def _calls(source: str) -> tuple[str, ...]:
    """The names that a definition calls, dotted ones too, each once and in the order of the calls."""
    try:
        calls = [node for node in ast.walk(parse_module(source)) if isinstance(node, ast.Call)]
    except (UnreadableError, RecursionError):
        return ()
    names = (ast.unparse(c.func) for c in sorted(calls, key=lambda c: (c.lineno, c.col_offset)) if _is_dotted(c.func))
    return tuple(dict.fromkeys(names))


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


@functools.lru_cache(maxsize=1024)
def _brief_in(text: str, name: str) -> str | None:
    """In short, the function called `name` of the module with this text; None where it has none with a docstring."""
    try:
        function = read_module(text).function_named(name)
    except (UnreadableError, RecursionError):
        return None
    docstring = docstring_node(function) if function is not None else None
    if function is None or docstring is None:
        return None
    return _brief(signature_of(function), inspect.cleandoc(str(docstring.value)))


def _brief(signature: str, docstring: str) -> str:
    """A signature with the first line of its docstring."""
    line = docstring.strip().split("\n")[0].strip()[:_LONGEST_LINE]
    text = line.replace("\\", "\\\\").replace('"""', "'''")
    return f'{signature}\n    """{text}"""\n    ...'

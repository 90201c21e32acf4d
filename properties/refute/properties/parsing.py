"""From source text to function units."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from refute.properties.called import Imported, with_related
from refute.properties.constructor_docstrings import constructor_docstring, says_when_made
from refute.properties.context import Contexts
from refute.properties.digests import BodyDigests, spec_digest
from refute.properties.directives import FILE_SKIPPED, SKIPPED, Directive, Directives, read_directives
from refute.properties.guards import find_guards
from refute.properties.keeping import KeptUnits, Reading
from refute.properties.modules import (
    CONSTRUCTORS,
    FunctionNode,
    blocks_of,
    docstring_node,
    is_function,
    is_script,
    read_module,
    signature_of,
)
from refute.properties.obstacles import PROPERTIES, obstacle_of
from refute.properties.positions import split_lines, without_ending
from refute.properties.syntax import UnreadableError
from refute.properties.units import FunctionUnit, Parameter, ParameterKind, Snapshot, Spec, UnitKind

_NAME = re.compile(r"(?:async(?:\s|\\\n)+)?def(?:\s|\\\r?\n)+(\w+)")
_STRING_OPENING = re.compile(r"[A-Za-z]*(?:\"\"\"|'''|\"|')(?:\s|\\\r?\n)*")


@dataclass(frozen=True)
class ParsedDocument:
    """The functions of a document in the order of their lines, or the `problem` that keeps it from being read
    ("line 3: invalid syntax")."""

    units: tuple[FunctionUnit, ...]
    problem: str | None = None


def parse_units(snapshot: Snapshot, kept: KeptUnits | None = None, imported: Imported | None = None) -> ParsedDocument:
    """The functions and methods of a document. Never raises, whatever the text is.

    Methods of nested classes are units; functions inside functions, and constructors, are not. What is found is the
    same with `kept`, but sooner: of a document that was read before, only what changed is read. `imported` is what it
    imports from its workspace, whose functions its own may call.
    """
    kept = KeptUnits() if kept is None else kept
    try:
        module = read_module(snapshot.text)
        places = list(_places(module.tree.body, (), 0))
        reading = kept.reading(snapshot.uri, module)
        reader = _UnitReader(reading, read_directives(snapshot.text))
        units = _without_shadowed([(place.block, reader.unit(place)) for place in places])
        kept.keep(snapshot.uri, reading)
    except UnreadableError as problem:
        return ParsedDocument((), str(problem))
    except RecursionError:
        return ParsedDocument((), "it is nested too deeply to be read")
    in_order = sorted(units, key=lambda unit: unit.first_line)
    return ParsedDocument(with_related(in_order, module.imports, imported or Imported()))


@dataclass(frozen=True)
class _Place:
    """A definition, the classes around it (outermost first), and the block it stands in."""

    function: FunctionNode
    owners: tuple[ast.ClassDef, ...]
    block: int

    @property
    def qualname(self) -> str:
        return ".".join((*(owner.name for owner in self.owners), self.function.name))


def _places(body: list[ast.stmt], owners: tuple[ast.ClassDef, ...], block: int) -> Iterator[_Place]:
    for statement in body:
        if is_function(statement):
            if not (owners and statement.name in CONSTRUCTORS) or says_when_made(statement, owners):
                yield _Place(statement, owners, block)
        elif isinstance(statement, ast.ClassDef):
            yield from _places(statement.body, (*owners, statement), id(statement))
        elif not is_script(statement):
            for inner in blocks_of(statement):
                yield from _places(inner, owners, id(inner))


class _UnitReader:
    """Makes the units of one module."""

    def __init__(self, reading: Reading, directives: Directives) -> None:
        self._reading = reading
        self._module = reading.module
        self._directives = directives
        self._contexts = Contexts(self._module)
        self._digests = BodyDigests(self._module, reading.on_import)

    def unit(self, place: _Place) -> FunctionUnit:
        outermost = place.owners[0] if place.owners else place.function
        unit = self._reading.unit(place.function, outermost, lambda: self._plain_unit(place))
        directive = self._directive(place.function)
        if self._directives.whole_file:
            return dataclasses.replace(unit, obstacle=FILE_SKIPPED, is_allowed=directive == "check")
        if directive == "skip":
            return dataclasses.replace(unit, obstacle=SKIPPED)
        return dataclasses.replace(unit, is_allowed=True) if directive == "check" else unit

    def _plain_unit(self, place: _Place) -> FunctionUnit:
        """The unit without what comments say of it."""
        function = place.function
        spec = self._spec(place)
        first, last = function.lineno - 1, (function.end_lineno or function.lineno) - 1
        return FunctionUnit(
            qualname=place.qualname,
            kind=self._kind(place),
            spec=spec,
            source=self._source(function, first, last),
            first_line=first,
            last_line=last,
            name_range=self._name_range(function),
            guards=tuple(guard.condition for guard in find_guards(function)),
            obstacle=obstacle_of(function, place.owners, self._module),
            spec_digest=spec_digest(spec),
            body_digest=self._digests.of(function, place.owners),
            is_property=bool(place.owners) and not self._decorators(function).isdisjoint(PROPERTIES),
        )

    def _directive(self, function: FunctionNode) -> Directive | None:
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
        return self._directives.of(first, max(function.lineno - 1, function.body[0].lineno - 2))

    def _spec(self, place: _Place) -> Spec:
        function = place.function
        literal = (
            docstring_node(function)
            if function.name != "__init__"
            else constructor_docstring(function, place.owners[-1])
        )
        docstring = inspect.cleandoc(str(literal.value)).rstrip() if literal else ""
        return Spec(
            name=function.name,
            qualname=place.qualname,
            parameters=tuple(parameters_of(function)),
            returns=ast.unparse(function.returns) if function.returns else None,
            docstring=docstring or None,
            docstring_line=self._docstring_line(literal) if literal and docstring else None,
            signature=signature_of(function),
            context=self._contexts.of(function, place.owners, docstring),
        )

    def _kind(self, place: _Place) -> UnitKind:
        if not place.owners:
            return "function"
        if place.function.name == "__init__":
            return "constructor"
        decorators = self._decorators(place.function)
        if "staticmethod" in decorators:
            return "staticmethod"
        return "classmethod" if "classmethod" in decorators else "method"

    def _decorators(self, function: FunctionNode) -> set[str | None]:
        return {self._module.dotted(decorator) for decorator in function.decorator_list}

    def _text_from(self, line: int, utf8_column: int, lines: int) -> str:
        """Up to `lines` lines of the document from a place of the syntax tree."""
        first, *others = self._module.lines[line : line + lines]
        return first[self._module.column(line, utf8_column) :] + "".join(others)

    def _docstring_line(self, literal: ast.Constant) -> int:
        """The line of the first word of a docstring, which need not be that of its quotes."""
        line = literal.lineno - 1
        count = (literal.end_lineno or literal.lineno) - line
        opening = _STRING_OPENING.match(self._text_from(line, literal.col_offset, count))
        return line + (_line_breaks(opening.group()) if opening else 0)

    def _name_range(self, function: FunctionNode) -> tuple[int, int, int]:
        line = function.lineno - 1
        count = (function.end_lineno or function.lineno) - line
        column = self._module.column(line, function.col_offset)
        text = self._text_from(line, function.col_offset, count)
        found = _NAME.match(text)
        if found is None:
            return line, column, column
        before = text[: found.start(1)]
        breaks = _line_breaks(before)
        start = len(split_lines(before + "x")[-1]) - 1 if breaks else column + len(before)
        return line + breaks, start, start + len(found.group(1))

    def _source(self, function: FunctionNode, first: int, last: int) -> str:
        lines = self._module.lines[first : last + 1]
        indent = lines[0][: self._module.column(first, function.col_offset)]
        return "".join(without_ending(line.removeprefix(indent)) + "\n" for line in lines)


def parameters_of(function: FunctionNode) -> Iterator[Parameter]:
    """The parameters of `function`, in the order in which they are written."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        only = index < len(arguments.posonlyargs)
        yield _parameter(argument, "positional_only" if only else "positional_or_keyword", default)
    if arguments.vararg:
        yield _parameter(arguments.vararg, "var_positional")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, "keyword_only", default)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, "var_keyword")


def _parameter(argument: ast.arg, kind: ParameterKind, default: ast.expr | None = None) -> Parameter:
    annotation = ast.unparse(argument.annotation) if argument.annotation else None
    return Parameter(argument.arg, kind, annotation, ast.unparse(default) if default else None)


def _without_shadowed(found: list[tuple[int, FunctionUnit]]) -> list[FunctionUnit]:
    """The units of (block, unit) pairs; where one name is defined more than once, those that may not be what a
    caller gets have that as their obstacle."""
    by_name: dict[str, list[tuple[int, FunctionUnit]]] = {}
    for block, unit in found:
        if unit.obstacle is None:
            by_name.setdefault(unit.qualname, []).append((block, unit))
    shadowed: dict[int, str] = {}
    for same in by_name.values():
        last = same[-1][1]
        one_block = len({block for block, _ in same}) == 1
        hidden = [] if len(same) == 1 else same[:-1] if one_block else same
        for _, unit in hidden:
            shadowed[unit.first_line] = (
                f"it is defined again on line {last.first_line + 1}"
                if one_block
                else "it has several definitions, and which one counts is known only at run time"
            )
    return [
        dataclasses.replace(unit, obstacle=shadowed[unit.first_line]) if unit.first_line in shadowed else unit
        for _, unit in found
    ]


def _line_breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")

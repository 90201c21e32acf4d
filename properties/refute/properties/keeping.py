"""Units of earlier versions of a document, used again where nothing that they depend on has changed."""

import ast
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from refute.properties.digests import reached_on_import
from refute.properties.modules import FunctionNode, Module
from refute.properties.units import FunctionUnit, shifted

DOCUMENTS = 32
"""Documents whose units are kept; those that were read last."""

V = TypeVar("V")
_Identity = tuple[str, int, int]
_Key = tuple[_Identity, int]


@dataclass(frozen=True)
class _Entry:
    """A unit as it was made, and what the module had for each name that was asked for then: names in the order in which
    the module defines them, since in that order a model is shown them."""

    unit: FunctionUnit
    definitions: Mapping[str, tuple[_Identity, ...]]
    imports: Mapping[str, str | None]


@dataclass(frozen=True)
class _Kept:
    """What was read of a version of a document: what happens when it is imported, on which all its units depend, and
    these."""

    on_import: tuple[_Identity, ...]
    entries: Mapping[_Key, _Entry]


class KeptUnits:
    """What was read of some documents. For any thread."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def reading(self, uri: str, module: Module) -> "Reading":
        """For one reading of the document `uri`, whose text is that of `module`."""
        with self._lock:
            return Reading(module, self._documents.get(uri))

    def keep(self, uri: str, reading: "Reading") -> None:
        """Keep what came of it, in place of what was kept of that document."""
        with self._lock:
            self._documents[uri] = _Kept(reading.identity, reading.entries)
            self._documents.move_to_end(uri)
            while len(self._documents) > DOCUMENTS:
                self._documents.popitem(last=False)


class Reading:
    """Makes the units of one version of a document. Make them from `module`, which notes what is asked of it."""

    def __init__(self, module: Module, before: _Kept | None) -> None:
        self.entries: dict[_Key, _Entry] = {}
        self._original = module
        self.on_import = reached_on_import(module)
        self.identity = tuple(map(self._identity, self.on_import))
        is_alike = before is not None and before.on_import == self.identity
        self._before: Mapping[_Key, _Entry] = before.entries if before is not None and is_alike else {}
        self._identities: dict[str, tuple[_Identity, ...]] = {}
        self._definitions = _Noted(module.definitions)
        self._imports = _Noted(module.imports)
        self.module = replace(module, definitions=self._definitions, imports=self._imports)

    def unit(self, function: FunctionNode, outermost: ast.stmt, make: Callable[[], FunctionUnit]) -> FunctionUnit:
        """The unit of `function`, which is or stands in the statement `outermost`; `make` reads it."""
        identity = self._identity(outermost)
        key = identity, function.lineno - outermost.lineno
        known = self._before.get(key)
        if known is not None and self._is_true(known):
            self.entries[key] = known
            return shifted(known.unit, function.lineno - 1 - known.unit.first_line)
        self._definitions.asked, self._imports.asked = set(), set()
        unit = make()
        if not (self._definitions.were_all_seen or self._imports.were_all_seen):
            definitions = {name: self._defined(name) for name in self._in_order(self._definitions.asked)}
            imports = {name: self._original.imports.get(name) for name in self._imports.asked}
            self.entries[key] = _Entry(unit, definitions, imports)
        return unit

    def _is_true(self, entry: _Entry) -> bool:
        imports = self._original.imports
        return (
            all(self._defined(name) == was for name, was in entry.definitions.items())
            and all(imports.get(name) == was for name, was in entry.imports.items())
            and list(entry.definitions) == self._in_order(entry.definitions)
        )

    def _in_order(self, names: Iterable[str]) -> list[str]:
        """Names by where they are defined first in this version; those that are not, by themselves."""
        places = {name: self._original.definitions.get(name) for name in names}
        return sorted(places, key=lambda name: (found[0].lineno if (found := places[name]) else 0, name))

    def _defined(self, name: str) -> tuple[_Identity, ...]:
        """The statements that bind a name in this version."""
        if name not in self._identities:
            statements = self._original.definitions.get(name, ())
            self._identities[name] = tuple(map(self._identity, statements))
        return self._identities[name]

    def _identity(self, statement: ast.stmt) -> _Identity:
        """All that a statement is: the text of its lines, and where on the first and the last it begins and ends."""
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        text = "".join(self._original.lines[first : statement.end_lineno])
        return text, statement.col_offset, statement.end_col_offset or 0


class _Noted(Mapping[str, V], Generic[V]):
    """A mapping that notes which names it was asked for."""

    def __init__(self, values: Mapping[str, V]) -> None:
        self._values = values
        self.asked: set[str] = set()
        self.were_all_seen = False

    def __getitem__(self, name: str) -> V:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        self.were_all_seen = True
        return iter(self._values)

    def __len__(self) -> int:
        self.were_all_seen = True
        return len(self._values)

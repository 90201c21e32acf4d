"""The module under test: loading it from the text of a request, and finding the function in it."""

import collections
import datetime
import decimal
import dis
import fractions
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import math
import os
import pathlib
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, Parameter
from itertools import pairwise
from types import CodeType, ModuleType
from typing import Any, cast

from .protocol import ModuleSource

_FAMILIAR: dict[str, object] = {
    "collections": collections,
    "datetime": datetime,
    "decimal": decimal,
    "fractions": fractions,
    "math": math,
    "pathlib": pathlib,
    "uuid": uuid,
    "Counter": collections.Counter,
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "OrderedDict": collections.OrderedDict,
    "PosixPath": pathlib.PosixPath,
    "UUID": uuid.UUID,
    "defaultdict": collections.defaultdict,
    "deque": collections.deque,
}
"""Names that the `repr` of standard values uses; those of the module under test go before them."""


_UNBOUND: tuple[type, ...] = (staticmethod, classmethod)


class SetupError(Exception):
    """The request cannot be carried out as it stands; the message says why."""


class _TextLoader(importlib.abc.SourceLoader):
    """Loads the module under test from the request, so that what is unsaved is what runs."""

    def __init__(self, source: ModuleSource) -> None:
        self._source = source

    def get_filename(self, fullname: str) -> str:
        return self._source.path

    def get_data(self, path: str | bytes) -> bytes:
        return self._source.text.encode("utf-8", "surrogatepass")

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source.text, self._source.path, "exec", dont_inherit=True)


class _TextFinder(importlib.abc.MetaPathFinder):
    def __init__(self, source: ModuleSource) -> None:
        self._source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return _spec(self._source) if fullname == self._source.name else None


def _spec(source: ModuleSource) -> importlib.machinery.ModuleSpec:
    folder = os.path.dirname(source.path)
    is_package = os.path.basename(source.path) == "__init__.py"
    spec = importlib.util.spec_from_file_location(
        source.name,
        source.path,
        loader=_TextLoader(source),
        submodule_search_locations=[folder] if is_package else None,
    )
    if spec is None:
        raise SetupError(f"{source.path} cannot be loaded as a module called {source.name!r}")
    return spec


def load_module(source: ModuleSource) -> ModuleType:
    """Import the module under test, its parent packages first. Raises whatever its code raises.

    A module whose name is taken already (a file called `types.py`) is executed beside the one that has the name.
    """
    sys.path[:0] = [entry for entry in source.search_path if entry not in sys.path]
    if source.name in sys.modules:
        spec = _spec(source)
        module = importlib.util.module_from_spec(spec)
        exec(_TextLoader(source).get_code(source.name), vars(module))
        return module
    sys.meta_path.insert(0, _TextFinder(source))
    return importlib.import_module(source.name)


_RESUMED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
_RETURNS = ("RETURN_VALUE", "RETURN_CONST")
_CONSTANTS = ("LOAD_CONST", "RETURN_CONST")


@dataclass(frozen=True)
class Target:
    """The function under test. `owner` is the module or class that holds it, `raw` what is stored there (perhaps a
    `staticmethod`), `function` what is called."""

    module: ModuleType
    owner: Any
    name: str
    raw: Any
    function: Callable[..., object]

    @property
    def is_constructor(self) -> bool:
        """Whether it is called by calling its class."""
        return isinstance(self.owner, type) and self.name == "__init__"

    @property
    def is_method(self) -> bool:
        """Whether the first argument is the instance."""
        return isinstance(self.owner, type) and type(self.raw) not in _UNBOUND and not self.is_constructor

    @property
    def written(self) -> Any:
        """The function whose lines run."""
        return self.raw if self.is_constructor else self.function

    @functools.cached_property
    def returns_nothing(self) -> bool:
        """Whether it never returns a value, as far as its code shows, and so is about its arguments."""
        code: object = getattr(inspect.unwrap(self.written), "__code__", None)
        if not isinstance(code, CodeType) or code.co_flags & _RESUMED:
            return False
        steps = pairwise(dis.get_instructions(code))
        returned = [before if at.opname == "RETURN_VALUE" else at for before, at in steps if at.opname in _RETURNS]
        return all(step.opname in _CONSTANTS and step.argval is None for step in returned)

    @property
    def defaults(self) -> dict[str, Any]:
        """What parameters stand for that a call leaves out."""
        try:
            parameters = inspect.signature(self.function).parameters.values()
        except (TypeError, ValueError):  # a function written in C
            return {}
        rests: dict[Any, object] = {Parameter.VAR_POSITIONAL: (), Parameter.VAR_KEYWORD: {}}
        given = {p.name: p.default for p in parameters if p.default is not p.empty}
        return given | {p.name: rests[p.kind] for p in parameters if p.kind in rests}

    def bound(self, function: Callable[..., object]) -> Any:
        """`function` as it would be stored in `owner` in place of `raw`."""
        return type(self.raw)(function) if type(self.raw) in _UNBOUND else function

    def callable_of(self, stored: Any) -> Any:
        """What is called when `stored` is found in `owner`."""
        if self.is_constructor:
            return self.owner
        if type(stored) in _UNBOUND:
            return stored.__get__(None, self.owner)
        if isinstance(stored, property) and stored.fget is not None:
            return stored.fget
        if isinstance(stored, functools.cached_property):
            return cast("functools.cached_property[object]", stored).func
        return stored


def find_target(module: ModuleType, qualname: str) -> Target:
    """The function called `qualname`, or `SetupError`."""
    owner: Any = module
    *outer, name = qualname.split(".")
    for part in outer:
        owner = getattr(owner, part, None)
    raw = inspect.getattr_static(owner, name, None)
    if raw is None:
        raise SetupError(f"{module.__name__} has no {qualname!r} once it is imported")
    target = Target(module, owner, name, raw, _not_found)
    function = target.callable_of(raw)
    if not callable(function):
        raise SetupError(f"{qualname!r} is a {type(raw).__name__}, which cannot be called")
    return Target(module, owner, name, raw, function)


def _not_found(*_: object) -> object:
    raise SetupError("no function")


def namespace_of(module: ModuleType) -> dict[str, Any]:
    """The names that expressions of a request see: those of the module, and those that familiar `repr`s use."""
    return {**_FAMILIAR, **vars(module)}


def bind(function: Callable[..., object], arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments for a call of `function` with these values for its parameters.

    `*args` and `**kwargs` are given as a sequence and a mapping. Raises `SetupError` for a name that `function` lacks.
    """
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # a function written in C
        return list(arguments.values()), {}
    unknown = arguments.keys() - parameters.keys()
    if unknown:
        raise SetupError(f"there is no parameter {', '.join(sorted(unknown))}")
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False
    for name, parameter in parameters.items():
        if name not in arguments:
            skipped = skipped or parameter.kind is not parameter.VAR_POSITIONAL
        elif parameter.kind is parameter.VAR_KEYWORD:
            keywords.update(arguments[name])
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional.extend(arguments[name])
        elif parameter.kind is parameter.KEYWORD_ONLY or (skipped and parameter.kind is not parameter.POSITIONAL_ONLY):
            keywords[name] = arguments[name]
        else:
            positional.append(arguments[name])
    return positional, keywords

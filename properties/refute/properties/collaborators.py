"""The class around a method as a caller sees it: which other methods there are, and what shows its state."""

import ast
import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from refute.properties.modules import FunctionNode, Module, docstring_node, gives_values, is_function, signature_of
from refute.properties.obstacles import PROPERTIES
from refute.properties.sequences import changes_itself
from refute.properties.special_cases import altered, departs, flags_of
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words

LENGTHS = ("__len__", "size", "length", "count")
EMPTINESS = ("is_empty", "isempty", "empty")
MEMBERSHIP = ("__contains__", "contains", "has", "includes", "has_item", "has_key")
REMOVERS = ("pop", "dequeue", "popleft", "poll", "get", "pop_min", "extract_min", "pop_max", "extract_max")
_SPECIAL = words("__len__ __contains__ __iter__ __getitem__")
_MOST_SHOWING = 5
_NO_STATE = words("object Generic Protocol ABC Sized Container Collection Iterable Sequence Mapping")
_CALL = {"__len__": "len({0})", "__contains__": "{1} in {0}", "__iter__": "list({0})", "__getitem__": "{0}[{1}]"}


@dataclass(frozen=True)
class Method:
    """A public method: `required` are the parameters that every caller gives, `optional` the others, `is_read` marks
    properties, `changes` that it writes to its instance, `tells` that it returns something.

    `altered` are the parameters that it makes something else of, `departs` says that it does something else in some
    states or for some arguments.
    """

    name: str
    required: tuple[str, ...]
    annotations: tuple[str | None, ...]
    docstring: str
    is_read: bool
    changes: bool
    tells: bool
    optional: tuple[str, ...] = ()
    altered: frozenset[str] = frozenset()
    departs: bool = False

    def on(self, instance: str, *arguments: str) -> str:
        """A call of it as an expression."""
        if self.name in _CALL:
            return _CALL[self.name].format(instance, *arguments)
        return f"{instance}.{self.name}" if self.is_read else f"{instance}.{self.name}({', '.join(arguments)})"

    def shown(self, *arguments: str) -> str:
        """A call of it for people."""
        return self.on("self", *arguments).removeprefix("self.")


@dataclass(frozen=True)
class Collaborators:
    """The class of a method: its public methods by name, and what is said of it as a whole (its name, its docstring and
    the parameters of its constructor).

    `docstrings` are those of it and its bases, `given` what its instances are made from, bases elsewhere included.
    """

    name: str
    about: str
    methods: dict[str, Method]
    docstrings: tuple[str, ...]
    given: tuple[str, ...]

    def one(self, names: Collection[str], required: int) -> Method | None:
        """The first method called one of `names` with so many required parameters."""
        found = (self.methods.get(name) for name in names)
        return next((method for method in found if method is not None and len(method.required) == required), None)

    def every(self, names: Collection[str], required: int) -> tuple[Method, ...]:
        """All methods called one of `names` with so many required parameters."""
        found = (self.methods.get(name) for name in names)
        return tuple(method for method in found if method is not None and len(method.required) == required)

    @property
    def length(self) -> Method | None:
        """What tells how many items there are."""
        return self.one(LENGTHS, 0)

    @property
    def emptiness(self) -> str | None:
        """An expression over `own` that is true where there is nothing in it."""
        is_empty = self.one(EMPTINESS, 0)
        if is_empty is not None and is_empty.tells:
            return is_empty.on("own")
        return f"{self.length.on('own')} == 0" if self.length is not None else None

    @property
    def remover(self) -> Method | None:
        """What takes one item out and tells which."""
        found = self.one(REMOVERS, 0)
        return found if found is not None and found.changes and found.tells and not found.is_read else None

    @property
    def showing(self) -> tuple[Method, ...]:
        """What tells of the state and needs no arguments."""
        plain = (m for m in self.methods.values() if not m.required and m.tells and not m.changes)
        return tuple(plain)[:_MOST_SHOWING]


def collaborators(unit: FunctionUnit, module: Module) -> Collaborators | None:
    """The class of `unit`; None for what is no method of a top-level class, or must be given something by keyword."""
    owner, _, name = unit.qualname.partition(".")
    node = module.class_named(owner) if unit.kind == "method" and "." not in name else None
    if node is None or any(p.kind == "keyword_only" and p.default is None for p in unit.spec.parameters):
        return None
    return _of_class(node, module)


@functools.lru_cache(maxsize=8)  # as many as modules are kept: each method of a class asks for the same
def _of_class(node: ast.ClassDef, module: Module) -> Collaborators:
    methods: dict[str, Method] = {}
    constructor, flags = "", flags_of(node, module)
    for part in (part for each in module.lineage(node) for part in each.body if is_function(part)):
        if part.name == "__init__":
            constructor = constructor or signature_of(part)
        elif part.name not in methods and (method := _method(part, module, flags)) is not None:
            methods[part.name] = method
    docstring = docstring_node(node)
    about = " ".join([node.name, str(docstring.value) if docstring else "", constructor])
    docstrings = tuple(str(said.value) for each in module.lineage(node) if (said := docstring_node(each)) is not None)
    return Collaborators(node.name, about, methods, docstrings, tuple(_given(node, module)))


def _given(node: ast.ClassDef, module: Module) -> Iterator[str]:
    """What hands something to instances of a class: parameters of constructors, fields, and bases that are unknown."""
    for each in module.lineage(node):
        for base in each.bases:
            name = module.last_name(base)
            if module.class_named(name) is None and name not in _NO_STATE:
                yield name
        for part in each.body:
            if is_function(part) and part.name == "__init__":
                arguments = part.args
                yield from (a.arg for a in [*arguments.posonlyargs, *arguments.args][1:] + arguments.kwonlyargs)
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and each.decorator_list:
                is_made = isinstance(part.value, ast.Call)  # field(default_factory=list)
                yield from () if is_made else (part.target.id,)


def _method(function: FunctionNode, module: Module, flags: Collection[str]) -> Method | None:
    decorators = {module.dotted(decorator) for decorator in function.decorator_list}
    is_public = function.name in _SPECIAL or not function.name.startswith("_")
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if isinstance(function, ast.AsyncFunctionDef) or not is_public or not positional or decorators - PROPERTIES:
        return None
    if any(default is None for default in arguments.kw_defaults):
        return None
    required = positional[1 : len(positional) - len(arguments.defaults)]
    docstring = docstring_node(function)
    return Method(
        function.name,
        tuple(argument.arg for argument in required),
        tuple(ast.unparse(argument.annotation) if argument.annotation else None for argument in required),
        re.sub(r"\s+", " ", str(docstring.value)).strip() if docstring else "",
        bool(decorators & PROPERTIES),
        changes_itself(function),
        gives_values(function),
        tuple(a.arg for a in (*positional[1 + len(required) :], *arguments.kwonlyargs)),
        altered(function),
        departs(function, flags),
    )

"""What conditions in a docstring can speak of: parameters, and for a method what its instance is and holds.

"The queue is empty" is said of the instance of a class that has a length, or that keeps all it holds in one container;
"the balance" is the one attribute of that name.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from refute.properties.annotations import TypeReader
from refute.properties.attributes import assigned_attributes
from refute.properties.calls import supplied_parameters
from refute.properties.modules import (
    FunctionNode,
    Module,
    body_without_docstring,
    bound_names,
    function_in,
    is_function,
)
from refute.properties.names import shape_of_name
from refute.properties.obstacles import PROPERTIES
from refute.properties.shapes import Collected, Dictionaries, OneOf, Shape
from refute.properties.units import FunctionUnit, Parameter
from refute.properties.vocabulary import words

_NOUNS = words(
    "list set dict dictionary mapping queue stack heap deque collection cache registry table store container buffer "
    "pool inventory index tree graph bag"
)
_QUALIFIED = re.compile(r"(?:(?:this|the|sorted|ordered|priority|current|available|remaining)[ -])*(?P<noun>\w+)$")
_EMPTY_CALLS = words("list dict set deque OrderedDict defaultdict Counter")
_HARMLESS_CALLS = words("len str repr print isinstance type hash id format")


@dataclass(frozen=True)
class Scope:
    """`names` are the parameters that a caller gives, `self` included; `changed` those that the body does not use as
    they are. `attributes` are the expressions for what an instance holds by the words for it.

    Of the instance: `nouns` that mean it, the `methods` of its class, and its only `container`. `keys` are the pairs of
    a container that it holds and a parameter that the body looks up in it.
    """

    names: tuple[str, ...]
    changed: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    nouns: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    container: str | None = None
    keys: frozenset[tuple[str, str]] = frozenset()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names without that of the instance."""
        return tuple(name for name in self.names if name != "self")

    def thing(self, word: str) -> str | None:
        """A parameter, or what the instance holds under this name, as an expression."""
        return word if word in self.names else self.attributes.get(re.sub(r"^(?:current|available)\s+", "", word))

    def untouched(self, word: str) -> str | None:
        """A parameter that the body uses as it is."""
        return word if word in self.names and word not in self.changed else None

    def emptiness(self, text: str) -> str | None:
        """That the instance is empty, where `text` means it."""
        if not self._is_meant(text):
            return None
        sized = "self" if "__len__" in self.methods else self.container
        return f"len({sized}) == 0" if sized is not None else None

    def holder(self, name: str, text: str | None) -> str | None:
        """What the parameter `name` is in if it is in the instance, where `text` means that or nothing is said."""
        if name not in self.names:
            return None
        held = None if text is None else self.attributes.get(text)
        if held is None and (text is None or self._is_meant(text)):
            held = "self" if text is not None and "__contains__" in self.methods else self.container
        return held if held == "self" or (held, name) in self.keys else None

    def out_of_range(self, name: str) -> str | None:
        """That a position is not one of the instance. The end is a position, and where something is put at an index, it
        may be put at the end as well: this is left open."""
        if (
            name not in ("index", "position")
            or name not in self.names
            or not self.methods >= {"__len__", "__getitem__"}
        ):
            return None
        is_item = name == "index" and set(self.names) == {"self", "index"}
        return f"not -len(self) <= {name} {'<' if is_item else '<='} len(self)"

    def _is_meant(self, text: str) -> bool:
        found = _QUALIFIED.match(text)
        return found is not None and found["noun"] in self.nouns and found["noun"] not in self.names


def scope_of(unit: FunctionUnit, module: Module) -> Scope:
    """What conditions in the docstring of `unit` can speak of."""
    names = tuple(parameter.name for parameter in supplied_parameters(unit))
    function = function_in(unit.source)
    changed = frozenset(_changed(function))
    owner, _, name = unit.qualname.partition(".")
    node = module.class_named(owner) if unit.kind == "method" and "." not in name else None
    if node is None or unit.spec.parameters[0].name != "self":
        return Scope(names, changed)
    attributes = _Attributes(node, module)
    keys = frozenset((held, name) for held, name in _looked_up(function) if name not in changed)
    if any(_is_container(parameter, owner, TypeReader(module)) for parameter in supplied_parameters(unit)[1:]):
        # What is said of the class ("the list is empty") may be meant of a parameter.
        return Scope(names, changed, attributes.by_word(), keys=keys)
    nouns = _NOUNS | {owner.lower(), re.sub(r".*(?=[A-Z])", "", owner).lower()}
    methods = frozenset(part.name for part in node.body if is_function(part))
    return Scope(names, changed, attributes.by_word(), nouns, methods, attributes.container(), keys)


class _Attributes:
    """What the instances of a class hold."""

    def __init__(self, node: ast.ClassDef, module: Module) -> None:
        self._lineage = list(module.lineage(node))
        bases = {module.last_name(base) for each in self._lineage for base in each.bases}
        self._is_whole = bases <= {each.name for each in self._lineage} | {"object", "Generic", "ABC"}
        self._assigned = assigned_attributes(node, module)
        self._module = module

    def by_word(self) -> dict[str, str]:
        """Expressions for numbers and the like by their names without underscores; none where a name has two."""
        names = {one.name for one in self._assigned} | set(self._read_as_attributes())
        if not self._is_whole:
            return {}
        private = {name for name in names if name.startswith("_") and name.lstrip("_") in names}
        return {name.lstrip("_").replace("_", " "): f"self.{name}" for name in names - private}

    def container(self) -> str | None:
        """The only container that an instance has, made empty by the constructor."""
        first = [(one.name, one.value) for one in self._assigned if one.method in ("", "__init__") and one.value]
        made = {name for name, value in first if _is_container_made(value)}
        empty = {name for name, value in first if _is_empty(value)}
        return f"self.{next(iter(made))}" if self._is_whole and len(made) == 1 and made == empty else None

    def _read_as_attributes(self) -> Iterator[str]:
        for part in (part for each in self._lineage for part in each.body if is_function(part)):
            if {self._module.dotted(decorator) for decorator in part.decorator_list} & PROPERTIES:
                yield part.name


def _is_container_made(value: ast.expr) -> bool:
    return isinstance(
        value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.BinOp | ast.Call
    )


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case (
            ast.Call(func=function, args=[])
            | ast.Call(func=function, args=[ast.Name(id="list" | "int" | "dict" | "set")])
        ):
            return ast.unparse(function).rpartition(".")[2] in _EMPTY_CALLS
        case _:
            return False


def _changed(function: FunctionNode) -> Iterator[str]:
    """The parameters that a body binds anew, calls methods of, or hands to functions, which may make something else of
    them."""
    for node in (node for statement in body_without_docstring(function) for node in ast.walk(statement)):
        match node:
            case ast.stmt():
                yield from bound_names(node)
            case ast.NamedExpr(target=target):
                yield target.id
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                yield from () if method in {"get", "index", "pop", "remove", "keys", "items", "values"} else (name,)
            case _:
                pass
        if isinstance(node, ast.Call) and not _is_harmless(node.func):
            yield from (argument.id for argument in node.args if isinstance(argument, ast.Name))


def _is_harmless(function: ast.expr) -> bool:
    """Whether what is called takes its arguments as they are: exceptions, and methods of containers."""
    match function:
        case ast.Name(id=name):
            return name in _HARMLESS_CALLS or name.endswith(("Error", "Exception"))
        case ast.Attribute(value=ast.Name() | ast.Attribute(value=ast.Name(id="self")), attr=method):
            return method in {"get", "pop", "setdefault", "index", "remove", "discard", "add", "append", "count"}
        case _:
            return False


def _looked_up(function: FunctionNode) -> Iterator[tuple[str, str]]:
    """The parameters that are looked up as they are, each behind what it is looked up in."""
    for node in ast.walk(function):
        match node:
            case ast.Subscript(value=held, slice=ast.Name(id=name)):
                yield ast.unparse(held), name
            case ast.Compare(left=ast.Name(id=name), ops=[ast.In() | ast.NotIn()], comparators=[held]):
                yield ast.unparse(held), name
            case ast.Call(
                func=ast.Attribute(value=held, attr="get" | "pop" | "setdefault"), args=[ast.Name(id=name), *_]
            ):
                yield ast.unparse(held), name
            case _:
                pass


def _is_container(parameter: Parameter, owner: str, types: TypeReader) -> bool:
    """Whether a parameter may hold a container: by its annotation, else by its name."""
    if parameter.annotation is None:
        return _has_container(shape_of_name(parameter.name)[0])
    of_the_class = re.search(rf"\b(?:{re.escape(owner)}|Self)\b", parameter.annotation)
    return of_the_class is not None or _has_container(types.annotated(parameter.annotation))


def _has_container(shape: Shape) -> bool:
    if isinstance(shape, OneOf):
        return any(map(_has_container, shape.options))
    return isinstance(shape, Collected | Dictionaries)

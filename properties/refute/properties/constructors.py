"""Instances of the module's own classes: enums, typed dictionaries, named tuples, dataclasses, and plain classes."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from refute.properties.constraints import negated, require
from refute.properties.guards import find_guards
from refute.properties.modules import FunctionNode, Module, is_function
from refute.properties.rewriting import with_fields, with_names
from refute.properties.scopes import BUILTIN_NAMES, free_names
from refute.properties.sequences import after_calls, changes_itself
from refute.properties.shapes import Shape, Strategy, Text, Unknown, is_known
from refute.properties.strategies import strategy_of_field
from refute.properties.syntax import parse_expression
from refute.properties.units import Parameter
from refute.properties.written_instances import written_instances

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_FIELD_CLASSES = frozenset({"NamedTuple", "BaseModel"})
_FIELD_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "s", "attrs"})
_MADE = re.compile(r"^builds\(|\.map\(lambda (?:k|given): ")
_PLAIN_BASES = frozenset({"object", "Generic", "ABC", "Exception", "ValueError", "Hashable", "Sized"})


class Instances:
    """Finds how instances of the classes of one module are made.

    `shape_of` gives the shape of a constructor's parameter, at a depth of classes within classes.
    """

    def __init__(self, module: Module, shape_of: Callable[[Parameter, int], Shape]) -> None:
        self._module = module
        self._shape_of = shape_of

    def shape(self, path: str, depth: int) -> Shape:
        """The instances of the class called `path` ("Outer.Inner"); unknown where it cannot be made."""
        node = self._class(path)
        if node is None or self._is_abstract(node):
            return Unknown()
        lineage = list(self._module.lineage(node))
        bases = {self._module.last_name(base) for owner in lineage for base in owner.bases}
        if bases & _ENUMS:
            return Strategy(f"sampled_from({path})")
        if "TypedDict" in bases:
            return self._typed_dictionary(lineage, node, depth)
        constructor = next((part for owner in lineage if (part := _method(owner, "__init__"))), None)
        decorators = {self._module.last_name(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
        if constructor is None and (decorators & _FIELD_DECORATORS or bases & _FIELD_CLASSES):
            guarding = next((part for owner in lineage if (part := _method(owner, "__post_init__"))), None)
            return self._built(path, list(self._fields(lineage)), guarding, depth)
        foreign = {b for b in bases if self._module.class_named(b) is None} - _PLAIN_BASES
        parameters = list(_init_parameters(constructor)) if constructor else []
        built = self._built(path, parameters, constructor, depth)
        if not is_known(built) or any(isinstance(self._shape_of(p, depth + 1), Text) for p in parameters):
            built = written_instances(path, self._module) or built  # texts mostly need a form of their own
        if foreign and constructor is None and isinstance(built, Strategy):
            return Strategy(built.source, holes=True)
        return built

    def used(self, path: str) -> Shape:
        """Instances of the class called `path` as callers have them: made, and then changed by a few calls."""
        made = self.shape(path, 0)
        node = self._class(path)
        if not isinstance(made, Strategy) or node is None or not _MADE.search(made.source):
            return made
        steps = [step for part in node.body if is_function(part) and (step := self._step(path, part))]
        if not steps:
            return made
        return Strategy(after_calls(made.source, steps), made.holes)

    def _step(self, path: str, function: FunctionNode) -> str | None:
        """A strategy of (method, arguments) for a public method that changes its instance."""
        arguments = function.args
        is_plain = not (function.name.startswith("_") or function.decorator_list or arguments.posonlyargs)
        if not is_plain or isinstance(function, ast.AsyncFunctionDef) or not changes_itself(function):
            return None
        given: list[str] = []
        for parameter in _init_parameters(function):
            shape = self._shape_of(parameter, 1)
            if parameter.default is None and not is_known(shape):
                return None
            if parameter.default is None:
                given.append(f"{parameter.name!r}: {strategy_of_field(shape)}")
        return f"tuples(just({path}.{function.name}), fixed_dictionaries({{{', '.join(given)}}}))"

    def _class(self, path: str) -> ast.ClassDef | None:
        outermost, *inner = path.split(".")
        node = self._module.class_named(outermost)
        for name in inner:
            body = node.body if node else []
            node = next((part for part in body if isinstance(part, ast.ClassDef) and part.name == name), None)
        return node

    def _is_abstract(self, node: ast.ClassDef) -> bool:
        return any(self._module.last_name(base) == "Protocol" for base in node.bases) or any(
            self._module.last_name(decorator) in {"abstractmethod", "abstractproperty"}
            for part in node.body
            if is_function(part)
            for decorator in part.decorator_list
        )

    def _fields(self, lineage: list[ast.ClassDef]) -> Iterator[Parameter]:
        """The annotated fields that a generated constructor takes, those of bases first."""
        fields: dict[str, Parameter] = {}
        for owner in reversed(lineage):
            for part in owner.body:
                if not isinstance(part, ast.AnnAssign) or not isinstance(part.target, ast.Name):
                    continue
                annotation = ast.unparse(part.annotation)
                if "ClassVar" in annotation or _is_left_out(part.value):
                    continue
                default = ast.unparse(part.value) if part.value and not _is_field_call(part.value) else None
                fields[part.target.id] = Parameter(part.target.id, annotation=annotation, default=default)
        yield from fields.values()

    def _typed_dictionary(self, lineage: list[ast.ClassDef], node: ast.ClassDef, depth: int) -> Shape:
        total = not any(k.arg == "total" and ast.unparse(k.value) == "False" for k in node.keywords)
        required: list[str] = []
        optional: list[str] = []
        for parameter in self._fields(lineage):
            annotation = parameter.annotation or ""
            shape = self._shape_of(parameter, depth + 1)
            if not is_known(shape):
                return Unknown()
            is_required = "NotRequired[" not in annotation and (total or "Required[" in annotation)
            (required if is_required else optional).append(f"{parameter.name!r}: {strategy_of_field(shape)}")
        more = f", optional={{{', '.join(optional)}}}" if optional else ""
        return Strategy(f"fixed_dictionaries({{{', '.join(required)}}}{more})")

    def _is_answerable(self, condition: ast.expr, shapes: Mapping[str, Shape]) -> bool:
        """Whether a condition of a constructor reads only arguments that are given."""
        return free_names(ast.unparse(condition)) <= {*shapes, *BUILTIN_NAMES, *self._module.definitions}

    def _built(self, path: str, parameters: list[Parameter], guarding: FunctionNode | None, depth: int) -> Shape:
        """Instances made by calling the class with keywords, guards of the constructor fulfilled."""
        shapes = {p.name: self._shape_of(p, depth + 1) for p in parameters if p.default is None or p.annotation}
        holes = False
        for parameter in parameters:
            if parameter.name in shapes and not is_known(shapes[parameter.name]):
                holes = holes or parameter.default is None
                if parameter.default is not None:
                    del shapes[parameter.name]
        left: list[ast.expr] = []
        omitted = {p.name: default for p in parameters if p.default and (default := parse_expression(p.default))}
        for guard in find_guards(guarding) if guarding else ():
            condition = parse_expression(guard.condition)
            if condition is not None:
                about_fields = with_names(
                    with_fields(condition, {p.name for p in parameters}), _without(omitted, shapes)
                )
                shapes, more = require(negated(about_fields), shapes)
                left += more
        answerable = [part for part in left if self._is_answerable(part, shapes)]
        holes = holes or len(answerable) < len(left)
        left = [part for part in answerable if free_names(ast.unparse(part)) & set(shapes)]
        if any(isinstance(shape, Unknown) for shape in shapes.values()):
            return Unknown()
        arguments = ", ".join(f"{name}={strategy_of_field(shape)}" for name, shape in shapes.items())
        if not left:
            return Strategy(f"builds({path}{', ' if arguments else ''}{arguments})", holes)
        wanted = " and ".join(f"({ast.unparse(ast.fix_missing_locations(part))})" for part in left)
        keywords = ", ".join(f"{name!r}: {strategy_of_field(shape)}" for name, shape in shapes.items())
        return Strategy(
            f"fixed_dictionaries({{{keywords}}}).filter(lambda k: (lambda {', '.join(shapes)}: {wanted})(**k))"
            f".map(lambda k: {path}(**k))",
            holes,
        )


def _without(defaults: Mapping[str, ast.expr], given: Mapping[str, object]) -> dict[str, ast.expr]:
    return {name: default for name, default in defaults.items() if name not in given}


def _method(owner: ast.ClassDef, name: str) -> FunctionNode | None:
    return next((part for part in owner.body if is_function(part) and part.name == name), None)


def _init_parameters(constructor: FunctionNode) -> Iterator[Parameter]:
    arguments = constructor.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [*zip(positional, defaults, strict=True)][1:]
    for argument, default in (*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
        annotation = ast.unparse(argument.annotation) if argument.annotation else None
        yield Parameter(argument.arg, annotation=annotation, default=ast.unparse(default) if default else None)


def _is_field_call(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in {
        "field",
        "Field",
        "ib",
        "Factory",
    }


def _is_left_out(value: ast.expr | None) -> bool:
    """Whether a field is not a parameter, or has a default made by a call, which is left to the class."""
    if value is None or not isinstance(value, ast.Call) or not _is_field_call(value):
        return False
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in value.keywords}
    return keywords.get("init") == "False" or bool({"default", "default_factory", "factory"} & set(keywords))

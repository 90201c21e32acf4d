"""Properties from return annotations."""

import ast
from collections.abc import Mapping

from refute.properties.evidence import Evidence
from refute.properties.modules import Module, read_module
from refute.properties.property import Property
from refute.properties.syntax import parse_expression
from refute.properties.units import FunctionUnit

_DEEPEST = 3
_CLASSES: Mapping[str, str] = {
    "int": "int",
    "str": "str",
    "bool": "bool",
    "bytes": "bytes",
    "float": "(int, float)",
    "complex": "(int, float, complex)",
    "list": "list",
    "dict": "dict",
    "set": "set",
    "frozenset": "frozenset",
    "tuple": "tuple",
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
}
_TYPING = frozenset({"", "typing", "typing_extensions", "builtins"})


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """That the result is of the annotated type, as far as the type can be checked at run time.

    Functions without a result, iterators, protocols and type variables get no such property. An `int` passes for a
    `float`, as type checkers have it.
    """
    annotation = parse_expression(unit.spec.returns) if unit.spec.returns else None
    if annotation is None or ast.unparse(annotation) == "None":
        return ()
    check = _Checks(read_module(module_text)).check(annotation, "result", 0)
    if check is None:
        return ()
    statement = f"the result is of the type {unit.spec.returns}"
    return (Property("type", statement, check, Evidence.TYPE, spec_line=unit.name_range[0]),)


class _Checks:
    """Writes checks of values against annotations; None where a check would say nothing or too much."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def check(self, annotation: ast.expr, value: str, depth: int) -> str | None:
        match annotation:
            case ast.Constant(value=None):
                return f"{value} is None"
            case ast.Constant(value=str() as text):
                inner = parse_expression(text)
                return self.check(inner, value, depth) if inner is not None and depth < _DEEPEST else None
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._any([left, right], value, depth)
            case ast.Name() | ast.Attribute():
                name = self._class(annotation)
                return f"isinstance({value}, {name})" if name else None
            case ast.Subscript(value=base, slice=argument):
                arguments = argument.elts if isinstance(argument, ast.Tuple) else [argument]
                return self._generic(base, arguments, value, depth)
            case _:
                return None

    def _class(self, node: ast.expr) -> str | None:
        """What to give to `isinstance`: builtin types, and plain classes of the module."""
        own = self._module.class_named(node.id) if isinstance(node, ast.Name) else None
        if own is not None:
            bases = {(self._module.dotted(base) or "").rpartition(".")[2] for base in own.bases}
            return None if bases & {"Protocol", "TypedDict", "Generic"} else own.name
        package, _, last = (self._module.dotted(node) or "").rpartition(".")
        is_shadowed = not package and last in self._module.definitions
        return _CLASSES.get(last) if package in _TYPING and not is_shadowed else None

    def _any(self, options: list[ast.expr], value: str, depth: int) -> str | None:
        checks = [self.check(option, value, depth + 1) for option in options]
        known = [check for check in checks if check is not None]
        return " or ".join(f"({check})" for check in known) if len(known) == len(checks) else None

    def _generic(self, base: ast.expr, arguments: list[ast.expr], value: str, depth: int) -> str | None:
        last = (self._module.dotted(base) or "").rpartition(".")[2]
        if last == "Optional":
            return self._any([ast.Constant(None), *arguments], value, depth)
        if last == "Union":
            return self._any(arguments, value, depth)
        if last == "Literal":
            return f"{value} in ({', '.join(map(ast.unparse, arguments))},)"
        name = self._class(base)
        if name is None or name in self._module.definitions or depth >= _DEEPEST:
            return name and f"isinstance({value}, {name})"
        return " and ".join([f"isinstance({value}, {name})", *self._parts(name, arguments, value, depth)])

    def _parts(self, name: str, arguments: list[ast.expr], value: str, depth: int) -> list[str]:
        """Checks of what a container holds; parts that cannot be checked are left out."""
        item = f"v{depth}"
        if name == "dict" and len(arguments) == 2:
            checks = [
                (check, part)
                for part, argument in zip(("keys", "values"), arguments, strict=True)
                if (check := self.check(argument, item, depth + 1))
            ]
            return [f"all({check} for {item} in {value}.{part}())" for check, part in checks]
        if name == "tuple":
            is_open = len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...
            if not is_open:
                places = [self.check(argument, f"{value}[{i}]", depth + 1) for i, argument in enumerate(arguments)]
                return [f"len({value}) == {len(arguments)}", *(f"({check})" for check in places if check)]
        check = self.check(arguments[0], item, depth + 1)
        return [f"all({check} for {item} in {value})"] if check else []

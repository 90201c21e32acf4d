"""Calls of a unit: which arguments it needs, how a written call binds them, and what is said to come of it."""

import ast
import sys
from collections.abc import Collection
from dataclasses import dataclass

from refute.properties.literals import is_value
from refute.properties.modules import function_in
from refute.properties.scopes import BUILTIN_NAMES, free_names
from refute.properties.units import FunctionUnit, Parameter

Arguments = tuple[tuple[str, str], ...]
"""Arguments of one call: (parameter, Python expression)."""


@dataclass(frozen=True)
class WrittenExample:
    """A call that someone wrote down together with what comes of it.

    `arguments` have the defaults filled in. `check` is a Python expression over `result`, or over `error` where
    `raises` says that an exception is expected. `call` and `expected` are for people ("f([1])" and "[1, 2]" or
    "ValueError"). `line` is the zero-based line of the document; `exact` says that it is a doctest. `shows` is what
    `check` looks at besides the result, for people and as an expression: then it replays what led to that.
    """

    call: str
    arguments: Arguments
    check: str
    expected: str
    raises: bool
    line: int
    exact: bool
    shows: tuple[str, str] | None = None


def supplied_parameters(unit: FunctionUnit) -> tuple[Parameter, ...]:
    """The parameters that a caller fills in: `self` of a method counts, `cls` of a class method and what a constructor
    initialises do not.

    `**kwargs` are left empty in every call that is made, and so are `*args`, except where a written call gives them or
    there is nothing else to be given by position: then they are one parameter, a sequence.
    """
    parameters = unit.spec.parameters[1:] if unit.kind in ("classmethod", "constructor") else unit.spec.parameters
    positional = [p for p in parameters if p.kind in {"positional_only", "positional_or_keyword"}]
    left_empty = {"var_keyword"} | ({"var_positional"} if len(positional) > (unit.kind == "method") else set[str]())
    return tuple(p for p in parameters if p.kind not in left_empty)


def filled_parameters(unit: FunctionUnit, given: Collection[str]) -> tuple[Parameter, ...]:
    """The parameters that a call fills in which has arguments for the names in `given`: `*args` are among them where
    they are given."""
    supplied = supplied_parameters(unit)
    return tuple(p for p in unit.spec.parameters if p in supplied or (p.kind == "var_positional" and p.name in given))


def bind(
    call: ast.Call, unit: FunctionUnit, names: Collection[str], receiver: ast.expr | None = None
) -> Arguments | None:
    """The arguments of `call` by parameter, defaults filled in; None where they do not fit the signature.

    `names` are those of the module, `receiver` is the instance that a method is called on.
    """
    parameters = supplied_parameters(unit)
    given: dict[str, ast.expr] = {}
    positional = [p for p in parameters if p.kind in {"positional_only", "positional_or_keyword"}]
    values = [*([receiver] if receiver is not None else []), *call.args]
    for rest in (p for p in unit.spec.parameters if p.kind == "var_positional"):
        values, others = values[: len(positional)], values[len(positional) :]
        if any(isinstance(value, ast.Starred) for value in others):
            return None
        if others or rest in parameters:
            given[rest.name] = ast.Tuple(others, ast.Load())
    if len(values) > len(positional) or any(isinstance(value, ast.Starred) for value in values):
        return None
    given.update(zip((p.name for p in positional), values, strict=False))
    by_keyword = {p.name for p in parameters if p.kind != "positional_only"}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in given or keyword.arg not in by_keyword:
            return None
        given[keyword.arg] = keyword.value
    return with_defaults({name: ast.unparse(value) for name, value in given.items()}, unit, names)


def with_defaults(given: dict[str, str], unit: FunctionUnit, names: Collection[str]) -> Arguments | None:
    """`given` in the order of the parameters, defaults filled in; None where a required one is missing.

    Defaults that need other names than `names` are left to the call.
    """
    arguments: list[tuple[str, str]] = []
    for parameter in filled_parameters(unit, given):
        if parameter.name in given:
            arguments.append((parameter.name, given[parameter.name]))
        elif parameter.default is None and parameter.kind != "var_positional":
            return None
        elif is_evaluable(parameter.default or "()", names):
            arguments.append((parameter.name, parameter.default or "()"))
    return tuple(arguments)


def is_evaluable(source: str, names: Collection[str]) -> bool:
    """Whether an expression needs nothing but builtins and `names`."""
    return free_names(source) <= {*BUILTIN_NAMES, *names}


def find_call(expression: ast.expr, unit: FunctionUnit, names: Collection[str]) -> tuple[ast.expr, Arguments] | None:
    """The one call of `unit` inside `expression` whose arguments are values, with its arguments. A property is read
    rather than called.

    None where there is no such call, more than one, or where it is not certain that it runs exactly once. `names` are
    those of the module (`names_of`).
    """
    found = [node for node in ast.walk(expression) if isinstance(node, ast.expr) and _is_call_of(node, unit)]
    if len(found) != 1 or not _runs_once(expression):
        return None
    call = found[0] if isinstance(found[0], ast.Call) else ast.Call(found[0], [], [])
    receiver = call.func.value if unit.kind == "method" and isinstance(call.func, ast.Attribute) else None
    values = [*call.args, *(keyword.value for keyword in call.keywords), *([receiver] if receiver else [])]
    if unit.kind == "method" and not _is_instance(receiver, unit, names):
        return None
    arguments = bind(call, unit, names, receiver) if all(is_value(value, names) for value in values) else None
    return (found[0], arguments) if arguments is not None else None


def may_remember(unit: FunctionUnit) -> bool:
    """Whether what was called before may matter to a call of `unit`: its body uses a name of the module otherwise than
    by calling it, which may be a variable. Modules of the standard library are none."""
    nodes = [node for part in function_in(unit.source).body for node in ast.walk(part)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}
    outer = free_names(unit.source) - BUILTIN_NAMES - sys.stdlib_module_names
    return bool(used & outer) or any(isinstance(node, ast.Global) for node in nodes)


def shares_state(owner: ast.ClassDef) -> bool:
    """Whether instances of a class may have something in common: what its body holds, or what methods write to
    anything but their instance."""
    for part in owner.body:
        value = getattr(part, "value", None)
        if isinstance(part, ast.Assign | ast.AnnAssign) and value and not isinstance(value, ast.Constant):
            return True
    written = (n.value for n in ast.walk(owner) if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load))
    is_elsewhere = any(ast.unparse(target) != "self" for target in written)
    return is_elsewhere or any(isinstance(node, ast.Global) for node in ast.walk(owner))


def _is_call_of(node: ast.expr, unit: FunctionUnit) -> bool:
    if unit.is_property:
        return isinstance(node, ast.Attribute) and node.attr == unit.spec.name
    return isinstance(node, ast.Call) and _calls(node.func, unit)


def _is_instance(receiver: ast.expr | None, unit: FunctionUnit, names: Collection[str]) -> bool:
    """Whether an expression makes an instance that has `unit`, or is a member of its enum. Any class may have a field
    of the name of a property."""
    owner = unit.qualname.rpartition(".")[0]
    if isinstance(receiver, ast.Attribute):
        return ast.unparse(receiver) in names and ast.unparse(receiver.value) == owner
    made_by = ast.unparse(receiver.func) if isinstance(receiver, ast.Call) else None
    return made_by == owner if unit.is_property else made_by is not None


def _calls(function: ast.expr, unit: FunctionUnit) -> bool:
    if unit.kind == "constructor":
        return ast.unparse(function) == unit.qualname.rpartition(".")[0]
    match function:
        case ast.Name(id=name):
            return name == unit.spec.name and unit.kind == "function"
        case ast.Attribute(value=value, attr=name):
            module_or_class = isinstance(value, ast.Name)
            return name == unit.spec.name and (module_or_class or unit.kind == "method")
        case _:
            return False


def _runs_once(expression: ast.expr) -> bool:
    uncertain = (
        ast.Lambda,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
        ast.IfExp,
        ast.BoolOp,
        ast.NamedExpr,
        ast.Await,
        ast.Yield,
        ast.YieldFrom,
    )
    return not any(isinstance(node, uncertain) for node in ast.walk(expression))


def exception_check(name: str, module_names: Collection[str]) -> str:
    """A check that the call raised the exception called `name`, which may be dotted."""
    last = name.rpartition(".")[2]
    if last in BUILTIN_NAMES or last in module_names:
        return f"isinstance(error, {last})"
    return f"any(base.__name__ == {last!r} for base in type(error).__mro__)"

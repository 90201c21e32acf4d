"""Special cases that a function settles before anything else, and that go before what its docstring promises."""

import ast
import re
from collections.abc import Collection

from refute.properties.attributes import assigned_attributes
from refute.properties.modules import (
    FunctionNode,
    Module,
    body_without_docstring,
    bound_names,
    function_in,
)
from refute.properties.scopes import read_names
from refute.properties.syntax import parse_expression
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words

_ASKING = words("len isinstance hash print repr type id bool")
_NORMALISING = re.compile(r"normal|clean|fold|strip|canon|lower|convert|round")


def settled_by(unit: FunctionUnit, module: Module, promised: str, stated: Collection[str] = ()) -> tuple[str, ...]:
    """The conditions under which `unit` returns before it does anything else but assign and check. Parameters that it
    assigns to are then others than were passed.

    Where one speaks of what the condition `promised` is about, it may be the mistake that is looked for, and does not
    count. Three do: what the docstring says too, one of the conditions `stated`; -1, which stands for "no limit" by
    custom; and a flag of the instance (closed, frozen).
    """
    about = read_names(promised)
    owner = module.class_named(unit.qualname.partition(".")[0]) if unit.kind == "method" else None
    flags = flags_of(owner, module)
    names = {parameter.name for parameter in unit.spec.parameters}
    found: list[str] = []
    for statement in body_without_docstring(function_in(unit.source)):
        if not isinstance(statement, ast.If | ast.Assert | ast.Assign | ast.AnnAssign | ast.AugAssign):
            break
        names.difference_update(bound_names(statement))
        branch: ast.stmt | None = statement
        while isinstance(branch, ast.If):
            test = branch.test
            read = read_names(ast.unparse(test))
            is_other = (
                not read & about or ast.unparse(test) in stated or _is_flag(test, flags) or _is_no_limit(test, promised)
            )
            if isinstance(branch.body[-1], ast.Return) and _is_plain(test) and read <= names and is_other:
                found.append(ast.unparse(test))
            branch = branch.orelse[0] if len(branch.orelse) == 1 else None
    return tuple(found)


def altered(function: FunctionNode) -> frozenset[str]:
    """The parameters of a method that it plainly makes something else of before they are used: by assigning to them, by
    one of their own methods (`name.strip()`), or by a function (`round(price)`)."""
    found: set[str] = set()
    for node in (node for statement in body_without_docstring(function) for node in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called), args=[ast.Name(id=name), *_]):
                found |= {name} if _NORMALISING.search(called) else set()
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                found.add(name)
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *_]) if called not in _ASKING:
                found.add(name)
            case ast.stmt():
                found.update(bound_names(node))
            case _:
                pass
    arguments = function.args
    return frozenset(found & {a.arg for a in [*arguments.posonlyargs, *arguments.args][1:]})


def departs(function: FunctionNode, flags: Collection[str]) -> bool:
    """Whether a method does something else in some states or for some arguments: where a flag is set, or where what it
    is given is compared with what is there."""
    given = {argument.arg for argument in [*function.args.posonlyargs, *function.args.args][1:]}
    tests = [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.IfExp)]
    return any(_is_flag(part, flags) or _compares(part, given) for test in tests for part in ast.walk(test))


def _compares(node: ast.AST, given: Collection[str]) -> bool:
    """Whether a parameter is compared with something of the instance."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    is_given = any(isinstance(side, ast.Name) and side.id in given for side in sides)
    return is_given and any("self" in read_names(ast.unparse(side)) for side in sides)


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition neither calls anything nor binds a name."""
    return not any(
        isinstance(node, ast.Call | ast.NamedExpr | ast.Await | ast.Lambda | ast.comprehension)
        for node in ast.walk(test)
    )


def _is_no_limit(test: ast.expr, promised: str) -> bool:
    """Whether a condition picks -1 out of the numbers that are too small; other numbers may stand on the wrong side of
    the bound by mistake."""
    bounded = parse_expression(promised)
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[value]):
            is_range = isinstance(bounded, ast.Compare) and isinstance(bounded.ops[0], ast.Lt | ast.LtE)
            return is_range and name in read_names(promised) and ast.unparse(value) == "-1"
        case _:
            return False


def _is_flag(test: ast.AST, flags: Collection[str]) -> bool:
    """Whether a condition asks for nothing but a flag of the instance."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_flag(operand, flags)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name in flags
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()], comparators=[other]):
            is_state = isinstance(other, ast.Constant | ast.Attribute) and ast.unparse(other) != "None"
            return is_state and _is_flag(left, flags)
        case _:
            return False


def flags_of(owner: ast.ClassDef | None, module: Module) -> frozenset[str]:
    """The attributes that methods of a class set to True and False, or to names of states, and to nothing else."""
    given = [one for one in assigned_attributes(owner, module) if one.method] if owner else []
    others = {one.name for one in given if not _names_state(one.value)}
    return frozenset(one.name for one in given) - others


def _names_state(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=bool() | str()):
            return True
        case ast.Attribute(value=ast.Name(id=name), attr=state):
            return name[:1].isupper() and state.isupper()
        case _:
            return False

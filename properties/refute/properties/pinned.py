"""Reads the tests that `refute.properties.rendering` wrote back into properties, as their owner has edited them since.

A test that was given another form is left alone: it is then a test like any other.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from refute.properties.calls import Arguments, supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.modules import docstring_node, read_module
from refute.properties.observed import TestFile
from refute.properties.place import Place
from refute.properties.property import Property, PropertyKind
from refute.properties.rewriting import with_names
from refute.properties.syntax import UnreadableError
from refute.properties.units import FunctionUnit

_KINDS: tuple[PropertyKind, ...] = get_args(PropertyKind)
_NAME = re.compile(rf"test_(?P<slug>\w+)_(?P<kind>{'|'.join(_KINDS)})_(?P<id>p[0-9a-f]{{8}})")
_SETUP = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Pinned:
    """A property that the user pinned.

    `of` is the id of the property that the test was made of. `strategies`, `precondition` and `examples` are the inputs
    of the test; it has none where `claim` is about one example.
    """

    claim: Property
    of: str
    strategies: Arguments = ()
    precondition: str | None = None
    examples: tuple[Arguments, ...] = ()


def pinned_properties(file: TestFile, unit: FunctionUnit, module_name: str) -> tuple[Pinned, ...]:
    """The properties of `unit`, a function of the module `module_name`, that the tests of a file pin."""
    try:
        tests = read_module(file.text)
    except UnreadableError:
        return ()
    root = unit.qualname.partition(".")[0]
    if f"{module_name}.{root}" not in tests.imports.values():
        return ()
    slug = re.sub(r"\W+", "_", unit.qualname).strip("_").lower()
    found: list[Pinned] = []
    for node in tests.tree.body:
        name = _NAME.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if name is not None and isinstance(node, ast.FunctionDef) and name["slug"] == slug:
            try:
                found.append(_Reader(unit, node, file.shown).pinned(name["kind"], name["id"]))
            except _UnknownFormError:
                continue
    return tuple(found)


class _UnknownFormError(Exception):
    """The test does not have the form that tests are written in."""


class _Reader:
    """Reads one test, the reverse of what the writer does."""

    def __init__(self, unit: FunctionUnit, test: ast.FunctionDef, shown: str) -> None:
        self._unit = unit
        self._test = test
        self._shown = shown
        self._given = dict(self._decorated("given"))
        written = [argument.arg for argument in test.args.args]
        if set(written) != set(self._given):
            raise _UnknownFormError
        self._names: dict[str, str] = {}
        """The parameter that each name of the test stands for."""

    def pinned(self, kind: str, of: str) -> Pinned:
        """The property that the test pins."""
        body = self._test.body
        documented = docstring_node(self._test)
        statement = str(documented.value).strip().rstrip(".") if documented else f"{self._unit.qualname} holds"
        rest = iter(body[1:] if documented else body)
        setup, assumed, assigned, judged = self._sorted(list(rest))
        self._names = self._parameters({*self._given, *assigned})
        check, call, must_return = self._judged(judged)
        arguments = self._arguments(call, assigned)
        conditions = [self._over_parameters(condition) for condition in assumed]
        claim = Property(
            kind=next(known for known in _KINDS if known == kind),
            statement=statement[:1].lower() + statement[1:] if statement[1:2].islower() else statement,
            check=check,
            evidence=Evidence.CONTRACT,
            setup="\n".join(map(ast.unparse, setup)),
            must_return=must_return,
            stated_at=Place(self._shown, self._test.lineno - 1),
        )
        if not self._given:
            return Pinned(replace(claim, example=arguments), of)
        strategies = tuple((self._names[name], _bare(value)) for name, value in self._given.items())
        precondition = " and ".join(f"({condition})" for condition in conditions) or None
        return Pinned(claim, of, strategies, precondition, tuple(self._examples()))

    def _decorated(self, name: str) -> Iterator[tuple[str, ast.expr]]:
        for decorator in self._test.decorator_list:
            match decorator:
                case ast.Call(func=ast.Name(id="given" | "example" as known), args=[], keywords=keywords):
                    if known == name:
                        yield from ((keyword.arg or "", keyword.value) for keyword in keywords)
                case _:
                    raise _UnknownFormError

    def _examples(self) -> Iterator[Arguments]:
        example = dict(self._decorated("example"))
        if example.keys() == self._given.keys():
            yield tuple((self._names[name], ast.unparse(value)) for name, value in example.items())

    def _sorted(
        self, statements: list[ast.stmt]
    ) -> tuple[list[ast.stmt], list[ast.expr], dict[str, ast.expr], list[ast.stmt]]:
        """The statements of the body by what they do: helpers, assumptions, arguments, and the call with its check."""
        setup: list[ast.stmt] = []
        assumed: list[ast.expr] = []
        assigned: dict[str, ast.expr] = {}
        while statements:
            match statements[0]:
                case ast.Expr(value=ast.Call(func=ast.Name(id="assume"), args=[condition], keywords=[])):
                    assumed.append(condition)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in ("result", "error"):
                    if self._parameters({name}) and not self._given:
                        assigned[name] = value
                    else:
                        setup.append(statements[0])
                case ast.stmt() as helper if isinstance(helper, _SETUP):
                    setup.append(helper)
                case _:
                    return setup, assumed, assigned, statements
            statements = statements[1:]
        raise _UnknownFormError

    def _parameters(self, names: set[str]) -> dict[str, str]:
        """For those of `names` that stand for a parameter, which one."""
        known = {p.name: p.name for p in supplied_parameters(self._unit)}
        known |= {"instance": "self"} if "self" in known else {}
        stands_for = {name: known.get(name) or known.get(name.removesuffix("_")) for name in names}
        return {name: parameter for name, parameter in stands_for.items() if parameter is not None}

    def _judged(self, statements: list[ast.stmt]) -> tuple[str, ast.expr | None, bool]:
        """The check, the call, and whether the call must return."""
        match statements:
            case [ast.Assert(test=test)]:
                return self._over_parameters(test), None, False
            case [ast.Assign(targets=[ast.Name(id="result")], value=call), ast.Assert(test=test)]:
                return self._over_parameters(test), call, True
            case [ast.With(items=[ast.withitem(ast.Call(args=[kind]))], body=[ast.Expr(value=call)])]:
                return f"isinstance(error, {ast.unparse(kind)})", call, False
            case [
                ast.Try(body=[ast.Assign(value=call)], handlers=[ast.ExceptHandler(body=[ast.Return(value=None)])]),
                ast.Assert(test=test),
            ]:
                return self._over_parameters(test), call, False
            case [
                ast.Assign(targets=[ast.Name(id="result"), ast.Name(id="error")]),
                ast.Try(body=[ast.Assign(value=call)], handlers=[ast.ExceptHandler(body=[ast.Assign()])]),
                ast.Assert(test=test),
            ]:
                return self._over_parameters(test), call, False
            case _:
                raise _UnknownFormError

    def _arguments(self, call: ast.expr | None, assigned: Mapping[str, ast.expr]) -> Arguments:
        """The arguments of a test of one call."""
        if self._given:
            return ()
        found = {self._names[name]: value for name, value in assigned.items()}
        parameters = [p.name for p in supplied_parameters(self._unit)]
        if isinstance(call, ast.Call):
            written = [_uncopied(argument) for argument in call.args]
            if self._unit.kind == "method":
                receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
                written = [*([_uncopied(receiver)] if receiver is not None else []), *written]
            by_name = dict(zip(parameters, written, strict=False))
            by_name |= {keyword.arg: _uncopied(keyword.value) for keyword in call.keywords if keyword.arg}
        elif isinstance(call, ast.Attribute):
            by_name = {parameters[0]: _uncopied(call.value)}
        else:
            by_name = {}
        for name, value in by_name.items():
            found.setdefault(name, value)
        if call is not None and not set(parameters) >= found.keys():
            raise _UnknownFormError
        return tuple((name, ast.unparse(found[name])) for name in parameters if name in found)

    def _over_parameters(self, expression: ast.expr) -> str:
        names = self._names or self._parameters(set(self._given))
        own: dict[str, ast.expr] = {old: ast.Name(new, ast.Load()) for old, new in names.items() if old != new}
        return ast.unparse(with_names(expression, own))


def _bare(strategy: ast.expr) -> str:
    """A strategy without the `st.` before the names of Hypothesis."""
    return ast.unparse(_Bare().visit(strategy))


class _Bare(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "st":
            return ast.Name(node.attr, ast.Load())
        return self.generic_visit(node)


def _uncopied(value: ast.expr) -> ast.expr:
    """`x` for `copy.deepcopy(x)`."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="copy"), attr="deepcopy"), args=[inner]):
            return inner
        case _:
            return value

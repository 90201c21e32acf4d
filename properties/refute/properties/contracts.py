"""Contracts written as decorators, in the manner of icontract and deal."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from refute.properties.modules import FunctionNode, Module
from refute.properties.rewriting import with_names

_PRECONDITIONS = frozenset({"icontract.require", "deal.pre"})
_POSTCONDITIONS = frozenset({"icontract.ensure", "deal.post", "deal.ensure"})


@dataclass(frozen=True)
class Contract:
    """`condition` is Python over the parameters, and over `result` for a postcondition; `line` is zero-based."""

    condition: ast.expr
    is_postcondition: bool
    line: int


def find_contracts(function: FunctionNode, module: Module) -> Iterator[Contract]:
    """The contracts of a function whose conditions are lambdas."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not decorator.args:
            continue
        name = module.dotted(decorator.func)
        condition = decorator.args[0]
        if not isinstance(condition, ast.Lambda) or name not in _PRECONDITIONS | _POSTCONDITIONS:
            continue
        body = condition.body
        arguments = [argument.arg for argument in condition.args.args]
        if name == "deal.post" and len(arguments) == 1:
            body = with_names(body, {arguments[0]: ast.Name("result", ast.Load())})
        if arguments[:1] != ["_"]:  # deal's short form of all arguments as one object
            yield Contract(body, name in _POSTCONDITIONS, decorator.lineno - 1)

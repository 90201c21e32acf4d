"""Properties from contracts: postconditions in decorators, and assertions in the body."""

import ast
from collections.abc import Iterator
from itertools import takewhile

from refute.properties.contracts import find_contracts
from refute.properties.evidence import Evidence
from refute.properties.guards import find_guards
from refute.properties.modules import FunctionNode, read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """The postconditions of icontract and deal, and that no assertion about what `unit` computed fails."""
    module = read_module(module_text)
    function = module.functions.get(unit.first_line)
    if function is None:
        return ()
    contracts = (
        Property(
            kind="postcondition",
            statement=f"the contract {ast.unparse(contract.condition)} holds",
            check=ast.unparse(contract.condition),
            evidence=Evidence.CONTRACT,
            spec_line=contract.line,
        )
        for contract in find_contracts(function, module)
        if contract.is_postcondition
    )
    return (*contracts, *_assertions(function))


def _assertions(function: FunctionNode) -> Iterator[Property]:
    """The assertions about the result that end a function: those before the work is done state what it needs."""
    inner = list(_closing_assertions(function))
    if not inner or any(isinstance(node, ast.Raise) and _is_assertion(node) for node in ast.walk(function)):
        return
    written = ast.unparse(inner[0].test)
    yield Property(
        kind="postcondition",
        statement=f"its own assertion {written} holds" if len(inner) == 1 else "its own assertions hold",
        check="not isinstance(error, AssertionError)",
        evidence=Evidence.CONTRACT,
        spec_line=inner[0].lineno - 1,
    )


def _closing_assertions(function: FunctionNode) -> Iterator[ast.Assert]:
    *before, last = function.body
    if not isinstance(last, ast.Return) or last.value is None:
        return
    values = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    returned = {value.id for value in values if isinstance(value, ast.Name)}
    parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    if sum(isinstance(node, ast.Assert) for node in ast.walk(function)) > sum(
        isinstance(s, ast.Assert) for s in before
    ):
        return  # others, deeper inside, would be counted with them
    closing = list(takewhile(lambda statement: isinstance(statement, ast.Assert), reversed(before)))
    guards = {guard.line for guard in find_guards(function)}
    if any(isinstance(s, ast.Assert) and s not in closing and s.lineno - 1 not in guards for s in before):
        return
    for statement in reversed(closing):
        if isinstance(statement, ast.Assert) and statement.lineno - 1 not in guards:
            read = {node.id for node in ast.walk(statement.test) if isinstance(node, ast.Name)}
            if read & returned - parameters:
                yield statement


def _is_assertion(node: ast.Raise) -> bool:
    return node.exc is not None and "AssertionError" in ast.unparse(node.exc)

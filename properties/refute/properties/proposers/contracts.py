"""Properties from contracts: postconditions in decorators, and assertions in the body."""

import ast
from collections.abc import Iterator

from refute.properties.contracts import find_contracts
from refute.properties.evidence import Evidence
from refute.properties.guards import find_guards
from refute.properties.modules import FunctionNode, read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """The postconditions of icontract and deal, and that no assertion after the guards of `unit` fails."""
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
    guards = {guard.line for guard in find_guards(function) if guard.exception == "AssertionError"}
    inner = [n for n in ast.walk(function) if isinstance(n, ast.Assert) and n.lineno - 1 not in guards]
    if not inner or any(isinstance(node, ast.Raise) and _is_assertion(node) for node in ast.walk(function)):
        return
    first = min(inner, key=lambda node: node.lineno)
    written = ast.unparse(first.test)
    statement = f"its own assertion {written} holds" if len(inner) == 1 else "its own assertions hold"
    yield Property(
        kind="postcondition",
        statement=statement,
        check="not isinstance(error, AssertionError)",
        evidence=Evidence.CONTRACT,
        spec_line=first.lineno - 1,
    )


def _is_assertion(node: ast.Raise) -> bool:
    return node.exc is not None and "AssertionError" in ast.unparse(node.exc)

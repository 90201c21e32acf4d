"""Properties from contracts: postconditions in decorators, and assertions in the body."""

import ast
import re
from collections.abc import Iterator
from itertools import takewhile

from refute.properties.calls import supplied_parameters
from refute.properties.contracts import find_contracts
from refute.properties.docstrings import read_docstring
from refute.properties.evidence import Evidence
from refute.properties.guards import find_guards
from refute.properties.modules import FunctionNode, read_module
from refute.properties.property import Property
from refute.properties.sentences import told_of_inputs, understands
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words

_COMPUTING = words("abs all any dict frozenset len list max min reversed round set sorted sum tuple")
"""Functions of Python that take whatever the function was given, so that their results are its own work."""
_PIECES = re.compile(r"[.;:,]\s+|\s+(?=\()")
_DEMAND = re.compile(r"\b(?:must|should|shall|needs?|requir\w*|assum\w*|lies?|exactly)\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:within|between|at\s+(?:least|most)|up\s+to|ascending|descending|increasing|sorted|ordered|unique|distinct|"
    r"(?:less|smaller|lower|fewer|greater|larger|higher|more|longer|shorter)\s+than|exceeds?)\b|[<>≤≥]",
    re.IGNORECASE,
)
_CASE = re.compile(r"\b(?:if|when|whenever|whether|unless|raise[sd]?)\b", re.IGNORECASE)


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
    return (*contracts, *(_assertions(function) if _knows_all_requirements(unit) else ()))


def _knows_all_requirements(unit: FunctionUnit) -> bool:
    """Whether everything in the docstring that may be a requirement on the inputs is understood as one: an assertion
    may well fail where the inputs are others than were meant."""
    names = [parameter.name for parameter in supplied_parameters(unit)]
    return all(
        understands(piece, names, about)
        for text, about in told_of_inputs(read_docstring(unit.spec), names)
        for piece in _PIECES.split(text)
        if _may_demand(piece)
    )


def _may_demand(piece: str) -> bool:
    """Whether a part of a sentence says, perhaps, what inputs must be; "if n is less than 1" speaks of a case."""
    limit = _LIMIT.search(piece)
    return _DEMAND.search(piece) is not None or (limit is not None and not _CASE.search(piece, 0, limit.start()))


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
            if read & returned - parameters and not _states_requirement(statement, function, parameters):
                yield statement


def _states_requirement(statement: ast.Assert, function: FunctionNode, parameters: set[str]) -> bool:
    """Whether an assertion says what the function needs: it tells callers so, or bounds a value, or is about what
    arithmetic or another function made of arguments (`data = json.loads(text)`), which hangs on the arguments."""
    if statement.msg is not None or _bounds_a_value(statement.test):
        return True
    bound: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            bound.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AugAssign | ast.For | ast.NamedExpr) and isinstance(node.target, ast.Name):
            bound.setdefault(node.target.id, []).append(None)
    asserted = {node.id for node in ast.walk(statement.test) if isinstance(node, ast.Name)} & bound.keys()
    return any(
        _is_made_elsewhere(value, parameters) for name in asserted for value in bound[name] if len(bound[name]) == 1
    )


def _bounds_a_value(test: ast.expr) -> bool:
    """Whether a test is of the kind `left >= 0` or `name`, as tests of arguments are as well."""
    match test:
        case ast.Name():
            return True
        case ast.Compare(left=left, ops=operators, comparators=others):
            is_ordered = all(isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in operators)
            return is_ordered and any(isinstance(side, ast.Constant) for side in (left, *others))
        case _:
            return False


def _is_made_elsewhere(value: ast.expr | None, parameters: set[str]) -> bool:
    match value:
        case ast.BinOp():
            return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} <= parameters
        case ast.Call(func=ast.Name(id=name)) if name in _COMPUTING:
            return False
        case ast.Call():
            return any(isinstance(node, ast.Name) and node.id in parameters for node in ast.walk(value))
        case _:
            return False


def _is_assertion(node: ast.Raise) -> bool:
    return node.exc is not None and "AssertionError" in ast.unparse(node.exc)

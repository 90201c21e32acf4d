"""The oracle: what independent implementations of a spec agree on, as a property of the function."""

import ast
import textwrap
from collections.abc import Sequence

from refute.properties.calls import supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.modules import gives_values
from refute.properties.prompts import asked_parameters
from refute.properties.property import Property
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit

_AGREEMENT = '''\
def outcome(function, *arguments, **named):
    """{outcome}"""
    own, own_named = deepcopy((arguments, named))
    value = function(*own, **own_named)
    if isinstance(value, Iterator) and type(value).__module__ in ("builtins", "itertools"):
        value = list(islice(value, 1000))
    return {left}


def agreed(*arguments, **named):
    """Whether all references have one outcome."""
    outcomes = []
    for reference in references:
        try:
            outcomes.append(outcome(reference, *arguments, **named))
        except Exception:
            return False
    return all(same(outcomes[0], other) for other in outcomes[1:])


def expected(*arguments, **named):
    """The outcome of the references."""
    return outcome(references[0], *arguments, **named)
'''
_OUTCOME = {"outcome": "What a call returns.", "left": "value"}
_OUTCOME_IN_PLACE = {
    "outcome": "What a call returns, and what it leaves of its arguments.",
    "left": "value, own, own_named",
}
_IMPORTS = """\
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from itertools import islice
"""


def refusals_of(source: str) -> frozenset[str]:
    """The exception types that a function raises by itself, by the names in its `raise` statements."""
    raised = (node.exc for node in ast.walk(parse_source(source)) if isinstance(node, ast.Raise))
    types = (exc.func if isinstance(exc, ast.Call) else exc for exc in raised)
    return frozenset(kind.id for kind in types if isinstance(kind, ast.Name) and kind.id[:1].isupper())


def oracle(unit: FunctionUnit, references: Sequence[str], members: int, voters: int) -> Property:
    """The property that `unit` returns what `references` do, wherever they agree with each other; where it never
    returns anything, that it leaves of its arguments what they do.

    Inputs that the function itself refuses with a `raise` are left out: its author put them outside the domain.

    `references` are definitions of the function (whole `def`s, at least one). `members` out of `voters` implementations
    written from the spec speak for them.
    """
    receiver = ["self"] if unit.kind == "method" else []
    varied = [f"*{p.name}" for p in supplied_parameters(unit) if p.kind == "var_positional"]
    given = [f"{p.name}={p.name}" if p.kind == "keyword_only" else p.name for p in asked_parameters(unit.spec)]
    arguments = ", ".join([*receiver, *varied, *given])
    factories = [
        f"def reference_{number}():\n{textwrap.indent(source, '    ')}\n    return {unit.spec.name}\n"
        for number, source in enumerate(references, 1)
    ]
    made = [f"reference_{number}()" for number in range(1, len(references) + 1)]
    if unit.kind == "classmethod":
        made = [f"partial({reference}, {unit.qualname.rpartition('.')[0]})" for reference in made]
    in_place = works_in_place(unit)
    source = f"as {members} of {voters} independent implementations agree" if members else "as the model reads it"
    refusals = ", ".join(sorted(refusals_of(unit.source)))
    about = "the state of its arguments afterwards" if in_place else "the result"
    names = tuple(p.name for p in asked_parameters(unit.spec))
    came_out = f"outcome({unit.callee}, {arguments})" if in_place else "result"
    check = f"same({came_out}, expected({arguments}))"
    if refusals:
        check = f"isinstance(error, ({refusals},)) or error is None and {check}"
    helpers = _AGREEMENT.format(**(_OUTCOME_IN_PLACE if in_place else _OUTCOME))
    setup = "\n\n".join([_IMPORTS, *factories, f"references = [{', '.join(made)}]\n", helpers])
    return Property(
        kind="oracle",
        statement=f"{about} is what the docstring asks for, {source}",
        check=check,
        evidence=Evidence.AGREEMENT,
        setup=setup,
        when=f"agreed({arguments})",
        must_return=not refusals,
        spec_line=unit.spec.docstring_line,
        shows=("its arguments are", f"dict(zip({names}, {came_out}[1])) | {came_out}[2]") if in_place else None,
    )


def works_in_place(unit: FunctionUnit) -> bool:
    """Whether all that a function does is what it makes of its arguments, as far as can be seen: it never returns a
    value. What methods make of their instances is not compared: they may keep what no docstring speaks of."""
    return unit.kind not in ("method", "constructor") and not gives_values(parse_source(unit.source))

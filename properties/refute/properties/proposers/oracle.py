"""The oracle: what independent implementations of a spec agree on, as a property of the function."""

import ast
import textwrap
from collections.abc import Sequence

from refute.properties.calls import supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.prompts import asked_parameters
from refute.properties.property import Property
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit

_AGREEMENT = '''\
def agreed(*arguments, **named):
    """Whether all references return one value."""
    answers = []
    for reference in references:
        own, own_named = deepcopy((arguments, named))
        try:
            answers.append(reference(*own, **own_named))
        except Exception:
            return False
    return all(same(answers[0], other) for other in answers[1:])


def expected(*arguments, **named):
    """What the references return."""
    own, own_named = deepcopy((arguments, named))
    return references[0](*own, **own_named)
'''


def refusals_of(source: str) -> frozenset[str]:
    """The exception types that a function raises by itself, by the names in its `raise` statements."""
    raised = (node.exc for node in ast.walk(parse_source(source)) if isinstance(node, ast.Raise))
    types = (exc.func if isinstance(exc, ast.Call) else exc for exc in raised)
    return frozenset(kind.id for kind in types if isinstance(kind, ast.Name) and kind.id[:1].isupper())


def oracle(unit: FunctionUnit, references: Sequence[str], members: int, voters: int) -> Property:
    """The property that `unit` returns what `references` do, wherever they agree with each other.

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
    listed = ", ".join(f"reference_{number}()" for number in range(1, len(references) + 1))
    source = f"as {members} of {voters} independent implementations agree" if members else "as the model reads it"
    refusals = ", ".join(sorted(refusals_of(unit.source)))
    check = f"same(result, expected({arguments}))"
    if refusals:
        check = f"isinstance(error, ({refusals},)) or error is None and {check}"
    setup = "\n\n".join(["from copy import deepcopy\n", *factories, f"references = [{listed}]\n", _AGREEMENT])
    return Property(
        kind="oracle",
        statement=f"the result is what the docstring asks for, {source}",
        check=check,
        evidence=Evidence.AGREEMENT,
        setup=setup,
        when=f"agreed({arguments})",
        must_return=not refusals,
        spec_line=unit.spec.docstring_line,
    )

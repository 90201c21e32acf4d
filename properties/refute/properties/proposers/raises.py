"""Properties from documented exceptions whose condition can be said in Python without doubt."""

import re

from refute.properties.calls import exception_check
from refute.properties.evidence import Evidence
from refute.properties.modules import read_module
from refute.properties.promises import Promise, find_promises, other_exceptions
from refute.properties.property import Property
from refute.properties.units import FunctionUnit

_LEAD = re.compile(r"(?:if|when|whenever|in case|on)\b", re.IGNORECASE)


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """One property for each documented exception of `unit` with a clear condition.

    Where several exceptions are documented, one call may be a case of more than one: it may raise any of them.
    """
    module = read_module(module_text)
    known = module.definitions.keys()
    found: list[Property] = []
    for promise in find_promises(unit, module):
        allowed = [exception_check(promise.raised.exception, known)]
        for name, condition in other_exceptions(unit, module, promise):
            check = exception_check(name, known)
            allowed.append(check if condition is None else f"({check} and ({condition}))")
        found.append(
            Property(
                kind="raises",
                statement=_statement(promise),
                check=" or ".join(allowed),
                evidence=Evidence.DOCSTRING,
                when=promise.when,
                spec_line=promise.raised.line,
            )
        )
    return tuple(found)


def _statement(promise: Promise) -> str:
    """The promise in one sentence, with the author's condition."""
    said = promise.raised.condition.rstrip(".")
    lead = _LEAD.match(said)
    condition = f"if {said}" if lead is None else lead.group().lower() + said[lead.end() :]
    return f"it raises {promise.raised.exception} {condition}"

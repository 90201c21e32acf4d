"""Properties from documented exceptions whose condition can be said in Python without doubt."""

from refute.properties.calls import exception_check, supplied_parameters
from refute.properties.conditions import condition_in_words
from refute.properties.docstrings import read_docstring
from refute.properties.evidence import Evidence
from refute.properties.modules import read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """One property for each documented exception of `unit` with a clear condition."""
    names = [parameter.name for parameter in supplied_parameters(unit)]
    known = read_module(module_text).definitions.keys()
    found = [(raised, condition_in_words(raised.condition, names)) for raised in read_docstring(unit.spec).exceptions]
    return tuple(
        Property(
            kind="raises",
            statement=f"it raises {raised.exception} {raised.condition.rstrip('.')}",
            check=exception_check(raised.exception, known),
            evidence=Evidence.DOCSTRING,
            when=condition,
            spec_line=raised.line,
        )
        for raised, condition in found
        if condition is not None
    )

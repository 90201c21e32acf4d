"""Properties from documented exceptions whose condition can be said in Python without doubt."""

from refute.properties.calls import exception_check, supplied_parameters
from refute.properties.conditions import condition_in_words, condition_on_instance
from refute.properties.docstrings import read_docstring
from refute.properties.evidence import Evidence
from refute.properties.modules import Module, is_function, read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """One property for each documented exception of `unit` with a clear condition."""
    names = [parameter.name for parameter in supplied_parameters(unit)]
    module = read_module(module_text)
    known = module.definitions.keys()
    methods = _methods_beside(unit, module)
    found = [
        (raised, condition_in_words(raised.condition, names) or condition_on_instance(raised.condition, names, methods))
        for raised in read_docstring(unit.spec).exceptions
    ]
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


def _methods_beside(unit: FunctionUnit, module: Module) -> frozenset[str]:
    """The methods of the class of `unit`; none for what is no method of a top-level class with `self`."""
    owner, _, name = unit.qualname.partition(".")
    node = module.class_named(owner) if unit.kind == "method" and "." not in name else None
    if node is None or unit.spec.parameters[0].name != "self":
        return frozenset()
    return frozenset(part.name for part in node.body if is_function(part))

"""Properties from the examples of a docstring."""

import ast

from refute.properties.docstring_examples import find_examples
from refute.properties.evidence import Evidence
from refute.properties.literals import names_of
from refute.properties.modules import gives_values, read_module
from refute.properties.property import Property
from refute.properties.syntax import parse_module
from refute.properties.units import FunctionUnit


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """One property for each example in the docstring of `unit`, a function of the document `module_text`."""
    prints, module = _prints(unit), read_module(module_text)
    return tuple(
        Property(
            kind="example",
            statement=f"{example.call} {'raises' if example.raises else 'gives'} {example.expected}",
            check=example.check,
            evidence=Evidence.EXAMPLE,
            must_return=not example.raises,
            example=example.arguments,
            spec_line=example.line,
            shows=example.shows,
        )
        for example in find_examples(unit, names_of(module), module)
        if not (prints and not example.raises)
    )


def _prints(unit: FunctionUnit) -> bool:
    """Whether a function prints and returns nothing: then its examples show the output, not the result."""
    tree = parse_module(unit.source)
    writes = any(
        isinstance(n, ast.Call) and ast.unparse(n.func) in {"print", "pprint", "pprint.pprint", "sys.stdout.write"}
        for n in ast.walk(tree)
    )
    return writes and not gives_values(tree)

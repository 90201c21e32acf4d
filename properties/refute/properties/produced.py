"""Inputs that a neighbour makes: "takes a string encoded with encode_shift" says how to get such strings."""

import ast
import re

from refute.properties.calls import supplied_parameters
from refute.properties.modules import Module
from refute.properties.shapes import Shape, Strategy
from refute.properties.units import FunctionUnit

_MADE = re.compile(
    r"\b(?:encoded|encrypted|compressed|escaped|quoted|seriali[sz]ed|packed|formatted|rendered|converted|produced|returned|"
    r"made|generated|created|built|the (?:output|result)s?)\s+(?:\w+\s+){0,2}?(?:with|by|using|from|of)\s+"
    r"(?:the\s+)?(?:function\s+)?[`'\"]*(\w+)",
    re.IGNORECASE,
)
_PLAIN = "text('abcdefghijklmnopqrstuvwxyz', max_size=12)"
"""What to feed a neighbour that takes text: lower-case letters are inside the domain of nearly all of them."""


def produced_by_neighbour(unit: FunctionUnit, module: Module) -> Shape | None:
    """What the one parameter of `unit` is drawn from, where its docstring says which function of one text makes it."""
    if len(supplied_parameters(unit)) != 1:
        return None
    for found in _MADE.finditer(unit.spec.docstring or ""):
        neighbour = module.function_named(found.group(1))
        if neighbour is not None and neighbour.name != unit.spec.name and _takes_text(neighbour):
            return Strategy(f"{_PLAIN}.map({neighbour.name})")
    return None


def _takes_text(function: ast.FunctionDef) -> bool:
    """Whether a function takes one argument, a string as far as is said."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    if len(arguments) != 1 or any(default is None for default in function.args.kw_defaults):
        return False
    annotation = arguments[0].annotation
    return annotation is None or ast.unparse(annotation) == "str"

"""Properties from a fixed catalogue of metamorphic relations: how the result changes when the input does.

They are guesses from the words of a name or a docstring, so they count only where implementations confirm them.
"""

import re
from collections.abc import Iterator

from refute.properties.calls import supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words

_ANY_ORDER = "it does not matter in which order {0} comes"
_RELATIONS: tuple[tuple[frozenset[str], str, str], ...] = (
    (words("total sum count average mean median mode max maximum min minimum product gcd lcm variance"),
     _ANY_ORDER, "same({f}({0}[::-1]), result)"),
    (words("average mean median max maximum min minimum largest smallest"),
     "one more for each item of {0} is one more for the result", "same({f}([v + 1 for v in {0}]), result + 1)"),
    (words("total sum average mean median"),
     "twice each item of {0} is twice the result", "same({f}([2 * v for v in {0}]), 2 * result)"),
    (words("total sum count length"), "{0} twice over gives twice the result", "same({f}({0} + {0}), 2 * result)"),
    (words("variance stdev deviation spread range"),
     "one more for each item of {0} changes nothing", "same({f}([v + 1 for v in {0}]), result)"),
    (words("reverse reversed invert inverted transpose transposed negate mirror flip swap complement"),
     "applying {f} twice gives {0} back", "same({f}(result), {0})"),
)  # fmt: skip
"""Words of a name, what they suggest, and the check of it."""
_IGNORES_CASE = re.compile(
    r"case[- ]insensitiv|ignor\w+ (?:the )?(?:letter )?case|regardless of (?:letter )?case", re.IGNORECASE
)


def propose(unit: FunctionUnit, _module_text: str) -> tuple[Property, ...]:
    """The relations that the name and the docstring of `unit` suggest."""
    required = [p for p in supplied_parameters(unit) if p.default is None]
    if any(p.kind == "var_positional" for p in required):
        return ()
    return tuple(_relations(unit, required[0].name)) if unit.kind == "function" and len(required) == 1 else ()


def _relations(unit: FunctionUnit, parameter: str) -> Iterator[Property]:
    own = set(unit.spec.name.lower().split("_"))
    for members, statement, check in _RELATIONS:
        if own & members:
            yield _guess(unit, *(text.format(parameter, f=unit.spec.name) for text in (statement, check)))
    if _IGNORES_CASE.search(unit.spec.docstring or ""):
        check = f"same({unit.spec.name}({parameter}.swapcase()), result)"
        yield _guess(unit, f"the case of {parameter} does not matter", check)


def _guess(unit: FunctionUnit, statement: str, check: str) -> Property:
    return Property("metamorphic", statement, check, Evidence.GUESS, spec_line=unit.name_range[0])

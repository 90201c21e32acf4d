"""Properties from a fixed catalogue of metamorphic relations: how the result changes when the input does.

They are guesses from the words of a name or a docstring, so they count only where implementations confirm them.
"""

import re
from collections.abc import Iterator

from refute.properties.calls import supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.modules import Module, is_function, read_module
from refute.properties.property import Property, PropertyKind
from refute.properties.units import FunctionUnit, Parameter
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

_PAIRS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("push", words("pop peek top"), "same({back}, {0})"),
    ("append", words("pop"), "same({back}, {0})"),
    ("add", words("contains has __contains__"), "{back}"),
    ("insert", words("contains search __contains__"), "{back}"),
    ("set", words("get"), "same({back}, {1})"),
    ("put", words("get"), "same({back}, {1})"),
)
"""What a method does, methods that show it, and what they then say; the last argument of these is left out."""


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """The relations that the name and the docstring of `unit` suggest."""
    required = [p for p in supplied_parameters(unit) if p.default is None]
    if any(p.kind == "var_positional" for p in required):
        return ()
    if unit.kind == "method":
        return tuple(_shown_by_others(unit, read_module(module_text), required[1:]))
    return tuple(_relations(unit, required[0].name)) if unit.kind == "function" and len(required) == 1 else ()


def _relations(unit: FunctionUnit, parameter: str) -> Iterator[Property]:
    own = set(unit.spec.name.lower().split("_"))
    for members, statement, check in _RELATIONS:
        if own & members:
            yield _guess(
                unit, "metamorphic", *(text.format(parameter, f=unit.spec.name) for text in (statement, check))
            )
    if _IGNORES_CASE.search(unit.spec.docstring or ""):
        check = f"same({unit.spec.name}({parameter}.swapcase()), result)"
        yield _guess(unit, "metamorphic", f"the case of {parameter} does not matter", check)


def _shown_by_others(unit: FunctionUnit, module: Module, given: list[Parameter]) -> Iterator[Property]:
    """That another method of the class then shows what `unit` did."""
    owner = module.class_named(unit.qualname.partition(".")[0])
    methods = {part.name for part in owner.body if is_function(part)} if owner else set[str]()
    names = [parameter.name for parameter in given]
    for action, observers, check in _PAIRS:
        needed = 2 if "{1}" in check else 1
        if unit.spec.name != action or len(names) != needed or unit.qualname.count(".") != 1:
            continue
        for observer in sorted(observers & methods):
            seen = f"{names[0]} in own" if observer == "__contains__" else f"own.{observer}({names[0]})"
            if check == "same({back}, {0})":
                seen = f"own.{observer}()"
            helper = f"def then({', '.join(('instance', *names))}):\n    own = deepcopy(instance)\n"
            helper += f"    own.{action}({', '.join(names)})\n    return {seen}\n"
            yield _guess(
                unit,
                "round_trip",
                f"{observer} shows what {action} did",
                check.format(*names, back=f"then(self, {', '.join(names)})"),
                f"from copy import deepcopy\n\n\n{helper}",
            )


def _guess(unit: FunctionUnit, kind: PropertyKind, statement: str, check: str, setup: str = "") -> Property:
    return Property(kind, statement, check, Evidence.GUESS, setup=setup, spec_line=unit.name_range[0])

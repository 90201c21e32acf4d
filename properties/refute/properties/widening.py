"""Domains from calls: what the arguments that a model wrote for a spec say about the rest."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.generalising import strategy_from_values
from refute.properties.literals import is_value, literal
from refute.properties.syntax import parse_expression
from refute.properties.units import Spec

_SIZED = re.compile(r"\blen\((\w+)\)")
_MADE = re.compile(r"\b(?:builds|from_type)\(|\.map\(\w+\.(?:array|Series)\)|DataFrame\(|lambda given: ")
"""Objects that no literal stands for."""
Arguments = tuple[tuple[str, str], ...]

_OUTER_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "complex": (int, float, complex),
    "str": (str,),
    "bytes": (bytes,),
    "bool": (bool,),
    "list": (list,),
    "tuple": (tuple,),
    "dict": (dict,),
    "set": (set,),
    "Sequence": (list, tuple, str),
    "Mapping": (dict,),
}
"""Literals that an annotation admits, by its outer name in lower case or as typing spells it."""


def hangs_on_calls(domain: Domain) -> bool:
    """Whether calls would decide what some argument looks like: where its type is not known, or is text, which has a
    form. Elsewhere they only add examples."""
    return any(p.evidence < Evidence.TYPE or "text(" in p.strategy for p in domain.parameters)


def with_calls(domain: Domain, spec: Spec, calls: tuple[Arguments, ...], names: Collection[str] = ()) -> Domain:
    """`domain` with what `calls`, argument lists written by a model from the spec, add to it.

    Parameters of which nothing was known get a strategy that generalises the arguments. Of annotated parameters the
    type is known but not which values callers pass: text is taken in the form of the arguments, since strings mostly
    have one ("2024-01-31", "(()())"); other types keep their strategy beside the arguments' own. What the docstring
    or a contract says of a parameter stays as it is. Calls that contradict it, or an annotation, are dropped; so are
    those that use other names than those of Python and `names`, which the module has.
    """
    annotations = {p.name: p.annotation for p in spec.parameters}
    fitting = tuple(
        call
        for call in calls
        if all(_admits(annotations.get(name), text) and _is_known(text, names) for name, text in call)
        and _is_stated(domain, call)
    )
    given = {p.name: [dict(c)[p.name] for c in fitting if p.name in dict(c)] for p in domain.parameters}
    pooled = _pooled(given, annotations)
    parameters = tuple(_widened(p, pooled[p.name]) for p in domain.parameters)
    return replace(domain, parameters=parameters, examples=tuple(dict.fromkeys([*domain.examples, *fitting])))


def _pooled(given: Mapping[str, list[str]], annotations: Mapping[str, str | None]) -> dict[str, list[str]]:
    """The values of each parameter, together with those of others that are written in the same signs: of two versions
    or two dates, one has the forms of the other. What no literal writes is pooled by what makes it."""
    kinds = {name: (kind, annotations.get(name)) for name, values in given.items() if (kind := _kind(values))}
    kinds |= {name: (kind, None) for name, (kind, _) in kinds.items() if not any(map(literal, given[name]))}
    pools: dict[object, dict[str, None]] = {}
    for name, values in given.items():
        pools.setdefault(kinds.get(name, name), {}).update(dict.fromkeys(values))
    return {name: list(pools[kinds.get(name, name)]) for name in given}


def _kind(values: Sequence[str]) -> frozenset[str]:
    """The signs that texts have besides letters and digits, and which of these they have; or what makes all values.
    Empty for other values, and for texts without a form."""
    found = [literal(value) for value in values]
    if values and not any(found):
        return frozenset({value.partition("(")[0] for value in values})
    texts = [one[0] for one in found if one is not None]
    if len(texts) < len(values) or not all(isinstance(text, str) for text in texts):
        return frozenset()
    signs = {"0" if c.isdigit() else "a" if c.isalpha() else c for text in texts for c in str(text)}
    return frozenset(signs) if signs - {"a", " "} else frozenset()


def _is_known(text: str, names: Collection[str]) -> bool:
    """Whether a value uses no names but those of Python and `names`."""
    node = parse_expression(text)
    return node is not None and is_value(node, names)


def _widened(parameter: ParameterDomain, values: list[str]) -> ParameterDomain:
    if not values or parameter.evidence > Evidence.TYPE or _MADE.search(parameter.strategy):
        return parameter
    if parameter.low is not None or parameter.high is not None:
        return parameter
    derived = strategy_from_values(values)
    if parameter.evidence < Evidence.TYPE:
        whole = [value for value in values if _is_whole(value)]
        if whole and "floats(" in derived:  # made floats there, but where no type is named they may come as they are
            derived = f"one_of({strategy_from_values(whole)}, {derived})"
        return ParameterDomain(parameter.name, derived, Evidence.GUESS)
    found = [literal(value) for value in values]
    are_texts = all(one is not None and isinstance(one[0], str) for one in found)
    if are_texts and not derived.startswith("sampled_from("):  # they have a form, and not only these values
        return replace(parameter, strategy=derived)
    return replace(parameter, strategy=f"one_of({parameter.strategy}, {derived})")  # the first shrinks best


def _is_whole(text: str) -> bool:
    """Whether a literal is an integer."""
    found = literal(text)
    return found is not None and type(found[0]) is int


def _is_stated(domain: Domain, call: Arguments) -> bool:
    """Whether a call keeps to the stated bounds of numbers, and gives what has a length where one is spoken of."""
    values = {name: found[0] for name, text in call if (found := literal(text)) is not None}
    for parameter in domain.parameters:
        value = values.get(parameter.name)
        if isinstance(value, int | float):
            if parameter.low is not None and value < parameter.low:
                return False
            if parameter.high is not None and value > parameter.high:
                return False
    sized = _SIZED.findall(domain.precondition or "")
    return all(isinstance(values.get(name, ""), str | bytes | list | tuple | dict | set) for name in sized)


def _admits(annotation: str | None, text: str) -> bool:
    """Whether a literal can be an argument of the annotated parameter, as far as the outer type says."""
    if annotation is None:
        return True
    outer = annotation.strip("\"' ").split("[")[0].rsplit(".", 1)[-1]
    allowed = _OUTER_TYPES.get(outer) or _OUTER_TYPES.get(outer.lower())
    if allowed is None or "|" in annotation:
        return True
    found = literal(text)
    return found is not None and isinstance(found[0], allowed) and (isinstance(found[0], bool) == (bool in allowed))

"""Arguments that a docstring says stay as they are: "neither of the two is changed", "`items` is not modified"."""

import re
from collections.abc import Iterator

from refute.properties.calls import supplied_parameters
from refute.properties.docstrings import Docstring, read_docstring
from refute.properties.evidence import Evidence
from refute.properties.property import Property
from refute.properties.units import FunctionUnit

_ANY = (
    r"(?:(?:the|its|both|two|given|original|passed|input)\s+)*(?:arguments?|parameters?|inputs?|originals?|lists?|dicts?|"
    r"dictionar(?:y|ies)|mappings?|sets?|sequences?|arrays?|matri(?:x|ces)|grid)(?:\s+passed\s+in|\s+given)?"
)
_CHANGED = r"(?:changed|modified|mutated|altered|touched)"
_STAYS = (
    r"(?:(?:is|are|stays?|remains?|(?:is|are)\s+left|(?:is|are)\s+kept)\s+"
    rf"(?:un{_CHANGED}|intact|(?:not|never)\s+{_CHANGED}))"
)
_UNCERTAIN = re.compile(r"\b(?:if|when|unless|in[- ]place|returned|otherwise)\b", re.IGNORECASE)
_SETUP = """\
from copy import deepcopy


def keeps(call, *given):
    passed = deepcopy(given)
    try:
        call(*passed)
    except Exception:
        return True
    return passed == given
"""


def propose(unit: FunctionUnit, _module_text: str) -> tuple[Property, ...]:
    """That a call leaves arguments as they are, where the docstring of a function says so. Calls that raise
    count for nothing."""
    parameters = supplied_parameters(unit)
    names = [p.name for p in parameters]
    if unit.kind != "function" or not names or any(p.kind.startswith("var_") for p in parameters):
        return ()
    kept: dict[str, int | None] = {}
    for found, line in _said(read_docstring(unit.spec), names):
        for name in found:
            kept.setdefault(name, line)
    if not kept or re.search(r"\bin[- ]place\b", unit.spec.docstring or "", re.IGNORECASE):
        return ()
    given = ", ".join(p.name if p.kind == "positional_only" else f"{p.name}={p.name}" for p in parameters)
    call = f"lambda {', '.join(kept)}: {unit.spec.name}({given})"
    copied = "".join(f", {name}" for name in kept)
    words = " and ".join(kept) if len(kept) < 3 else f"{', '.join(list(kept)[:-1])} and {list(kept)[-1]}"
    check = f"keeps({call}{copied})"
    statement = f"a call leaves {words} as {'it is' if len(kept) == 1 else 'they are'}"
    line = next(iter(kept.values()))
    return (Property("postcondition", statement, check, Evidence.DOCSTRING, setup=_SETUP, spec_line=line),)


def _said(docstring: Docstring, names: list[str]) -> Iterator[tuple[list[str], int | None]]:
    """The parameters that each sentence says are kept, and its line."""
    for sentence in docstring.sentences:
        found = _kept_by(sentence.text, names, None)
        if found:
            yield found, sentence.line
    for parameter in docstring.parameters:
        if parameter.name in names and _kept_by(parameter.description, names, parameter.name):
            line = next((s.line for s in docstring.sentences if parameter.description[:20] in s.text), None)
            yield [parameter.name], line


def _kept_by(text: str, names: list[str], about: str | None) -> list[str]:
    """The parameters that a sentence says are kept; those it names, else all of them."""
    plain = " ".join(text.replace("`", "").split())
    own = "|".join([*map(re.escape, names), _ANY, *(["it"] if about else [])])
    listed = rf"(?:{own})(?:(?:,|,?\s+and|,?\s+nor)\s+(?:{own}))*"
    patterns = (
        rf"(?:^|[.;,]\s|\band\s|\bthe\s)(?:the\s+)?(?P<who>{listed})(?:,[^.;]*,)?\s+{_STAYS}",
        rf"\bneither\s+(?P<who>{listed})[^.;]*?\s(?:is|are)\s+(?:ever\s+)?{_CHANGED}",
        rf"\b(?:not|never|without)\s+(?:chang|modify|mutat|alter|touch)\w*\s+(?:the\s+)?(?P<who>{listed}|it|them)\b",
    )
    for pattern in patterns:
        found = re.search(pattern, plain, re.IGNORECASE)
        if found and not _UNCERTAIN.search(plain):
            named = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", found["who"])]
            return named or ([about] if about else names)
    return []

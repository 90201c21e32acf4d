"""Arguments that a docstring says stay as they are: "neither of the two is changed", "`items` is not modified"."""

import re
from collections.abc import Iterator

from refute.properties.calls import supplied_parameters
from refute.properties.docstrings import Docstring, read_docstring
from refute.properties.evidence import Evidence
from refute.properties.modules import gives_values
from refute.properties.names import shape_of_name
from refute.properties.property import Property
from refute.properties.shapes import Floats, Integers, Text
from refute.properties.syntax import parse_module
from refute.properties.units import FunctionUnit, Parameter

_LONGEST_SENTENCE = 400
"""Characters: longer ones are lists, and what they say of it is not said plainly."""
_ANY = (
    r"(?:(?:the|its|all|both|two|given|original|passed|input)\s+)*(?:arguments?|parameters?|inputs?|originals?|lists?|"
    r"dicts?|dictionar(?:y|ies)|mappings?|sets?|sequences?|arrays?|matri(?:x|ces)|grid)(?:\s+passed\s+in|\s+given)?"
)
_MANY = re.compile(r"(?:s|ices)\b|\b(?:both|two|all|them)\b", re.IGNORECASE)
_CHANGED = r"(?:changed|modified|mutated|altered|touched)"
_CHANGING = r"(?:chang|modify|modifi|mutat|alter|touch)(?:e|es|ing)?"
_STAYS = (
    r"(?:(?P<verb>is|are|stays?|remains?|(?:is|are)\s+left|(?:is|are)\s+kept)\s+"
    rf"(?:un{_CHANGED}|intact|as\s+(?:it\s+is|they\s+are)|(?:not|never)\s+{_CHANGED}))"
)
_LEFT = (
    rf"(?:leav|keep)(?:es|s|e|ing)?\s+{{0}}\s+(?:un{_CHANGED}|intact|alone|"
    r"as\s+(?:it\s+is|they\s+are|it\s+was|they\s+were))"
)
_TAIL = (
    r"(?:\s+by\s+(?:this|the)\s+(?:function|call)|\s+in\s+any\s+way|\s+at\s+all)?"
    r"(?:[,;:]\s+an?\s+(?:new|changed|sorted)\s+\w+\s+is\s+returned(?:\s+instead)?)?"
)
_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|unless|until|while|where|once|only|but|except|otherwise|default|or)\b", re.IGNORECASE
)
_FRONTED = re.compile(r"(?:in|on|by|for|with|without|at|under|after|before|during|as|from|to|\w+ly)\b", re.IGNORECASE)
"""What a sentence begins with that speaks of some calls alone: "in a dry run", "for unknown keys", "normally"."""
_RETURNING = re.compile(r"(?:returns?|gives?|the result|an? (?:new|copy))\b", re.IGNORECASE)
_IN_PLACE = re.compile(r"\bin[-_ ]?place\b", re.IGNORECASE)
_FIXED = re.compile(
    r"(?:Optional\[)?(?:\w+\.)?(?:int|float|complex|str|bytes|bool|Decimal|Fraction|date|datetime|Callable)\b"
)
_NOT_OF_CALLS = ("args", "arguments", "parameters", "params", "raises", "attributes", "examples", "example")
_SETUP = """\
from copy import deepcopy


def keeps(call, *given):
    passed = deepcopy(given)
    if not same(passed, given):
        return True  # nothing can be said of what differs from its own copy
    try:
        call(*passed)
    except Exception:
        return True
    return all(map(alike, given, passed))


def alike(one, other):
    if type(one) is not type(other):
        return same(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return same(one, other) or (one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one))
    if not hasattr(one, "__dict__"):
        return same(one, other)
    if type(one).__eq__ is not object.__eq__:
        return (one == other) is True or same(one, other)  # what the class keeps for later is not what it is
    before, after = vars(one), vars(other)
    names = [name for name in {**before, **after} if not is_for_later(name, before)]
    return all(name in before and name in after and alike(before[name], after[name]) for name in names)


def is_for_later(name, before):
    return name.startswith("_") and (not before.get(name) or "cache" in name or "memo" in name)
"""


def propose(unit: FunctionUnit, _module_text: str) -> tuple[Property, ...]:
    """That a call leaves arguments as they are, where the docstring of a function says so of all calls.

    Calls that raise count for nothing, and flags, which may ask for changes, stay at their defaults.
    """
    parameters = supplied_parameters(unit)
    about = [p for p in parameters if not _is_flag(p)]
    if unit.kind != "function" or not about or any(p.kind.startswith("var_") for p in parameters):
        return ()
    kept: dict[str, int | None] = {}
    gives = gives_values(parse_module(unit.source))
    for found, line in _said(read_docstring(unit.spec), about, gives=gives):
        for name in found:
            kept.setdefault(name, line)
    if not kept or _IN_PLACE.search(" ".join([unit.spec.docstring or "", *(p.name for p in parameters)])):
        return ()
    values = [(p, str(p.default) if _is_flag(p) else p.name) for p in parameters]
    given = ", ".join(value if p.kind == "positional_only" else f"{p.name}={value}" for p, value in values)
    call = f"lambda {', '.join(kept)}: {unit.spec.name}({given})"
    copied = "".join(f", {name}" for name in kept)
    words = " and ".join(kept) if len(kept) < 3 else f"{', '.join(list(kept)[:-1])} and {list(kept)[-1]}"
    check = f"keeps({call}{copied})"
    statement = f"a call leaves {words} as {'it is' if len(kept) == 1 else 'they are'}"
    line = next(iter(kept.values()))
    return (Property("postcondition", statement, check, Evidence.DOCSTRING, setup=_SETUP, spec_line=line),)


def _is_flag(parameter: Parameter) -> bool:
    return parameter.default in ("True", "False")


def _said(docstring: Docstring, parameters: list[Parameter], *, gives: bool) -> Iterator[tuple[list[str], int | None]]:
    """The parameters that each sentence says are kept, and its line. `gives` says that something is returned."""
    names = [p.name for p in parameters]
    has_modes = any(p.default is not None for p in parameters)
    before = ""
    for number, sentence in enumerate(docstring.sentences):
        found = _Sentence(sentence.text, names, None)
        is_limited = number >= 2 and _limits(before) and (has_modes or not found.names_some_of_none)
        is_of_calls = not sentence.section.endswith(_NOT_OF_CALLS) and not is_limited
        if is_of_calls and found.who and (number == 0 or found.stands_alone()):
            yield found.kept(parameters, gives=gives), sentence.line
        before = sentence.text
    for parameter in docstring.parameters:
        parts = re.split(r"(?<=[.;])\s+", parameter.description)
        if parameter.name in names and any(_Sentence(part, names, parameter.name).who for part in parts):
            line = next((s.line for s in docstring.sentences if parameter.description[:20] in s.text), None)
            yield [parameter.name], line


def _limits(text: str) -> bool:
    """Whether a sentence speaks of some calls alone, as the one after it may do as well then."""
    return _CONDITIONAL.search(text) is not None or _FRONTED.match(text) is not None


class _Sentence:
    """A sentence as far as it says that something is kept; `who` is what, "" where it says no such thing, or more."""

    def __init__(self, text: str, names: list[str], about: str | None) -> None:
        plain = " ".join(text.split()).rstrip(".;! ")
        self.who, self._verb, self._before, self._names = "", "", "", names
        self._of_none = self._is_left = False
        if _limits(plain) or len(plain) > _LONGEST_SENTENCE:
            return
        nouns = [*map(_named, names), _ANY]
        listed, object_ = _listed([*nouns, "it"] if about else nouns), _listed([*nouns, "it", "them"])
        forms = (
            rf"(?P<before>[^;]+[;,]\s+(?:and\s+)?)?{listed}\s+{_STAYS}{_TAIL}",
            rf"neither\s+{listed}(?:,\s+nor\s+[^,;]*,)?\s+(?:is|are)\s+(?:ever\s+)?{_CHANGED}{_TAIL}",
            r"(?P<before>[^;]+(?:[;,]\s+(?:and\s+)?|\sand\s+))?(?:(?:it|this|this function|the function)\s+)?"
            rf"(?:does\s+not|doesn't|do\s+not|never|not)\s+{_CHANGING}\s+{object_}{_TAIL}",
            rf"(?P<before>[^;]+?),?\s+without\s+(?:ever\s+)?{_CHANGING}\s+{object_}{_TAIL}",
            r"(?P<before>[^;]+(?:[;,]\s+(?:and\s+)?|\sand\s+))?(?:(?:it|this|this function|the function)\s+)?"
            rf"{_LEFT.format(object_)}{_TAIL}",
        )
        patterns = [re.compile(form, re.IGNORECASE) for form in forms]
        found = next(filter(None, (pattern.fullmatch(plain) for pattern in patterns)), None)
        if found:
            parts = found.groupdict()
            self.who, self._verb, self._before = parts["who"], parts.get("verb") or "", parts.get("before") or ""
            self._of_none, self._is_left = found.re is patterns[1], found.re is patterns[-1]

    @property
    def names_some_of_none(self) -> bool:
        """Whether it is "neither a nor b is changed" of parameters by name: that begins anew, whatever came before."""
        return self._of_none and any(re.search(rf"(?<!\w){name}(?!\w)", self.who) for name in self._names)

    def stands_alone(self) -> bool:
        """Whether nothing comes before it that may limit it ("unknown keys are skipped, and ...")."""
        return not self._before or _RETURNING.match(self._before) is not None

    def kept(self, parameters: list[Parameter], *, gives: bool) -> list[str]:
        """The parameters that it speaks of: those it names, else all, or the only one that can be meant by one noun."""
        named = [name for name in self._names if re.search(rf"(?<!\w){name}(?!\w)", self.who, re.IGNORECASE)]
        if named:
            is_plural = self._verb.startswith("are") or self._verb in ("stay", "remain")
            is_plural = is_plural or (self._is_left and not gives and named[0].endswith("s"))
            of_items = len(named) == 1 and is_plural and "`" not in self.who  # "words are not changed", but their order
            return [] if of_items else named
        if _MANY.search(self.who) or self._of_none:
            return self._names
        open_ones = [p.name for p in parameters if p.default is None and not _is_fixed(p)]
        return open_ones if len(open_ones) == 1 else []


def _listed(nouns: list[str]) -> str:
    one = "|".join(nouns)
    return rf"(?P<who>(?:{one})(?:(?:,|,?\s+and|,?\s+nor)\s+(?:{one}))*)"


def _named(name: str) -> str:
    """A pattern of a parameter's name; "the words" are rather what is in `words`."""
    return rf"(?:the\s+)?`*{name}`*" if not name.endswith("s") else rf"(?:the\s+)?`+{name}`+|{name}"


def _is_fixed(parameter: Parameter) -> bool:
    """Whether an argument is of a type that cannot be changed, by annotation or, without any, by custom."""
    if parameter.annotation is not None:
        return _FIXED.match(parameter.annotation) is not None
    shape, evidence = shape_of_name(parameter.name)
    return evidence is Evidence.NAME and isinstance(shape, Text | Integers | Floats)

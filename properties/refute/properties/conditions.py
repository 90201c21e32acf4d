"""Conditions in words ("if n is negative or exceeds the balance") as Python, where they leave no doubt.

A condition is a list of clauses joined by "or". A clause is a subject and what is said of it; one without a subject is
about the subject before it. What is compared is looked up in a scope: parameters, and what an instance holds.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from refute.properties.syntax import parse_expression
from refute.properties.worded_instances import Scope

_LEAD = re.compile(
    r"^(?:if|when|whenever|in case|on)\s+(?:the\s+)?(?:given\s+|value\s+of\s+|argument\s+|parameter\s+)*", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<!\w)\*(\w+)\*(?!\w)")
_OR = re.compile(r"\s*,?\s+or\s+(?!equal\b)(?:if\s+)?")
_LIST = re.compile(r",\s+(?:if\s+)?")
_SHARED = re.compile(r"^(?:either\s+)?(?:the\s+)?(\w+)\s+or\s+(?:the\s+)?(\w+)\s+((?:is|are|exceeds)\b.*)$")
"""Two subjects of one predicate: "width or height is negative"."""
_VERB = r"(?P<said>(?:is|are|was|were|has|have|does|do|exceeds?|equals?|contains?|already|lies?|comes?)\b.*)"
_ITEMS = r"(?:elements?|items?|entry|entries|values?|numbers?|members?|characters?)"
_OF_ITEMS = re.compile(
    rf"^(?:any|an|one|some)(?:\s+of\s+the)?\s+(?P<item>\w+)(?:\s+(?:of|in)\s+(?:the\s+)?(?P<of>\w+))?\s+{_VERB}$"
)
_SUBJECT = re.compile(
    rf"^(?:either\s+)?(?P<thing>.+?)(?:\s+(?:argument|parameter|value|list|string|array|number))?\s+{_VERB}$"
)
_COPULA = re.compile(r"^(?:is|are|was|were)\s+(?:already\s+)?")
_LENGTH = re.compile(rf"^(?:the\s+)?(?:length|size|number\s+of\s+{_ITEMS})\s+(?:of|in)\s+(?:the\s+)?`*(\w+)`*$")
_UNEQUAL = re.compile(
    r"^(?:(?:the\s+)?(?P<lengths>lengths|sizes)\s+of\s+)?(?:the\s+)?(?P<one>\w+)\s+and\s+(?:the\s+)?(?P<other>\w+)\s+(?P<said>.+)$"
)
_DIFFER = re.compile(r"(?:differ|are\s+(?:different|unequal|not\s+equal|not\s+the\s+same)|do\s+not\s+match)$")
_DIFFER_IN_LENGTH = re.compile(
    r"(?:have\s+(?:different|unequal)\s+(?:lengths?|sizes?)|differ\s+in\s+(?:length|size)|are\s+of\s+(?:different|unequal)\s+"
    r"lengths?|(?:do\s+not\s+have|are\s+not(?:\s+of)?)\s+(?:the\s+same|equal)\s+(?:length|size)|are\s+not\s+equally\s+long)$"
)
_NUMBER = r"-?\d+(?:\.\d+)?"
_DIGITS = {"zero": "0", "one": "1", "two": "2"}
_LESS = r"(?:less|smaller|lower|fewer|earlier)\s+than"
_MORE = r"(?:greater|larger|bigger|higher|more|later)\s+than"
_UNIT = rf"(?:\s+{_ITEMS})?"
_IN = (
    r"(?:(?:present|contained|found|listed)\s+in|(?:a|one\s+of\s+the)\s+(?:keys?|members?|elements?)\s+(?:of|in)|"
    r"one\s+of|in)"
)


def _table(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of what is said to the end, with their meanings."""
    return tuple((re.compile(rf"(?:{pattern})$", re.IGNORECASE), meaning) for pattern, meaning in rows)


_PREDICATES = _table(
    (r"negative", "{0} < 0"),
    (r"not positive|non-?positive|zero or negative|negative or zero|zero or less", "{0} <= 0"),
    (r"positive", "{0} > 0"),
    (r"zero|0|equal to (?:zero|0)", "{0} == 0"),
    (r"empty|an empty \w+", "len({0}) == 0"),
    (r"None", "{0} is None"),
    (r"odd", "{0} % 2 == 1"),
    (r"even", "{0} % 2 == 0"),
    (rf"{_LESS} or equal to (?P<thing>.+)|(?:on or before|at most) (?P<thing2>.+)", "{0} <= {1}"),
    (rf"{_MORE} or equal to (?P<thing>.+)|(?:on or after|at least) (?P<thing2>.+)", "{0} >= {1}"),
    (rf"(?:{_LESS}|below|under|before) (?P<thing>.+)", "{0} < {1}"),
    (rf"(?:{_MORE}|above|over|after) (?P<thing>.+)", "{0} > {1}"),
    (rf"longer than (?P<thing>{_NUMBER}){_UNIT}", "len({0}) > {1}"),
    (rf"shorter than (?P<thing>{_NUMBER}){_UNIT}", "len({0}) < {1}"),
    (r"equal to (?P<thing>.+)", "{0} == {1}"),
    (r"(?:not equal to|different from) (?P<thing>.+)", "{0} != {1}"),
    (rf"not between (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})(?: \(?inclusive\)?)?", "not {low} <= {0} <= {high}"),
    (rf"(?:not {_IN}|missing from|absent from) (?P<container>.+)", "{0} not in {1}"),
    (rf"{_IN} (?P<container>.+)", "{0} in {1}"),
    (r"out of (?:range|bounds)", "out of range"),
    (r"(?:registered|known|taken|defined|there|stored|in use|present|used)", "{0} in {1}"),
    (
        r"(?:not (?:registered|known|defined|there|stored|found|present|set)|unknown|missing|unregistered)",
        "{0} not in {1}",
    ),
)
"""What is said behind "is". Without a `container`, membership is that in the instance."""
_ACTIONS = _table(
    (r"exceeds? (?P<thing>.+)", "{0} > {1}"),
    (r"equals? (?P<thing>.+)", "{0} == {1}"),
    (r"(?:does not (?:exist|occur|appear)|is not found) in (?P<container>.+)", "{0} not in {1}"),
    (r"(?:already )?exists", "{0} in {1}"),
    (r"does not exist", "{0} not in {1}"),
    (r"contains? duplicates", "len(set({0})) < len({0})"),
    (r"(?:does not contain|has no|does not have) (?P<item>.+)", "{1} not in {0}"),
    (r"(?:already )?(?:contains|has) (?P<item>.+)", "{1} in {0}"),
)


@dataclass(frozen=True)
class _Subject:
    """What a clause is about: `text` in words, `source` as Python; each of the elements of `elements`, if any."""

    text: str
    source: str | None
    elements: str | None = None

    def said(self, meaning: str | None) -> str | None:
        """That `meaning` holds of it, or of one of the elements. The elements of a dictionary may be keys or values."""
        if meaning is None or self.elements is None:
            return meaning
        return f"not hasattr({self.elements}, 'keys') and any({meaning} for {self.source} in {self.elements})"


def condition_in_words(text: str, scope: Scope) -> str | None:
    """`text` as Python over what `scope` knows, None where a reader could be in doubt."""
    cleaned = _LEAD.sub("", _EMPHASIS.sub(r"\1", text.replace("`", "").strip().rstrip("."))).strip()
    whole = _clause(cleaned, scope, None)
    if whole is not None:
        return whole[0]
    shared = _SHARED.match(cleaned)
    if shared and scope.thing(shared[1]) and scope.thing(shared[2]):
        cleaned = f"{shared[1]} {shared[3]} or {shared[2]} {shared[3]}"
    parts: list[str] = []
    subject: _Subject | None = None
    pieces = _OR.split(cleaned)
    for piece in [one for each in pieces for one in (_LIST.split(each) if len(pieces) > 1 else [each])]:
        found = _clause(piece.strip(), scope, subject)
        if found is None:
            return None
        part, subject = found
        parts.append(part)
    return " or ".join(f"({part})" if " and " in part and len(parts) > 1 else part for part in parts)


def _clause(text: str, scope: Scope, before: _Subject | None) -> tuple[str, _Subject | None] | None:
    """One clause as Python, and its subject; without a subject of its own it is about the one `before`."""
    plain = _comparison(text, scope) or _unequal(text, scope)
    if plain is not None:
        return plain, before
    for subject, said in _subjects(text, scope):
        meaning = subject.said(_predicate(said, subject, scope))
        if meaning is not None:
            return meaning, subject
    meaning = (
        before.said(_predicate(f"is {text}", before, scope) or _predicate(text, before, scope)) if before else None
    )
    return (meaning, before) if meaning is not None else None


def _subjects(text: str, scope: Scope) -> Iterator[tuple[_Subject, str]]:
    """The ways to take a clause apart into its subject and what is said of it."""
    found = _OF_ITEMS.match(text)
    if found:
        elements = _elements(found["item"], found["of"], scope)
        free = next(name for name in ("each", "item", "element", "one") if name not in scope.names)
        yield from [(_Subject(text, free, elements), found["said"])] if elements else []
        return
    found = _SUBJECT.match(text)
    if found:
        thing = found["thing"]
        yield _Subject(thing, _thing(thing, scope)), found["said"]


def _elements(item: str, of: str | None, scope: Scope) -> str | None:
    """The parameter whose elements are called `item`, perhaps those `of` it."""
    if of is not None:
        return of if of in scope.parameters else None
    plurals = {f"{item}s", f"{item.removesuffix('y')}ies"} & set(scope.parameters)
    if plurals or not re.fullmatch(_ITEMS, item):
        return next(iter(plurals)) if len(plurals) == 1 else None
    return scope.parameters[0] if len(scope.parameters) == 1 else None


def _predicate(text: str, subject: _Subject, scope: Scope) -> str | None:
    """What is said of a subject ("is below 3") as Python."""
    copula = _COPULA.match(text)
    table = _PREDICATES if copula else _ACTIONS
    rest = text[copula.end() :] if copula else text
    for pattern, meaning in table:
        matched = pattern.match(rest)
        written = _written(meaning, matched, subject, scope) if matched else None
        if written is not None:
            return written
    return None


def _written(meaning: str, matched: re.Match[str], subject: _Subject, scope: Scope) -> str | None:
    """`meaning` of a subject and what it is compared with; None where one of these is not known."""
    groups = {name: text.strip() for name, text in matched.groupdict().items() if text}
    if meaning == "out of range":
        return scope.out_of_range(subject.text)
    if " in {" in meaning:
        is_inside = " not in " not in meaning
        if "item" in groups:
            return _membership(groups["item"], subject.text, scope, is_inside=is_inside)
        return _membership(subject.text, groups.get("container"), scope, is_inside=is_inside)
    if subject.source is None:
        return scope.emptiness(subject.text) if meaning == "len({0}) == 0" else None
    other: str | None = ""
    if "thing" in groups or "thing2" in groups:
        other = _thing(groups.get("thing") or groups["thing2"], scope, or_number=True)
    if other is None or other == subject.source:  # "stock is greater than the stock" is about two of one name
        return None
    return meaning.format(subject.source, other, low=groups.get("low"), high=groups.get("high"))


def _membership(item: str, container: str | None, scope: Scope, *, is_inside: bool) -> str | None:
    """Whether a parameter is in another one, or in the instance."""
    word = "in" if is_inside else "not in"
    name = _without_article(item)
    held = None if container is None else _without_article(container)
    if held is not None and held in scope.names:
        if held == name or scope.untouched(name) is None or scope.untouched(held) is None:
            return None
        # Where the elements are of another kind, such as records, it is meant in another way.
        return f"{name} {word} {held} and all(isinstance(each, type({name})) for each in {held})"
    holder = scope.holder(name, container)
    return f"{name} {word} {holder}" if holder is not None else None


def _thing(text: str, scope: Scope, *, or_number: bool = False) -> str | None:
    """What is spoken of as Python: a parameter, its length, what the instance holds, or a number."""
    length = _LENGTH.match(text) or re.match(r"^len\((\w+)\)$", text)
    if length:
        return f"len({length[1]})" if length[1] in scope.names else None
    text = _DIGITS.get(text, text)
    if or_number and re.fullmatch(_NUMBER, text):
        return text
    return scope.thing(_without_article(text))


def _without_article(text: str) -> str:
    return re.sub(r"^(?:the\s+)?(?:given\s+)?", "", text).strip()


def _unequal(text: str, scope: Scope) -> str | None:
    """That two parameters are not equally long."""
    found = _UNEQUAL.match(text)
    if found is None or not {found["one"], found["other"]} <= set(scope.names):
        return None
    ends = _DIFFER if found["lengths"] else _DIFFER_IN_LENGTH
    return f"len({found['one']}) != len({found['other']})" if ends.match(found["said"]) else None


def _comparison(text: str, scope: Scope) -> str | None:
    """`text` if it is a comparison in Python already ("k > len(items)")."""
    node = parse_expression(text.replace("≤", "<=").replace("≥", ">="))
    return ast.unparse(node) if isinstance(node, ast.Compare) and _is_over(node, scope) else None


def _is_over(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression reads only parameters, at least one of them, and calls nothing but `len`."""
    read = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    plain = all(isinstance(function, ast.Name) and function.id == "len" for function in calls)
    return plain and bool(read & set(scope.names)) and read <= {*scope.names, "len", "None"}

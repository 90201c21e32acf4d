"""Conditions in words ("if n is negative or k > len(items)") as Python, where they leave no doubt."""

import ast
import re
from collections.abc import Collection, Sequence

from refute.properties.syntax import parse_expression

_LEAD = re.compile(
    r"^(?:if|when|whenever|in case|on)\s+(?:the\s+)?(?:given\s+|value\s+of\s+|argument\s+|parameter\s+)*", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<!\w)\*(\w+)\*(?!\w)")
_CONTAINER = (
    r"(?:(?:this|the|sorted|ordered|priority)[ -])*"
    r"(?P<container>list|set|dict|dictionary|mapping|queue|stack|heap|deque|collection)"
)
_ABOUT_INSTANCES: tuple[tuple[re.Pattern[str], str, frozenset[str]], ...] = (
    (re.compile(rf"(?P<name>\w+) is not in {_CONTAINER}$"), "{name} not in self", frozenset({"__contains__"})),
    (re.compile(rf"{_CONTAINER} is empty$"), "len(self) == 0", frozenset({"__len__"})),
    (
        re.compile(r"(?P<name>index|position) is out of (?:range|bounds)$"),
        "not -len(self) <= {name} {below} len(self)",
        frozenset({"__len__", "__getitem__"}),
    ),
)
"""What is said of the instance of a method, its meaning, and the special methods that its class must have for it."""
_OR = re.compile(r"\s*,?\s+or\s+(?:if\s+)?")
_SUBJECT = re.compile(
    r"^(?:either\s+)?(?:the\s+)?(\w+)(?:\s+(?:argument|parameter|value|list|string|array|number))?\s+(?:is|are)\s+"
)
_NUMBER = r"-?\d+(?:\.\d+)?"
_THING = rf"(?:the\s+)?(?:length\s+of\s+(?P<sized>\w+)|(?P<plain>\w+|{_NUMBER}|len\(\w+\)))"
_PREDICATES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"$", re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"negative", "{0} < 0"),
        (r"(?:not positive|non-?positive|zero or negative|negative or zero|zero or less)", "{0} <= 0"),
        (r"positive", "{0} > 0"),
        (r"(?:zero|0|equal to (?:zero|0))", "{0} == 0"),
        (r"(?:empty|an empty \w+)", "len({0}) == 0"),
        (r"None", "{0} is None"),
        (r"odd", "{0} % 2 == 1"),
        (r"even", "{0} % 2 == 0"),
        (rf"(?:less|smaller|lower) than or equal to {_THING}", "{0} <= {1}"),
        (rf"(?:greater|larger|bigger|higher|more) than or equal to {_THING}", "{0} >= {1}"),
        (rf"(?:less|smaller|lower|fewer) than {_THING}", "{0} < {1}"),
        (rf"(?:greater|larger|bigger|higher|more) than {_THING}", "{0} > {1}"),
        (rf"(?:not equal to|different from) {_THING}", "{0} != {1}"),
        (rf"not between (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})(?: \(?inclusive\)?)?", "not {low} <= {0} <= {high}"),
    )
)


def condition_in_words(text: str, names: Sequence[str]) -> str | None:
    """`text` as Python over the parameters `names`, None where a reader could be in doubt."""
    cleaned = _cleaned(text)
    whole = _predicate(cleaned, names, None)
    if whole is not None:
        return whole[0]
    parts: list[str] = []
    subject: str | None = None
    for piece in _OR.split(cleaned):
        found = _predicate(piece.strip(), names, subject)
        if found is None:
            return None
        part, subject = found
        parts.append(part)
    return " or ".join(parts)


def condition_on_instance(text: str, names: Sequence[str], methods: Collection[str]) -> str | None:
    """`text` as Python over `self` and the other parameters `names` of a method, None where a reader could be in doubt.

    `methods` are those of the class. A container that is called as a parameter is that parameter. The end is a
    position, and where something is put at an index, it may be put at the end as well: this is left open.
    """
    cleaned = _cleaned(text)
    for pattern, meaning, needed in _ABOUT_INSTANCES:
        matched = pattern.match(cleaned)
        groups = matched.groupdict() if matched else {}
        name = groups.get("name")
        is_meant = groups.get("container") not in names and (name is None or name in names)
        if matched and needed <= set(methods) and is_meant:
            is_item = name == "index" and set(names) == {"self", "index"}
            return meaning.format(name=name, below="<" if is_item else "<=")
    return None


def _cleaned(text: str) -> str:
    plain = _EMPHASIS.sub(r"\1", text.replace("`", "").strip().rstrip("."))
    return _LEAD.sub("", plain).strip()


def _predicate(text: str, names: Sequence[str], subject: str | None) -> tuple[str, str | None] | None:
    """One predicate and its subject; without a subject of its own it is about `subject`."""
    comparison = _comparison(text, names)
    if comparison is not None:
        return comparison, subject
    found = _SUBJECT.match(text)
    own = found.group(1) if found else subject
    if own is None or own not in names:
        return None
    rest = text[found.end() :] if found else text
    for pattern, meaning in _PREDICATES:
        matched = pattern.match(rest.strip())
        if matched:
            groups = matched.groupdict()
            other = f"len({groups['sized']})" if groups.get("sized") else groups.get("plain") or ""
            written = meaning.format(own, other, low=groups.get("low"), high=groups.get("high"))
            return (written, own) if _is_over(written, names) else None
    return None


def _comparison(text: str, names: Sequence[str]) -> str | None:
    """`text` if it is a comparison in Python already ("k > len(items)")."""
    node = parse_expression(text.replace("≤", "<=").replace("≥", ">="))
    return ast.unparse(node) if isinstance(node, ast.Compare) and _is_over(ast.unparse(node), names) else None


def _is_over(source: str, names: Sequence[str]) -> bool:
    """Whether an expression reads only parameters, at least one of them, and calls nothing but `len`."""
    node = parse_expression(source)
    if node is None:
        return False
    read = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    plain = all(isinstance(function, ast.Name) and function.id == "len" for function in calls)
    return plain and bool(read & set(names)) and read <= {*names, "len", "None"}

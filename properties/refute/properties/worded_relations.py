"""Comparisons in words as comparisons in signs: "`low` is at most `high`", "k must not exceed the length of items".

A sentence is rewritten step by step until what it says of its parameters stands there as Python does: "low <= high".
"""

import ast
import re
from collections.abc import Iterator, Sequence

from refute.properties.syntax import parse_expression

THE_ONE = "the_one_with_a_length"
"""Stands for "the list", "the text" and the like, where a sentence does not name the parameter."""

_ITEMS = r"(?:elements|items|entries|values|characters|letters|numbers|rows|lines|words)"
_NOT_COUNTED = rf"(?!\s+(?:(?:decimal|significant)\s+)?(?:{_ITEMS}|places|digits|decimals)\b)"
"""Behind a number: "at most two decimal places" says nothing of the size of a number."""
_NOUN = r"(?:list|sequence|array|text|string|word|line|iterable|collection|dictionary|mapping|input)"
_VERB = (
    r"(?:(?:is|are|must|should|shall|will|can|may|has\s+to|have\s+to|needs?\s+to|comes?|lies?)\b"
    r"(?:\s+(?:always|also|assumed|guaranteed|expected|required|known|to))*(?:\s+be\b)?)"
)
_NOT = (
    r"(?:(?:is|are|must|should|shall|will|can|may|does|do)\s*(?:not|never|n't)|cannot|never)\b"
    r"(?:\s+(?:be|comes?|lies?)\b)?"
)
_COMPARATIVES = (
    (r"at\s+least", ">="),
    (r"at\s+most|up\s+to", "<="),
    (r"(?:less|smaller|lower|fewer)\s+than\s+or\s+(?:equal\s+to|the\s+same\s+as)", "<="),
    (r"(?:greater|larger|bigger|higher|more)\s+than\s+or\s+(?:equal\s+to|the\s+same\s+as)", ">="),
    (r"(?:less|smaller|lower|fewer|earlier)\s+than", "<"),
    (r"(?:greater|larger|bigger|higher|more|later)\s+than", ">"),
    (r"longer\s+than", "len>"),
    (r"shorter\s+than", "len<"),
)
_PLACES = (
    (r"(?:on|at)\s+or\s+before|before\s+or\s+(?:on|at)|below\s+or\s+equal\s+to", "<="),
    (r"(?:on|at)\s+or\s+after|after\s+or\s+(?:on|at)|above\s+or\s+equal\s+to", ">="),
    (r"before|below|under", "<"),
    (r"after|above", ">"),
)
"""What compares only behind a verb; without one it is about time or place ("runs before start")."""
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "len>": "len<=", "len<": "len>="}
_JOINED = r"(?:(?<=\band\s)|(?<=\bbut\s))"


def _signs(*, with_verb: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Words and their signs. Without a verb, "the words longer than n" are those that are looked for; only in the
    description of a parameter that is said of itself."""
    negation = rf"(?:{_NOT}\s+|{_VERB}\s+(?:not|no|never)\s+|{_JOINED}(?:not|no)\s+)"
    loose_negation = rf"(?:{negation}|(?<!\w)(?:not|no|never)\s+)"
    verb = rf"(?:{_VERB}\s+|{_JOINED})"
    place = rf"{_VERB}\s+" if with_verb else rf"(?:{_VERB}\s+|(?:^|(?<=\()))"
    return tuple(
        (re.compile(rf"(?<!\w){before}(?:{words})(?!\w)", re.IGNORECASE), sign)
        for table, verbs, negations in (
            (_COMPARATIVES, verb if with_verb else f"{verb}?", negation if with_verb else loose_negation),
            (_PLACES, place, negation),
        )
        for words, plain in table
        for before, sign in ((negations, _OPPOSITE[plain]), (verbs, plain))
    )


_STEPS = tuple(
    (re.compile(pattern, re.IGNORECASE), sign)
    for pattern, sign in (
        (
            rf"\b(?:the\s+)?(?:length|size|number\s+of\s+{_ITEMS})\s+(?:of|in)\s+(?:the\s+)?{_NOUN}\b",
            f"len({THE_ONE})",
        ),
        (rf"\b(?:the\s+)?(?:length|size|number\s+of\s+{_ITEMS})\s+(?:of|in)\s+(?:the\s+)?(\w+)\b", r"len(\1)"),
        (rf"\b(?:the|its)\s+(?:length|number\s+of\s+{_ITEMS})\b", f"len({THE_ONE})"),
        (
            rf"\b{_VERB}\s+an?\s+valid\s+(?:index|position)\s+(?:of|in|into|for)\s+(?:the\s+)?{_NOUN}\b",
            f"indexes: {THE_ONE}",
        ),
        (rf"\b{_VERB}\s+an?\s+valid\s+(?:index|position)\s+(?:of|in|into|for)\s+(?:the\s+)?(\w+)", r"indexes: \1"),
        (rf"\b(?:{_NOT}|{_VERB}\s+not)\s+(?:be\s+)?(?:zero|0)\b|\b{_VERB}\s+non-?zero\b", "!= 0"),
        (rf"\b(?:{_NOT}|{_VERB}\s+not|(?:^|(?<=\s))not)\s+(?:be\s+)?negative\b", ">= 0"),
        (rf"\b(?:{_NOT}\s+exceeds?|not\s+exceeding)\b", "<="),
        (r"\b(\d+|zero|one|two)\s+or\s+(?:more|greater|higher|larger|above)\b", r">= \1"),
        (r"\b(\d+|zero|one|two)\s+or\s+(?:less|fewer|lower|smaller|below)\b", r"<= \1"),
        (rf"\b{_VERB}\s+(?:one\s+of\s+)?(?:the\s+|a\s+)?keys?\s+(?:of|in)\s+(?:the\s+)?(?=\w)", "member: "),
        (rf"\b{_VERB}\s+(?:present\s+|contained\s+)?in\s+(?:the\s+)?(?=\w)", "member: "),
        (rf"\b{_VERB}\s+(?:one\s+of\s+the\s+keys|a\s+key\s+of\s+it)\b", f"member: {THE_ONE}"),
    )
)
_DIGITS = {"zero": "0", "one": "1", "two": "2"}
_SIGNS = {with_verb: _signs(with_verb=with_verb) for with_verb in (True, False)}
_BETWEEN = re.compile(
    rf"\b{_VERB}\s+(?:in\s+the\s+range\s+)?between\s+(?P<low>[\w().]+)\s+and\s+(?P<high>[\w().]+)", re.IGNORECASE
)
_UNCERTAIN = re.compile(
    r"\b(?:if|when|whenever|whether|unless|iff|while|until|otherwise|else|raise[sd]?|returns?|returned|such\s+that|except|"
    r"where|(?:check|test|verify|verifie|validate|tell|determine|decide|confirm)s?|true|false)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\b(\w+) \(([^()]*)\)")
_OUTPUT = re.compile(r"\b(?:results?|output)\b", re.IGNORECASE)
_SAID = re.compile(r"\b(?:assum\w+|guarante\w+|requires?)\s+that\b|[`*\"]", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[.;]\s+|,\s+(?:and\s+|but\s+|while\s+)?(?=(?:the\s+)?\w+\s+(?:is|are|must|should|may|cannot)\b)"
)
_PIECES = re.compile(r"[.;,]\s+|\s+(?=\()")
"""Of descriptions of a parameter: they list what holds of it."""
_BOTH_ZERO = re.compile(
    r"(\w+) and (\w+) .*?\bnot\b.*?\bboth (?:be )?(?:zero|0)\b|\bnot both (?:zero|0)\b", re.IGNORECASE
)
_SAME_LENGTH = re.compile(
    r"\b(?:equally\s+long|(?:same|equal|identical|matching)[- ](?:length|size)s?|"
    r"lengths?\s+(?:is|are)\s+(?:equal|the\s+same)|"
    rf"as\s+long\s+as|(?:the\s+same\s+number\s+of|as\s+many)\s+{_ITEMS})\b",
    re.IGNORECASE,
)


def relations_in(text: str, names: Sequence[str], about: str | None = None) -> Iterator[ast.expr]:
    """Conditions over `names` that a sentence states of what comes in, as Python; they may hold `THE_ONE`. `about` is
    the parameter whose own description it is part of.

    Cases that are only spoken of ("if a is greater than b") give nothing.
    """
    if not names:
        return
    for name, said in _ASIDE.findall(text.replace("`", "")):
        if name in names:  # "the last `n` (zero or more)"
            yield from relations_in(said, names, name)
    clauses = _CLAUSES if about is None else _PIECES
    for clause in clauses.split(_SAID.sub("", " ".join(text.split()))):
        if not _UNCERTAIN.search(clause) and (about or not _OUTPUT.search(clause)):
            for source in dict.fromkeys([*_comparisons(clause, names, about), *_others(clause, names, about)]):
                condition = parse_expression(source)
                if condition is not None:
                    yield condition


def _comparisons(clause: str, names: Sequence[str], about: str | None) -> Iterator[str]:
    """The comparisons of a clause. "longer" compares a length with a number or with another length, as it may be."""
    signs = _BETWEEN.sub(_within, clause)
    for pattern, sign in (*_STEPS, *_SIGNS[about is None]):
        signs = pattern.sub(f" {sign} " if not sign.startswith("len(") else sign, signs)
    name = "|".join(map(re.escape, sorted({*names, THE_ONE}, key=len, reverse=True)))
    number = rf"(?:-?\d+(?:\.\d+)?\b(?!\.\d)|(?:zero|one|two)\b){_NOT_COUNTED}"
    operand = rf"(?:len\((?:{name})\)|(?:{name})\b(?![(\w])|{number})"
    sign = r"(?:len<=|len>=|len<|len>|<=|>=|!=|<|>|within:|indexes:|member:)"
    article = r"(?!a\s+(?!and\b|or\b)\w)"  # "at least a third" is about no parameter `a`
    told = rf"\(?\s*(?P<sign>{sign})\s*(?:(?:the|its|their)\s+)?{article}(?P<other>{operand}(?:\.\.{operand})?)"
    subject: str | None = about
    for found in re.finditer(rf"(?:(?P<subject>{operand})|(?P<more>\band|\bbut)|(?P<own>))\s*{told}", signs):
        subject = found["subject"] or (subject if found["more"] or about else None)
        if subject is not None:
            yield from _written(subject, found["sign"], _DIGITS.get(found["other"].lower(), found["other"]))


def _within(found: re.Match[str]) -> str:
    return f" within: {found['low']}..{found['high'].rstrip('.')} "


def _written(subject: str, sign: str, other: str) -> Iterator[str]:
    """One comparison as Python, or the ways in which it can be meant."""
    if sign.startswith("len"):
        yield from (f"len({subject}) {sign[3:]} {right}" for right in (other, f"len({other})"))
    elif sign == "member:":
        yield f"{subject} in {other}"
    elif sign == "indexes:":
        yield f"0 <= {subject} < len({other})"
    elif sign == "within:":
        low, _, high = other.partition("..")
        if high:
            yield f"{low} <= {subject} {'<' if low == '0' and 'len(' in high else '<='} {high}"
    else:
        yield f"{subject} {sign} {other}"


def _others(clause: str, names: Sequence[str], about: str | None) -> Iterator[str]:
    """What a clause says that is no comparison of two things."""
    mentioned = [name for name in names if _mentions(clause, name)]
    both = _BOTH_ZERO.search(clause)
    pair = [name for name in (both.groups() if both and both[1] else names) if name in names]
    if both and len(pair) == 2:
        yield f"{pair[0]} != 0 or {pair[1]} != 0"
    if re.search(r"\bnot all (?:of them )?(?:zero|0)\b", clause, re.IGNORECASE):
        yield from (f"any({name})" for name in mentioned or names)
    if _SAME_LENGTH.search(clause):
        pair = list(dict.fromkeys([*([about] if about else []), *mentioned])) or list(names)
        if len(pair) == 2:
            yield f"len({pair[0]}) == len({pair[1]})"


def _mentions(clause: str, name: str) -> bool:
    """Whether a parameter is named; "a" is mostly the article."""
    after = r"(?=,| and\b| or\b| is\b| must\b|$)" if name == "a" else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(name)}{after}", clause) is not None

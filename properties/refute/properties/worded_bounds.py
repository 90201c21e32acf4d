"""Bounds that a docstring gives in words or comparisons: "between 1 and 10", "not empty", "0 <= k <= len(items)"."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from refute.properties.phrases import bounded, sized, tokens_of
from refute.properties.shapes import Numbers, Shape
from refute.properties.syntax import parse_expression
from refute.properties.vocabulary import COUNTS, GREATER

Refinement: TypeAlias = Callable[[Shape], Shape]

_RESULT = re.compile(r"\b(?:result|output|returned|answer)\b", re.IGNORECASE)
_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|whether|unless|iff|while|until|return(?:s|ed)?|raise[sd]?|otherwise|such that|where|else|"
    r"but|except|count(?:s|ed|ing)?|find(?:s|ing)?|sum of)\b",
    re.IGNORECASE,
)
_CASE = re.compile(r"\b(?:if|when|whenever|whether|unless|while|until|otherwise|such that|where|else)\b", re.IGNORECASE)
_OPERAND = r"(?:-?\d[\d_]*(?:\.\d+)?|len\(\w+\)|[A-Za-z_]\w*(?:\.length)?)"
_COMPARISON = re.compile(rf"(?<![\w.]){_OPERAND}(?:\s*(?:<=|>=|<|>|≤|≥)\s*{_OPERAND})+(?![\w(])")
_RANGE = re.compile(
    r"\b(?:between|from|(?:in|within) (?:the |a )?(?:inclusive )?range(?: of)?:?)\s*"
    r"[\[(]?(-?\d+)[\])]?(?: \([^)]*\))?\s*(?:and|to|,|\.\.|-)\s*[\[(]?(-?\d+)",
    re.IGNORECASE,
)
_LESS_THAN = re.compile(
    r"\b(not\s+)?(?:is|are|be|being)\s+(not\s+)?(?:always\s+)?"
    r"(less|smaller|lower|greater|larger|bigger|more|at least|at most)"
    r"(?:\s+than)?(\s+or\s+equal(?:\s+to)?)?\s+(-?\d+|zero|one)\b",
    re.IGNORECASE,
)
_SAYINGS = (
    (re.compile(r"\bnon-? ?empty\b|\b(?:not|never|cannot|can't|n't)\s+(?:be\s+)?empty\b", re.IGNORECASE), sized(1)),
    (
        re.compile(r"\b(?:no|not|never|without)\s+(?:be\s+|contain\s+|any\s+)?negatives?\b", re.IGNORECASE),
        bounded(Numbers(low=0)),
    ),
)
_AT_LEAST = re.compile(
    r"\b(?:length|size)\s+(?:is\s+|of\s+)?at\s+least\s+(\w+)|"
    r"\bat\s+least\s+(one|two|three|four|five|\d+)\s+(?:elements?|items?|characters?|numbers?|entries|values?)\b|"
    r"\bthere\s+(?:(?:must|should|will|has\s+to|have\s+to)(?:\s+always)?\s+be|(?:is|are)(?:\s+always)?)\s+at\s+least\s+(\w+)",
    re.IGNORECASE,
)
_PLAIN_RANGE = re.compile(
    r"(?:^|\()\s*(-?\d+)\s*(?:to|-|\u2013|\.\.)\s*(-?\d+)(?:,?\s+inclusive)?\s*(?=[.,;)]|$)", re.IGNORECASE
)
"""A range that is all there is to say of a parameter: "1 to 12.", "The month (1-12)"."""
_COUNTED_FROM = re.compile(
    r"\b(\w+?)s?\s+(?:are |is )?(?:counted|counts?|counting|numbered|starts?|begins?)\s+(?:from|at|with)\s+"
    r"(\d+|zero|one)\b"
    r"|\b(one|1|zero|0)-(?:based|indexed)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"\bthere\b[^.;,]*$", re.IGNORECASE)
_RULE = re.compile(r"\b(?:must|assum|constraint|restriction|guarantee|require|note)", re.IGNORECASE)


def refinements_in(text: str, names: Sequence[str], about: str | None) -> Iterator[tuple[str, Refinement]]:
    """Bounds that a sentence sets to parameters out of `names`; `about` is the one whose description it is part of."""
    mentioned = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    everyone = [about] if about else mentioned or list(names)
    for pattern, refine in _SAYINGS:
        found = pattern.search(text)
        if found and _is_said(text, found):
            yield from ((name, refine) for name in everyone)
    size = _AT_LEAST.search(text)
    if size and (about or len(names) == 1) and _is_said(text, size):
        number = size.group(1) or size.group(2) or size.group(3)
        least = COUNTS.get(number.lower()) or (int(number) if number.isdigit() else 0)
        yield from ((name, sized(least)) for name in everyone)
    for found in _RANGE.finditer(text):
        subject = _subject(text[: found.start()], names, about)
        if subject is not None and _is_said(text, found):
            low, high = sorted((int(found.group(1)), int(found.group(2))))
            is_size = re.search(r"\b(?:length|size|number of)\b", text[: found.start()])
            yield subject, sized(low, high) if is_size else bounded(Numbers(low, high))
    plain = _PLAIN_RANGE.search(text) if about else None
    if about and plain and _is_said(text, plain) and int(plain.group(1)) < int(plain.group(2)):
        yield about, bounded(Numbers(int(plain.group(1)), int(plain.group(2))))
    for found in _COUNTED_FROM.finditer(text):
        first = _number(found.group(2) or found.group(3))
        counted = [name for name in names if name == (found.group(1) or "").lower()]
        if counted or about or len(names) == 1:
            yield counted[0] if counted else about or names[0], bounded(Numbers(low=first))
    for found in _LESS_THAN.finditer(text):
        if _THERE.search(text[: found.start()]):
            continue  # "there must be at least one" is about how many there are
        named = [token for token in tokens_of(text[: found.start()]) if token in names]
        subject = named[-1] if named else about
        if subject is not None and _is_said(text, found):
            yield subject, bounded(_limit(found))


def conditions_in(text: str, names: Sequence[str]) -> Iterator[ast.expr]:
    """Conditions over several parameters, or over the size of one, that a sentence states in signs."""
    for found in _COMPARISON.finditer(text):
        if _RULE.search(text, 0, found.start()) or _is_said(text, found) or _is_clause(text, found):
            source = re.sub(r"(\w+)\.length", r"len(\1)", found.group()).replace("≤", "<=").replace("≥", ">=")
            condition = parse_expression(source)
            if condition is not None and _resolved(condition, names):
                yield condition


def _is_said(text: str, found: re.Match[str]) -> bool:
    """Whether a bound is stated, and not a case that is spoken of ("returns 0 if n is between 1 and 3")."""
    before = text[: found.start()]
    return not _CONDITIONAL.search(before) and not _RESULT.search(before)


def _is_clause(text: str, found: re.Match[str]) -> bool:
    """Whether two comparisons in one ("0 <= k <= n") are a clause of their own at the end of a sentence."""
    clause = text[: found.start()].rstrip(" `")
    is_range = len(re.findall(r"[<>≤≥]", found.group())) == 2
    ends = re.match(r"[\s`]*(?:[.;]|$)", text[found.end() :])
    return is_range and clause.endswith((",", ";")) and ends is not None and not _CASE.search(clause)


def _subject(before: str, names: Sequence[str], about: str | None) -> str | None:
    """The parameter that was named last before a bound."""
    named = [token for token in tokens_of(before) if token in names]
    return named[-1] if named else about or (names[0] if len(names) == 1 else None)


def _resolved(condition: ast.expr, names: Sequence[str]) -> bool:
    """Whether all names are parameters; abbreviations of them ("num" for "number") are written out."""
    for node in ast.walk(condition):
        if isinstance(node, ast.Name) and node.id not in names and node.id != "len":
            close = [n for n in names if n.startswith(node.id) or (len(n) > 2 and node.id.startswith(n))]
            if len(close) != 1:
                return False
            node.id = close[0]
    return True


def _number(word: str) -> int:
    """A number in digits, or zero or one in letters."""
    return int({"zero": 0, "one": 1}.get(word.lower(), word))


def _limit(found: re.Match[str]) -> Numbers:
    """What "is (not) less than (or equal to) 10" leaves."""
    negation, word, or_equal = found.group(1) or found.group(2), found.group(3).lower(), found.group(4)
    number = _number(found.group(5))
    if word in {"at least", "at most"}:
        upward, includes = word == "at least", True
    else:
        upward, includes = word in GREATER, bool(or_equal)
    if negation:
        upward, includes = not upward, not includes
    if upward:
        return Numbers(low=number, above=not includes)
    return Numbers(high=number if includes else number - 1)

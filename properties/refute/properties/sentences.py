"""What the sentences of a docstring say about the inputs."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from refute.properties.docstrings import Docstring
from refute.properties.literals import parse_expression
from refute.properties.phrases import Phrase, adjective, bounded, phrases_of, sized, tokens_of
from refute.properties.shapes import Collected, Floats, Integers, Numbers, Shape, Text, Unknown, merge
from refute.properties.vocabulary import (
    ARTICLES,
    BETWEEN_NAMES,
    CONDITIONS,
    COPULAS,
    COUNTS,
    GREATER,
    INPUT,
    INTRODUCING,
    OUTPUT,
    OUTPUT_SECTIONS,
    TOWARDS,
)

_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|whether|unless|iff|while|until|return(?:s|ed)?|raise[sd]?|otherwise|such that|where|else|"
    r"but|except|count(?:s|ed|ing)?|find(?:s|ing)?|sum of)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:represent|formatt?|in the form|consist|encod|notation|separated|delimited|pattern|expression|equation|"
    r"parenthes|bracket|numeral|roman|valid|url|json|e-?mail|iso|hexadecimal|binary|contain(?:s|ing)? only|only\b|"
    r"compris|made up|date|time\b|fraction|version|path\b|number as)",
    re.IGNORECASE,
)
_AS_STRING = re.compile(r"(?:\w+ )?as (?:a |an )?strings?\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\bconsist|^of (?=[\"'`])|\bmade (?:up )?of\b|\bcomposed of\b", re.IGNORECASE)
_QUOTED_SIGN = re.compile(r"""(["'`]) ?(\S) ?\1""")
_ALPHABETS = (
    (re.compile(r"square brackets?", re.IGNORECASE), "[]"),
    (re.compile(r"round brackets?|parenthes[ei]s", re.IGNORECASE), "()"),
    (re.compile(r"curly (?:braces?|brackets?)|\bbraces\b", re.IGNORECASE), "{}"),
    (re.compile(r"angle brackets?", re.IGNORECASE), "<>"),
    (re.compile(r"\b0s? and 1s?\b|zeros? and ones?|\bbinary digits\b", re.IGNORECASE), "01"),
    (re.compile(r"\bdigits?\b|\bnumeric characters\b", re.IGNORECASE), "0123456789"),
    (re.compile(r"\blower-?\s?case\b", re.IGNORECASE), "abcdexyz"),
    (re.compile(r"\bupper-?\s?case\b|\bcapital letters\b", re.IGNORECASE), "ABCDEXYZ"),
    (re.compile(r"(?<!case )\b(?:english )?(?:letters?|alphabets?)\b", re.IGNORECASE), "abcdexyzABCDEXYZ"),
    (re.compile(r"\bspaces?\b", re.IGNORECASE), " "),
)
_OPERAND = r"(?:-?\d[\d_]*(?:\.\d+)?|len\(\w+\)|[A-Za-z_]\w*(?:\.length)?)"
_COMPARISON = re.compile(rf"(?<![\w.]){_OPERAND}(?:\s*(?:<=|>=|<|>|≤|≥)\s*{_OPERAND})+(?![\w(])")
_RANGE = re.compile(
    r"\b(?:between|from|(?:in|within) (?:the |a )?(?:inclusive )?range(?: of)?:?)\s*"
    r"[\[(]?(-?\d+)[\])]?\s*(?:and|to|,|\.\.|-)\s*[\[(]?(-?\d+)",
    re.IGNORECASE,
)
_LESS_THAN = re.compile(
    r"\b(?:is|are|be|being)\s+(?:always\s+)?(less|smaller|lower|greater|larger|bigger|more|at least|at most)"
    r"(?:\s+than)?(\s+or\s+equal(?:\s+to)?)?\s+(-?\d+)\b",
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
    r"\bat\s+least\s+(one|two|three|four|five|\d+)\s+(?:elements?|items?|characters?|numbers?|entries|values?)\b",
    re.IGNORECASE,
)
_SAME_LENGTH = re.compile(
    r"\b(?:equal|same|identical)[- ](?:length|size)s?\b|\blengths? (?:are|is) equal\b", re.IGNORECASE
)


Refinement = Callable[[Shape], Shape]


@dataclass(frozen=True)
class Described:
    """What a docstring says of the inputs.

    `shapes` holds the kind of values of each parameter, unknown where nothing is said. `refinements` are to be
    applied to the shape of a parameter once its kind is known, and `conditions` must hold over all parameters.
    """

    shapes: Mapping[str, Shape]
    refinements: tuple[tuple[str, Refinement], ...] = ()
    conditions: tuple[ast.expr, ...] = ()


def describe(docstring: Docstring, names: Sequence[str]) -> Described:
    """What `docstring` says of the parameters `names`; without any certainty, nothing."""
    reader = _Reader(names)
    documented = {p.name for p in docstring.parameters}
    for sentence in docstring.sentences:
        is_list_of_parameters = documented and sentence.section.endswith(("args", "arguments", "parameters", "params"))
        if sentence.section not in OUTPUT_SECTIONS and "example" not in sentence.section and not is_list_of_parameters:
            reader.read(sentence.text)
    for parameter in docstring.parameters:
        if parameter.name in names:
            reader.read(parameter.description, about=parameter.name)
    return Described(reader.shapes, tuple(reader.refinements), tuple(reader.conditions))


class _Reader:
    """Collects what sentences say. Whatever is said twice in different ways keeps its first meaning."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.shapes: dict[str, Shape] = {name: Unknown() for name in names}
        self.refinements: list[tuple[str, Refinement]] = []
        self.conditions: list[ast.expr] = []

    def read(self, text: str, about: str | None = None) -> None:
        """Read one sentence; `about` is the parameter whose own description it is part of."""
        tokens = tokens_of(text)
        for phrase in phrases_of(tokens):
            targets, shape = self._targets(phrase, tokens, about)
            shape = _formed(shape, " ".join(tokens[phrase.end : phrase.end + 8]))
            for name in targets:
                self.shapes[name] = merge(self.shapes[name], shape)
        self._predicates(tokens)
        self._bounds(text, about)
        self._comparisons(text)

    def _targets(self, phrase: Phrase, tokens: Sequence[str], about: str | None) -> tuple[list[str], Shape]:
        """The parameters that a noun phrase speaks of, and what it says of them."""
        following, end = self._names_from(tokens, phrase.end)
        if following:
            shape = phrase.shape
            inner = phrases_of(tokens[end + 1 :])[:1] if tokens[end : end + 1] == ["of"] else []
            if inner and isinstance(shape, Collected) and isinstance(shape.element, Unknown):
                shape = replace(shape, element=inner[0].shape)
            return following, shape
        if tokens[phrase.end : phrase.end + 1] == ["of"] and isinstance(phrase.shape, Numbers | Integers):
            return [], phrase.shape  # "the number of ..."
        preceding = self._names_before(tokens, phrase.start)
        if preceding is not None:
            return preceding, phrase.shape
        if about is not None:
            return ([about] if not _is_output(tokens, phrase.start) else []), phrase.shape
        return self._unnamed(phrase, tokens), phrase.shape

    def _names_from(self, tokens: Sequence[str], place: int) -> tuple[list[str], int]:
        """The parameters named from `place` on ("operator, and operand"), and where the list ends."""
        found: list[str] = []
        last = place
        while place < len(tokens) and (tokens[place] in self._names or tokens[place] in BETWEEN_NAMES):
            if tokens[place] in self._names and not _is_article(tokens, place):
                found.append(tokens[place])
                last = place + 1
            elif tokens[place] in {",", "and", "or"} and not found:
                break
            place += 1
        return found, last

    def _names_before(self, tokens: Sequence[str], place: int) -> list[str] | None:
        """The parameters of "x and y are ..." before a phrase; None where it does not begin like that."""
        place -= 1
        while place >= 0 and tokens[place].lower() in ARTICLES:
            place -= 1
        if place < 1 or tokens[place].lower() not in COPULAS:
            return None
        while place >= 0 and tokens[place].lower() in COPULAS:
            place -= 1
        found: list[str] = []
        while place >= 0 and (tokens[place] in self._names or tokens[place] in BETWEEN_NAMES):
            found += [tokens[place]] if tokens[place] in self._names else []
            place -= 1
        is_condition = place >= 0 and tokens[place].lower() in CONDITIONS
        return ([] if is_condition else found) if found else None

    def _unnamed(self, phrase: Phrase, tokens: Sequence[str]) -> list[str]:
        """Every parameter, where a phrase without a name can only be about them ("two lists", "given a string")."""
        before = [token.lower() for token in tokens[max(0, phrase.start - 3) : phrase.start]]
        if _is_output(tokens, phrase.start):
            return []
        if phrase.is_plural:
            count = next((n for word, n in COUNTS.items() if word in before), 0)
            return list(self._names) if count == len(self._names) else []
        is_introduced = before[-1:] and before[-1] in INTRODUCING
        is_subject = tokens[phrase.end : phrase.end + 1] and tokens[phrase.end].lower() in COPULAS
        is_object = phrase.start <= 1 and isinstance(phrase.shape, Collected) and not is_subject
        if len(self._names) != 1 or not (is_introduced or is_object):
            return []
        return [name for name in self._names if isinstance(self.shapes[name], Unknown)]

    def _predicates(self, tokens: Sequence[str]) -> None:
        """Adjectives after a verb, as in "n must be positive"."""
        for place, token in enumerate(tokens):
            refine = adjective(token)
            names = self._names_before(tokens, place) if refine else None
            if refine and names:
                self.refinements += [(name, refine) for name in names]

    def _bounds(self, text: str, about: str | None) -> None:
        """Ranges and sizes in words."""
        mentioned = [name for name in self._names if re.search(rf"\b{re.escape(name)}\b", text)]
        everyone = [about] if about else mentioned or list(self._names)
        for pattern, refine in _SAYINGS:
            found = pattern.search(text)
            if found and not _CONDITIONAL.search(text[: found.start()]):
                self.refinements += [(name, refine) for name in everyone]
        same = _SAME_LENGTH.search(text)
        if same and len(self._names) == 2 and not _CONDITIONAL.search(text[: same.start()]):
            first, second = self._names
            self._condition(f"len({first}) == len({second})")
        size = _AT_LEAST.search(text)
        if size and (about or len(self._names) == 1) and not _CONDITIONAL.search(text[: size.start()]):
            number = size.group(1) or size.group(2)
            least = COUNTS.get(number.lower()) or (int(number) if number.isdigit() else 0)
            self.refinements += [(name, sized(least)) for name in everyone]
        for found in _RANGE.finditer(text):
            before = text[: found.start()]
            low, high = sorted((int(found.group(1)), int(found.group(2))))
            subject = self._subject(before, about)
            if subject is None or _CONDITIONAL.search(before):
                continue
            is_size = re.search(r"\b(?:length|size|number of)\b", before)
            self.refinements.append((subject, sized(low, high) if is_size else bounded(Numbers(low, high))))
        for found in _LESS_THAN.finditer(text):
            subject = self._subject(text[: found.start()], about)
            if subject is not None and not _CONDITIONAL.search(text[: found.start()]):
                self.refinements.append((subject, bounded(_limit(found))))

    def _subject(self, before: str, about: str | None) -> str | None:
        """The parameter that was named last before a bound."""
        named = [token for token in tokens_of(before) if token in self._names]
        return named[-1] if named else about or (self._names[0] if len(self._names) == 1 else None)

    def _comparisons(self, text: str) -> None:
        for found in _COMPARISON.finditer(text):
            before = text[: found.start()]
            is_rule = re.search(
                r"\b(?:must|assum|constraint|restriction|guarantee|require|note)", before, re.IGNORECASE
            )
            if is_rule or not _CONDITIONAL.search(before):
                self._condition(
                    re.sub(r"(\w+)\.length", r"len(\1)", found.group()).replace("≤", "<=").replace("≥", ">=")
                )

    def _condition(self, source: str) -> None:
        """Keep a condition whose names are parameters, or abbreviations of them ("num" for "number")."""
        condition = parse_expression(source)
        if condition is None:
            return
        for node in ast.walk(condition):
            if isinstance(node, ast.Name) and node.id not in self._names and node.id != "len":
                close = [n for n in self._names if n.startswith(node.id) or (len(n) > 2 and node.id.startswith(n))]
                if len(close) != 1:
                    return
                node.id = close[0]
        self.conditions.append(condition)


def _is_output(tokens: Sequence[str], place: int) -> bool:
    """Whether a phrase at `place`, by the word before it that tells, is about what comes out."""
    lowered = [token.lower() for token in tokens[:place]]
    for distance, token in enumerate(reversed(lowered), 1):
        if token in INPUT:
            return False
        if token in OUTPUT or (token in TOWARDS and distance <= 2 and lowered[-distance - 1 : -distance] != ["input"]):
            return True
    return False


def _is_article(tokens: Sequence[str], place: int) -> bool:
    following = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
    return (
        tokens[place] == "a" and following.isalpha() and following not in {"and", "or", "is", "to", "in", "of", "from"}
    )


def _formed(shape: Shape, following: str) -> Shape:
    """A string that the words after it give a form of its own: its characters, or the mark that it has one."""
    if isinstance(shape, Numbers | Integers | Floats):
        return Text(fixed_form=True) if _AS_STRING.match(following) else shape
    if isinstance(shape, Collected) and isinstance(shape.element, Text):
        return replace(shape, element=_formed(shape.element, following))
    if not isinstance(shape, Text) or shape.max_size == 1:
        return shape
    if _ONLY.search(following):
        signs = "".join(sign for _, sign in _QUOTED_SIGN.findall(following))
        alphabet = signs or "".join(letters for pattern, letters in _ALPHABETS if pattern.search(following))
        if alphabet:
            return replace(shape, alphabet="".join(dict.fromkeys(alphabet)))
    return replace(shape, fixed_form=True) if _FORM.search(following) else shape


def _limit(found: re.Match[str]) -> Numbers:
    word, or_equal, number = found.group(1).lower(), found.group(2), int(found.group(3))
    if word == "at least" or (or_equal and word in GREATER):
        return Numbers(low=number)
    if word == "at most" or (or_equal and word not in GREATER):
        return Numbers(high=number)
    return Numbers(low=number, above=True) if word in GREATER else Numbers(high=number - 1)

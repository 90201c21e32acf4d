"""Noun phrases of docstrings ("a non-empty list of positive integers") as shapes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from refute.properties.shapes import (
    BOOLEANS,
    NONE,
    PLAIN_TEXT,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Numbers,
    OneOf,
    Shape,
    Text,
    Unknown,
    merge,
)
from refute.properties.vocabulary import ARTICLES

_TOKEN = re.compile(r"[A-Za-z_](?:[\w]|-(?=[a-z]))*|\d+(?:\.\d+)?|[^\sA-Za-z_\d]")
_NON = re.compile(r"\bnon[ -]?(?=(?:negative|empty|zero|positive|decreasing|increasing|blank)\b)", re.IGNORECASE)

_NOUNS: dict[str, Shape] = {
    **dict.fromkeys(("integer", "int"), Integers()),
    **dict.fromkeys(("float", "real"), Floats()),
    "number": Numbers(),
    **dict.fromkeys(("string", "str", "text", "sentence", "phrase", "paragraph", "substring"), Text()),
    "word": Text("abcdeABCDExyz", min_size=1, max_size=12),
    **dict.fromkeys(("character", "char"), Text("abcdeABCDExyz", min_size=1, max_size=1)),
    **dict.fromkeys(
        ("list", "array", "array_like", "array-like", "sequence", "iterable", "vector", "collection"), Collected()
    ),
    "tuple": Collected(kind="tuple"),
    "set": Collected(kind="set"),
    **dict.fromkeys(("dictionary", "dict", "mapping"), Dictionaries()),
    **dict.fromkeys(("boolean", "bool", "flag"), BOOLEANS),
}


_ANYTHING = OneOf((Integers(), Text(max_size=5), BOOLEANS, NONE, Floats()))


@dataclass(frozen=True)
class Phrase:
    """A noun phrase that names a kind of values: tokens `start` to `end` of a sentence."""

    shape: Shape
    start: int
    end: int
    is_plural: bool


def tokens_of(sentence: str) -> list[str]:
    """The words, numbers and signs of a sentence; "non negative" and its like are one word, "nonnegative"."""
    return _TOKEN.findall(_NON.sub("non", sentence).replace("`", ""))


def phrases_of(tokens: Sequence[str]) -> list[Phrase]:
    """The noun phrases of a sentence, longest first at each place, from left to right."""
    found: list[Phrase] = []
    place = 0
    while place < len(tokens):
        phrase = _phrase(tokens, place)
        if phrase is not None:
            found.append(phrase)
        place = phrase.end if phrase else place + 1
    return found


def _phrase(tokens: Sequence[str], start: int) -> Phrase | None:
    """The phrase that begins exactly at `start` with an adjective or a noun."""
    place = start
    adjectives: list[str] = []
    while place < len(tokens) and (
        tokens[place].lower() in _ADJECTIVES or (adjectives and tokens[place] in {",", "and"})
    ):
        adjectives.append(tokens[place].lower())
        place += 1
    if place >= len(tokens):
        return None
    place, noun, is_plural = _noun(tokens, place)
    if noun is None:
        return None
    shape = noun
    if isinstance(shape, Collected) and place < len(tokens) and tokens[place].lower() in {"of", "containing", "with"}:
        inner_start = place + 1
        while inner_start < len(tokens) and tokens[inner_start].lower() in ARTICLES:
            inner_start += 1
        inner = _phrase(tokens, inner_start)
        if inner is not None:
            shape, place = replace(shape, element=inner.shape), inner.end
    if isinstance(shape, Dictionaries) and tokens[place : place + 1] == ["of"]:
        keys = _phrase(tokens, place + 1)
        values = _phrase(tokens, keys.end + 1) if keys and tokens[keys.end : keys.end + 1] == ["to"] else None
        if keys and values:
            shape, place = replace(shape, keys=keys.shape, values=values.shape), values.end
    for adjective in adjectives:
        shape = _ADJECTIVES[adjective](shape) if adjective in _ADJECTIVES else shape
    return Phrase(shape, start, place, is_plural)


def _noun(tokens: Sequence[str], place: int) -> tuple[int, Shape | None, bool]:
    word = tokens[place].lower()
    following = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
    if word in {"integer", "int", "string", "number", "word", "float"} and _singular(following) in {"list", "array"}:
        return place + 2, Collected(_NOUNS[word]), following.endswith("s")
    if word in {"integer", "floating", "real", "natural", "whole"} and following:
        kind = Floats() if word in {"floating", "real"} else Integers(0 if word == "natural" else None)
        after = place + 1 + (following in {"point", "-"})
        if after < len(tokens) and _singular(tokens[after].lower()) in {"number", "value"}:
            return after + 1, kind, tokens[after].endswith("s")
    if _singular(word) in {"value", "object"} and {"any", "arbitrary"} & {t.lower() for t in tokens[place - 2 : place]}:
        return place + 1, _ANYTHING, word != _singular(word)
    noun = _NOUNS.get(_singular(word))
    return place + 1, noun, word != _singular(word)


def _singular(word: str) -> str:
    if word in {"dictionaries", "indices"}:
        return {"dictionaries": "dictionary", "indices": "index"}[word]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def bounded(bounds: Numbers) -> Callable[[Shape], Shape]:
    """Keeps numbers, alone or as elements, within `bounds`."""

    def apply(shape: Shape) -> Shape:
        if isinstance(shape, Collected):  # "a positive integer list"
            return replace(shape, element=apply(shape.element))
        if isinstance(shape, Dictionaries):  # "quantities are never negative"
            return replace(shape, values=apply(shape.values))
        return merge(shape, bounds) if isinstance(shape, Integers | Floats | Numbers) else shape

    return apply


def sized(low: int, high: int | None = None) -> Callable[[Shape], Shape]:
    """Keeps strings and collections at `low` to `high` elements."""

    def apply(shape: Shape) -> Shape:
        if not isinstance(shape, Collected | Text | Dictionaries):
            return shape
        least = max(low, shape.min_size)
        most = shape.max_size if high is None else min(high, shape.max_size)
        return replace(shape, min_size=least, max_size=max(least, most))

    return apply


def _ordered(shape: Shape) -> Shape:
    return replace(shape, order="ascending") if isinstance(shape, Collected) else shape


def _distinct(shape: Shape) -> Shape:
    return replace(shape, unique=True) if isinstance(shape, Collected) else shape


def _over(alphabet: str) -> Callable[[Shape], Shape]:
    def apply(shape: Shape) -> Shape:
        if isinstance(shape, Collected):
            return replace(shape, element=apply(shape.element))
        return replace(shape, alphabet=alphabet) if isinstance(shape, Text) else shape

    return apply


def _special(shape: Shape) -> Shape:
    """Adjectives that give strings a form of their own, and numbers written as strings."""
    if isinstance(shape, Text):
        return replace(shape, fixed_form=True) if shape.alphabet == PLAIN_TEXT else shape
    return Text(fixed_form=True) if isinstance(shape, Integers | Floats | Numbers) else shape


def _well_formed(shape: Shape) -> Shape:
    return _special(shape) if isinstance(shape, Text) else shape


def _same(shape: Shape) -> Shape:
    return shape


_ADJECTIVES: dict[str, Callable[[Shape], Shape]] = {
    "positive": bounded(Numbers(low=0, above=True)),
    "nonnegative": bounded(Numbers(low=0)),
    "natural": bounded(Numbers(low=0)),
    "nonpositive": bounded(Numbers(high=0)),
    "negative": bounded(Numbers(high=-1)),
    "nonempty": sized(1),
    "nonblank": sized(1),
    "sorted": _ordered,
    "ordered": _ordered,
    "ascending": _ordered,
    "nondecreasing": _ordered,
    "distinct": _distinct,
    "unique": _distinct,
    "lowercase": _over("abcdexyz"),
    "lowercased": _over("abcdexyz"),
    "lower-case": _over("abcdexyz"),
    "uppercase": _over("ABCDEXYZ"),
    "upper-case": _over("ABCDEXYZ"),
    "alphabetic": _over("abcdeABCDExyz"),
    "alphabetical": _over("abcdeABCDExyz"),
    "alphanumeric": _over("abcdeABCDE0123456789"),
    **dict.fromkeys(("binary", "hexadecimal", "hex", "roman", "encoded", "formatted", "octal"), _special),
    "valid": _well_formed,
    **dict.fromkeys(("date", "time", "json", "dna", "numeric", "bracket", "path", "url", "ip", "version"), _special),
    **dict.fromkeys(("ascii", "unsorted", "arbitrary", "finite", "flat", "plain", "numerical"), _same),
}


def documented_type(text: str) -> Shape:
    """The shape of a type in words, such as "list of int"; unknown where it is not exactly one phrase."""
    found = phrases_of(tokens_of(text))
    return found[0].shape if len(found) == 1 else Unknown()


def adjective(word: str) -> Callable[[Shape], Shape] | None:
    """What an adjective such as "positive" does to a shape, None where it says nothing about values."""
    return _ADJECTIVES.get(word.lower())

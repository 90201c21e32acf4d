"""What sentences say of the elements of containers: "(start, end) with start <= end", "all rows are equally long"."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from refute.properties.names import shape_of_name
from refute.properties.shapes import Collected, Dictionaries, Shape, Text, Tuples
from refute.properties.worded_bounds import Refinement, conditions_in
from refute.properties.worded_relations import relations_in

_PAIR_ORDERS: dict[str, Literal["ascending", "rising"]] = {
    "1 <= 2": "ascending",
    "2 >= 1": "ascending",
    "1 < 2": "rising",
    "2 > 1": "rising",
}

_LEVEL = re.compile(
    r"\b(?:rectangular|matrix|matrices)\b|"
    r"\b(?:rows|lists|lines)\b.*\b(?:(?:same|equal) (?:length|size|width)|equally long)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:if|whether|when|unless|returns?)\b", re.IGNORECASE)
_SORTED = re.compile(
    r"(?:^|[,;(] ?)(?:(?:always |already )?(?:sorted|ordered|in ascending order)|"
    r"(?:the |a list of |list of )?\w+,? (?:sorted )?in (?:ascending|increasing) order)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"^(?:each|every|an?|all)\s+`*(\w+)`*\s+(?:is|are|has|consists|holds)\b", re.IGNORECASE)
_COMPONENTS = re.compile(
    r"\b(?P<kind>(?:pair|triple|tuple)s?)\b[^().]{0,25}\(\s*(?P<names>\w+(?:,\s*\w+)+)\s*\)|"
    r"\(\s*(?P<before>\w+(?:,\s*\w+)+)\s*\)\s*(?:pairs|triples|tuples)\b",
    re.IGNORECASE,
)
_CHARACTERS = re.compile(r"\b(?:characters?|letters?|words?|spaces?)\s+(?:of|in)\s+(?:the\s+)?`+(\w+)`+", re.IGNORECASE)
_PAIR = re.compile(r"\(\s*(\w+),\s*(\w+)\s*\)")


def elements_in(text: str, names: Sequence[str], about: str | None) -> Iterator[tuple[str, Refinement]]:
    """What a sentence says of the elements of parameters out of `names`; `about` is the one whose description it is
    part of. A refinement leaves alone what is no such container."""
    mentioned = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    everyone = [about] if about else mentioned or list(names)
    level = _LEVEL.search(text)
    if level and not _ASKED.search(text, 0, level.start()):
        yield from ((name, _level) for name in everyone)
    if about and _SORTED.search(text):
        yield about, _ascending
    yield from ((name, refine) for refine in _orders_in_pairs(text) for name in everyone)


def shapes_in(text: str, names: Sequence[str], about: str | None) -> Iterator[tuple[str, Shape]]:
    """Shapes that a sentence gives to parameters by their parts: "pairs (name, count)", "the characters of `value`"."""
    plain = text.replace("`", "").replace('"', "")
    element = element_of(text, names)
    subject = element or about or (names[0] if len(names) == 1 else None)
    found = _COMPONENTS.search(plain)
    if found and subject is not None:
        parts = (found["names"] or found["before"]).split(",")
        whole: Shape = Tuples(tuple(shape_of_name(part.strip())[0] for part in parts))
        is_single = found["kind"] is not None and not found["kind"].lower().endswith("s") and element is None
        yield subject, whole if is_single else Collected(whole)
    for name in _CHARACTERS.findall(text):
        if name in names:
            yield name, Text()


def element_of(text: str, names: Sequence[str]) -> str | None:
    """The parameter whose elements a sentence is about, as "Each booking is ..." is about `bookings`."""
    found = _EACH.match(text)
    word = found.group(1).lower() if found else ""
    singulars = (name for name in names if word and name.lower() in {f"{word}s", f"{word}es", f"{word[:-1]}ies"})
    return next(singulars, None)


def _level(shape: Shape) -> Shape:
    """Rows of one length."""
    return replace(shape, level=True) if isinstance(shape, Collected) else shape


def _ascending(shape: Shape) -> Shape:
    return replace(shape, order="ascending") if isinstance(shape, Collected) else shape


def _orders_in_pairs(text: str) -> Iterator[Refinement]:
    """What "(start, end) with start <= end" says of pairs."""
    for found in _PAIR.finditer(text):
        first, second = found.groups()
        rest = re.sub(r"^\W*(?:where|with|and)\b", "", text[found.end() :])
        for condition in (*conditions_in(rest, (first, second)), *relations_in(rest, (first, second))):
            order = _PAIR_ORDERS.get(ast.unparse(condition).replace(first, "1", 1).replace(second, "2", 1))
            if order is not None:
                yield _paired(order)
                break


def _paired(order: Literal["ascending", "rising"]) -> Refinement:
    def apply(shape: Shape) -> Shape:
        match shape:
            case Tuples(elements=[_, _]):
                return replace(shape, order=order)
            case Collected():
                return replace(shape, element=apply(shape.element))
            case Dictionaries():
                return replace(shape, values=apply(shape.values))
            case _:
                return shape

    return apply

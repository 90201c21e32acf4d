"""What the sentences of a docstring say about the inputs."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refute.properties.docstrings import Docstring
from refute.properties.phrases import Phrase, adjective, phrases_of, tokens_of
from refute.properties.shapes import Collected, Integers, Numbers, Shape, Unknown, merge
from refute.properties.vocabulary import (
    ARTICLES,
    ASSUMING,
    BETWEEN_NAMES,
    CONDITIONS,
    COPULAS,
    COUNTS,
    INPUT,
    INTRODUCING,
    OUTPUT,
    OUTPUT_SECTIONS,
    PRONOUNS,
    TOWARDS,
)
from refute.properties.worded_bounds import Refinement, conditions_in, refinements_in
from refute.properties.worded_elements import element_of, elements_in, shapes_in
from refute.properties.worded_forms import formed
from refute.properties.worded_relations import relations_in


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
    for text, about in told_of_inputs(docstring, names):
        reader.read(text, about)
    return Described(reader.shapes, tuple(reader.refinements), tuple(reader.conditions))


def told_of_inputs(docstring: Docstring, names: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """The texts that may speak of the parameters `names`: sentences, and descriptions, each with its parameter."""
    for sentence in docstring.sentences:
        is_described = docstring.parameters and sentence.section.endswith(("args", "arguments", "parameters", "params"))
        if sentence.section not in OUTPUT_SECTIONS and "example" not in sentence.section and not is_described:
            yield sentence.text, None
    for parameter in docstring.parameters:
        if parameter.name in names:
            yield parameter.description, parameter.name


def understands(text: str, names: Sequence[str], about: str | None) -> bool:
    """Whether anything that limits the inputs is found in `text`, a part of what `told_of_inputs` gives."""
    reader = _Reader(names)
    reader.read(text, about)
    return bool(reader.refinements or reader.conditions)


class _Reader:
    """Collects what sentences say. Whatever is said twice in different ways keeps its first meaning."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.shapes: dict[str, Shape] = {name: Unknown() for name in names}
        self.refinements: list[tuple[str, Refinement]] = []
        self.conditions: list[ast.expr] = []

    def read(self, text: str, about: str | None = None) -> None:
        """Read one sentence; `about` is the parameter whose own description it is part of."""
        first = re.match(r"\w{3,}", text)
        if first and first.group() not in self._names and first.group().lower() in self._names:
            text = first.group().lower() + text[first.end() :]  # "Items must be unique" is about `items`
        tokens = tokens_of(text)
        for name, shape in shapes_in(text, self._names, about):
            self.shapes[name] = merge(self.shapes[name], shape)
        for phrase in phrases_of(tokens) if element_of(text, self._names) is None else ():
            targets, shape = self._targets(phrase, tokens, about)
            shape = formed(shape, " ".join(tokens[phrase.end : phrase.end + 8]))
            for name in targets:
                self.shapes[name] = merge(self.shapes[name], shape)
        self._predicates(tokens)
        self.refinements += refinements_in(text, self._names, about)
        self.refinements += elements_in(text, self._names, about)
        self.conditions += [*conditions_in(text, self._names), *relations_in(text, self._names, about)]

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
            is_count = phrase.is_plural and _is_number(tokens[phrase.start - 1 : phrase.start])
            if is_count:
                return [], phrase.shape  # "at least two characters" says how many, not of what kind
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
        is_assumed = place > 0 and tokens[place].lower() == "that" and tokens[place - 1].lower() in ASSUMING
        is_condition = place >= 0 and tokens[place].lower() in CONDITIONS and not is_assumed
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
        lowered = [token.lower() for token in tokens]
        for place, token in enumerate(tokens):
            refine = adjective(token)
            names = self._names_before(tokens, place) if refine else None
            if refine and lowered[0] in PRONOUNS and set(lowered[1:place]) <= COPULAS and place > 1:
                names = list(self._names)  # "Both must be positive"
            if refine and names:
                self.refinements += [(name, refine) for name in names]


def _is_output(tokens: Sequence[str], place: int) -> bool:
    """Whether a phrase at `place`, by the word before it that tells, is about what comes out."""
    lowered = [token.lower() for token in tokens[:place]]
    for distance, token in enumerate(reversed(lowered), 1):
        if token in INPUT:
            return False
        if token in OUTPUT or (token in TOWARDS and distance <= 2 and lowered[-distance - 1 : -distance] != ["input"]):
            return True
    return False


def _is_number(tokens: Sequence[str]) -> bool:
    return any(token.isdigit() or token.lower() in COUNTS for token in tokens)


def _is_article(tokens: Sequence[str], place: int) -> bool:
    following = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
    return (
        tokens[place] == "a" and following.isalpha() and following not in {"and", "or", "is", "to", "in", "of", "from"}
    )

"""Docstrings that plainly say that two functions undo each other: "Inverse of encode", "Decode what encode made".

Such sentences are easily less than a promise ("the inverse for moments without fractions", "case is lost"), and there
is no end of words that take something back. So a docstring counts only where every part of it has a form that is known.
"""

import re

from refute.properties.docstrings import read_docstring
from refute.properties.units import Spec

_GENERAL = (
    "str|string|text|message|list|dict|dictionary|mapping|object|value|number|integer|int|data|bytes|input|sequence"
)
"""Nouns that say no more of what goes in than a type does: "encode digits" would be silent about letters."""
_TICKS = r"(?::\w+:)?[`'\"]*"
_SPLIT = re.compile(r"[,;:]\s+|[.!]$")
_REVERSIBLY = (
    r" by (?:shifting|cycling|rotating|reversing|swapping)\b(?:(?!\b(?:no|not|only|but|except|if|unless)\b)[\w ])*"
)
"""Ways of encoding that lose nothing of plain text."""


def states_inverse(spec: Spec, forward: Spec, backward: Spec, words: tuple[str, str]) -> bool:
    """Whether the docstring of `spec`, one of two functions, plainly says that `backward` undoes what `forward` does.

    That of the other must say nothing that may take it back. `words` are what in their names makes them a pair.
    """
    readers = (_Reader(forward, backward, *words), _Reader(backward, forward, *reversed(words)))
    own, other = readers if spec.name == forward.name else reversed(readers)
    formula = _formula(forward.name, backward.name)
    if own.takes_what_is_made():
        return other.is_summary()
    return own.claims(formula) is True and other.claims(formula) is not None


class _Reader:
    """Reads the docstring of `spec`, whose function may be undone by `partner`, or undo it."""

    def __init__(self, spec: Spec, partner: Spec, word: str, opposite: str) -> None:
        self._sentences = [sentence.text for sentence in read_docstring(spec).sentences]
        stem, opposed = word.rstrip("e"), opposite.rstrip("e")
        verb, done, undone = rf"{stem}(?:es|e|s)?", rf"{stem}t?ed", rf"{opposed}t?ed"
        names = "|".join(re.escape(p.name) for p in spec.parameters)
        short = "|".join([_GENERAL, *(p.name for p in spec.parameters if len(p.name) == 1)])
        noun = rf"(?:(?:an?|the|this|any) )?(?:(?:given|original|{done}|{undone}) )?(?:{short}|`+(?:{names})`+)"
        there = rf"{_TICKS}{re.escape(partner.name)}(?:\(\w*\))?[`'\"]*(?: function)?"
        self._label = rf"(?:{names}|str|bytes|dict|list|int)"
        self._summary = rf"(?:returns? )?(?:{verb}(?: {noun})?|{noun}(?: to {verb})?)"
        self._taking = (
            rf"takes? (?:as )?(?:the )?(?:input )?{noun} {undone} (?:with|by|using) {there}[.,;]? "
            rf"(?:and )?returns? (?:the |an? )?{done}(?: (?:{_GENERAL}))?\.?"
        )
        self._claims = (
            rf"(?:(?:this|it) is )?(?:the )?(?:exact )?(?:inverse|opposite|reverse)(?: function)? (?:of|to) {there}",
            rf"(?:undo(?:es)?|reverts?|reverses?|inverts?) (?:what )?{there}(?: (?:did|does|made|makes))?",
            rf"{there} is (?:the|its) (?:exact )?(?:inverse|opposite|reverse)",
            rf"{there} (?:undoes|reverts|reverses|inverts) (?:this|it)",
            rf"(?:the|its) (?:inverse|opposite) is {there}",
            rf"(?:use|call) {there} to (?:undo|revert|reverse|invert) (?:this|it)",
            *_undoing(word, verb, noun, there, undone),
        )

    def takes_what_is_made(self) -> bool:
        """Whether it takes what the partner makes, and returns it as it was. Its inputs are then plain text that the
        partner encoded."""
        return re.fullmatch(self._taking, " ".join(self._sentences), re.IGNORECASE) is not None

    def is_summary(self) -> bool:
        """Whether nothing is said but what the name says, and a way of doing it that loses nothing of plain text."""
        said = " ".join(self._sentences).rstrip(".")
        return not said or re.fullmatch(f"{self._summary}(?:{_REVERSIBLY})?", said, re.IGNORECASE) is not None

    def claims(self, formula: str) -> bool | None:
        """Whether it is said that the two undo each other; None where something is said that is not understood."""
        parts = [part for text in self._sentences for part in _SPLIT.split(text) if part.strip()]
        claiming = [
            any(re.fullmatch(claim, part, re.IGNORECASE) for claim in (formula, *self._claims)) for part in parts
        ]
        others = [part for part, claims in zip(parts, claiming, strict=True) if not claims]
        if not all(re.fullmatch(f"{self._summary}|{self._label}", part, re.IGNORECASE) for part in others):
            return None
        return any(claiming)


def _formula(forward: str, backward: str) -> str:
    """Expressions: "decode(encode(s)) gives s back"."""
    calls = rf"{_TICKS}{re.escape(backward)}\({re.escape(forward)}\((?P<given>\w+)\)\)[`'\"]*"
    return rf"{calls} (?:gives?|returns?|is|equals|==?) (?:back )?{_TICKS}(?P=given)[`'\"]*(?: back| again)?"


def _undoing(word: str, verb: str, noun: str, there: str, undone: str) -> tuple[str, ...]:
    """What only a verb that says itself that it undoes something promises: "Decode what encode made", not "Read what
    write made"."""
    if not word.startswith(("de", "un")):
        return ()
    makes = rf"(?:made|makes|wrote|writes|produced|produces|returned|returns|gave|gives|{undone})"
    return (
        rf"{verb} (?:what|{noun} (?:which|that)) {there} {makes}",
        rf"{verb} {noun} {undone} (?:with|by|using) {there}",
        rf"{verb} the (?:output|result) of {there}",
    )

"""Strings that a docstring gives a form in words: "a string of digits", "a string representing a date"."""

import re
from dataclasses import replace

from refute.properties.shapes import Collected, Floats, Integers, Numbers, Shape, Text

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


def formed(shape: Shape, following: str) -> Shape:
    """A string that the words after it give a form of its own: its characters, or the mark that it has one."""
    if isinstance(shape, Numbers | Integers | Floats):
        return Text(fixed_form=True) if _AS_STRING.match(following) else shape
    if isinstance(shape, Collected) and isinstance(shape.element, Text):
        return replace(shape, element=formed(shape.element, following))
    if not isinstance(shape, Text) or shape.max_size == 1:
        return shape
    if _ONLY.search(following):
        signs = "".join(sign for _, sign in _QUOTED_SIGN.findall(following))
        alphabet = signs or "".join(letters for pattern, letters in _ALPHABETS if pattern.search(following))
        if alphabet:
            return replace(shape, alphabet="".join(dict.fromkeys(alphabet)))
    return replace(shape, fixed_form=True) if _FORM.search(following) else shape

"""The form of example strings: fixed patterns, lists with a separator, brackets, or an alphabet."""

import re
import string
from collections.abc import Sequence
from itertools import groupby

from refute.properties.shapes import Integers, Shape, Strategy, Text, one_of
from refute.properties.strategies import strategy

_SEPARATORS = ("\n", ", ", "; ", " | ", " -> ", ",", ";", "|", "@", "=", "/", ":", " ", "-", ".", "_")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ROMAN = "M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})"
_ROMAN_PLACES = (
    ("", "M", "MM", "MMM"),
    ("", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"),
    ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"),
    ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
)
_YEAR, _MONTH, _DAY = "(19|20)[0-9]{2}", "(0[1-9]|1[0-2])", "(0[1-9]|1[0-9]|2[0-8])"
_HOUR, _SIXTY, _OCTET = "([01][0-9]|2[0-3])", "[0-5][0-9]", "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_KNOWN_FORMS = (
    *(s.join(order) for s in "-/." for order in ((_YEAR, _MONTH, _DAY), (_MONTH, _DAY, _YEAR), (_DAY, _MONTH, _YEAR))),
    f"{_HOUR}:{_SIXTY}",
    f"{_HOUR}:{_SIXTY}:{_SIXTY}",
    r"\.".join([_OCTET] * 4),
)
"""Forms of which the characters alone do not tell what is valid. Days are drawn up to 28: every month has
those."""

_ALPHABETS = ("01", "ACGT", "ACGU", "acgt", "0123456789ABCDEF", "0123456789abcdef")
_FAMILIAR = {string.ascii_lowercase: "abcxyz", string.ascii_uppercase: "ABCXYZ", string.digits: string.digits}
_KINDS = {"[0-9]": string.digits, "[a-z]": string.ascii_lowercase, "[A-Z]": string.ascii_uppercase}
_LONGEST = 40


def shape_of_texts(texts: Sequence[str]) -> Shape:
    """The shape of strings like `texts`: the first form that fits all of them, and the examples themselves."""
    examples = list(dict.fromkeys(texts))
    filled = [text for text in examples if text]
    if not filled:
        return Text()
    for form in (_known_form, _roman, _numerals, _balanced, _pattern, _separated):
        made = form(filled)
        if made is not None:
            return one_of([Strategy(made), Strategy(_samples(examples))])
    return _alphabetic(examples, filled)


def _samples(examples: Sequence[str]) -> str:
    return f"sampled_from({list(examples)!r})"


def _known_form(texts: list[str]) -> str | None:
    for pattern in _KNOWN_FORMS:
        seen = pattern.replace(_DAY, "(0[1-9]|[12][0-9]|3[01])")
        if all(re.fullmatch(seen, text) for text in texts):
            return f"from_regex({pattern!r}, fullmatch=True)"
    return None


def _roman(texts: list[str]) -> str | None:
    """Roman numerals, in one case; at least two, since "I" and "MIX" may be words."""
    for change in (str.upper, str.lower):
        if len(texts) > 1 and all(re.fullmatch(change(_ROMAN), text) for text in texts):
            places = (_samples([change(part) for part in place]) for place in _ROMAN_PLACES)
            return f"tuples({', '.join(places)}).map(''.join).filter(bool)"
    return None


def _numerals(texts: list[str]) -> str | None:
    """Whole numbers written without leading zeros."""
    if not all(re.fullmatch("-?[1-9][0-9]{0,8}|0", text) for text in texts):
        return None
    numbers = [int(text) for text in texts]
    largest = max(map(abs, numbers))
    low = -largest if min(numbers) < 0 else min(1, *numbers) if len(numbers) > 1 else min(1, numbers[0])
    return f"{strategy(Integers(low, max(9, 2 * largest)))}.map(str)"


def _balanced(texts: list[str]) -> str | None:
    """Balanced brackets, with spaces or letters between them; None unless every example is balanced."""
    pairs = [(opening, closing) for opening, closing in _BRACKETS.items() if any(opening in text for text in texts)]
    others = sorted({c for text in texts for c in text} - {c for pair in pairs for c in pair})
    if not pairs or not all(map(_is_balanced, texts)) or not all(c == " " or c.isalnum() for c in others):
        return None
    leaves = ["", *(opening + closing for opening, closing in pairs), *others]
    wrapped = [f"s.map(lambda t: {opening!r} + t + {closing!r})" for opening, closing in pairs]
    parts = ", ".join([*wrapped, "tuples(s, s).map(''.join)"])
    return f"recursive(sampled_from({leaves!r}), lambda s: one_of({parts}), max_leaves=8).filter(bool)"


def _is_balanced(text: str) -> bool:
    stack: list[str] = []
    for character in text:
        if character in _BRACKETS:
            stack.append(_BRACKETS[character])
        elif character in _BRACKETS.values() and (not stack or stack.pop() != character):
            return False
    return not stack


def _pattern(texts: list[str]) -> str | None:
    """A regular expression, where all examples are made of the same runs of digits, letters and signs."""
    runs = [_runs(text) for text in texts]
    kinds = [kind for kind, _ in runs[0]]
    mixed = any(kind in _KINDS for kind in kinds) and any(kind not in _KINDS for kind in kinds)
    if len(texts) < 2 or not mixed or any([kind for kind, _ in run] != kinds for run in runs):
        return None
    parts: list[str] = []
    for place, kind in enumerate(kinds):
        written = [run[place][1] for run in runs]
        if kind not in _KINDS and len(set(written)) > 1:
            return None
        parts.append(_run_pattern(kind, written))
    return f"from_regex({''.join(parts)!r}, fullmatch=True)"


def _kind(character: str) -> str:
    return next((kind for kind, members in _KINDS.items() if character in members), character)


def _runs(text: str) -> list[tuple[str, str]]:
    """The text cut where the kind of its characters changes; a sign is a kind of its own."""
    return [(kind, "".join(run)) for kind, run in groupby(text, key=_kind)]


def _run_pattern(kind: str, written: list[str]) -> str:
    low, high = min(map(len, written)), max(map(len, written))
    if kind not in _KINDS or (len(set(written)) == 1 and len(written) > 2):
        return "".join("\\" + c if c in "\\.^$*+?{}[]|()" else c for c in written[0])
    if kind == "[0-9]" and not any(run.startswith("0") for run in written):
        return "[1-9]" + _times("[0-9]", low - 1, high - 1)  # no leading zeros, and so no zero
    return _times(kind, low, high)


def _times(pattern: str, low: int, high: int) -> str:
    if high == 0:
        return ""
    if low == high:
        return pattern if low == 1 else f"{pattern}{{{low}}}"
    return f"{pattern}{{{low},{high}}}"


def _separated(texts: list[str]) -> str | None:
    """Tokens with a separator between them, where they are alike or always as many."""
    for separator in _SEPARATORS:
        rows = [text.split(separator) for text in texts]
        tokens = [token for row in rows for token in row]
        counts = {len(row) for row in rows}
        if counts == {1} or not all(tokens):
            continue
        join = f".map({separator!r}.join)"
        if len(counts) == 1 and len(texts) > 1:
            places = (_token(list(place)) for place in zip(*rows, strict=True))
            return f"tuples({', '.join(places)}){join}"
        if len({_signature(token) for token in tokens}) == 1:
            return f"lists({_token(tokens)}, min_size={min(counts)}, max_size={2 * max(counts)}){join}"
    return None


def _token(tokens: list[str]) -> str:
    """The strategy of one token; signs, such as operators, are taken as they are."""
    if not any(c.isalnum() for token in tokens for c in token):
        return _samples(list(dict.fromkeys(tokens)))
    return strategy(shape_of_texts(tokens))


def _signature(token: str) -> str:
    """The signs of a token in their order, with words and numbers told apart."""
    return re.sub("[A-Za-z]+", "a", re.sub("[0-9]+", "0", token))


def _alphabetic(examples: list[str], filled: list[str]) -> Shape:
    used = {c for text in filled for c in text}
    tokens = [word for text in filled for word in text.split()]
    if len(tokens) > len(filled) and {_signature(token) for token in tokens} == {"a", "0"}:
        return Strategy(_samples(examples))  # words and numbers in an order that is not known
    if len(filled) > 1 and all(re.fullmatch("[A-Z][a-z]{2,}", text) for text in filled):
        return Strategy(_samples(examples))  # names, of which no others may be meant
    low = 0 if "" in examples or len(examples) == 1 else 1
    high = min(max(8, 2 * max(map(len, filled))), max(_LONGEST, *map(len, filled)))
    return Text(_alphabet(used), low, high, tuple(examples))


def _alphabet(used: set[str]) -> str:
    """The characters that strings made of `used` may have."""
    mixed = any(c.isalpha() for c in used) and any(c.isdigit() for c in used)
    for known in _ALPHABETS:
        if used <= set(known) and len(used) > 1 and (mixed or "9" not in known):
            return known
    familiar = "".join(few for every, few in _FAMILIAR.items() if used & set(every))
    return "".join(sorted(used | set(familiar), key=lambda c: (not c.isalpha(), c)))

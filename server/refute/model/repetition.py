"""Answers that go round in circles: the structure of their lines repeats, whatever names and values are in them.

A model that has nothing more to say goes on with more of the same, up to its limit of tokens. In code and in lists it
is mostly the structure that repeats rather than the text.
"""

import keyword
import re

_LONGEST_PERIOD = 4
"""Lines that may repeat together."""
_LITERALS = frozenset({"True", "False", "None"})
_TOKEN = re.compile(
    r"""(?P<literal>[rbfuRBFU]{0,2}(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|-?\d[\w.]*)|(?P<word>[^\W\d]\w*)|\S"""
)
_SERIES = re.compile(r"(\[ [LN] \]|\( [LN] \)|\b[LN])(?: , \1)+")
_NEXT_ITEM = re.compile(r"\}\s*,\s*$")


class Repetition:
    """Hears an answer in pieces and says where it should have ended.

    `most` is how many lines, or items of a JSON list, may follow each other with one structure, or in blocks of up to
    four with one structure.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._line = ""
        self._structures: list[str] = []

    def feed(self, piece: str) -> int | None:
        """How many characters of `piece` are to be kept where the answer now repeats itself; None where it does not."""
        for index, character in enumerate(piece):
            ends_item = character == "{" and _NEXT_ITEM.search(self._line) is not None
            if (ends_item or character == "\n") and self._repeats(self._line):
                return index
            self._line = "" if character == "\n" else character if ends_item else self._line + character
        return None

    def _repeats(self, line: str) -> bool:
        """Whether too many lines in a row, `line` the last of them, have one structure."""
        if not line.strip():
            return False
        self._structures.append(structure(line))
        for period in range(1, _LONGEST_PERIOD + 1):
            times = max(2, -(-self._most // period))
            last = self._structures[-period * times :]
            if len(last) == period * times and last == last[:period] * times:
                return True
        return False


def structure(line: str) -> str:
    """A line with `L` for each literal and `N` for each name; a series of them counts as one."""
    indent = line[: len(line) - len(line.lstrip())]
    tokens = " ".join(_token(found) for found in _TOKEN.finditer(line))
    shorter = _SERIES.sub(r"\1", tokens)
    while shorter != tokens:
        tokens, shorter = shorter, _SERIES.sub(r"\1", shorter)
    return indent + tokens


def _token(found: re.Match[str]) -> str:
    word = found["word"]
    if found["literal"] or word in _LITERALS:
        return "L"
    return "N" if word and not keyword.iskeyword(word) else found[0]

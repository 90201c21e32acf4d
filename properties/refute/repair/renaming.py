"""The user's names in somebody else's body: parameters by position, local variables where lines come out the same."""

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from refute.repair.bodies import Body, Line, Token


def renamed_like(theirs: Body, user: Body) -> Body | None:
    """`theirs` with the parameter names of `user`, and with its local names where that makes lines equal.

    None where the parameters cannot be matched, or a name cannot be changed safely.
    """
    if len(theirs.parameters) != len(user.parameters):
        return None
    names = {old: new for old, new in zip(theirs.parameters, user.parameters, strict=True) if old != new}
    if names:
        clash = set(names.values()) & set(_identifiers(theirs)) - set(names)
        if clash or not _renamable(theirs, frozenset(names)):
            return None
        theirs = replace(_renamed(theirs, names), parameters=user.parameters)
    return _renamed(theirs, _matching(theirs, user))


def _matching(theirs: Body, user: Body) -> dict[str, str]:
    """Their local names with the user's names that stand at the same places of lines of the same form."""
    votes: Counter[tuple[str, str]] = Counter()
    their_forms = [_form(line, theirs.locals) for line in theirs.lines]
    user_forms = [_form(line, user.locals) for line in user.lines]
    matcher = difflib.SequenceMatcher(None, their_forms, user_forms, autojunk=False)
    for block in matcher.get_matching_blocks():
        for left, right in zip(
            theirs.lines[block.a : block.a + block.size], user.lines[block.b : block.b + block.size], strict=True
        ):
            pairs = zip(left.tokens, right.tokens, strict=True)
            votes.update((one.text, other.text) for one, other in pairs if one.name and one.text in theirs.locals)
    taken = set(_identifiers(theirs))
    chosen: dict[str, str] = {}
    for (old, new), _ in votes.most_common():
        free = old not in chosen and new not in chosen.values() and new not in taken
        if old != new and free and _renamable(theirs, frozenset({old})):
            chosen[old] = new
    return chosen


def _form(line: Line, names: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """A line's key with a blank for each of `names`."""
    depth, texts = line.key
    return depth, tuple(
        "_" if token.name and token.text in names else text for token, text in zip(line.tokens, texts, strict=True)
    )


def _identifiers(body: Body) -> list[str]:
    return [token.text for line in (*body.preamble, *body.lines) for token in line.tokens if token.name]


def _renamable(body: Body, names: frozenset[str]) -> bool:
    """Whether the names stand nowhere that tokens do not show: f-strings are one token before Python 3.12."""
    tokens = (token.text for line in body.lines for token in line.tokens)
    formatted = [text for text in tokens if text.endswith(('"', "'")) and "f" in text[:2].lower()]
    return not names & body.fixed and not any(name in text for text in formatted for name in names)


def _renamed(body: Body, names: dict[str, str]) -> Body:
    lines = tuple(replace(line, tokens=tuple(_renamed_tokens(line.tokens, names))) for line in body.lines)
    return replace(body, lines=lines, locals=frozenset(names.get(name, name) for name in body.locals))


def _renamed_tokens(tokens: tuple[Token, ...], names: dict[str, str]) -> Iterator[Token]:
    """Attributes, keyword arguments and the conversions of f-strings keep their names."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        fixed = index > 0 and tokens[index - 1].text in (".", "!")
        keyword_argument = depth > 0 and index + 1 < len(tokens) and tokens[index + 1].text == "="
        renamed = token.name and not fixed and not keyword_argument
        yield replace(token, text=names.get(token.text, token.text)) if renamed else token

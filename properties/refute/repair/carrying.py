"""Implementations carried over into the user's function, whose signature, docstring, names and lines stay."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit
from refute.repair.bodies import Body, Line, changed_tokens, read_body
from refute.repair.fix import Candidate, FixOrigin
from refute.repair.mutations.code import shorten
from refute.repair.renaming import renamed_like

_COMMENT = re.compile(r"\s+#[^'\"]*$")
_BASE_COST = 3.0
"""More than most one-edit mutations cost: a body of somebody else has to be read anew."""


def carry_over(
    unit: FunctionUnit,
    implementation_source: str,
    *,
    origin: FixOrigin = "implementation",
    available: frozenset[str] = frozenset(),
) -> Candidate | None:
    """The function of `unit` with the body of an implementation, or None where that is not one of the same shape.

    `implementation_source` is a definition of the function, with imports and helping functions before it if it needs
    them; these go to the start of the body, but for imports of names in `available` (what the module has at its top).
    Parameters and, where lines come out the same, local variables are renamed to the user's. Lines that mean the
    same keep the user's own text with its comments; comments and the docstring of the implementation are dropped.
    """
    user = read_body(unit.source)
    theirs = read_body(implementation_source)
    if user is None or theirs is None:
        return None
    theirs = renamed_like(theirs, user)
    if theirs is None:
        return None
    source = user.head + "".join(_merged(user, _needed_lines(theirs, available)))
    try:
        parse_source(source)
        cost = _BASE_COST + changed_tokens(unit.source, source) / 4
    except SyntaxError:
        return None
    title, line = _description(unit.source, source)
    return Candidate(source, title, origin, cost, line)


def closest(
    unit: FunctionUnit,
    sources: Sequence[str],
    *,
    origin: FixOrigin = "implementation",
    available: frozenset[str] = frozenset(),
) -> tuple[Candidate, ...]:
    """Every implementation carried over, the one nearest to the user's function first, each only once."""
    found: dict[str, Candidate] = {}
    for source in sources:
        candidate = carry_over(unit, source, origin=origin, available=available)
        if candidate is not None and candidate.source != unit.source:
            found.setdefault(candidate.source, candidate)
    return tuple(sorted(found.values(), key=lambda candidate: candidate.cost))


def _needed_lines(theirs: Body, available: frozenset[str]) -> tuple[Line, ...]:
    """The lines of the new body: what stood before the definition, as far as the body needs it, comes first."""
    before = tuple(replace(line, depth=line.depth + 1) for line in theirs.preamble)
    lines = (*before, *theirs.lines)
    used = {token.text for line in lines if not line.binds for token in line.tokens if token.name}
    return tuple(
        line
        for line in lines
        if not line.binds or "*" in line.binds or (line.binds & used and not line.binds <= available)
    )


def _merged(user: Body, new: tuple[Line, ...]) -> Iterator[str]:
    """The text of the lines of `new`; those that the user's body has too are the user's own."""
    matcher = difflib.SequenceMatcher(
        None, [line.key for line in user.lines], [line.key for line in new], autojunk=False
    )
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield from (line.raw for line in user.lines[start:end])
        else:
            yield from (line.written(user.indentation(line.depth)) for line in new[new_start:new_end])


def _description(before: str, after: str) -> tuple[str, int]:
    """What changes between two definitions, in words, and the zero-based line where that begins."""
    old, new = before.rstrip().split("\n"), after.rstrip().split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    runs = [opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
    if not runs:
        return "keep the function as it is", 0
    line = min(runs[0][1], len(old) - 1)
    removed = [
        _COMMENT.sub("", text).strip() for _, start, end, _, _ in runs for text in old[start:end] if text.strip()
    ]
    added = [text.strip() for _, _, _, start, end in runs for text in new[start:end] if text.strip()]
    match removed, added:
        case [one], [other]:
            return f"use `{shorten(other)}` instead of `{shorten(one)}`", line
        case [], [other]:
            return f"add `{shorten(other)}`", line
        case [one], []:
            return f"remove `{shorten(one)}`", line
        case _:
            count = max(len(removed), len(added))
            return f"rewrite {count} lines" if len(added) < len(new) / 2 else "rewrite the body", line

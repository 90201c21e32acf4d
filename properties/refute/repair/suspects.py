"""Suspects: places of a body where a model that read it after its spec expected something else.

Wrong code surprises a language model more than right code does (Ray et al. 2016, "On the naturalness of buggy code").
What it expected there instead says which edits of the body are worth asking about, and gives edits of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refute.properties.prompts import split_definition
from refute.properties.syntax import parse_source
from refute.repair.fix import Candidate

LEAST_GAP = 1.5
"""Nats by which another token must have been likelier."""
MOST_PLACES = 4
REWRITE_COST = 4.0
"""More than that of nearly all mutations: a line that a model wrote anew is a larger change."""


class Token(Protocol):
    """A token as a model read it; see `refute.model.interface.ReadToken`."""

    @property
    def start(self) -> int: ...

    @property
    def log_probability(self) -> float: ...

    @property
    def likeliest(self) -> str: ...

    @property
    def likeliest_log_probability(self) -> float: ...


@dataclass(frozen=True)
class Suspect:
    """A place in a body: `start` in characters, the text that was expected there, and by how many nats rather."""

    start: int
    expected: str
    gap: float


def suspects(tokens: Sequence[Token], body: str) -> tuple[Suspect, ...]:
    """The places of `body` that surprised most, the most surprising first; one for each line at most."""
    found = [
        Suspect(token.start, token.likeliest, token.likeliest_log_probability - token.log_probability)
        for token in tokens
        if token.likeliest_log_probability - token.log_probability >= LEAST_GAP and token.start < len(body)
    ]
    by_line: dict[int, Suspect] = {}
    for suspect in sorted(found, key=lambda s: -s.gap):
        by_line.setdefault(body.count("\n", 0, suspect.start), suspect)
    return tuple(by_line.values())[:MOST_PLACES]


def expected_edits(source: str, places: Sequence[Suspect], edits: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those of `edits` of `source` whose text begins, where it departs from the body, as was expected there."""
    body = split_definition(source)[1]
    found: list[tuple[float, float, Candidate]] = []
    for edit in edits:
        edited = split_definition(edit.source)[1]
        departs = next((n for n, (a, b) in enumerate(zip(body, edited, strict=False)) if a != b), None)
        if departs is None:
            continue
        for place in places:
            expected = place.expected.strip()
            is_there = place.start <= departs <= place.start + len(place.expected)
            if is_there and expected and edited[place.start :].lstrip().startswith(expected):
                found.append((-place.gap, edit.cost, edit))
                break
    return tuple(edit for _, _, edit in sorted(found, key=lambda entry: entry[:2]))


def rewrites(source: str, place: Suspect, line_end: str) -> tuple[Candidate, ...]:
    """`source` with the line of `place` ended by `line_end`, what a model wrote from there to the end of the line.

    Where the place is the beginning of a line, the new line may also come before the old one. Definitions that
    cannot be read are left out.
    """
    head, body = split_definition(source)
    begin = body.rfind("\n", 0, place.start) + 1
    end = body.find("\n", place.start)
    end = len(body) if end < 0 else end
    new = (body[begin : place.start] + line_end.split("\n", maxsplit=1)[0]).rstrip()
    if not new.strip() or new == body[begin:end].rstrip():
        return ()
    line = source.count("\n", 0, len(head) + begin)
    shown = new.strip()
    made = [(body[:begin] + new + body[end:], f"use `{shown}`")]
    if not body[begin : place.start].strip():
        made.append((f"{body[:begin]}{new}\n{body[begin:]}", f"add `{shown}`"))
    return tuple(
        Candidate(f"{head}{text}\n", title, "model", REWRITE_COST, line)
        for text, title in made
        if _is_readable(head + text)
    )


def _is_readable(text: str) -> bool:
    try:
        parse_source(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True

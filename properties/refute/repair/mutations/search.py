"""All kinds of mutation together: collected, ordered, without duplicates."""

from collections.abc import Iterator

from refute.repair.fix import Candidate
from refute.repair.mutations import (
    bounds,
    branches,
    calls,
    conditions,
    constants,
    grouping,
    idioms,
    missing,
    operators,
    pairs,
    returns,
    statements,
    terms,
)
from refute.repair.mutations import (
    names as other_names,
)
from refute.repair.mutations.code import Change, Code, read
from refute.repair.mutations.fingerprint import Fingerprints
from refute.repair.mutations.subject import Subject

_KINDS = (
    *(operators, constants, bounds, conditions, other_names, calls, terms, grouping, statements, branches),
    *(returns, missing, pairs, idioms),
)

OUT_OF_FOCUS = 0.5
"""What a change outside the focus lines costs more. Small, for a mistake is often not where it shows."""


def mutants(
    source: str, *, focus_lines: frozenset[int] = frozenset(), names: tuple[str, ...] = (), limit: int = 600
) -> tuple[Candidate, ...]:
    """One-edit repairs of a function, the most promising first.

    `source` is one dedented definition, as `FunctionUnit.source` is; imports and other definitions may stand before
    it. `focus_lines` are zero-based lines of it that the counterexample ran through or failed at; changes there come
    before equally small changes elsewhere. `names` are names of the module that an edit may bring in. At most `limit`
    candidates come out; no two have the same syntax tree, and none has that of `source`. A source without a
    definition at its end has no mutants.
    """
    code = read(source)
    if code is None:
        return ()
    return tuple(_candidates(code, _ordered(code, focus_lines, names), limit))


def second_order(
    source: str,
    first: Candidate,
    *,
    focus_lines: frozenset[int] = frozenset(),
    names: tuple[str, ...] = (),
    limit: int = 100,
) -> tuple[Candidate, ...]:
    """A further edit on top of `first`, itself a candidate for `source`; cheapest first, at most `limit`.

    `focus_lines` are lines of `first.source`. Edits that lead back to `source` are left out.
    """
    original, code = read(source), read(first.source)
    if original is None or code is None:
        return ()
    seen = {Fingerprints(original).original}
    further = _candidates(code, _ordered(code, focus_lines, names), limit, seen)
    return tuple(
        Candidate(
            second.source,
            f"{first.title}; {second.title}",
            "mutation",
            first.cost + second.cost,
            min(first.line, second.line),
        )
        for second in further
    )


def _ordered(code: Code, focus_lines: frozenset[int], names: tuple[str, ...]) -> list[Change]:
    subject = Subject(code, names)
    found = [change for kind in _KINDS for change in kind.changes(subject)]
    if not focus_lines:
        return sorted(found, key=lambda change: change.cost)

    def priority(change: Change) -> float:
        lines = range(code.line_of(change.start), code.line_of(max(change.start, change.end - 1)) + 1)
        return change.cost + (0.0 if any(line in focus_lines for line in lines) else OUT_OF_FOCUS)

    return sorted(found, key=priority)


def _candidates(
    code: Code, ordered: list[Change], limit: int, seen: set[tuple[tuple[int, str], ...]] | None = None
) -> Iterator[Candidate]:
    fingerprints = Fingerprints(code)
    known = {fingerprints.original} | (seen or set())
    count = 0
    for change in ordered:
        if count == limit:
            return
        fingerprint = fingerprints.of(change)
        if fingerprint is None or fingerprint in known:
            continue
        known.add(fingerprint)
        count += 1
        text = code.source[: change.start] + change.text + code.source[change.end :]
        yield Candidate(text, change.title, "mutation", round(change.cost, 3), code.line_of(change.start))

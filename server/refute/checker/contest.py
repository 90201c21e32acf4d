"""The contest of a function with small edits of itself, decided by implementations of its spec and by the model.

See `docs/method.md`. The edits that some implementation agrees with, or that a reviewer wrote, are the function's
rivals; where that alone does not decide, the model says how likely it finds each edit after the spec, compared with the
function as it is.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from refute.checker.panel import Panel, are_values
from refute.checker.reviews import Reviews
from refute.properties.rivals import Rival, find_rivals
from refute.properties.ruling import Testimony, confidence_in
from refute.properties.units import FunctionUnit
from refute.repair.fix import Candidate
from refute.sandbox.pool import Workers
from refute.worker.protocol import ComparedInput, CompareRequest, ModuleSource, Variant

SCREENED = 12
"""Inputs that every edit is tried on first: most edits fail there, and the others are few."""
WEIGHED = 3
"""Rivals that the model is asked about, ..."""
EDITS_WEIGHED = 2
"""... and edits of each: two that behave alike can be very unlike to read."""
MOST_OWN_GAIN = 3.0
"""Nats that a line written by the model can gain."""
LIKELY_ALONE = 6.0
"""Nats by which the model must prefer a mutation that no implementation agrees with, to make it a rival, ..."""
NATS_PER_CHARACTER_LEFT_OUT = 0.3
"""... besides what it gains for each character that it leaves out: text that is not there surprises nobody."""

SMALL = 6.0
"""Cost from which on an edit is rather another implementation: about twelve tokens that a reviewer changed."""

Likelihoods = Callable[[tuple[str, ...]], Awaitable[tuple[float, ...] | None]]
"""Log-probabilities of definitions, in nats, to be compared with each other only; None where the model cannot tell."""


@dataclass(frozen=True)
class Contest:
    """The rival that speaks most against a function: what is testified, the edits that do what it does, the one to
    prefer first, and the panel that the first of them joined, with those as members who do the same."""

    testimony: Testimony
    repairs: tuple[Candidate, ...]
    panel: Panel


class Gains:
    """By how many nats the model finds edits of a function likelier than the function itself; each is asked once."""

    def __init__(self, source: str, likelihoods: Likelihoods) -> None:
        """`source` is the function's own definition."""
        self._source = source
        self._likelihoods = likelihoods
        self.known: dict[str, float] = {}

    async def weigh(self, sources: Sequence[str]) -> None:
        """Make the gains of `sources` known, where the model can tell. Raises `ModelError`."""
        asked = tuple(source for source in dict.fromkeys(sources) if source not in self.known)
        scores = await self._likelihoods((self._source, *asked)) if asked else None
        if scores is not None:
            self.known.update({source: score - scores[0] for source, score in zip(asked, scores[1:], strict=True)})

    def of(self, edit: Candidate) -> float | None:
        """The gain of an edit, None where it is not known; that of the model's own lines counts little, for of course
        it finds them likely."""
        gain = self.known.get(edit.source)
        return gain if gain is None or edit.origin == "mutation" else min(gain, MOST_OWN_GAIN)

    def is_likely(self, edit: Candidate) -> bool:
        """Whether the model prefers this edit so clearly that it counts even alone."""
        gain = (self.of(edit) or 0.0) - NATS_PER_CHARACTER_LEFT_OUT * self.left_out(edit)
        return gain >= LIKELY_ALONE

    def left_out(self, edit: Candidate) -> int:
        """The characters by which an edit is shorter than the function."""
        return max(0, len(self._source) - len(edit.source))


async def contend(
    workers: Workers,
    module: ModuleSource,
    unit: FunctionUnit,
    panel: Panel,
    edits: Sequence[Candidate],
    gains: Gains,
    reviews: Reviews,
) -> tuple[Contest | None, Reviews]:
    """The strongest rival among `edits` of `unit` and those of `reviews`, None where there is none; and the reviews
    anew, those who wrote what does the same as the function among those who approve of it.

    Raises `ModelError`.
    """
    edits = (*reviews.edits, *edits)
    convincing = frozenset(
        number for number, edit in enumerate(edits) if number < len(reviews.edits) or gains.is_likely(edit)
    )
    compared, numbers = await _answers(workers, module, unit, panel, edits, convincing)
    voters = len(panel.implementations)
    alone = frozenset(place for place, number in enumerate(numbers) if number in convincing)
    choices = [row.choice for row in compared]
    tried = [edits[n] for n in numbers]
    found = find_rivals(choices, are_values(compared, panel.refusals), voters, alone)
    rivals = sorted(found, key=lambda rival: -reviews.of([tried[n].source for n in rival.edits]))[:WEIGHED]
    if rivals:
        await gains.weigh([tried[n].source for rival in rivals for n in rival.edits[:EDITS_WEIGHED]])
    reviews = reviews.approving([tried[n].source for n in _alike(choices, voters)])
    contests = [_contest(rival, tried, gains, unit, panel, compared, reviews) for rival in rivals]
    return max(contests, key=lambda contest: confidence_in(contest.testimony), default=None), reviews


def _contest(
    rival: Rival,
    edits: Sequence[Candidate],
    gains: Gains,
    unit: FunctionUnit,
    panel: Panel,
    compared: Sequence[ComparedInput],
    reviews: Reviews,
) -> Contest:
    """The case of `rival`; `edits` are in the order of their columns in `compared`."""
    preferred = sorted(rival.edits, key=lambda n: (-gains.known.get(edits[n].source, -math.inf), edits[n].cost))
    first = preferred[0]
    column = len(panel.implementations) + 1 + first
    joined = panel.joined_by(edits[first].source, column, compared, rival.twins)
    testimony = replace(
        joined.testimony(unit.spec.docstring or ""),
        members=len(rival.supporters),
        voters=len(panel.implementations),
        supporters=len(rival.opponents),
        differing=len(rival.differing),
        trusted=rival.telling,
        repairable=edits[first].cost <= SMALL,
        gain=gains.of(edits[first]),
        left_out=gains.left_out(edits[first]),
    )
    testimony = reviews.testified(testimony, [edits[n].source for n in rival.edits])
    return Contest(testimony, tuple(edits[n] for n in preferred), joined)


async def _answers(
    workers: Workers,
    module: ModuleSource,
    unit: FunctionUnit,
    panel: Panel,
    edits: Sequence[Candidate],
    convincing: frozenset[int],
) -> tuple[tuple[ComparedInput, ...], tuple[int, ...]]:
    """What the function, the implementations and the edits answer, for edits that agree with some implementation or are
    `convincing` by themselves.

    The second part holds the numbers of these edits, in the order of their columns.
    """
    voters = len(panel.implementations)
    numbers = tuple(range(len(edits)))
    telling = _most_telling(panel)
    for rows in (telling[:SCREENED], panel.comparison.inputs):
        variants = (
            Variant("function"),
            *(Variant(f"i{n}", source) for n, source in enumerate(panel.implementations)),
            *(Variant(f"e{n}", edits[n].source) for n in numbers),
        )
        inputs = panel.inputs_of(rows)
        compared = (await workers.compare(CompareRequest(module, unit.qualname, inputs, variants))).inputs
        if not compared:
            return (), ()
        if rows is not panel.comparison.inputs:
            numbers = tuple(
                number
                for column, number in enumerate(numbers, voters + 1)
                if number in convincing or _joins(compared, column, voters)
            )
            if not numbers:
                return (), ()
    return compared, numbers


def _alike(choices: Sequence[Sequence[int]], voters: int) -> list[int]:
    """The edits, by place, that answer all inputs as the function does."""
    edits = range(len(choices[0]) - 1 - voters) if choices else range(0)
    return [edit for edit in edits if all(row[voters + 1 + edit] == row[0] for row in choices)]


def _joins(rows: Sequence[ComparedInput], column: int, voters: int) -> bool:
    """Whether an edit gives other answers than the function, and on nearly all rows those of one implementation."""
    if all(row.choice[column] == row.choice[0] for row in rows):
        return False
    return any(
        sum(row.choice[column] != row.choice[voter] for row in rows) * SCREENED <= len(rows)
        for voter in range(1, voters + 1)
    )


def _most_telling(panel: Panel) -> list[ComparedInput]:
    """The inputs with those first on which most implementations differ from the function, small ones before large."""
    rows = panel.comparison.inputs
    return sorted(rows, key=lambda row: sum(choice == row.choice[0] for choice in row.choice[1:]))

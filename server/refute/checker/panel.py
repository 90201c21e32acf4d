"""The panel of one function: what independent implementations of its spec agree on, and how the function differs. Pure.

See `docs/method.md`. Inputs on which the agreeing implementations return one value are trusted; on them the function is
compared.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.properties.agreement import Agreement, agreement_of, disagreements
from refute.properties.rivals import TAKES_SIDES
from refute.properties.ruling import Testimony, breaks_off, names_an_order, same_items
from refute.worker.protocol import ComparedInput, Comparison, Inputs

FUNCTION = 0
"""Index of the function under test among the variants; the implementations follow it."""
REFERENCES = 4
"""Distinct members that go into an oracle: more cost time on every input and rarely change an answer."""


@dataclass(frozen=True)
class Panel:
    """The implementations of one spec, what they agree on, and how the function under test answers.

    Indices in `agreement` are those of `implementations`. `comparison` holds the function under test first; `inputs`
    is where its inputs came from. `offences` counts for each implementation that was asked, also those without a
    vote, what it violates of what is stated.
    """

    inputs: Inputs
    implementations: tuple[str, ...]
    comparison: Comparison
    agreement: Agreement
    differing: tuple[int, ...]
    offences: tuple[int, ...] = ()
    refusals: frozenset[str] = frozenset()

    @property
    def stands(self) -> bool:
        """Whether at least two implementations agree on something."""
        return len(self.agreement.members) >= 2 and bool(self.agreement.trusted)

    @property
    def backers(self) -> int:
        """How many implementations give the function's own answer to every input."""
        rows = self.comparison.inputs
        voters = range(1, len(self.implementations) + 1)
        return sum(1 for voter in voters if rows and all(row.choice[voter] == row.choice[FUNCTION] for row in rows))

    @property
    def clears(self) -> bool:
        """Whether the function does what most implementations agree on, so that further ones would hardly change the
        ruling. To call it wrong takes more."""
        is_known = 2 * len(self.agreement.trusted) >= len(self.comparison.inputs)
        return self.stands and is_known and not self.differing and self.agreement.share > 0.5 and not self.outvoted

    @property
    def outvoted(self) -> bool:
        """Whether members who differ among themselves on an input mostly give one value, and not the function's.

        What a function is about can lie in few inputs: those who agree on all others are of one opinion only there
        where it does not matter.
        """
        trusted = set(self.agreement.trusted)
        for index, row in enumerate(self.comparison.inputs):
            answers = [row.choice[1 + member] for member in self.agreement.members]
            votes = Counter(a for a in answers if a >= 0 and row.answers[a].kind == "value")
            if index in trusted or not votes:
                continue
            if max(votes.values()) > max(1, votes[row.choice[FUNCTION]]):
                return True
        return False

    def by_majority(self) -> "Panel | None":
        """The panel of those who side with most implementations where these contradict the function, None where they
        do not.

        Those who agree on nearly all inputs may differ on the few that a function is about, so that nothing is
        trusted there.
        """
        rows = self.comparison.inputs
        values = are_values(rows, self.refusals)
        contradicting = [
            (row, answer)
            for row, is_value in zip(rows, values, strict=True)
            if (answer := _majority(row, is_value)) not in (-1, row.choice[FUNCTION]) and row.choice[FUNCTION] >= 0
        ]
        rates = {
            voter: sum(row.choice[voter + 1] == answer for row, answer in contradicting) / len(contradicting)
            for voter in range(len(self.implementations))
            if contradicting
        }
        members = sorted((voter for voter, rate in rates.items() if rate >= TAKES_SIDES), key=lambda v: -rates[v])
        if len(members) < 2:
            return None
        agreement = agreement_of(tuple(members), [row.choice[1:] for row in rows], values, len(self.implementations))
        differing = disagreements(agreement, [row.choice for row in rows], FUNCTION)
        return replace(self, agreement=agreement, differing=differing)

    @property
    def members(self) -> tuple[str, ...]:
        """Sources of the implementations that agree."""
        return tuple(self.implementations[i] for i in self.agreement.members)

    @property
    def references(self) -> tuple[str, ...]:
        """The distinct members that an oracle is made of."""
        return tuple(dict.fromkeys(self.members))[:REFERENCES]

    @property
    def trusted(self) -> tuple[ComparedInput, ...]:
        """The inputs on which the members return one value."""
        return tuple(self.comparison.inputs[i] for i in self.agreement.trusted)

    def joined_by(self, source: str, column: int, rows: Sequence[ComparedInput], members: tuple[int, ...]) -> "Panel":
        """The panel with one more voice, `source`, who answered in `column` of `rows`, and with `members` as the others
        that agree with it. The columns before those of edits are as in `comparison`."""
        own = len(self.implementations)
        kept = tuple(columns_of(row, [*range(own + 1), column]) for row in rows)
        choices = [row.choice[1:] for row in kept]
        agreement = agreement_of((own, *members), choices, are_values(kept, self.refusals), own + 1)
        return replace(
            self,
            implementations=(*self.implementations, source),
            comparison=replace(self.comparison, inputs=kept, load_errors=()),
            agreement=agreement,
            differing=disagreements(agreement, [row.choice for row in kept], FUNCTION),
        )

    def inputs_of(self, rows: Sequence[ComparedInput]) -> Inputs:
        """The inputs of `rows` that can be written down, and nothing besides."""
        examples = tuple(row.arguments for row in rows if row.exact)
        return replace(self.inputs, examples=examples, max_examples=len(examples), drawn=())

    def expected(self, index: int) -> str:
        """The text of the value that the members return for input `index`."""
        return self.comparison.inputs[index].answers[self.agreement.expected[self.agreement.trusted.index(index)]].text

    def testimony(self, docstring: str) -> Testimony:
        """What the panel says about the function under test, before any edit of it was tried."""
        rows = [self.comparison.inputs[i].choice for i in self.differing]
        supporters = [
            voter
            for voter in range(len(self.implementations))
            if rows and all(row[voter + 1] == row[FUNCTION] for row in rows)
        ]
        return Testimony(
            members=len(self.agreement.members),
            voters=len(self.implementations),
            supporters=len(supporters),
            differing=len(self.differing),
            trusted=len(self.agreement.trusted),
            repairable=False,
            unfinished=breaks_off(docstring),
            reordered=bool(rows) and not names_an_order(docstring) and all(map(self._reordered, self.differing)),
        )

    def _reordered(self, index: int) -> bool:
        """Whether the function gives the expected items to input `index`, in another order."""
        row = self.comparison.inputs[index]
        return row.choice[FUNCTION] >= 0 and same_items(row.answers[row.choice[FUNCTION]].text, self.expected(index))


def are_values(rows: Sequence[ComparedInput], refusals: frozenset[str]) -> list[list[bool]]:
    """For each row, which of its answers are values; none is where the function, in the first column, refuses the
    input with one of `refusals`."""
    return [[answer.kind == "value" and not _refuses(row, refusals) for answer in row.answers] for row in rows]


def columns_of(row: ComparedInput, kept: list[int]) -> ComparedInput:
    """What the variants with these numbers made of an input."""
    return replace(
        row,
        choice=tuple(row.choice[i] for i in kept),
        rejected=tuple(row.rejected[i] for i in kept) if row.rejected else (),
    )


def _majority(row: ComparedInput, is_value: Sequence[bool]) -> int:
    """The value that more than half of the implementations give, -1 where there is none."""
    votes = Counter(answer for answer in row.choice[FUNCTION + 1 :] if answer >= 0 and is_value[answer])
    answer, count = votes.most_common(1)[0] if votes else (-1, 0)
    return answer if 2 * count >= len(row.choice) else -1


def _refuses(row: ComparedInput, refusals: frozenset[str]) -> bool:
    """Whether the function refuses this input with an exception of its own."""
    if row.choice[FUNCTION] < 0:
        return False
    answer = row.answers[row.choice[FUNCTION]]
    return answer.kind == "error" and answer.text.split(":")[0] in refusals

"""Co-verification of one function: what independent implementations agree on, and how the function differs.

See `docs/method.md`. The function under test and the implementations answer the same inputs; inputs on which the
agreeing implementations return one value are trusted; on them the function is compared.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.properties.agreement import Agreement, agree, agreement_of, disagreements
from refute.properties.rivals import TAKES_SIDES
from refute.properties.ruling import Testimony, breaks_off, names_an_order, same_items
from refute.sandbox.pool import Workers
from refute.worker.protocol import (
    Answer,
    Arguments,
    Check,
    ComparedInput,
    CompareRequest,
    Comparison,
    Inputs,
    ModuleSource,
    Variant,
)

FUNCTION = 0
"""Index of the function under test among the variants; the implementations follow it."""
EXAMINED_INPUTS = 40
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
        kept = tuple(_columns(row, [*range(own + 1), column]) for row in rows)
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
        return replace(self.inputs, examples=examples, max_examples=len(examples))

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


async def convene(
    workers: Workers,
    module: ModuleSource,
    qualname: str,
    inputs: Inputs,
    implementations: tuple[str, ...],
    stated: tuple[Check, ...],
    refusals: frozenset[str],
    function: str | None = None,
) -> Panel:
    """Let the function and `implementations` answer the same inputs, and see what the latter agree on.

    `refusals` are the exceptions that the function raises by itself: an input that it refuses is outside its domain.
    `function` is the definition to compare with, None for the one that the module has.

    Implementations that cannot be loaded, or that violate one of `stated`, what a person wrote, have no vote.
    """
    variants = (Variant("function", function), *(Variant(f"i{n}", source) for n, source in enumerate(implementations)))
    comparison = await workers.compare(CompareRequest(module, qualname, inputs, variants, stated))
    offences = tuple(_offences(comparison, n + 1, len(stated)) for n in range(len(implementations)))
    voters = [n for n, count in enumerate(offences) if not count]
    kept = replace(
        comparison,
        inputs=tuple(_columns(row, [FUNCTION, *(n + 1 for n in voters)]) for row in comparison.inputs),
        load_errors=tuple(comparison.load_errors[i] for i in [FUNCTION, *(n + 1 for n in voters)])
        if comparison.load_errors
        else (),
    )
    choices = [row.choice[1:] for row in kept.inputs]
    agreement = agree(choices, are_values(kept.inputs, refusals), len(voters))
    differing = disagreements(agreement, [row.choice for row in kept.inputs], FUNCTION)
    voting = tuple(implementations[n] for n in voters)
    return Panel(inputs, voting, kept, agreement, differing, offences, refusals=refusals)


def are_values(rows: Sequence[ComparedInput], refusals: frozenset[str]) -> list[list[bool]]:
    """For each row, which of its answers are values; none is where the function, in the first column, refuses the
    input with one of `refusals`."""
    return [[answer.kind == "value" and not _refuses(row, refusals) for answer in row.answers] for row in rows]


@dataclass(frozen=True)
class CrossExamination:
    """What members and their mutants make of conjectures, by the numbers of these: `refuted` by a member, `killed` by a
    mutant (so that they say something), or `invalid`, with the reason why their code fails. It is not `complete` where
    time ran out, for all or for a member."""

    refuted: frozenset[int]
    killed: frozenset[int]
    invalid: dict[str, str]
    complete: bool = True


def to_examine(
    module: ModuleSource, qualname: str, panel: Panel, conjectures: tuple[Check, ...], mutants: tuple[str, ...]
) -> CompareRequest:
    """A request to judge `conjectures` on the members and on `mutants` of a member, on inputs that are trusted."""
    variants = tuple(Variant(str(n), source) for n, source in enumerate((*panel.references, *mutants)))
    return CompareRequest(module, qualname, panel.inputs_of(panel.trusted[:EXAMINED_INPUTS]), variants, conjectures)


async def cross_examine(workers: Workers, panel: Panel, request: CompareRequest) -> CrossExamination:
    """Do what `request`, made by `to_examine`, asks for."""
    members = len(panel.references)
    comparison = await workers.compare(request)
    rows = [row.rejected for row in comparison.inputs if row.rejected]
    return CrossExamination(
        refuted=frozenset(check for row in rows for rejected in row[:members] for check in rejected),
        killed=frozenset(check for row in rows for rejected in row[members:] for check in rejected),
        invalid=dict(comparison.invalid_checks),
        complete=not comparison.detail and all(min(row.choice[:members], default=0) >= 0 for row in comparison.inputs),
    )


async def unrejected_variants(
    workers: Workers,
    module: ModuleSource,
    qualname: str,
    inputs: Inputs,
    sources: tuple[str, ...],
    checks: tuple[Check, ...],
) -> tuple[int, ...]:
    """Indices of the definitions in `sources` that answer every input in time and violate none of `checks`."""
    if not sources:
        return ()
    variants = tuple(Variant(str(n), source) for n, source in enumerate(sources))
    comparison = await workers.compare(CompareRequest(module, qualname, inputs, variants, checks))
    if not comparison.inputs:
        return ()
    return tuple(
        n for n in range(len(sources)) if not any(row.choice[n] < 0 or row.rejected[n] for row in comparison.inputs)
    )


async def expected_answer(
    workers: Workers, module: ModuleSource, qualname: str, panel: Panel, arguments: Arguments
) -> str | None:
    """What the members return for `arguments`, or None where they do not agree or raise."""
    variants = tuple(Variant(str(n), source) for n, source in enumerate(panel.references))
    request = CompareRequest(module, qualname, Inputs((), None, (arguments,), max_examples=1), variants)
    for row in (await workers.compare(request)).inputs:
        if len(set(row.choice)) == 1 and row.choice[0] >= 0 and row.answers[row.choice[0]].kind == "value":
            return row.answers[row.choice[0]].text
    return None


def _majority(row: ComparedInput, is_value: Sequence[bool]) -> int:
    """The value that more than half of the implementations give, -1 where there is none."""
    votes = Counter(answer for answer in row.choice[FUNCTION + 1 :] if answer >= 0 and is_value[answer])
    answer, count = votes.most_common(1)[0] if votes else (-1, 0)
    return answer if 2 * count >= len(row.choice) else -1


def _answer(row: ComparedInput, column: int) -> Answer | None:
    """What a variant answered, None where time ran out before."""
    return row.answers[row.choice[column]] if row.choice[column] >= 0 else None


def _refuses(row: ComparedInput, refusals: frozenset[str]) -> bool:
    """Whether the function refuses this input with an exception of its own."""
    if row.choice[FUNCTION] < 0:
        return False
    answer = row.answers[row.choice[FUNCTION]]
    return answer.kind == "error" and answer.text.split(":")[0] in refusals


def _offences(comparison: Comparison, variant: int, stated: int) -> int:
    """How many of the `stated` checks a variant violates; one more than there are where it could not be loaded, or
    lacks a name that it thinks is there."""
    if comparison.load_errors and comparison.load_errors[variant]:
        return stated + 1
    answers = (_answer(row, variant) for row in comparison.inputs)
    if any(one is not None and one.kind == "error" and one.text.startswith("NameError") for one in answers):
        return stated + 1
    rows = (row.rejected[variant] for row in comparison.inputs if row.rejected)
    return len({check for rejected in rows for check in rejected})


def _columns(row: ComparedInput, kept: list[int]) -> ComparedInput:
    return replace(
        row,
        choice=tuple(row.choice[i] for i in kept),
        rejected=tuple(row.rejected[i] for i in kept) if row.rejected else (),
    )

"""Co-verification: which independent implementations agree, and on which inputs their word can be trusted.

The idea is that of N-version programming with a plurality vote (Avizienis 1985) and of CodeT's dual agreement (Chen et
al. 2022, arXiv 2207.10397), taken over whole programs: implementations of one spec that a model wrote without
seeing each other rarely make the same mistake on the same inputs, so what most of them agree on is what the spec
says, at least inside the domain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SAME_PROGRAM = 0.9
"""Two implementations count as agreeing when they do on this share of the inputs. Not 1.0: most differences of
programs that mean the same lie in a few inputs at the edge of the domain, and those inputs are dropped anyway."""


@dataclass(frozen=True)
class Agreement:
    """The largest group of implementations that agree, out of `voters`.

    `members` are indices of implementations, the one that agrees most with the rest first. `trusted` are indices
    of inputs on which every member returns the same value, and `expected` the index of that answer for each.
    """

    members: tuple[int, ...]
    voters: int
    trusted: tuple[int, ...]
    expected: tuple[int, ...]

    @property
    def share(self) -> float:
        """Members among voters, 0 to 1."""
        return len(self.members) / self.voters if self.voters else 0.0


def agree(choices: Sequence[Sequence[int]], is_value: Sequence[Sequence[bool]], voters: int) -> Agreement:
    """The plurality among `voters` implementations.

    `choices[i][j]` is the answer (an index, or -1 for none) of implementation `j` to input `i`, and `is_value[i][a]`
    says whether answer `a` to input `i` is a value rather than an exception or a timeout. Inputs on which nobody
    returns a value say nothing: they are outside the domain.
    """
    telling = [i for i, row in enumerate(choices) if any(a >= 0 and is_value[i][a] for a in row[:voters])]
    rates = [[_agreement_rate(choices, telling, a, b) for b in range(voters)] for a in range(voters)]
    neighbours = [[b for b in range(voters) if rates[a][b] >= SAME_PROGRAM] for a in range(voters)]
    if not telling or not voters:
        return Agreement((), voters, (), ())
    centre = max(range(voters), key=lambda a: (len(neighbours[a]), sum(rates[a]), -a))
    if centre not in neighbours[centre]:
        return Agreement((), voters, (), ())
    return agreement_of((centre, *(b for b in neighbours[centre] if b != centre)), choices, is_value, voters)


def agreement_of(
    members: tuple[int, ...], choices: Sequence[Sequence[int]], is_value: Sequence[Sequence[bool]], voters: int
) -> Agreement:
    """What the given `members` (at least one) out of `voters` agree on; for the rest see `agree`."""
    trusted = [i for i, row in enumerate(choices) if _unanimous(row, is_value[i], members)]
    return Agreement(members, voters, tuple(trusted), tuple(choices[i][members[0]] for i in trusted))


def disagreements(agreement: Agreement, choices: Sequence[Sequence[int]], program: int) -> tuple[int, ...]:
    """Indices of the trusted inputs to which `program` gives another answer than the members do.

    A program without an answer there (-1: time ran out before) is not held to differ.
    """
    return tuple(
        i
        for i, expected in zip(agreement.trusted, agreement.expected, strict=True)
        if choices[i][program] not in (-1, expected)
    )


def _agreement_rate(choices: Sequence[Sequence[int]], telling: Sequence[int], a: int, b: int) -> float:
    """The share of telling inputs to which both give the same answer; a missing answer is no agreement."""
    same = sum(1 for i in telling if choices[i][a] == choices[i][b] >= 0)
    return same / len(telling) if telling else 0.0


def _unanimous(row: Sequence[int], is_value: Sequence[bool], members: Sequence[int]) -> bool:
    """Whether all members give one and the same value."""
    first = row[members[0]]
    return first >= 0 and is_value[first] and all(row[m] == first for m in members)

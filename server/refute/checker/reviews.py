"""What reviewers say about a function: the model reads its body after its docstring, and corrects it or repeats it.

Implementations are written by a model that never saw the body, so that they do not share its slips; but what takes more
than a model of this size can write from a docstring, it can often still put right. Both err in different ways.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.properties.ruling import Testimony
from refute.properties.units import FunctionUnit
from refute.repair.carrying import carry_over
from refute.repair.fix import Candidate

REVIEWERS = 4


@dataclass(frozen=True)
class Reviews:
    """`approvals` reviewers repeated the function; `corrections` are what the others wrote, with how many wrote it."""

    approvals: int = 0
    corrections: tuple[tuple[Candidate, int], ...] = ()

    @property
    def edits(self) -> tuple[Candidate, ...]:
        """What reviewers wrote, each once."""
        return tuple(edit for edit, _ in self.corrections)

    @property
    def reviewers(self) -> int:
        """How many answered with something that can be read."""
        return self.approvals + sum(count for _, count in self.corrections)

    @property
    def are_content(self) -> bool:
        """Whether enough answered, and all of them left the function as it is."""
        return REVIEWERS - 1 <= self.approvals == self.reviewers

    def of(self, sources: Sequence[str]) -> int:
        """How many reviewers wrote one of `sources`."""
        wanted = set(sources)
        return sum(count for edit, count in self.corrections if edit.source in wanted)

    def testified(self, testimony: Testimony, sources: Sequence[str] = ()) -> Testimony:
        """`testimony` with what reviewers say of the function, and of a rival that does what `sources` do."""
        corrections = self.of(sources)
        return replace(testimony, reviewers=self.reviewers, approvals=self.approvals, corrections=corrections)

    def approving(self, sources: Sequence[str]) -> "Reviews":
        """The same reviews, where `sources` turned out to do what the function does."""
        same = {edit.source for edit in self.edits}.intersection(sources)
        corrections = tuple(entry for entry in self.corrections if entry[0].source not in same)
        return Reviews(self.approvals + self.of(sources), corrections)


def read_reviews(unit: FunctionUnit, definitions: Sequence[str]) -> Reviews:
    """The reviews in definitions of the function, carried over into the user's text."""
    edits = [edit for text in definitions if (edit := carry_over(unit, text, origin="model")) is not None]
    counts = Counter(edit.source for edit in edits)
    approvals = counts.pop(unit.source, 0)
    by_source = {edit.source: edit for edit in edits}
    return Reviews(approvals, tuple((by_source[source], count) for source, count in counts.items()))

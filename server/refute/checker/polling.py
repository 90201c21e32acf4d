"""Asking for implementations until they decide on the function, or until further ones would not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.checker.apart import in_thread
from refute.checker.case import Case
from refute.checker.contest import Contest, Gains, contend
from refute.checker.coverification import convene
from refute.checker.inference import Inference
from refute.checker.panel import Panel
from refute.checker.reviews import REVIEWERS, Reviews, read_reviews
from refute.checker.settings import Settings
from refute.properties.proposers.oracle import refusals_of
from refute.properties.ruling import Testimony, confidence_in
from refute.repair.fix import Candidate
from refute.repair.mutations import mutants
from refute.sandbox.pool import Workers
from refute.worker.protocol import Check, Inputs

BATCHES = 3
"""Times that implementations are asked for before what is open is left open."""
SUSPICIOUS = 0
"""The batch after which the model is also asked what it would have written instead: what that costs is not spent on
functions that a few implementations decide."""
SUSPECTS_WEIGHED = 4
"""Mutations that the model is asked about because they begin as it expected."""
EARLY = 0.9
"""Confidence from which a function is called wrong without asking for more voices that might be for it."""
LIKELY = 0.5
"""Confidence from which on a majority that contradicts the function is heard, where the largest group does not."""
DOUBTFUL = 0.3
"""Confidence from which on more voices are heard, although reviewers leave the function as it is."""
BACKED = 2
"""Implementations that do exactly what the function does: with so many, nothing but a strong rival is a doubt."""
MUTANTS = 400
"""Edits of a function that may become its rivals, or fixes."""


@dataclass(frozen=True)
class Poll:
    """What came of it: the panel of all implementations, what it testifies, and what speaks most against the function
    besides, where something does."""

    panel: Panel
    testimony: Testimony
    contest: Contest | None

    @property
    def convicts(self) -> bool:
        """Whether the function is wrong so surely that no more voices are needed."""
        return self.confidence >= EARLY

    @property
    def confidence(self) -> float:
        """That the function is wrong, by what speaks most against it."""
        strongest = [self.testimony, *([self.contest.testimony] if self.contest is not None else [])]
        return max(map(confidence_in, strongest))

    @property
    def decides(self) -> bool:
        """Whether further voices would hardly change the ruling."""
        return self.panel.clears or self.panel.backers >= BACKED or self.convicts


class Polling:
    """The polls on one function."""

    def __init__(self, case: Case, workers: Workers, inference: Inference, settings: Settings) -> None:
        self._case = case
        self._workers = workers
        self._inference = inference
        self._settings = settings
        self._edits: tuple[Candidate, ...] = ()
        self._reviews = Reviews()
        self._gains = Gains(case.unit.source, lambda sources: inference.likelihoods(case.unit, sources))

    async def poll(self, inputs: Inputs, stated: tuple[Check, ...], implementations: tuple[str, ...]) -> Poll:
        """The poll of the first `implementations`, or of more where these leave something open. Implementations that
        violate one of `stated` have no vote. Raises `ModelError`."""
        polled = await self._among(inputs, stated, implementations)
        for batch in range(BATCHES):
            if batch > 0:
                implementations += await self._inference.implementations(self._case.unit, batch, self._settings.samples)
                polled = await self._among(inputs, stated, implementations)
            if polled.decides:
                break
            if batch == SUSPICIOUS:
                polled = await self._examined(polled)
                if polled.convicts or (self._reviews.are_content and polled.confidence < DOUBTFUL):
                    break
        return polled

    async def _among(self, inputs: Inputs, stated: tuple[Check, ...], implementations: tuple[str, ...]) -> Poll:
        """The poll of these implementations."""
        unit = self._case.unit
        refusals = refusals_of(unit.source)
        panel = await convene(
            self._workers, self._case.module, unit.qualname, inputs, implementations, stated, refusals
        )
        if panel.clears:
            return Poll(panel, self._testimony(panel), None)
        majority = panel.by_majority()
        if majority is not None and self._confidence(majority) > max(self._confidence(panel), LIKELY):
            panel = majority
        if not self._edits:  # not before they are needed: most right functions are cleared without
            self._edits = await in_thread(mutants, unit.source, limit=MUTANTS)
        return await self._judged(panel)

    async def _judged(self, panel: Panel) -> Poll:
        """The poll of a panel, with the strongest rival that the function has among the edits known so far."""
        case = self._case
        contest, self._reviews = await contend(
            self._workers, case.module, case.unit, panel, self._edits, self._gains, self._reviews
        )
        return Poll(panel, self._testimony(panel), contest)

    async def _examined(self, polled: Poll) -> Poll:
        """The poll after the model has read the function's body: first as a reviewer, then line by line."""
        unit = self._case.unit
        self._reviews = read_reviews(unit, await self._inference.reviews(unit, REVIEWERS))
        polled = await self._judged(polled.panel) if self._reviews.corrections else self._heard(polled)
        if not polled.convicts and await self._suspect():
            polled = await self._judged(polled.panel)
        return polled

    def _heard(self, polled: Poll) -> Poll:
        """The poll with reviews that add no rival, so that nothing has to be run again."""
        contest = polled.contest
        if contest is not None:
            contest = replace(contest, testimony=self._reviews.testified(contest.testimony))
        return Poll(polled.panel, self._testimony(polled.panel), contest)

    def _confidence(self, panel: Panel) -> float:
        return confidence_in(self._testimony(panel))

    def _testimony(self, panel: Panel) -> Testimony:
        return self._reviews.testified(panel.testimony(self._case.unit.spec.docstring or ""))

    async def _suspect(self) -> bool:
        """Ask the model what it would have written instead, and what it likes of the edits; whether that told
        anything."""
        found = await self._inference.suspicions(self._case.unit, self._edits)
        if found is None or not (found.rewrites or found.mutations):
            return False
        known = len(self._gains.known)
        await self._gains.weigh(_sources(found.mutations[:SUSPECTS_WEIGHED]))
        self._edits = (*self._edits, *found.rewrites)
        return bool(found.rewrites) or len(self._gains.known) > known


def _sources(edits: Sequence[Candidate]) -> list[str]:
    return [edit.source for edit in edits]

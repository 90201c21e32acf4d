"""The Generator's side of a check: candidate fixes, cheapest first; `refute.checker.proving` says what each must pass.

Mutations of the user's code come first, then implementations that the panel agrees on, then repair rounds with the
model, one violated property and its smallest counterexample at a time (PGS, arXiv 2506.18315).
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from refute.checker.inference import Inference
from refute.checker.proving import Difference, Proof, Survivor, Wanted
from refute.checker.trajectories import Attempt
from refute.model.interface import ModelError
from refute.properties.explaining import explain_difference
from refute.repair.carrying import closest
from refute.repair.fix import Candidate, Fix
from refute.repair.prompts import RepairPrompt, repair_prompt
from refute.repair.ranking import ranked
from refute.repair.selecting import History, Policy, Shortcoming, Tried, best_first
from refute.sandbox.pool import Workers

PROVED = 4
"""Candidates of one source that are put to the proof."""
OFFERED = 3
WEIGHED = 4
"""Candidates of one behaviour that the model's likelihood puts in order."""

__all__ = ["Generator", "Wanted"]


class Generator:
    """Finds fixes for one function. `inference` is None where there is no model; `deadline` is of `time.monotonic`.

    `attempts` holds what was tried, for those who keep it.
    """

    def __init__(
        self,
        wanted: Wanted,
        workers: Workers,
        inference: Inference | None,
        seed: int,
        deadline: float,
        policy: Policy = best_first,
    ) -> None:
        self._wanted = wanted
        self._proof = Proof(wanted, workers, seed)
        self._inference = inference
        self._deadline = deadline
        self._policy = policy
        self.attempts: list[Attempt] = []

    async def fixes(self, mutations: Sequence[Candidate], rounds: int) -> tuple[Fix, ...]:
        """Proven fixes, the one to prefer first, those after it of another behaviour; later sources are asked only
        where the earlier ones gave nothing."""
        found = await self._proven(mutations)
        if not found and self._wanted.panel is not None:
            found = await self._proven(closest(self._wanted.unit, self._wanted.panel.members))
        if not found and self._inference is not None:
            found = await self.rounds(rounds)
        return found

    async def _proven(
        self, candidates: Sequence[Candidate], number: int = 0, feedback: str | None = None
    ) -> tuple[Fix, ...]:
        """The candidates that pass the screen and then the proof: the best of each behaviour, the best of all first."""
        refused = self._proof.refusals(candidates)
        allowed = [c for c, reason in zip(candidates, refused, strict=True) if reason is None]
        survivors = await self._proof.screen(allowed)
        self._note_failures(candidates, refused, survivors, number, feedback)
        fixes: dict[tuple[int, ...], tuple[Candidate, Fix]] = {}
        for tried, survivor in enumerate(_in_turn(await self._ranked(survivors))):
            if tried >= PROVED or len(fixes) >= OFFERED or (tried and time.monotonic() > self._deadline):
                break  # what survives first gets its chance, however long the model took before
            if survivor.behaviour in fixes:
                continue
            fix = await self._proof.prove(survivor.candidate, number)
            self._note(survivor.candidate, number, feedback, "checked" if fix else "disproved")
            if fix is not None:
                fixes[survivor.behaviour] = survivor.candidate, fix
        return self._with_differences(list(fixes.values()))

    async def _ranked(self, survivors: Sequence[Survivor]) -> tuple[Survivor, ...]:
        """The smallest change first; where changes are as small, the one that the model finds likelier."""
        by_source = {survivor.candidate.source: survivor for survivor in survivors}
        candidates = [survivor.candidate for survivor in survivors]
        likelihoods: dict[str, float] = {}
        close = [c for c in candidates[:WEIGHED] if abs(c.cost - candidates[0].cost) < 1]
        if len(close) > 1 and self._inference is not None:
            sources = tuple(candidate.source for candidate in close)
            try:
                nats = await self._inference.likelihoods(self._wanted.unit, sources)
            except ModelError:
                nats = None
            likelihoods = dict(zip(sources, nats or (), strict=False))
        return tuple(by_source[candidate.source] for candidate in ranked(candidates, likelihoods))

    def _with_differences(self, found: list[tuple[Candidate, Fix]]) -> tuple[Fix, ...]:
        """The fixes, each but the first with an input that tells it from the first."""
        fixes: list[Fix] = []
        for candidate, fix in found:
            differs = self._proof.difference(candidate, found[0][0]) if fixes else None
            fixes.append(fix if differs is None else replace(fix, difference=self._in_words(differs)))
        return tuple(fixes)

    def _in_words(self, differs: Difference) -> str:
        here, there = (answer.text for answer in (differs.here, differs.there))
        raises = (differs.here.kind == "error", differs.there.kind == "error")
        return explain_difference(differs.arguments, self._wanted.unit.qualname, here, there, raises)

    async def rounds(self, most: int) -> tuple[Fix, ...]:
        """At most `most` repair rounds. Each shows the model one definition, and one property that it violates with the
        smallest counterexample; the policy says which definition."""
        assert self._inference is not None
        history = History([Tried(self._wanted.unit.source, self._first_shortcoming())])
        for number in range(1, most + 1):
            if time.monotonic() > self._deadline:
                break
            base = self._policy(history)
            history.asked.append(base)
            prompt = self._feedback(history, base)
            try:
                answers = await self._inference.repairs(self._wanted.unit, prompt, number)
            except ModelError:
                break
            fresh = [source for source in dict.fromkeys(answers) if history.is_new(source)]
            candidates = [c for c in closest(self._wanted.unit, fresh, origin="model") if history.is_new(c.source)]
            found = await self._proven(candidates, number, prompt.user)
            if found:
                return found
            for candidate in candidates:
                shortcoming = self._proof.shortcoming(candidate)
                if shortcoming is None:
                    history.discarded.append(candidate.source)
                else:
                    history.tried.append(Tried(candidate.source, shortcoming, base))
            if (own := self._proof.shortcoming(None)) is not None:
                first = history.tried[0]
                failures = replace(first.shortcoming, failures=own.failures)
                history.tried[0] = replace(first, shortcoming=failures)
        return ()

    def _first_shortcoming(self) -> Shortcoming:
        """What the check found."""
        verdict = self._wanted.violated[0]
        example = verdict.counterexample
        arguments = example.arguments if example is not None else ()
        actual = "" if example is None else example.exception or example.result or ""
        return Shortcoming(1, verdict.property.statement, arguments, actual, verdict.expected)

    def _feedback(self, history: History, base: int) -> RepairPrompt:
        """The question of one round: what is violated, the smallest counterexample, what came out and what should."""
        tried, found = history.tried[base], history.tried[base].shortcoming
        unit = replace(self._wanted.unit, source=tried.source)
        attempts = history.made_from(base)
        return repair_prompt(unit, found.statement, found.arguments, found.actual, found.expected, attempts)

    def _note_failures(
        self,
        candidates: Sequence[Candidate],
        refused: Sequence[str | None],
        survivors: Sequence[Survivor],
        number: int,
        feedback: str | None,
    ) -> None:
        """Keep which answers of the model failed at once; of mutations, nearly all do."""
        passed = {survivor.candidate.source for survivor in survivors}
        for candidate, reason in zip(candidates, refused, strict=True):
            if candidate.origin != "mutation" and candidate.source not in passed:
                self._note(candidate, number, feedback, f"refused: {reason}" if reason else "rejected")

    def _note(self, candidate: Candidate, number: int, feedback: str | None, result: str) -> None:
        self.attempts.append(Attempt(candidate.origin, number, feedback, candidate.source, result))


def _in_turn(survivors: Sequence[Survivor]) -> Iterator[Survivor]:
    """The first of each behaviour, then the second of each, and so on."""
    groups: dict[tuple[int, ...], list[Survivor]] = {}
    for survivor in survivors:
        groups.setdefault(survivor.behaviour, []).append(survivor)
    for turn in range(max(map(len, groups.values()), default=0)):
        yield from (group[turn] for group in groups.values() if turn < len(group))

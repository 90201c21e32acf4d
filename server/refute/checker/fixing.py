"""The Generator's side of a check: candidate fixes, cheapest first, and the proof that each must bring.

Mutations of the user's code come first, then implementations that the panel agrees on, then repair rounds with the
model, one violated property and its smallest counterexample at a time (PGS, arXiv 2506.18315).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.checker.analysis import Verdict
from refute.checker.coverification import Panel, unrejected_variants
from refute.checker.inference import Inference
from refute.checker.judging import as_check
from refute.model.interface import ModelError
from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.repair.acceptance import refusal
from refute.repair.carrying import closest
from refute.repair.edits import apply_edits, edits_between
from refute.repair.fix import Candidate, Fix
from refute.repair.prompts import RepairPrompt, repair_prompt
from refute.sandbox.pool import Workers
from refute.worker.protocol import Arguments, Inputs, ModuleSource, RunRequest

PROOF_EXAMPLES = 1000
PROOF_SECONDS = 30.0
SCREENED_INPUTS = 60
PROVED = 4
"""Candidates of one source that are put to the proof; those after them are larger changes with the same behaviour."""
OFFERED = 3


@dataclass(frozen=True)
class Wanted:
    """What a fix of `unit` must fulfil: `claims` are all properties that stand, `violated` the verdicts to mend.

    `must_pass` are inputs that every candidate is screened on: the counterexamples, and what a panel agrees on.
    """

    unit: FunctionUnit
    text: str
    module: ModuleSource
    domain: Domain
    claims: tuple[Property, ...]
    violated: tuple[Verdict, ...]
    must_pass: tuple[Arguments, ...]
    panel: Panel | None


class Generator:
    """Finds fixes for one function. `inference` is None where there is no model; `deadline` is of `time.monotonic`."""

    def __init__(
        self, wanted: Wanted, workers: Workers, inference: Inference | None, seed: int, deadline: float
    ) -> None:
        self._wanted = wanted
        self._workers = workers
        self._inference = inference
        self._seed = seed
        self._deadline = deadline

    async def fixes(self, mutations: Sequence[Candidate], rounds: int) -> tuple[Fix, ...]:
        """Proven fixes, the one to prefer first; later sources are asked only where the earlier ones gave nothing."""
        found = await self._proven(mutations)
        if not found and self._wanted.panel is not None:
            found = await self._proven(closest(self._wanted.unit, self._wanted.panel.members))
        if not found and self._inference is not None:
            found = await self._rounds(rounds)
        return found[:OFFERED]

    async def _proven(self, candidates: Sequence[Candidate], rounds: int = 0) -> tuple[Fix, ...]:
        """The candidates that pass the screen and then the proof, in their order."""
        unit = self._wanted.unit
        arguments = tuple(
            text for v in self._wanted.violated if v.counterexample for _, text in v.counterexample.arguments
        )
        allowed = [c for c in candidates if refusal(unit.source, c.source, arguments) is None]
        screened = await unrejected_variants(
            self._workers,
            self._wanted.module,
            unit.qualname,
            self._inputs(SCREENED_INPUTS),
            tuple(c.source for c in allowed),
            tuple(map(as_check, self._wanted.claims)),
        )
        fixes: list[Fix] = []
        for number in screened[:PROVED]:
            fix = await self._prove(allowed[number], rounds)
            if fix is not None:
                fixes.append(fix)
            if time.monotonic() > self._deadline:
                break
        return tuple(fixes)

    async def _prove(self, candidate: Candidate, rounds: int) -> Fix | None:
        """Run everything that stands against the document as it would be with this fix."""
        wanted = self._wanted
        edits = edits_between(wanted.unit, wanted.text, candidate.source)
        module = replace(wanted.module, text=apply_edits(wanted.text, edits))
        request = RunRequest(
            module,
            wanted.unit.qualname,
            self._inputs(PROOF_EXAMPLES),
            tuple(map(as_check, wanted.claims)),
            seconds=PROOF_SECONDS,
        )
        outcomes = await self._workers.run(request)
        if any(outcome.status not in ("held", "unsatisfiable") for outcome in outcomes):
            return None
        held = [outcome for outcome in outcomes if outcome.status == "held"]
        if not held:
            return None
        return Fix(
            candidate.title,
            edits,
            candidate.source,
            candidate.origin,
            properties=len(held),
            examples=max(outcome.examples_run for outcome in held),
            rounds=rounds,
        )

    async def _rounds(self, rounds: int) -> tuple[Fix, ...]:
        """At most `rounds` repair rounds. Each shows the model one violated property of the newest attempt."""
        assert self._inference is not None
        verdict = self._wanted.violated[0]
        attempts: tuple[str, ...] = ()
        for number in range(1, rounds + 1):
            if time.monotonic() > self._deadline:
                break
            prompt = self._feedback(verdict, attempts)
            try:
                answers = await self._inference.repairs(self._wanted.unit, prompt, number)
            except ModelError:
                break
            fresh = [source for source in dict.fromkeys(answers) if source not in attempts]
            found = await self._proven(closest(self._wanted.unit, fresh, origin="model"), number)
            if found:
                return found
            attempts += tuple(fresh)
        return ()

    def _feedback(self, verdict: Verdict, attempts: tuple[str, ...]) -> RepairPrompt:
        """The question of one round: what is violated, the smallest counterexample, what came out and what should."""
        example = verdict.counterexample
        arguments = example.arguments if example is not None else ()
        actual = "" if example is None else example.exception or example.result or ""
        return repair_prompt(
            self._wanted.unit, verdict.property.statement, arguments, actual, verdict.expected, attempts
        )

    def _inputs(self, count: int) -> Inputs:
        domain = self._wanted.domain
        strategies = tuple((p.name, p.strategy) for p in domain.parameters)
        examples = tuple(dict.fromkeys([*self._wanted.must_pass, *domain.examples]))
        return Inputs(strategies, domain.precondition, examples, count + len(examples), self._seed)

"""The Generator on its own: the body of a stub, written from its spec and checked before anyone sees it.

This is PGS (arXiv 2506.18315) without its public tests. Several independent bodies are sampled; what a person stated
(examples, declared exceptions, contracts) and their agreement with each other choose among them. While they do not
decide, each further round samples again and, where no body passes what is stated, shows the model the best of them with
one violated property and its smallest counterexample.
"""

import time
from dataclasses import replace

from refute.checker import messages
from refute.checker.analysis import FunctionReport, FunctionVerdict, Ruling, Verdict
from refute.checker.coverification import convene, unrejected_variants
from refute.checker.inference import Inference
from refute.checker.judging import as_check, judge
from refute.checker.panel import Panel
from refute.checker.settings import Settings
from refute.model.interface import ModelError
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.modules import read_module
from refute.properties.property import Property
from refute.properties.proposers.every import propose
from refute.properties.units import FunctionUnit
from refute.properties.widening import hangs_on_calls, with_calls
from refute.repair.acceptance import refusal
from refute.repair.carrying import carry_over
from refute.repair.edits import apply_edits, edits_between
from refute.repair.fix import Candidate, Fix
from refute.repair.mutations import mutants
from refute.repair.prompts import RepairPrompt, repair_prompt
from refute.sandbox.pool import Workers
from refute.worker.protocol import Inputs, ModuleSource, RunRequest

COMPARED_INPUTS = 60
PROOF_EXAMPLES = 1000
PROOF_SECONDS = 20.0
DECIDED = 3
"""Bodies that must agree, and be more than half of those that pass, before no more are sampled."""
MENDED = 3
"""Bodies whose small edits are tried where no body passes."""
MUTANTS = 200


class Implementer:
    """Writes the body of one stub. `text` is its document, `module` that document for the interpreter."""

    def __init__(
        self,
        unit: FunctionUnit,
        text: str,
        module: ModuleSource,
        workers: Workers,
        inference: Inference,
        settings: Settings,
    ) -> None:
        self._unit = unit
        self._text = text
        self._module = module
        self._workers = workers
        self._inference = inference
        self._settings = settings
        self._began = time.monotonic()
        self._claims = propose(unit, text)
        # Other methods may be stubs too, so what they show says nothing of this one.
        self._stated = tuple(p for p in self._claims if p.evidence > Evidence.AGREEMENT and p.kind != "state")
        self._domain = infer_domain(unit, text)

    async def report(self, rounds: int) -> FunctionReport:
        """A report whose one fix writes the body, after at most `rounds` rounds beyond the first answers.

        Its verdict is about the document with that fix: "holds" where the body passes all that is known, "violated"
        where it is the best there is and violates what the verdicts say, "unknown" with a reason where nothing was
        checked (0 rounds: the model's first answer as it came) or nothing was written.
        """
        try:
            varied = hangs_on_calls(self._domain)
            opening = await self._inference.opening(self._unit, self._settings.samples, varied=varied)
            pool = list(opening.implementations)
            names = read_module(self._text).definitions.keys()
            self._domain = with_calls(self._domain, self._unit.spec, opening.calls, names)
        except ModelError as error:
            return self._report("unknown", str(error))
        best, used = await self._search(pool, rounds) if rounds else (pool[0] if pool else None, 0)
        candidate = self._carried(best) if best is not None else None
        if candidate is None:
            return self._report("unknown", messages.NO_IMPLEMENTATION)
        if not rounds:
            return self._report("unknown", messages.UNCHECKED, self._fix(candidate))
        return await self._proved(candidate, used)

    async def _search(self, pool: list[str], rounds: int) -> tuple[str | None, int]:
        """The best of `pool` and of what is added to it, and the number of rounds that took."""
        panel = await self._convene(pool)
        for number in range(1, rounds + 1):
            if _decides(panel):
                return panel.members[0], number - 1
            try:
                pool += await self._more(pool, panel, number)
            except ModelError:
                break
            panel = await self._convene(pool)
        if panel.members:
            return panel.members[0], rounds
        return await self._mended(pool, panel), rounds

    async def _more(self, pool: list[str], panel: Panel, number: int) -> tuple[str, ...]:
        """Further bodies: independent ones and, where none passes what is stated, repairs of the one nearest to it."""
        fresh = await self._inference.implementations(self._unit, number, self._settings.samples)
        if panel.implementations:
            return fresh
        for source in _least_wrong(pool, panel)[:1]:
            prompt = await self._feedback(source)
            if prompt is not None:
                return (*fresh, *await self._inference.repairs(self._unit, prompt, number))
        return fresh

    async def _convene(self, pool: list[str]) -> Panel:
        """What the bodies of `pool` agree on; those that violate what is stated have no vote."""
        checks = tuple(map(as_check, self._stated))
        return await convene(
            self._workers,
            self._module,
            self._unit.qualname,
            self._inputs(COMPARED_INPUTS),
            tuple(pool),
            checks,
            frozenset(),
            function=pool[0] if pool else None,
        )

    async def _feedback(self, source: str) -> RepairPrompt | None:
        """The question of a repair round: one stated property that `source` violates, with its counterexample."""
        candidate = self._carried(source)
        if candidate is None:
            return None
        for verdict in await self._judged(candidate, self._stated, COMPARED_INPUTS):
            if verdict.ruling is Ruling.VIOLATED and verdict.counterexample is not None:
                found = verdict.counterexample
                actual = found.exception or found.result or ""
                attempt = replace(self._unit, source=candidate.source)
                return repair_prompt(attempt, verdict.property.statement, found.arguments, actual)
        return None

    async def _mended(self, pool: list[str], panel: Panel) -> str | None:
        """Where no body passes: a small edit of one that passes most and then all of it, else that body itself.

        Some edit passes a single example by chance, so a body that passes nothing is not worth mending.
        """
        nearest = _least_wrong(pool, panel)
        checks = tuple(map(as_check, self._stated))
        worth = [source for source, offences in zip(pool, panel.offences, strict=True) if 2 * offences < len(checks)]
        for source in [source for source in nearest if source in worth][:MENDED]:
            candidate = self._carried(source)
            sources = tuple(c.source for c in mutants(candidate.source, limit=MUTANTS)) if candidate else ()
            passing = await unrejected_variants(
                self._workers, self._module, self._unit.qualname, self._inputs(1), sources, checks
            )
            if passing:
                return sources[passing[0]]
        return nearest[0] if nearest else None

    async def _proved(self, candidate: Candidate, rounds: int) -> FunctionReport:
        """Judge all that is claimed of the function, by types and names too, on the document as it would be."""
        verdicts = await self._judged(candidate, self._claims, PROOF_EXAMPLES)
        held = [v for v in verdicts if v.ruling is Ruling.HOLDS]
        examples = max((v.examples_run for v in held), default=0)
        fix = replace(self._fix(candidate), properties=len(held), examples=examples, rounds=rounds)
        is_violated = any(v.ruling is Ruling.VIOLATED for v in verdicts)
        return self._report("violated" if is_violated else "holds", None, fix, verdicts)

    async def _judged(self, candidate: Candidate, claims: tuple[Property, ...], examples: int) -> tuple[Verdict, ...]:
        """Verdicts on `claims` for the document with `candidate` in it."""
        text = apply_edits(self._text, edits_between(self._unit, self._text, candidate.source))
        request = RunRequest(
            replace(self._module, text=text),
            self._unit.qualname,
            self._inputs(examples),
            tuple(map(as_check, claims)),
            seconds=PROOF_SECONDS,
        )
        outcomes = await self._workers.run(request)
        return tuple(judge(self._unit, claim, o) for claim, o in zip(claims, outcomes, strict=True))

    def _carried(self, source: str) -> Candidate | None:
        """The stub with the body of `source`, if that keeps its contract and brings no effects."""
        candidate = carry_over(self._unit, source, origin="model")
        if candidate is None or refusal(self._unit.source, candidate.source, ()) is not None:
            return None
        return candidate

    def _fix(self, candidate: Candidate) -> Fix:
        edits = edits_between(self._unit, self._text, candidate.source)
        title = f"implement {self._unit.spec.name}"
        return Fix(title, edits, candidate.source, candidate.origin, properties=0, examples=0)

    def _inputs(self, count: int) -> Inputs:
        domain = self._domain
        stated = (p.example for p in self._stated if p.example is not None and domain.speaks_of(p.example))
        examples = tuple(dict.fromkeys([*stated, *domain.examples]))
        strategies = tuple((p.name, p.strategy) for p in domain.parameters)
        return Inputs(strategies, domain.precondition, examples, count + len(examples), self._settings.seed)

    def _report(
        self, verdict: FunctionVerdict, reason: str | None, fix: Fix | None = None, verdicts: tuple[Verdict, ...] = ()
    ) -> FunctionReport:
        seconds = time.monotonic() - self._began
        fixes = (fix,) if fix is not None else ()
        return FunctionReport(self._unit, verdict, reason, self._domain, verdicts, fixes, seconds)


def _decides(panel: Panel) -> bool:
    """Whether so many bodies agree that further ones would hardly change the choice."""
    return len(panel.members) >= DECIDED and panel.agreement.share > 0.5


def _least_wrong(pool: list[str], panel: Panel) -> list[str]:
    """The bodies of `pool` by how much of what is stated they violate, the fewest first, each once."""
    offences = dict(zip(reversed(pool), reversed(panel.offences), strict=False))
    return sorted(dict.fromkeys(pool), key=lambda source: offences.get(source, len(pool)))

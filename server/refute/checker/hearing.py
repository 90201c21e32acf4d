"""The hearing of a function before the model: independent implementations of its spec and conjectures check each other,
and what stands is judged. See `docs/method.md`."""

from collections.abc import Callable
from dataclasses import replace

from refute.checker import messages
from refute.checker.analysis import Ruling, Verdict
from refute.checker.apart import in_thread
from refute.checker.case import Case, Findings
from refute.checker.coverification import cross_examine, expected_answer, to_examine
from refute.checker.inference import Inference, Opening
from refute.checker.judging import (
    STATED,
    UNJUDGED,
    as_check,
    is_more_than_a_guess,
    judge,
    rejected_guesses,
    sort_conjectures,
)
from refute.checker.panel import Panel
from refute.checker.polling import Polling
from refute.checker.running import Runs
from refute.checker.settings import Settings
from refute.model.interface import ModelError
from refute.properties.calls import with_defaults
from refute.properties.domain import Domain
from refute.properties.explaining import explain
from refute.properties.modules import read_module
from refute.properties.property import Property
from refute.properties.proposers.oracle import oracle
from refute.properties.ruling import SHOWN, Testimony, confidence_in
from refute.properties.widening import hangs_on_calls, with_calls
from refute.repair.mutations import mutants
from refute.sandbox.pool import Workers

COMPARED_INPUTS = 160
"""Inputs that implementations answer: what tells programs apart can be rare among them."""
VACUITY_MUTANTS = 60


class Hearing:
    """Asks the model about one case, and judges by what it says."""

    def __init__(
        self,
        case: Case,
        workers: Workers,
        inference: Inference,
        settings: Settings,
        runs: Runs,
        on_update: Callable[[Findings], None],
    ) -> None:
        """`on_update` hears of a violation before the conjectures are judged."""
        self._case = case
        self._unit = case.unit
        self._workers = workers
        self._inference = inference
        self._settings = settings
        self._runs = runs
        self._on_update = on_update
        self.lacked_model = False
        """Whether the model failed to answer, so that another check may find more."""

    async def heard(
        self, findings: Findings, stated: tuple[Property, ...], conjectures: tuple[Property, ...]
    ) -> Findings:
        """`findings` with verdicts on `conjectures`, and on how the function differs from what implementations agree
        on. Those that violate one of `stated` have no vote."""
        try:
            opening = await self._opening(findings)
            findings = replace(findings, domain=self._widened(findings, opening))
            if findings.domain.is_empty:
                return await self._without_panel(replace(findings, reason=messages.NO_INPUTS), conjectures)
            drawn = await self._case.earlier.compared.of(findings.domain)
            inputs = replace(self._runs.inputs(findings.domain, COMPARED_INPUTS), drawn=drawn)
            polling = Polling(self._case, self._workers, self._inference, self._settings)
            poll = await polling.poll(inputs, tuple(map(as_check, stated)), opening.implementations)
        except ModelError as error:
            self.lacked_model = True
            return await self._without_panel(replace(findings, reason=str(error)), conjectures)
        panel, testimony, contest = poll.panel, poll.testimony, poll.contest
        if not drawn:
            await self._case.earlier.compared.remember_those_of(panel.comparison, findings.domain)
        if contest is not None and _outweighs(contest.testimony, testimony):
            panel, testimony = contest.panel, contest.testimony
            findings = replace(findings, repairs=contest.repairs)
        elif not panel.stands:
            return await self._without_panel(replace(findings, reason=messages.NO_AGREEMENT), conjectures)
        findings = replace(findings, panel=panel, testimony=testimony)
        believed = oracle(self._unit, panel.references, testimony.members, testimony.voters)
        claims = () if believed.id in self._case.dismissed else (believed,)
        if panel.differing and claims:
            findings, claims = await self._compared(findings, believed), ()
        return await self._cross_examined(findings, claims, (*conjectures, *await self._postconditions(findings)))

    async def _opening(self, findings: Findings) -> Opening:
        """The first calls and implementations of the model. Raises `ModelError`."""
        varied = hangs_on_calls(findings.domain)
        return await self._inference.opening(self._unit, self._settings.samples, varied=varied)

    def _widened(self, findings: Findings, opening: Opening) -> Domain:
        """The domain, with what the model's calls say of it. What these leave out is written out in examples, so that
        a counterexample names all arguments; a call of a method that leaves out the instance is none."""
        names = read_module(self._case.text).definitions.keys()
        domain = with_calls(findings.domain, self._unit.spec, opening.calls, names)
        written_out = (with_defaults(dict(example), self._unit, names) for example in domain.examples)
        return replace(domain, examples=tuple(dict.fromkeys(filter(None, written_out))))

    async def _compared(self, findings: Findings, believed: Property) -> Findings:
        """Judge the oracle where the function differs from what the members of the panel agree on."""
        panel, testimony = findings.panel, findings.testimony
        assert panel is not None
        assert testimony is not None
        differing = tuple(panel.comparison.inputs[i].arguments for i in panel.differing)
        domain = replace(findings.domain, examples=(*differing, *findings.domain.examples))
        (outcome,) = await self._runs.run(domain, (believed,))
        if outcome.status == "timed_out" and testimony.repairable:
            outcome = replace(outcome, status="violated")  # an edit that ends does what implementations do
        verdict = judge(self._unit, believed, outcome, confidence_in(testimony))
        verdict = await self._with_expected(verdict, panel)
        findings = replace(findings, verdicts=(*findings.verdicts, verdict))
        self._on_update(findings)
        return findings

    async def _postconditions(self, findings: Findings) -> tuple[Property, ...]:
        """The model's postconditions; none where they could tell nothing new. A violation is known already, or the
        function answers every input as the implementations do, so that what these confirm holds of it too."""
        cleared = findings.panel is not None and findings.panel.clears
        if cleared or findings.violations:
            return ()
        try:
            claims = await self._inference.postconditions(self._unit)
        except ModelError:
            self.lacked_model = True
            return ()
        return tuple(p for p in claims if p.id not in self._case.dismissed)

    async def _cross_examined(
        self, findings: Findings, claims: tuple[Property, ...], conjectures: tuple[Property, ...]
    ) -> Findings:
        """Judge `claims` together with the conjectures that the panel confirms, in one run."""
        panel = findings.panel
        assert panel is not None
        standing, refused = await self._confirmed(panel, tuple(dict.fromkeys(conjectures)))
        claims = (*claims, *standing)
        outcomes = await self._runs.run(findings.domain, claims) if claims else ()
        sure = confidence_in(findings.testimony) if findings.testimony and panel.differing else None
        weights = (None if p.evidence in STATED else sure for p in claims)
        judged = [judge(self._unit, p, o, w) for p, o, w in zip(claims, outcomes, weights, strict=True)]
        verdicts = [await self._with_expected(v, panel) if v.property.kind == "oracle" else v for v in judged]
        return replace(findings, verdicts=(*findings.verdicts, *verdicts, *refused))

    async def _confirmed(
        self, panel: Panel, conjectures: tuple[Property, ...]
    ) -> tuple[tuple[Property, ...], tuple[Verdict, ...]]:
        """The conjectures that the panel confirms, and verdicts on the others."""
        if not conjectures:
            return (), ()
        checks = tuple(map(as_check, conjectures))
        broken = [edit.source for edit in await in_thread(mutants, panel.references[0], limit=VACUITY_MUTANTS)]
        request = to_examine(self._case.module, self._unit.qualname, panel, checks, tuple(broken))
        answers = [panel.expected(index) for index in panel.agreement.trusted]
        known = self._case.earlier.examinations
        examination = await known.of(request, answers)
        if examination is None:
            examination = await cross_examine(self._workers, panel, request)
            await known.remember(request, answers, examination)
        return sort_conjectures(conjectures, examination)

    async def _with_expected(self, verdict: Verdict, panel: Panel) -> Verdict:
        """A violation of the oracle, with what the implementations return instead."""
        found = verdict.counterexample
        if found is None or not found.exact:
            return verdict
        module, qualname = self._case.module, self._unit.qualname
        expected = await expected_answer(self._workers, module, qualname, panel, found.arguments)
        if expected is None and (found.exception or "").startswith("TimeoutError"):
            return replace(verdict, ruling=Ruling.ERROR, reason=UNJUDGED["timed_out"])  # nobody else ends there
        words = explain(verdict.property, found, qualname, expected)
        return replace(verdict, expected=expected, explanation=words)

    async def _without_panel(self, findings: Findings, conjectures: tuple[Property, ...]) -> Findings:
        """Judge conjectures by their own weight; a lone guess is not even run."""
        tried = tuple(filter(is_more_than_a_guess, conjectures))
        outcomes = await self._runs.run(findings.domain, tried)
        verdicts = tuple(judge(self._unit, p, o) for p, o in zip(tried, outcomes, strict=True))
        return replace(findings, verdicts=(*findings.verdicts, *verdicts, *rejected_guesses(conjectures)))


def _outweighs(contest: Testimony, plurality: Testimony) -> bool:
    """Whether to judge by a rival rather than by the plurality: by what convinces more, and where the function sides
    with the plurality, only by a rival that convicts it."""
    if plurality.differing > 0 or plurality.members == 0:
        return confidence_in(contest) >= confidence_in(plurality)
    return confidence_in(contest) >= SHOWN

"""One check of one function: the loop of the method, step by step.

What a person stated is run first, since it needs no model. Then the model is asked, implementations and conjectures
check each other, what stands is run against the function, and fixes are looked for where something is violated.
"""

from collections.abc import Callable
from dataclasses import replace

from refute.checker import messages
from refute.checker.allowances import how_to_allow
from refute.checker.analysis import FunctionReport, FunctionVerdict, Ruling, Verdict
from refute.checker.case import Case, Findings
from refute.checker.changes import changed_result
from refute.checker.coverification import cross_examine, expected_answer, to_examine
from refute.checker.fixing import Generator, Wanted
from refute.checker.inference import Inference
from refute.checker.judging import UNJUDGED, as_check, conclude, judge, sort_conjectures, why_unjudged
from refute.checker.panel import Panel
from refute.checker.pins import judge_pins
from refute.checker.polling import MUTANTS, Polling
from refute.checker.running import Budget, Runs
from refute.checker.settings import Settings
from refute.checker.tracing import traced
from refute.checker.trajectories import default_file, keep, trajectory
from refute.model.interface import ModelError
from refute.properties.committed import as_committed
from refute.properties.domain import Domain
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.explaining import explain
from refute.properties.modules import read_module
from refute.properties.narrowing import narrowed_by
from refute.properties.property import Property
from refute.properties.proposers.every import propose
from refute.properties.proposers.oracle import oracle
from refute.properties.ruling import SHOWN, Testimony, confidence_in
from refute.properties.widening import hangs_on_calls, with_calls
from refute.repair.fix import Fix
from refute.repair.mutations import mutants
from refute.sandbox.pool import Workers
from refute.worker.protocol import Outcome

STATED = (Evidence.DOCSTRING, Evidence.EXAMPLE, Evidence.CONTRACT)
"""Evidence that a person wrote down: believed without co-verification."""
COMPARED_INPUTS = 160
"""Inputs that implementations answer: what tells programs apart can be rare among them."""
VACUITY_MUTANTS = 60

Update = Callable[[FunctionReport], None]


class FunctionCheck:
    """Runs the loop once for one case. `inference` is None where there is no model."""

    def __init__(
        self, case: Case, workers: Workers, inference: Inference | None, settings: Settings, on_update: Update
    ) -> None:
        self._case = case
        self._unit = case.unit
        self._workers = workers
        self._inference = inference
        self._settings = settings
        self._on_update = on_update
        self._budget = Budget(settings.seconds, lambda: inference.waited if inference is not None else 0.0)
        self._runs = Runs(case, workers, settings, self._budget)
        self.lacked_model = False
        """Whether the model failed to answer, so that another check may find more."""

    @property
    def _why_alone(self) -> str | None:
        """Why properties are judged without a panel, where that is known before anything is run. All of them are run at
        once then, since drawing inputs takes most of a run."""
        if self._inference is None:
            return messages.NO_MODEL
        return messages.NO_DOCSTRING if self._unit.spec.docstring is None else None

    async def report(self, *, fix: bool) -> FunctionReport:
        """The final report; `on_update` hears of violations before their fixes are looked for."""
        findings = await self.findings()
        if findings.hindrance is not None:
            return self._report(replace(findings, reason=findings.hindrance), verdict="skipped")
        report = self._report(findings)
        if report.violations and fix:
            self._tell(findings)
            return replace(self._report(findings), fixes=await self._fixes(findings))
        return report

    async def findings(self) -> Findings:
        """What can be found out about the function, short of fixes."""
        unit = self._unit
        tests, unwanted = self._case.tests, {*self._case.dismissed, *(pin.of for pin in self._case.tests.pins)}
        proposed = [p for p in (*propose(unit, self._case.text), *tests.examples) if p.id not in unwanted]
        stated = tuple(p for p in proposed if _is_believed(p))
        conjectures = tuple(p for p in proposed if not _is_believed(p))
        inferred = infer_domain(unit, self._case.text, self._case.elsewhere)
        findings = Findings(narrowed_by(inferred, self._case.narrowed))

        first = stated if self._why_alone is None else (*stated, *filter(_is_more_than_a_guess, conjectures))
        outcomes = await self._runs.run(findings.domain, first)
        # What a conjecture is silent on says nothing about the others.
        telling = outcomes[: len(stated)] or await self._runs.call(findings.domain)
        hindrance = _hindrance(self._case.name, telling)
        if hindrance is not None:
            is_broken = any(outcome.status == "import_error" for outcome in telling)
            return replace(findings, hindrance=hindrance, is_broken=is_broken)
        verdicts = tuple(judge(unit, p, o) for p, o in zip(first, outcomes, strict=True))
        pins = [pin for pin in tests.pins if pin.claim.id not in self._case.dismissed]
        sizes = self._settings.examples, self._settings.seed
        pinned = await judge_pins(self._workers, self._case.module, unit, pins, *sizes)
        findings = replace(findings, verdicts=(*verdicts, *pinned))
        self._tell(findings)

        findings = await self._co_verify(findings, stated, conjectures)
        findings = await self._compared_with_commit(findings)
        if self._report(findings).violations:
            verdicts = await traced(self._workers, self._case.module, unit, findings.verdicts)
            findings = replace(findings, verdicts=verdicts)
        return findings

    async def _fixes(self, findings: Findings) -> tuple[Fix, ...]:
        """Proven fixes of what is violated."""
        wanted = self.wanted(findings)
        generator = Generator(wanted, self._workers, self._inference, self._settings.seed, self._budget.deadline)
        mutations = findings.repairs or mutants(self._unit.source, limit=MUTANTS)
        fixes = await generator.fixes(mutations, self._settings.repair_rounds)
        if self._settings.trajectories:
            keep(trajectory(self._unit, wanted.violated, generator.attempts, fixes), default_file())
        return fixes

    def wanted(self, findings: Findings) -> Wanted:
        """What a fix of what is violated must fulfil."""
        panel, violated = findings.panel, self._report(findings).violations
        counterexamples = [v.counterexample.arguments for v in violated if v.counterexample and v.counterexample.exact]
        trusted = [row.arguments for row in panel.trusted if row.exact] if panel else []
        known = [*filter(findings.domain.speaks_of, counterexamples), *self._case.earlier.failures.of(findings.domain)]
        pinned = {pin.claim.id for pin in self._case.tests.pins}
        standing = [v.property for v in findings.verdicts if v.ruling in (Ruling.VIOLATED, Ruling.HOLDS)]
        return Wanted(
            self._unit,
            self._case.text,
            self._case.module,
            findings.domain,
            tuple(claim for claim in standing if claim.id not in pinned),
            violated,
            tuple(dict.fromkeys([*known, *trusted])),
            panel,
            self._case.tests,
            self._case.earlier,
            counterexamples=len(set(known)),
        )

    async def _co_verify(
        self, findings: Findings, stated: tuple[Property, ...], conjectures: tuple[Property, ...]
    ) -> Findings:
        """Ask the model, let implementations and conjectures check each other, and judge what stands."""
        if self._inference is None or self._why_alone is not None:
            verdicts = (*findings.verdicts, *_rejected_guesses(conjectures))
            return replace(findings, verdicts=verdicts, reason=self._why_alone or findings.reason)
        try:
            varied, names = hangs_on_calls(findings.domain), read_module(self._case.text).definitions.keys()
            opening = await self._inference.opening(self._unit, self._settings.samples, varied=varied)
            findings = replace(findings, domain=with_calls(findings.domain, self._unit.spec, opening.calls, names))
            if _is_empty(findings.domain):
                return await self._without_panel(replace(findings, reason=messages.NO_INPUTS), conjectures)
            earlier = self._case.earlier.compared.of(findings.domain)
            inputs = self._runs.inputs(findings.domain, COMPARED_INPUTS)
            if earlier:
                inputs = replace(inputs, examples=earlier, max_examples=len(earlier))
            polling = Polling(self._case, self._workers, self._inference, self._settings)
            poll = await polling.poll(inputs, tuple(map(as_check, stated)), opening.implementations)
        except ModelError as error:
            self.lacked_model = True
            return await self._without_panel(replace(findings, reason=str(error)), conjectures)
        panel, testimony, contest = poll.panel, poll.testimony, poll.contest
        if not earlier and not panel.comparison.detail:  # where there is a detail, time ran out before all were made
            rows = panel.comparison.inputs
            if all(row.exact for row in rows):
                self._case.earlier.compared.remember(findings.domain, [row.arguments for row in rows])
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
        self._tell(findings)
        return findings

    async def _postconditions(self, findings: Findings) -> tuple[Property, ...]:
        """The model's postconditions; none where they could tell nothing new. A violation is known already, or the
        function answers every input as the implementations do, so that what these confirm holds of it too."""
        cleared = findings.panel is not None and findings.panel.clears
        if self._inference is None or cleared or self._report(findings).violations:
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
        broken = tuple(c.source for c in mutants(panel.references[0], limit=VACUITY_MUTANTS))
        request = to_examine(self._case.module, self._unit.qualname, panel, checks, broken)
        answers = [panel.expected(index) for index in panel.agreement.trusted]
        known = self._case.earlier.examinations
        examination = known.of(request, answers)
        if examination is None:
            examination = await cross_examine(self._workers, panel, request)
            known.remember(request, answers, examination)
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
        tried = tuple(filter(_is_more_than_a_guess, conjectures))
        outcomes = await self._runs.run(findings.domain, tried)
        verdicts = tuple(judge(self._unit, p, o) for p, o in zip(tried, outcomes, strict=True))
        return replace(findings, verdicts=(*findings.verdicts, *verdicts, *_rejected_guesses(conjectures)))

    async def _compared_with_commit(self, findings: Findings) -> Findings:
        """Hint at a result that is not that of the last commit, where only this tells what the function should do."""
        committed = self._case.committed
        claim = as_committed(self._unit)
        if committed is None or claim.id in self._case.dismissed:
            return findings
        inputs = self._runs.inputs(findings.domain, COMPARED_INPUTS)
        hint = await changed_result(self._workers, self._case.module, self._unit, inputs, committed, claim)
        return findings if hint is None else replace(findings, verdicts=(*findings.verdicts, hint))

    def _tell(self, findings: Findings) -> None:
        report = self._report(findings)
        if report.violations:
            self._on_update(replace(report, final=False))

    def _report(self, findings: Findings, verdict: FunctionVerdict | None = None) -> FunctionReport:
        concluded, reason = conclude(findings.verdicts, self._why_unknown(findings))
        return FunctionReport(
            self._unit,
            verdict or concluded,
            findings.reason if verdict else reason,
            findings.domain,
            findings.verdicts,
            seconds=self._budget.spent,
            testimony=findings.testimony,
            sandbox=tuple(sorted(self._workers.enforced_for(self._case.allowance))),
            is_broken=findings.is_broken,
        )

    def _why_unknown(self, findings: Findings) -> str:
        """Why nothing is known, if nothing is: without a model it is not always that there is none."""
        if _is_empty(findings.domain):
            return messages.NO_INPUTS
        return (why_unjudged(findings.verdicts) if self._why_alone else None) or findings.reason


def _is_empty(domain: Domain) -> bool:
    """Whether of some parameter nothing is known that could be passed."""
    return not domain.examples and any(p.strategy == "nothing()" for p in domain.parameters)


def _is_believed(claim: Property) -> bool:
    """Whether a person stated it of this function alone; what relates methods may be violated by another of them, so
    that implementations of this one have a say first."""
    return claim.evidence in STATED and claim.kind != "state"


def _is_more_than_a_guess(claim: Property) -> bool:
    return claim.evidence is not Evidence.GUESS


def _rejected_guesses(conjectures: tuple[Property, ...]) -> tuple[Verdict, ...]:
    guesses = (p for p in conjectures if not _is_more_than_a_guess(p))
    return tuple(Verdict(p, Ruling.REJECTED, 0.0, reason="nothing confirms it") for p in guesses)


def _outweighs(contest: Testimony, plurality: Testimony) -> bool:
    """Whether to judge by a rival rather than by the plurality: by what convinces more, and where the function sides
    with the plurality, only by a rival that convicts it."""
    if plurality.differing > 0 or plurality.members == 0:
        return confidence_in(contest) >= confidence_in(plurality)
    return confidence_in(contest) >= SHOWN


def _hindrance(name: str, outcomes: tuple[Outcome, ...]) -> str | None:
    """Why the function cannot be checked at all, in words for users, if it cannot."""
    for outcome in outcomes:
        if outcome.status in ("import_error", "blocked"):
            reason = UNJUDGED[outcome.status] + (f": {outcome.detail}" if outcome.detail else "")
            return f"{reason}; {how_to_allow(outcome.detail, name)}" if outcome.status == "blocked" else reason
    return None

"""One check of one function: the loop of the method, step by step.

What a person stated is run first, since it needs no model. Then the model is asked, implementations and conjectures
check each other, what stands is run against the function, and fixes are looked for where something is violated.
"""

from collections.abc import Callable
from dataclasses import replace

from refute.checker import messages
from refute.checker.allowances import how_to_allow
from refute.checker.analysis import FunctionReport, FunctionVerdict, Ruling
from refute.checker.apart import in_thread
from refute.checker.case import Case, Findings
from refute.checker.changes import changed_result
from refute.checker.fixing import Generator, Wanted
from refute.checker.hearing import COMPARED_INPUTS, Hearing
from refute.checker.inference import Inference
from refute.checker.judging import (
    STATED,
    UNJUDGED,
    conclude,
    is_more_than_a_guess,
    judge,
    rejected_guesses,
    why_unjudged,
)
from refute.checker.pins import judge_pins
from refute.checker.polling import MUTANTS
from refute.checker.running import Budget, Runs
from refute.checker.settings import Settings
from refute.checker.tracing import traced
from refute.checker.trajectories import default_file, keep, trajectory
from refute.properties.committed import as_committed
from refute.properties.domains import infer_domain
from refute.properties.narrowing import narrowed_by
from refute.properties.property import Property
from refute.properties.proposers.every import propose
from refute.repair.fix import Fix
from refute.repair.mutations import mutants
from refute.sandbox.pool import Workers
from refute.worker.protocol import Outcome

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
        self._hearing: Hearing | None = None
        if inference is not None:
            self._hearing = Hearing(case, workers, inference, settings, self._runs, self._tell)

    @property
    def lacked_model(self) -> bool:
        """Whether the model failed to answer, so that another check may find more."""
        return self._hearing is not None and self._hearing.lacked_model

    @property
    def _why_alone(self) -> str | None:
        """Why properties are judged without a panel, where that is known before anything is run. All of them are run at
        once then, since drawing inputs takes most of a run."""
        if self._unit.kind == "constructor":
            return messages.ONLY_STATED
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
        proposals = await in_thread(propose, unit, self._case.text)
        proposed = [p for p in (*proposals, *tests.examples) if p.id not in unwanted]
        stated = tuple(p for p in proposed if _is_believed(p))
        conjectures = tuple(p for p in proposed if not _is_believed(p))
        inferred = await in_thread(infer_domain, unit, self._case.text, self._case.elsewhere)
        findings = Findings(narrowed_by(inferred, self._case.narrowed))

        first = stated if self._why_alone is None else (*stated, *filter(is_more_than_a_guess, conjectures))
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

        findings = await self._heard(findings, stated, conjectures)
        findings = await self._compared_with_commit(findings)
        if findings.violations:
            verdicts = await traced(self._workers, self._case.module, unit, findings.verdicts)
            findings = replace(findings, verdicts=verdicts)
        return findings

    async def _fixes(self, findings: Findings) -> tuple[Fix, ...]:
        """Proven fixes of what is violated."""
        wanted = await self.wanted(findings)
        generator = Generator(wanted, self._workers, self._inference, self._settings.seed, self._budget.deadline)
        mutations = findings.repairs or await in_thread(mutants, self._unit.source, limit=MUTANTS)
        fixes = await generator.fixes(mutations, self._settings.repair_rounds)
        if self._settings.trajectories:
            keep(trajectory(self._unit, wanted.violated, generator.attempts, fixes), default_file())
        return fixes

    async def wanted(self, findings: Findings) -> Wanted:
        """What a fix of what is violated must fulfil."""
        panel, violated = findings.panel, findings.violations
        counterexamples = [v.counterexample.arguments for v in violated if v.counterexample and v.counterexample.exact]
        trusted = [row.arguments for row in panel.trusted if row.exact] if panel else []
        failures = await self._case.earlier.failures.of(findings.domain)
        known = [*filter(findings.domain.speaks_of, counterexamples), *failures]
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

    async def _heard(
        self, findings: Findings, stated: tuple[Property, ...], conjectures: tuple[Property, ...]
    ) -> Findings:
        """What the model has to say, too; without it, lone guesses are not even run."""
        if self._hearing is None or self._why_alone is not None:
            verdicts = (*findings.verdicts, *rejected_guesses(conjectures))
            return replace(findings, verdicts=verdicts, reason=self._why_alone or findings.reason)
        return await self._hearing.heard(findings, stated, conjectures)

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
        if findings.domain.is_empty:
            return messages.NO_INPUTS
        return (why_unjudged(findings.verdicts) if self._why_alone else None) or findings.reason


def _is_believed(claim: Property) -> bool:
    """Whether a person stated it of this function alone; what relates methods may be violated by another of them, so
    that implementations of this one have a say first."""
    return claim.evidence in STATED and claim.kind != "state"


def _hindrance(name: str, outcomes: tuple[Outcome, ...]) -> str | None:
    """Why the function cannot be checked at all, in words for users, if it cannot."""
    for outcome in outcomes:
        if outcome.status in ("import_error", "blocked"):
            reason = UNJUDGED[outcome.status] + (f": {outcome.detail}" if outcome.detail else "")
            return f"{reason}; {how_to_allow(outcome.detail, name)}" if outcome.status == "blocked" else reason
    return None

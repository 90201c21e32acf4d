"""Running properties against the function, within the seconds that its check may take."""

import time
from collections.abc import Callable
from dataclasses import replace

from refute.checker.case import Case
from refute.checker.judging import as_check
from refute.checker.settings import Settings
from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.sandbox.pool import Workers
from refute.worker.protocol import Check, Inputs, Outcome, RunRequest

RUN_SECONDS = 10.0
_CALLS = 3


class Budget:
    """The seconds of one check, from now on; those of `waited`, while the model worked for another, do not count."""

    def __init__(self, seconds: float, waited: Callable[[], float]) -> None:
        self._seconds = seconds
        self._waited = waited
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds that the check has taken so far."""
        return time.monotonic() - self._began - self._waited()

    @property
    def deadline(self) -> float:
        """When the budget ends, as `time.monotonic` counts."""
        return time.monotonic() + self._seconds - self.spent

    @property
    def left(self) -> float:
        """Seconds left, at least one: a step that is begun gets a chance."""
        return max(1.0, self._seconds - self.spent)


class Runs:
    """Runs of one case's function."""

    def __init__(self, case: Case, workers: Workers, settings: Settings, budget: Budget) -> None:
        self._case = case
        self._workers = workers
        self._settings = settings
        self._budget = budget

    async def run(self, domain: Domain, claims: tuple[Property, ...]) -> tuple[Outcome, ...]:
        """Outcomes in the order of `claims`. What failed in earlier runs is tried first."""
        failures = self._case.earlier.failures
        tried = replace(domain, examples=tuple(dict.fromkeys([*await failures.of(domain), *domain.examples])))
        inputs = self.inputs(tried, self._settings.examples)
        outcomes = await self._run(inputs, tuple(as_check(p) for p in claims), domain)
        await failures.remember(domain, outcomes)
        return outcomes

    async def call(self, domain: Domain) -> tuple[Outcome, ...]:
        """Call the function a few times and judge nothing: whether it can be imported and may run here at all."""
        return await self._run(self.inputs(domain, _CALLS), (Check("called", "True"),))

    def inputs(self, domain: Domain, count: int) -> Inputs:
        """What to draw from `domain`: its examples, and `count` inputs at most."""
        strategies = tuple((p.name, p.strategy) for p in domain.parameters)
        return Inputs(strategies, domain.precondition, domain.examples, count, self._settings.seed)

    async def _run(
        self, inputs: Inputs, checks: tuple[Check, ...], domain: Domain | None = None
    ) -> tuple[Outcome, ...]:
        """Outcomes of `checks`. What is drawn from `domain` is remembered."""
        seconds = min(RUN_SECONDS, self._budget.left)
        request = RunRequest(self._case.module, self._case.unit.qualname, inputs, checks, seconds=seconds)
        if domain is None:
            return await self._workers.run(request, self._case.allowance)
        return await self._case.earlier.drawn.run(self._workers, request, domain, self._case.allowance)

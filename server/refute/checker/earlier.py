"""What is remembered of earlier runs, also of those before a restart.

What failed is tried first, and what was drawn is not drawn again.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.checker.coverification import CrossExamination
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.digests import digest_around
from refute.properties.domain import Domain
from refute.properties.hypothesis_names import STRATEGY_NAMES
from refute.properties.scopes import BUILTIN_NAMES, free_names
from refute.properties.units import FunctionUnit
from refute.sandbox.pool import NOTHING, Allowance, Workers
from refute.worker.codec import encode
from refute.worker.protocol import MOST_DRAWN, Arguments, CompareRequest, Comparison, ModuleSource, Outcome, RunRequest

KEPT = 12
"""Failing calls remembered of one function; the oldest go."""


@dataclass(frozen=True)
class _Known:
    calls: tuple[Arguments, ...] = ()


class Failures:
    """The failing calls of one function, known by its file and its name, so that they outlive edits of its body.

    They belong to the domain in which they were found: a call that was meant once need not be meant after the
    annotations or the docstring changed, and must not raise an alarm then.
    """

    def __init__(self, store: Store, path: str, qualname: str) -> None:
        self._store = store
        self._function = f"{path}\0{qualname}"

    async def of(self, domain: Domain) -> tuple[Arguments, ...]:
        """Failing calls within `domain`, the newest first."""
        known = await self._store.look_up("failures", self._key(domain), _Known)
        return known.calls if known is not None else ()

    async def remember(self, domain: Domain, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the counterexamples among `outcomes` that can be written down and belong to `domain`."""
        found = [
            outcome.counterexample.arguments
            for outcome in outcomes
            if outcome.status == "violated" and outcome.counterexample is not None and outcome.counterexample.exact
            if domain.speaks_of(outcome.counterexample.arguments)
        ]
        known = await self.of(domain)
        calls = tuple(dict.fromkeys([*found, *known]))[:KEPT]
        if calls != known:
            await self._store.keep("failures", self._key(domain), _Known(calls))

    def _key(self, domain: Domain) -> str:
        return _digest(self._function, domain)


class DrawnCalls:
    """The calls that were drawn for a function. Drawing them takes longer than making them, and they are the same ones
    as long as the domain is."""

    def __init__(self, store: Store, use: str, function: str, seed: int) -> None:
        """`use` is what they are drawn for, `function` a digest of its spec and of what is around it, and `seed` that
        of the draws."""
        self._store = store
        self._use = use
        self._function = f"{function}\0{seed}"

    async def of(self, domain: Domain) -> tuple[Arguments, ...]:
        """The calls that were drawn from `domain`; none where that is not known."""
        known = await self._store.look_up(self._use, self._key(domain), _Known)
        return known.calls if known is not None else ()

    async def remember(self, domain: Domain, calls: Sequence[Arguments]) -> None:
        """Keep `calls`, all that were drawn from `domain`, unless they are long."""
        size = sum(len(text) for call in calls for _, text in call)
        if calls and size <= MOST_DRAWN:
            await self._store.keep(self._use, self._key(domain), _Known(tuple(calls)))

    async def remember_those_of(self, comparison: Comparison, domain: Domain) -> None:
        """Keep the inputs of a comparison, which were drawn from `domain`, if all were made and can be written down."""
        # Where there is a detail, time ran out before all were made.
        if not comparison.detail and all(row.exact for row in comparison.inputs):
            await self.remember(domain, [row.arguments for row in comparison.inputs])

    async def run(
        self, workers: Workers, request: RunRequest, domain: Domain, allowance: Allowance = NOTHING
    ) -> tuple[Outcome, ...]:
        """The outcomes of `request`, whose inputs are those of `domain` beside its examples. They are drawn only where
        they are not known."""
        if not are_plain(domain):
            return await workers.run(request, allowance)
        drawn_from = replace(domain, examples=())
        drawn = await self.of(drawn_from)
        asked = replace(request, inputs=replace(request.inputs, drawn=drawn), tell_drawn=not drawn)
        told: list[Arguments] = []
        outcomes = await workers.run(asked, allowance, told.extend)
        await self.remember(drawn_from, told)
        return outcomes

    async def compare(self, workers: Workers, request: CompareRequest, domain: Domain) -> Comparison:
        """What comes of `request`, whose inputs are those of `domain` beside its examples. They are drawn only where
        they are not known."""
        drawn_from = replace(domain, examples=())
        known = await self.of(drawn_from)
        comparison = await workers.compare(replace(request, inputs=replace(request.inputs, drawn=known)))
        if not known and are_plain(domain):
            await self.remember_those_of(comparison, drawn_from)
        return comparison

    def _key(self, domain: Domain) -> str:
        return _digest(f"{self._function}\0{domain.examples!r}", domain)


def are_plain(domain: Domain) -> bool:
    """Whether what can be drawn from `domain` hangs on its strategies alone, and not on what the module or the
    workspace has under a name."""
    return all(free_names(parameter.strategy) <= STRATEGY_NAMES | BUILTIN_NAMES for parameter in domain.parameters)


class Examinations:
    """What implementations and their mutants make of conjectures. An edit of the function's body does not change it."""

    def __init__(self, store: Store, around: str) -> None:
        """`around` is a digest of what conjectures may call."""
        self._store = store
        self._around = around

    async def of(self, request: CompareRequest, answers: Sequence[str]) -> CrossExamination | None:
        """What came of `request`, None where that is not known. `answers` are those that the implementations agree on:
        what they call may have changed without it."""
        return await self._store.look_up("examined", self._key(request, answers), CrossExamination)

    async def remember(self, request: CompareRequest, answers: Sequence[str], examination: CrossExamination) -> None:
        """Keep what came of `request`, if time did not run out meanwhile."""
        if examination.complete:
            await self._store.keep("examined", self._key(request, answers), examination)

    def _key(self, request: CompareRequest, answers: Sequence[str]) -> str:
        module = replace(request.module, text=self._around)
        whole = json.dumps([encode(replace(request, module=module)), *answers])
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Earlier:
    """What is remembered of one function: the calls that failed, those on which it was compared with implementations,
    those that were drawn for its properties and for screening and proving fixes, and what came of conjectures."""

    failures: Failures
    compared: DrawnCalls
    drawn: DrawnCalls
    screened: DrawnCalls
    proof: DrawnCalls
    examinations: Examinations

    @classmethod
    def of(cls, store: Store, module: ModuleSource, unit: FunctionUnit, settings: Settings, world: str) -> "Earlier":
        """What `store` has of `unit` in `module`. `world` covers what else draws and verdicts hang on: the files that
        the module imports, and versions."""
        around, seed = f"{digest_around(unit, module.text)}\0{world}", settings.seed
        spec = f"{unit.spec_digest}\0{around}"
        return cls(
            Failures(store, module.path, unit.qualname),
            DrawnCalls(store, "compared", spec, seed),
            DrawnCalls(store, f"drawn {settings.examples}", spec, seed),
            DrawnCalls(store, "screened", spec, seed),
            DrawnCalls(store, "proof", spec, seed),
            Examinations(store, around),
        )


def _digest(function: str, domain: Domain) -> str:
    strategies = "\0".join(f"{parameter.name}={parameter.strategy}" for parameter in domain.parameters)
    whole = "\0".join((function, strategies, domain.precondition or ""))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

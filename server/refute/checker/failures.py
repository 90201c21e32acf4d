"""Failing arguments of earlier runs: tried first in the next one, also after a restart."""

import hashlib
from dataclasses import dataclass, field

from refute.checker.store import Store
from refute.properties.domain import Domain
from refute.worker.protocol import Arguments, Outcome

KEPT = 12
"""Failing calls remembered of one function; the oldest go."""


@dataclass(frozen=True)
class _Known:
    calls: tuple[Arguments, ...] = field(default=())


class Failures:
    """The failing calls of one function, known by its file and its name, so that they outlive edits of its body.

    They belong to the domain in which they were found: a call that was meant once need not be meant after the
    annotations or the docstring changed, and must not raise an alarm then.
    """

    def __init__(self, store: Store, path: str, qualname: str) -> None:
        self._store = store
        self._function = f"{path}\0{qualname}"

    def of(self, domain: Domain) -> tuple[Arguments, ...]:
        """Failing calls within `domain`, the newest first."""
        known = self._store.get("failures", self._key(domain), _Known)
        return known.calls if known is not None else ()

    def remember(self, domain: Domain, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the counterexamples among `outcomes` that can be written down."""
        found = [
            outcome.counterexample.arguments
            for outcome in outcomes
            if outcome.status == "violated" and outcome.counterexample is not None and outcome.counterexample.exact
        ]
        known = self.of(domain)
        calls = tuple(dict.fromkeys([*found, *known]))[:KEPT]
        if calls != known:
            self._store.put("failures", self._key(domain), _Known(calls))

    def _key(self, domain: Domain) -> str:
        strategies = "\0".join(f"{parameter.name}={parameter.strategy}" for parameter in domain.parameters)
        whole = "\0".join((self._function, strategies, domain.precondition or ""))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

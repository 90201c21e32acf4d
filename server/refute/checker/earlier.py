"""Calls of earlier runs, also of those before a restart.

What failed is tried first, and what was compared is compared again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from refute.checker.store import Store
from refute.properties.domain import Domain
from refute.worker.protocol import Arguments, ComparedInput, Outcome

KEPT = 12
"""Failing calls remembered of one function; the oldest go."""
LONGEST = 100_000
"""Characters of calls that were compared; more are made anew each time."""


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
        return _digest(self._function, domain)


class ComparedCalls:
    """The calls on which a function was compared with implementations. Drawing them takes longer than making them, and
    they are the same ones as long as the domain is."""

    def __init__(self, store: Store, function: str, seed: int) -> None:
        """`function` is the digest of its spec; `seed` is that of the draws."""
        self._store = store
        self._function = f"{function}\0{seed}"

    def of(self, domain: Domain) -> tuple[Arguments, ...]:
        """The calls that were drawn from `domain`, its examples among them; none where that is not known."""
        known = self._store.get("compared", self._key(domain), _Known)
        return known.calls if known is not None else ()

    def remember(self, domain: Domain, rows: Sequence[ComparedInput]) -> None:
        """Keep the calls of all `rows`, for when they are not known yet, if every one can be written down."""
        calls = tuple(row.arguments for row in rows)
        size = sum(len(text) for call in calls for _, text in call)
        if rows and size <= LONGEST and all(row.exact for row in rows):
            self._store.put("compared", self._key(domain), _Known(calls))

    def _key(self, domain: Domain) -> str:
        return _digest(f"{self._function}\0{domain.examples!r}", domain)


def _digest(function: str, domain: Domain) -> str:
    strategies = "\0".join(f"{parameter.name}={parameter.strategy}" for parameter in domain.parameters)
    whole = "\0".join((function, strategies, domain.precondition or ""))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

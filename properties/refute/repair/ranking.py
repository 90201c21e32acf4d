"""The order in which checked fixes are offered."""

from collections.abc import Mapping, Sequence

from refute.repair.fix import Candidate


def ranked(candidates: Sequence[Candidate], likelihoods: Mapping[str, float] | None = None) -> tuple[Candidate, ...]:
    """Checked candidates, the one to prefer first: the smallest change, then the likeliest text.

    `likelihoods` maps sources to log-probabilities in nats; a source without one comes after those that have one.
    Costs closer than half a step say nothing about which change is smaller, so the likelihood decides among them.
    """
    known = likelihoods or {}

    def key(candidate: Candidate) -> tuple[int, float, float]:
        return round(candidate.cost * 2), -known.get(candidate.source, float("-inf")), candidate.cost

    return tuple(sorted(candidates, key=key))

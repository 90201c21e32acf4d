"""Which evaluated prompts to keep, and what a new prompt can take over from them.

Pure bookkeeping of the KV cache: slots hold the tokens of prompts evaluated before. It knows no llama.cpp.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FAMILY = 32
"""Prompts that begin with this many equal tokens are of one family (they have the same system message)."""


@dataclass(frozen=True)
class Placement:
    """Where a prompt goes: into `slot`, whose first `keep` tokens come from slot `source`."""

    slot: int
    source: int
    keep: int


class PrefixCache:
    """Slots 0 to `slots - 1`.

    Prefixes are taken over in multiples of `alignment` tokens: matrix kernels work on blocks of rows, and a prompt
    that is cut elsewhere gets slightly different numbers, so that a seed would not repeat its answer.
    """

    def __init__(self, slots: int, alignment: int) -> None:
        self._alignment = alignment
        self._tokens: list[tuple[int, ...]] = [()] * slots
        self._age = list(range(slots, 0, -1))  # larger is older
        self._clock = 0

    def place(self, prompt: Sequence[int]) -> Placement:
        """Choose a slot for `prompt` and take note that it holds it. At least one token is left to evaluate."""
        shared = [common_prefix(prompt, tokens) for tokens in self._tokens]
        source = max(range(len(shared)), key=shared.__getitem__)
        keep = min(shared[source], len(prompt) - 1) // self._alignment * self._alignment
        slot = source if shared[source] == len(self._tokens[source]) else self._least_useful()
        self._tokens[slot] = tuple(prompt)
        self._touch(slot)
        return Placement(slot, source, keep)

    def forget(self, slot: int) -> None:
        """Nothing usable is in `slot` any more."""
        self._tokens[slot] = ()

    def used(self) -> int:
        """Tokens held, counting those that slots share more than once."""
        return sum(map(len, self._tokens))

    def oldest(self, excluding: int) -> int | None:
        """The least useful slot that holds something, other than `excluding`."""
        held = [slot for slot, tokens in enumerate(self._tokens) if tokens and slot != excluding]
        return max(held, key=self._uselessness, default=None)

    def _least_useful(self) -> int:
        return max(range(len(self._tokens)), key=self._uselessness)

    def _uselessness(self, slot: int) -> tuple[bool, bool, int]:
        """Empty slots first, then those of a family that another slot also holds, then the oldest."""
        tokens = self._tokens[slot]
        doubled = any(
            common_prefix(tokens, other) >= FAMILY for index, other in enumerate(self._tokens) if index != slot
        )
        return not tokens, doubled, self._age[slot]

    def _touch(self, slot: int) -> None:
        self._clock -= 1
        self._age[slot] = self._clock


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens at the beginning are equal."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count

"""Which evaluated prompts to remember, so that a new prompt can go on from what it shares with one of them.

Pure bookkeeping: a state is any bytes that came with the tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FAMILY = 32
"""Prompts that begin with this many equal tokens are of one family (they have the same system message)."""


@dataclass(frozen=True)
class SavedPrompt:
    """A prompt and the evaluated state of its tokens."""

    tokens: tuple[int, ...]
    state: bytes


class PrefixCache:
    """Holds states of at most `budget` bytes.

    When it is full, the oldest of those whose family has another state goes first: many prompts with one system
    message do not drive out the only one with another.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._saved: list[SavedPrompt] = []  # the one used last is last

    def best(self, prompt: Sequence[int]) -> SavedPrompt | None:
        """The saved prompt that shares most with the beginning of `prompt`; None where none shares anything."""
        found = max(self._saved, key=lambda saved: common_prefix(saved.tokens, prompt), default=None)
        if found is None or not common_prefix(found.tokens, prompt):
            return None
        self._saved.remove(found)
        self._saved.append(found)
        return found

    def add(self, prompt: Sequence[int], state: bytes) -> None:
        """Remember `prompt`, in place of those that are a part of it."""
        tokens = tuple(prompt)
        self._saved = [saved for saved in self._saved if tokens[: len(saved.tokens)] != saved.tokens]
        self._saved.append(SavedPrompt(tokens, state))
        while sum(len(saved.state) for saved in self._saved) > self._budget:
            self._saved.remove(self._least_useful())

    def _least_useful(self) -> SavedPrompt:
        doubled = (one for one in self._saved if any(_of_one_family(one, other) for other in self._saved))
        return next(doubled, self._saved[0])


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens at the beginning are equal."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _of_one_family(one: SavedPrompt, other: SavedPrompt) -> bool:
    return one is not other and common_prefix(one.tokens, other.tokens) >= FAMILY

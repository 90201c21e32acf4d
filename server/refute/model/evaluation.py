"""Bringing prompts into the KV cache, each of their tokens evaluated once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from refute.model.interface import ModelError
from refute.model.llama import BATCH, SEQUENCES, CancelledEvaluationError, Entry, Llama
from refute.model.prefixes import PrefixCache, common_prefix

PROMPT, FIRST_ANSWER = 0, 1
"""Sequences of the KV cache: the first holds the prompt, the others answers to it."""
PARALLEL = SEQUENCES - FIRST_ANSWER
_ALIGNMENT = 4
"""Prompts go on from others at multiples of this: matrix kernels work on blocks of rows, and another division may
give slightly different numbers, so that a seed would not repeat its answers."""
_SAVED_BYTES = 128 << 20

Interrupt = Callable[[], bool]


@dataclass(frozen=True)
class EvaluatedPrompt:
    """A prompt in the cache: the batch entry of its last token, its tokens, and how many of them were not there."""

    row: int
    tokens: tuple[int, ...]
    evaluated: int

    @property
    def length(self) -> int:
        """In tokens."""
        return len(self.tokens)


class PromptEvaluation:
    """Holds one prompt at a time in the sequence `PROMPT`.

    Evaluated prompts are kept outside the KV cache: what lies where in it changes the order of sums and so their
    rounding, and like this the same request always finds the same.
    """

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._saved = PrefixCache(_SAVED_BYTES)
        self._current: tuple[int, ...] = ()

    def evaluate(self, tokens: Sequence[int], interrupted: Interrupt) -> EvaluatedPrompt:
        """Bring the prompt into the KV cache, as far as it is not there.

        Raises `ModelError` where it leaves no room, and `CancelledEvaluationError`.
        """
        length = len(tokens)
        if length + PARALLEL > self._llama.cells:
            raise ModelError(
                f"the prompt has {length} tokens and the context {self._llama.cells}: no room for an answer; "
                "set context_size higher or shorten the function"
            )
        keep, row = self._take_over(tokens), 0
        try:
            for begin in range(keep, length, BATCH):
                entries = [
                    Entry(token, position, PROMPT, output=position == length - 1)
                    for position, token in enumerate(tokens[begin : begin + BATCH], begin)
                ]
                self._llama.evaluate(entries, interrupted)
                row = len(entries) - 1
        except (CancelledEvaluationError, ModelError):
            self._llama.truncate(PROMPT, keep)
            raise
        self._current = tuple(tokens)
        self._saved.add(tokens, self._llama.save(PROMPT))
        return EvaluatedPrompt(row, tuple(tokens), length - keep)

    def _take_over(self, tokens: Sequence[int]) -> int:
        """Bring what an earlier prompt shares with this one into the prompt's sequence; how many tokens that is."""
        saved = self._saved.best(tokens)
        if saved is not None and common_prefix(saved.tokens, tokens) > common_prefix(self._current, tokens):
            self._llama.truncate(PROMPT, 0)
            self._current = saved.tokens if self._llama.restore(PROMPT, saved.state) else ()
        shared = min(common_prefix(self._current, tokens), len(tokens) - 1)
        keep = shared // _ALIGNMENT * _ALIGNMENT
        if not self._llama.truncate(PROMPT, keep):
            self._llama.truncate(PROMPT, 0)  # a recurrent model goes back to the beginning or nowhere
            keep = 0
        self._current = tuple(tokens[:keep])
        return keep

    def forget_place(self) -> None:
        """Let the next prompt begin from a saved one, as if the cache were empty: after answers to several prompts,
        the newest lies behind a gap."""
        self._llama.truncate(PROMPT, 0)
        self._current = ()

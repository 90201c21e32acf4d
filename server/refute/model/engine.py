"""Completing and scoring on one loaded model: several sequences in one batch, prompts evaluated once."""

import time
from collections.abc import Callable, Iterator, Sequence

from refute.model.chat import ChatTemplate
from refute.model.completing import Completer, in_batches
from refute.model.evaluation import FIRST_ANSWER, PARALLEL, PROMPT, EvaluatedPrompt, Interrupt, PromptEvaluation
from refute.model.interface import Completion, CompletionRequest, ModelError, Prompt, ReadToken
from refute.model.llama import OUTPUTS, Entry, Llama
from refute.model.samples import OnText
from refute.model.wire import Usage


class Engine:
    """Works on one call at a time."""

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._chat = ChatTemplate(llama)
        self._prompts = PromptEvaluation(llama)

    def complete(
        self, requests: Sequence[CompletionRequest], on_text: OnText, interrupted: Interrupt
    ) -> tuple[tuple[tuple[Completion, ...], ...], Usage]:
        """Answer `requests`, their samples side by side; `on_text` hears of each sample by its number in its request.

        Once `interrupted` says so, what there is comes back as "cancelled". Raises `ModelError` where a prompt leaves
        no room or a grammar cannot be read.
        """
        start = time.monotonic()
        tokens = [self._chat.tokens(request.prompt) for request in requests]
        answers: list[list[Completion]] = [[] for _ in requests]
        completer = Completer(self._llama, self._prompts)
        counts = [len(request.temperatures) for request in requests]
        for slots in in_batches([len(prompt) for prompt in tokens], counts, self._llama.cells):
            completions = completer.answer(requests, tokens, slots, on_text, interrupted)
            for slot, completion in zip(slots, completions, strict=True):
                answers[slot.request].append(completion)
        usage = Usage(
            prompt_tokens=sum(map(len, tokens)),
            evaluated_tokens=completer.evaluated_tokens,
            generated_tokens=sum(completion.tokens for completions in answers for completion in completions),
            prompt_seconds=completer.prompt_seconds,
            generation_seconds=time.monotonic() - start - completer.prompt_seconds,
        )
        return tuple(map(tuple, answers)), usage

    def score(self, prompt: Prompt, continuations: Sequence[str], interrupted: Interrupt) -> tuple[float, ...]:
        """The log-probability of each continuation, in nats. Raises `ModelError` or `CancelledEvaluationError`."""
        tokens = self._chat.tokens(prompt)
        answers = [self._llama.tokenise(text, special=False) for text in continuations]
        scores: list[float] = []
        for first in range(0, len(answers), PARALLEL):
            group = answers[first : first + PARALLEL]
            if len(tokens) + sum(map(len, group)) > self._llama.cells:
                raise ModelError(f"{len(group)} continuations do not fit into {self._llama.cells} tokens of context")
            scores += self._score_group(self._prompts.evaluate(tokens, interrupted), group, interrupted)
        return tuple(scores)

    def read(self, prompt: Prompt, text: str, interrupted: Interrupt) -> tuple[ReadToken, ...]:
        """What the model finds of each token of `text`. Raises `ModelError` or `CancelledEvaluationError`."""
        tokens = self._chat.tokens(prompt)
        answer = self._llama.tokenise(text, special=False)
        if len(tokens) + len(answer) > self._llama.cells:
            raise ModelError(f"the text does not fit into {self._llama.cells} tokens of context")
        pieces = [self._llama.piece(token) for token in answer]
        found: list[ReadToken] = []

        def note(_index: int, step: int, row: int) -> None:
            likeliest, sure = self._llama.likeliest(row)
            start = len(b"".join(pieces[:step]).decode("utf-8", "ignore"))
            shown = self._llama.piece(likeliest).decode("utf-8", "replace")
            found.append(ReadToken(start, self._llama.log_probability(row, answer[step]), shown, sure))

        self._walk(self._prompts.evaluate(tokens, interrupted), [answer], interrupted, note)
        return tuple(found)

    # Scores

    def _score_group(
        self, prompt: EvaluatedPrompt, answers: Sequence[Sequence[int]], interrupted: Interrupt
    ) -> list[float]:
        """Log-probabilities of `answers` after the prompt evaluated last."""
        scores = [0.0] * len(answers)

        def add(index: int, step: int, row: int) -> None:
            scores[index] += self._llama.log_probability(row, answers[index][step])

        self._walk(prompt, answers, interrupted, add)
        return scores

    def _walk(
        self,
        prompt: EvaluatedPrompt,
        answers: Sequence[Sequence[int]],
        interrupted: Interrupt,
        visit: Callable[[int, int, int], None],
    ) -> None:
        """Evaluate `answers` after the prompt evaluated last.

        `visit` gets an answer's number, that of a token in it, and the entry of the last batch whose logits say what
        the model expected there.
        """
        for index, answer in enumerate(answers):
            if answer:
                visit(index, 0, prompt.row)
        pairs = [(index, step) for index, answer in enumerate(answers) for step in range(len(answer) - 1)]
        try:
            for index in range(len(answers)):
                self._llama.copy(PROMPT, FIRST_ANSWER + index, prompt.length)
            for chunk in _chunks(pairs, OUTPUTS):
                self._llama.evaluate(
                    [
                        Entry(answers[index][step], prompt.length + step, FIRST_ANSWER + index, output=True)
                        for index, step in chunk
                    ],
                    interrupted,
                )
                for entry, (index, step) in enumerate(chunk):
                    visit(index, step + 1, entry)
        finally:
            for index in range(len(answers)):
                self._llama.truncate(FIRST_ANSWER + index, 0)


def _chunks(pairs: Sequence[tuple[int, int]], size: int) -> Iterator[Sequence[tuple[int, int]]]:
    for begin in range(0, len(pairs), size):
        yield pairs[begin : begin + size]

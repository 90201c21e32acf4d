"""Completing and scoring on one loaded model: several sequences in one batch, prompts evaluated once."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from refute.model.chat import ChatTemplate
from refute.model.drafting import Drafter
from refute.model.interface import Completion, CompletionRequest, ModelError, Prompt, ReadToken
from refute.model.llama import BATCH, OUTPUTS, SEQUENCES, CancelledEvaluationError, Entry, Llama
from refute.model.prefixes import PrefixCache, common_prefix
from refute.model.samples import OnText, Sample
from refute.model.sampling import Sampler
from refute.model.stopping import StopFilter
from refute.model.wire import Usage

_PROMPT, _FIRST_ANSWER = 0, 1
"""Sequences of the KV cache: the first holds the prompt, the others answers to it."""
_PARALLEL = SEQUENCES - _FIRST_ANSWER
_ALIGNMENT = 4
"""Prompts go on from others at multiples of this: matrix kernels work on blocks of rows, and another division may
give slightly different numbers, so that a seed would not repeat its answers."""
_SAVED_BYTES = 128 << 20

Interrupt = Callable[[], bool]


@dataclass(frozen=True)
class _EvaluatedPrompt:
    """A prompt in the cache: the batch entry of its last token, its length, and how much of it was not there."""

    row: int
    length: int
    evaluated: int


class Engine:
    """Answers one request at a time.

    Evaluated prompts are kept outside the KV cache: what lies where in it changes the order of sums and so their
    rounding, and like this the same request always finds the same.
    """

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._chat = ChatTemplate(llama)
        self._saved = PrefixCache(_SAVED_BYTES)
        self._current: tuple[int, ...] = ()

    def complete(
        self, request: CompletionRequest, on_text: OnText, interrupted: Interrupt
    ) -> tuple[tuple[Completion, ...], Usage]:
        """Answer `request`. Once `interrupted` says so, what there is comes back as "cancelled".

        Raises `ModelError` where the prompt leaves no room or the grammar cannot be read.
        """
        tokens = self._chat.tokens(request.prompt)
        completions: list[Completion] = []
        evaluated, prompt_seconds, start = 0, 0.0, time.monotonic()
        for first in range(0, len(request.temperatures), _PARALLEL):
            indices = range(first, min(first + _PARALLEL, len(request.temperatures)))
            prompt_start = time.monotonic()
            try:
                prompt = self._evaluate_prompt(tokens, interrupted)
            except CancelledEvaluationError:
                completions += [Completion("", "cancelled", 0)] * len(indices)
                continue
            evaluated += prompt.evaluated
            prompt_seconds += time.monotonic() - prompt_start
            completions += self._answer(request, indices, prompt, on_text, interrupted)
        generated = sum(completion.tokens for completion in completions)
        seconds = time.monotonic() - start - prompt_seconds
        return tuple(completions), Usage(len(tokens), evaluated, generated, prompt_seconds, seconds)

    def score(self, prompt: Prompt, continuations: Sequence[str], interrupted: Interrupt) -> tuple[float, ...]:
        """The log-probability of each continuation, in nats. Raises `ModelError` or `CancelledEvaluationError`."""
        tokens = self._chat.tokens(prompt)
        answers = [self._llama.tokenise(text, special=False) for text in continuations]
        scores: list[float] = []
        for first in range(0, len(answers), _PARALLEL):
            group = answers[first : first + _PARALLEL]
            if len(tokens) + sum(map(len, group)) > self._llama.cells:
                raise ModelError(f"{len(group)} continuations do not fit into {self._llama.cells} tokens of context")
            scores += self._score_group(self._evaluate_prompt(tokens, interrupted), group, interrupted)
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

        self._walk(self._evaluate_prompt(tokens, interrupted), [answer], interrupted, note)
        return tuple(found)

    # The prompt

    def _evaluate_prompt(self, tokens: Sequence[int], interrupted: Interrupt) -> _EvaluatedPrompt:
        """Bring the prompt into the KV cache, as far as it is not there."""
        length = len(tokens)
        if length + _PARALLEL > self._llama.cells:
            raise ModelError(
                f"the prompt has {length} tokens and the context {self._llama.cells}: no room for an answer; "
                "set context_size higher or shorten the function"
            )
        keep, row = self._take_over(tokens), 0
        try:
            for begin in range(keep, length, BATCH):
                entries = [
                    Entry(token, position, _PROMPT, output=position == length - 1)
                    for position, token in enumerate(tokens[begin : begin + BATCH], begin)
                ]
                self._llama.evaluate(entries, interrupted)
                row = len(entries) - 1
        except (CancelledEvaluationError, ModelError):
            self._llama.truncate(_PROMPT, keep)
            raise
        self._current = tuple(tokens)
        self._saved.add(tokens, self._llama.save(_PROMPT))
        return _EvaluatedPrompt(row, length, length - keep)

    def _take_over(self, tokens: Sequence[int]) -> int:
        """Bring what an earlier prompt shares with this one into the prompt's sequence; how many tokens that is."""
        saved = self._saved.best(tokens)
        if saved is not None and common_prefix(saved.tokens, tokens) > common_prefix(self._current, tokens):
            self._llama.truncate(_PROMPT, 0)
            self._current = saved.tokens if self._llama.restore(_PROMPT, saved.state) else ()
        shared = min(common_prefix(self._current, tokens), len(tokens) - 1)
        keep = shared // _ALIGNMENT * _ALIGNMENT
        if not self._llama.truncate(_PROMPT, keep):
            self._llama.truncate(_PROMPT, 0)  # a recurrent model goes back to the beginning or nowhere
            keep = 0
        self._current = tuple(tokens[:keep])
        return keep

    # Answers

    def _answer(
        self,
        request: CompletionRequest,
        indices: range,
        prompt: _EvaluatedPrompt,
        on_text: OnText,
        interrupted: Interrupt,
    ) -> list[Completion]:
        """One completion for each of the samples `indices`, which run together."""
        samples: list[Sample] = []
        try:
            for sequence, index in enumerate(indices, _FIRST_ANSWER):
                sampler = Sampler(
                    self._llama,
                    temperature=request.temperatures[index],
                    top_p=request.top_p,
                    seed=request.seed + index,
                    grammar=request.grammar,
                )
                stops = StopFilter(request.stop)
                drafter = Drafter(self._current) if request.copies and self._llama.can_rewind else None
                samples.append(Sample(index, sequence, sampler, stops, prompt.length, prompt.row, drafter))
                self._llama.copy(_PROMPT, sequence, prompt.length)
            room = (self._llama.cells - prompt.length) // len(samples)
            self._generate(samples, min(request.max_tokens, room), on_text, interrupted)
        finally:
            for sample in samples:
                self._close(sample)
        return [sample.completion() for sample in samples]

    def _close(self, sample: Sample) -> None:
        sample.sampler.close()
        self._llama.truncate(sample.sequence, 0)

    def _generate(self, samples: list[Sample], limit: int, on_text: OnText, interrupted: Interrupt) -> None:
        """Draw, pass on and evaluate tokens of every unfinished sample, until all are finished."""
        running = samples
        while running:
            if interrupted():
                for sample in running:
                    sample.finish = "cancelled"
                return
            entries: list[Entry] = []
            room = OUTPUTS // len(running)
            for sample in running:
                token = self._draw(sample, limit, on_text)
                if token is not None:
                    entries += self._entries(sample, token, min(room, limit - sample.tokens), len(entries))
                else:
                    self._llama.truncate(sample.sequence, 0)
            running = [sample for sample in running if sample.finish is None]
            if entries:
                self._llama.evaluate(entries)

    def _draw(self, sample: Sample, limit: int, on_text: OnText) -> int | None:
        """Draw tokens for as long as they are those that were guessed; the first that was not, or None once `sample`
        is finished."""
        right, token = 0, self._step(sample, limit, on_text)
        while right < len(sample.draft) and token == sample.draft[right]:
            right += 1
            sample.row += 1
            sample.position += 1
            token = self._step(sample, limit, on_text)
        if sample.drafter is not None:
            sample.drafter.learn(len(sample.draft), right)
            if right < len(sample.draft):
                self._llama.truncate(sample.sequence, sample.position)
        return token

    def _entries(self, sample: Sample, token: int, room: int, row: int) -> list[Entry]:
        """What to evaluate next of `sample`, at `row` of the batch: `token`, and guesses as far as there is `room`."""
        sample.row = row
        sample.draft = () if sample.drafter is None else sample.drafter.draft(room - 1)
        entries = [
            Entry(one, position, sample.sequence, output=True)
            for position, one in enumerate((token, *sample.draft), sample.position)
        ]
        sample.position += 1
        return entries

    def _step(self, sample: Sample, limit: int, on_text: OnText) -> int | None:
        """The next token of `sample`, or None once it is finished."""
        token = sample.sampler.draw(sample.row)
        if token is None or self._llama.ends_answer(token):
            sample.finish = "stop"
        else:
            sample.tokens += 1
            sample.log_probability += self._llama.log_probability(sample.row, token)
            sample.add(sample.stops.feed(sample.decoder.decode(self._llama.piece(token))), on_text)
            if sample.stops.stopped:
                sample.finish = "stop"
            elif sample.tokens >= limit:
                sample.finish = "length"
        if sample.finish is None and token is not None:
            if sample.drafter is not None:
                sample.drafter.add(token)
            return token
        sample.add(sample.stops.feed(sample.decoder.decode(b"", final=True)) + sample.stops.finish(), on_text)
        return None

    # Scores

    def _score_group(
        self, prompt: _EvaluatedPrompt, answers: Sequence[Sequence[int]], interrupted: Interrupt
    ) -> list[float]:
        """Log-probabilities of `answers` after the prompt evaluated last."""
        scores = [0.0] * len(answers)

        def add(index: int, step: int, row: int) -> None:
            scores[index] += self._llama.log_probability(row, answers[index][step])

        self._walk(prompt, answers, interrupted, add)
        return scores

    def _walk(
        self,
        prompt: _EvaluatedPrompt,
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
                self._llama.copy(_PROMPT, _FIRST_ANSWER + index, prompt.length)
            for chunk in _chunks(pairs, OUTPUTS):
                self._llama.evaluate(
                    [
                        Entry(answers[index][step], prompt.length + step, _FIRST_ANSWER + index, output=True)
                        for index, step in chunk
                    ],
                    interrupted,
                )
                for entry, (index, step) in enumerate(chunk):
                    visit(index, step + 1, entry)
        finally:
            for index in range(len(answers)):
                self._llama.truncate(_FIRST_ANSWER + index, 0)


def _chunks(pairs: Sequence[tuple[int, int]], size: int) -> Iterator[Sequence[tuple[int, int]]]:
    for begin in range(0, len(pairs), size):
        yield pairs[begin : begin + size]

"""Completing and scoring on one loaded model: several sequences in one batch, prompts evaluated once."""

import codecs
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from refute.model.chat import ChatTemplate
from refute.model.interface import Completion, CompletionRequest, ModelError, Prompt
from refute.model.llama import BATCH, OUTPUTS, SEQUENCES, CancelledEvaluationError, Entry, Llama
from refute.model.prefixes import PrefixCache
from refute.model.sampling import Sampler
from refute.model.stopping import StopFilter
from refute.model.wire import Usage

_SLOTS = 8
_PARALLEL = SEQUENCES - _SLOTS
_ALIGNMENT = 32

OnText = Callable[[int, str], None]
Interrupt = Callable[[], bool]


@dataclass(frozen=True)
class _EvaluatedPrompt:
    """A prompt in the cache: its slot, the batch entry of its last token, its length, how much of it had to be
    evaluated, and how many tokens each sequence after it may have."""

    slot: int
    row: int
    length: int
    evaluated: int
    allowance: int


@dataclass
class _Sample:
    """One answer in the making. `row` is the batch entry whose logits give its next token."""

    index: int
    sequence: int
    sampler: Sampler
    stops: StopFilter
    position: int
    row: int
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    pieces: list[str] = field(default_factory=list[str])
    tokens: int = 0
    log_probability: float = 0.0
    finish: Literal["stop", "length", "cancelled"] | None = None

    def add(self, text: str, on_text: OnText) -> None:
        """Pass on what the stop strings let through."""
        if text:
            self.pieces.append(text)
            on_text(self.index, text)

    def completion(self) -> Completion:
        """The finished answer."""
        return Completion("".join(self.pieces), self.finish or "cancelled", self.tokens, self.log_probability)


class Engine:
    """Answers one request at a time. The first sequences of the KV cache keep prompts, the others hold answers."""

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._chat = ChatTemplate(llama)
        self._prefixes = PrefixCache(_SLOTS, _ALIGNMENT)

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
                prompt = self._evaluate_prompt(tokens, len(indices), request.max_tokens, interrupted)
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
            longest = max(map(len, group))
            place = self._evaluate_prompt(tokens, len(group), longest, interrupted)
            if place.allowance < longest:
                raise ModelError(f"{len(group)} continuations do not fit into {self._llama.cells} tokens of context")
            scores += self._score_group(place, group, interrupted)
        return tuple(scores)

    # The prompt

    def _evaluate_prompt(
        self, tokens: Sequence[int], sequences: int, wanted: int, interrupted: Interrupt
    ) -> _EvaluatedPrompt:
        """Bring the prompt into the cache, with room for `wanted` tokens after it in each of `sequences`."""
        length = len(tokens)
        if length + sequences > self._llama.cells:
            raise ModelError(
                f"the prompt has {length} tokens and the context {self._llama.cells}: no room for an answer; "
                "set context_size higher or shorten the function"
            )
        slot, keep = self._take_over(tokens)
        allowance = self._make_room(slot, sequences, wanted)
        row = 0
        try:
            for begin in range(keep, length, BATCH):
                entries = [
                    Entry(token, position, slot, output=position == length - 1)
                    for position, token in enumerate(tokens[begin : begin + BATCH], begin)
                ]
                self._llama.evaluate(entries, interrupted)
                row = len(entries) - 1
        except (CancelledEvaluationError, ModelError):
            self._forget(slot)
            raise
        return _EvaluatedPrompt(slot, row, length, length - keep, allowance)

    def _take_over(self, tokens: Sequence[int]) -> tuple[int, int]:
        """A slot for the prompt, and how many of its tokens are evaluated in it."""
        place = self._prefixes.place(tokens)
        if place.slot != place.source:
            self._llama.truncate(place.slot, 0)
            if place.keep:
                self._llama.copy(place.source, place.slot, place.keep)
        elif not self._llama.truncate(place.slot, place.keep):
            self._llama.truncate(place.slot, 0)  # a recurrent model goes back to the beginning or nowhere
            return place.slot, 0
        return place.slot, place.keep

    def _make_room(self, slot: int, sequences: int, wanted: int) -> int:
        """Forget prompts other than that in `slot` as needed; how many tokens each sequence may add."""
        while self._prefixes.used() + sequences * wanted > self._llama.cells:
            oldest = self._prefixes.oldest(excluding=slot)
            if oldest is None:
                break
            self._forget(oldest)
        return min(wanted, (self._llama.cells - self._prefixes.used()) // sequences)

    def _forget(self, slot: int) -> None:
        self._llama.truncate(slot, 0)
        self._prefixes.forget(slot)

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
        samples: list[_Sample] = []
        try:
            for sequence, index in enumerate(indices, _SLOTS):
                sampler = Sampler(
                    self._llama,
                    temperature=request.temperatures[index],
                    top_p=request.top_p,
                    seed=request.seed + index,
                    grammar=request.grammar,
                )
                stops = StopFilter(request.stop)
                samples.append(_Sample(index, sequence, sampler, stops, prompt.length, prompt.row))
                self._llama.copy(prompt.slot, sequence, prompt.length)
            self._generate(samples, min(request.max_tokens, prompt.allowance), on_text, interrupted)
        finally:
            for sample in samples:
                self._close(sample)
        return [sample.completion() for sample in samples]

    def _close(self, sample: _Sample) -> None:
        sample.sampler.close()
        self._llama.truncate(sample.sequence, 0)

    def _generate(self, samples: list[_Sample], limit: int, on_text: OnText, interrupted: Interrupt) -> None:
        """Draw, pass on and evaluate one token of every unfinished sample, until all are finished."""
        running = samples
        while running:
            if interrupted():
                for sample in running:
                    sample.finish = "cancelled"
                return
            entries: list[Entry] = []
            for sample in running:
                token = self._step(sample, limit, on_text)
                if token is not None:
                    sample.row = len(entries)
                    entries.append(Entry(token, sample.position, sample.sequence, output=True))
                    sample.position += 1
                else:
                    self._llama.truncate(sample.sequence, 0)
            running = [sample for sample in running if sample.finish is None]
            if entries:
                self._llama.evaluate(entries)

    def _step(self, sample: _Sample, limit: int, on_text: OnText) -> int | None:
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
        if sample.finish is None:
            return token
        sample.add(sample.stops.feed(sample.decoder.decode(b"", final=True)) + sample.stops.finish(), on_text)
        return None

    # Scores

    def _score_group(
        self, prompt: _EvaluatedPrompt, answers: Sequence[Sequence[int]], interrupted: Interrupt
    ) -> list[float]:
        """Log-probabilities of `answers` after the prompt evaluated last."""
        scores = [self._llama.log_probability(prompt.row, answer[0]) if answer else 0.0 for answer in answers]
        pairs = [(index, step) for index, answer in enumerate(answers) for step in range(len(answer) - 1)]
        try:
            for index in range(len(answers)):
                self._llama.copy(prompt.slot, _SLOTS + index, prompt.length)
            for chunk in _chunks(pairs, OUTPUTS):
                self._llama.evaluate(
                    [
                        Entry(answers[index][step], prompt.length + step, _SLOTS + index, output=True)
                        for index, step in chunk
                    ],
                    interrupted,
                )
                for entry, (index, step) in enumerate(chunk):
                    scores[index] += self._llama.log_probability(entry, answers[index][step + 1])
        finally:
            for index in range(len(answers)):
                self._llama.truncate(_SLOTS + index, 0)
        return scores


def _chunks(pairs: Sequence[tuple[int, int]], size: int) -> Iterator[Sequence[tuple[int, int]]]:
    for begin in range(0, len(pairs), size):
        yield pairs[begin : begin + size]

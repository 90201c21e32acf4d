"""Answers to several prompts in one batch: drawing and evaluating their tokens side by side."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from refute.model.drafting import Drafter
from refute.model.evaluation import FIRST_ANSWER, PARALLEL, PROMPT, EvaluatedPrompt, Interrupt, PromptEvaluation
from refute.model.interface import Completion, CompletionRequest
from refute.model.llama import OUTPUTS, CancelledEvaluationError, Entry, Llama
from refute.model.samples import OnText, Sample
from refute.model.sampling import Sampler
from refute.model.stopping import StopFilter

_SHARED_BY_PROMPTS = 0.5
"""Most of the cache that prompts may take which are answered in one batch; the rest is for answers."""


@dataclass(frozen=True)
class Slot:
    """One sample to draw: the number of its request, and its own in that."""

    request: int
    index: int


def in_batches(lengths: Sequence[int], samples: Sequence[int], cells: int) -> Iterator[tuple[Slot, ...]]:
    """All samples of requests, in order, in groups that fit into one batch and `cells` of the cache.

    `lengths` are the prompts' in tokens, `samples` how many answers each wants. A prompt that is long gets a batch of
    its own.
    """
    group: list[Slot] = []
    taken = 0
    for request, (length, count) in enumerate(zip(lengths, samples, strict=True)):
        for index in range(count):
            new = 0 if group and group[-1].request == request else length
            if group and (len(group) == PARALLEL or (new and taken + new > cells * _SHARED_BY_PROMPTS)):
                yield tuple(group)
                group, taken, new = [], 0, length
            group.append(Slot(request, index))
            taken += new
    if group:
        yield tuple(group)


class Completer:
    """Draws samples side by side; `prompts` is where their prompts are evaluated.

    `evaluated_tokens` and `prompt_seconds` add up what prompts cost.
    """

    def __init__(self, llama: Llama, prompts: PromptEvaluation) -> None:
        self._llama = llama
        self._prompts = prompts
        self.evaluated_tokens = 0
        self.prompt_seconds = 0.0

    def answer(
        self,
        requests: Sequence[CompletionRequest],
        tokens: Sequence[Sequence[int]],
        slots: Sequence[Slot],
        on_text: OnText,
        interrupted: Interrupt,
    ) -> list[Completion]:
        """Draw the samples of `slots`, one batch; `tokens` are those of the prompts of `requests`."""
        samples: list[Sample] = []
        needed = sum(len(tokens[number]) for number in {slot.request for slot in slots})
        room = (self._llama.cells - needed) // len(slots)
        try:
            for number, places in groupby(slots, key=lambda slot: slot.request):
                prompt = self._evaluated(tokens[number], interrupted)
                for slot in places:
                    samples.append(self._open(requests[number], slot, FIRST_ANSWER + len(samples), prompt, room))
                    # What follows a prompt is drawn at once: the next prompt takes the place of its logits.
                    samples[-1].token = self._draw(samples[-1], on_text)
            self._generate(samples, on_text, interrupted)
        except CancelledEvaluationError:
            pass
        finally:
            for sample in samples:
                sample.sampler.close()
                self._llama.truncate(sample.sequence, 0)
            if len({slot.request for slot in slots}) > 1:
                self._prompts.forget_place()
        unopened = [Completion("", "cancelled", 0)] * (len(slots) - len(samples))
        return [*(sample.completion() for sample in samples), *unopened]

    def _evaluated(self, tokens: Sequence[int], interrupted: Interrupt) -> EvaluatedPrompt:
        began = time.monotonic()
        prompt = self._prompts.evaluate(tokens, interrupted)
        self.evaluated_tokens += prompt.evaluated
        self.prompt_seconds += time.monotonic() - began
        return prompt

    def _open(
        self, request: CompletionRequest, slot: Slot, sequence: int, prompt: EvaluatedPrompt, room: int
    ) -> Sample:
        """A sample whose next token follows from the prompt evaluated last."""
        sampler = Sampler(
            self._llama,
            temperature=request.temperatures[slot.index],
            top_p=request.top_p,
            seed=request.seed + slot.index,
            grammar=request.grammar,
        )
        drafter = Drafter(prompt.tokens) if request.copies and self._llama.can_rewind else None
        self._llama.copy(PROMPT, sequence, prompt.length)
        return Sample(
            slot.index,
            sequence,
            sampler,
            StopFilter(request.stop, request.repeats),
            prompt.length,
            prompt.row,
            min(request.max_tokens, room),
            drafter,
        )

    def _generate(self, samples: list[Sample], on_text: OnText, interrupted: Interrupt) -> None:
        """Evaluate and draw tokens of every unfinished sample, until all are finished."""
        running = samples
        while running := [sample for sample in running if sample.finish is None]:
            if interrupted():
                return
            entries: list[Entry] = []
            for sample in running:
                room = min(OUTPUTS // len(running), sample.limit - sample.tokens)
                entries += self._entries(sample, room, len(entries))
            self._llama.evaluate(entries)
            for sample in running:
                sample.token = self._draw(sample, on_text)
                if sample.finish is not None:
                    self._llama.truncate(sample.sequence, 0)

    def _draw(self, sample: Sample, on_text: OnText) -> int | None:
        """Draw tokens for as long as they are those that were guessed; the first that was not, or None once `sample`
        is finished."""
        right, token = 0, self._step(sample, on_text)
        while right < len(sample.draft) and token == sample.draft[right]:
            right += 1
            sample.row += 1
            sample.position += 1
            token = self._step(sample, on_text)
        if sample.drafter is not None:
            sample.drafter.learn(len(sample.draft), right)
            if right < len(sample.draft):
                self._llama.truncate(sample.sequence, sample.position)
        return token

    def _entries(self, sample: Sample, room: int, row: int) -> list[Entry]:
        """What to evaluate next of `sample`, from `row` of the batch on: its token, and guesses within `room`."""
        assert sample.token is not None, "an unfinished sample has a token"
        sample.row = row
        sample.draft = () if sample.drafter is None else sample.drafter.draft(room - 1)
        entries = [
            Entry(one, position, sample.sequence, output=True)
            for position, one in enumerate((sample.token, *sample.draft), sample.position)
        ]
        sample.position += 1
        return entries

    def _step(self, sample: Sample, on_text: OnText) -> int | None:
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
            elif sample.tokens >= sample.limit:
                sample.finish = "length"
        if sample.finish is None and token is not None:
            if sample.drafter is not None:
                sample.drafter.add(token)
            return token
        sample.add(sample.stops.feed(sample.decoder.decode(b"", final=True)) + sample.stops.finish(), on_text)
        return None

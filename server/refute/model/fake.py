"""A model without weights, whose answers are given beforehand: for tests of everything that asks a model."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from refute.model.interface import (
    Completion,
    CompletionRequest,
    ModelError,
    ModelState,
    ModelStatus,
    Prompt,
    ReadToken,
)
from refute.model.stopping import StopFilter

Texts = Sequence[str]
Answer = Texts | Callable[[CompletionRequest], Texts]
Reader = Callable[[Prompt, str], Sequence[ReadToken]]
Scorer = Callable[[Prompt, Sequence[str]], Sequence[float]]


class FakeModel:
    """Answers from a queue, one entry for each request, and remembers the requests.

    An entry is a list of texts or a function from the request to texts. Where a request asks for more samples than
    there are texts, they begin again; where there are none, the samples are empty. An empty queue raises
    `ModelError`. A fake that was given a single function asks it each time.
    """

    def __init__(
        self,
        answers: Iterable[Answer] | Callable[[CompletionRequest], Texts],
        *,
        scorer: Scorer | None = None,
        reader: Reader | None = None,
    ):
        self._answer_all = answers if callable(answers) else None
        self._queue = deque[Answer]() if callable(answers) else deque(answers)
        self._scorer = scorer
        self._reader = reader
        self.requests: list[CompletionRequest] = []
        self.scored: list[tuple[Prompt, tuple[str, ...]]] = []
        self.closed = False

    @classmethod
    def from_file(cls, path: Path) -> "FakeModel":
        """A fake that answers by content, from a JSON file: `[{"match": "text", "answers": ["...", ...]}, ...]`.

        The first entry whose `match` occurs in the prompt answers; prompts that none matches get empty texts.
        Raises `ModelError` where the file is not of this form.
        """
        try:
            entries = [_entry(item) for item in json.loads(path.read_text("utf-8"))]
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path} is no file of fake answers: {error}") from error

        def answer(request: CompletionRequest) -> Texts:
            prompt = "\n".join((request.prompt.system, request.prompt.user, request.prompt.opening))
            return next((texts for match, texts in entries if match in prompt), ())

        return cls(answer)

    @property
    def status(self) -> ModelStatus:
        """Always ready."""
        return ModelStatus(ModelState.READY, "fake", backend="fake")

    @property
    def identity(self) -> str:
        """The same for every fake."""
        return "fake"

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        """The next answer of the queue, cut at the request's stop strings."""
        self.requests.append(request)
        texts = self._next_answer(request)
        completions: list[Completion] = []
        for sample in range(len(request.temperatures)):
            stop = StopFilter(request.stop, request.repeats)
            text = stop.feed(texts[sample % len(texts)] if texts else "") + stop.finish()
            if on_text is not None and text:
                on_text(sample, text)
            completions.append(Completion(text, "stop", tokens=len(text.split()), log_probability=None))
        return tuple(completions)

    async def complete_together(self, requests: Sequence[CompletionRequest]) -> tuple[tuple[Completion, ...], ...]:
        """One answer after the other."""
        return tuple([await self.complete(request) for request in requests])

    async def score(self, prompt: Prompt, continuations: Sequence[str]) -> tuple[float, ...] | None:
        """What the scorer says, None without one."""
        self.scored.append((prompt, tuple(continuations)))
        return None if self._scorer is None else tuple(self._scorer(prompt, continuations))

    async def read(self, prompt: Prompt, text: str) -> tuple[ReadToken, ...] | None:
        """What the reader says, None without one."""
        return None if self._reader is None else tuple(self._reader(prompt, text))

    async def aclose(self) -> None:
        """Only noted, in `closed`."""
        self.closed = True

    def _next_answer(self, request: CompletionRequest) -> Texts:
        if self._answer_all is not None:
            return self._answer_all(request)
        if not self._queue:
            raise ModelError(f"the fake model has no answer left for request {len(self.requests)}")
        answer = self._queue.popleft()
        return answer(request) if callable(answer) else answer


def _entry(item: object) -> tuple[str, tuple[str, ...]]:
    """One checked entry of a file of answers."""
    if not isinstance(item, dict):
        raise ValueError("each entry is an object with `match` and `answers`")
    fields = cast(dict[str, Any], item)
    match, answers = fields.get("match"), fields.get("answers")
    if not isinstance(match, str) or not isinstance(answers, list):
        raise ValueError("`match` is a string and `answers` a list of strings")
    texts = cast(list[object], answers)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("`answers` is a list of strings")
    return match, tuple(str(text) for text in texts)

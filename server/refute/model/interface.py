"""What the rest of Refute knows of a language model: text in, text out.

The implementations are `refute.model.local` (llama.cpp in its own process), `refute.model.remote` (any
OpenAI-compatible server) and `refute.model.fake` (a queue of answers, for tests).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol


@dataclass(frozen=True)
class Prompt:
    """A chat prompt whose answer is already begun.

    `opening` is the start of the assistant's answer; the completion continues it and does not repeat it. The
    model's own chat template is applied by the implementation. Prompts that share `system` (and the beginning of
    `user`) share evaluated state, so put what varies last.
    """

    system: str
    user: str
    opening: str = ""


@dataclass(frozen=True)
class CompletionRequest:
    """Complete one prompt once for each of `temperatures`, as parallel sequences.

    A temperature of 0 is greedy. `grammar` is GBNF over the completion (not over `opening`). Sampling stops before
    any of `stop`, after `max_tokens`, or once `repeats` lines (or items of a JSON list) in a row have one structure.
    `copies` says that answers probably repeat much of the prompt, so that they
    may come faster; they are the same.
    """

    prompt: Prompt
    temperatures: tuple[float, ...] = (0.0,)
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    seed: int = 0
    top_p: float = 0.95
    copies: bool = False
    repeats: int | None = None


@dataclass(frozen=True)
class Completion:
    """One answer. `finish` is why it ended; `log_probability` is the sum over its tokens under the model at
    temperature 1, in nats, or None where the server does not tell."""

    text: str
    finish: Literal["stop", "length", "cancelled"]
    tokens: int
    log_probability: float | None = None


@dataclass(frozen=True)
class ReadToken:
    """A token of a text that a model read. `start` is where it begins, in characters; `likeliest` is the text of the
    token that the model found likeliest there, given all before. Log-probabilities are in nats."""

    start: int
    log_probability: float
    likeliest: str
    likeliest_log_probability: float


class ModelState(Enum):
    """What a model is doing, in words for the status line."""

    OFF = "off"
    MISSING = "no model file"
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    UNLOADED = "unloaded (idle)"
    FAILED = "failed"


@dataclass(frozen=True)
class ModelStatus:
    """`backend` is the one REALLY in use ("CPU", "CUDA", "Metal", "remote"), "" before the first load.
    `detail` says for MISSING and FAILED what to do."""

    state: ModelState
    name: str
    backend: str = ""
    detail: str = ""
    tokens_per_second: float | None = None


class ModelError(Exception):
    """The model cannot answer; the message says what is so and what to do."""


class Model(Protocol):
    """A model that completes text. Cancelling the task that awaits an answer stops the work."""

    @property
    def status(self) -> ModelStatus: ...

    @property
    def identity(self) -> str:
        """Names the weights, for cache keys: the file's name and size, or URL and model name."""
        ...

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        """Answer in the order of `temperatures`. `on_text(sample, piece)` hears pieces as they come.

        Raises `ModelError`.
        """
        ...

    async def complete_together(self, requests: Sequence[CompletionRequest]) -> tuple[tuple[Completion, ...], ...]:
        """Answer several requests in one batch where that can be done, which takes little longer than one of them.

        What is true of `complete` is true of each.
        """
        ...

    async def score(self, prompt: Prompt, continuations: Sequence[str]) -> tuple[float, ...] | None:
        """The log-probability, in nats, of each continuation after `prompt.opening`; None where this model
        cannot tell. The shared prompt is evaluated once. Raises `ModelError`."""
        ...

    async def read(self, prompt: Prompt, text: str) -> tuple[ReadToken, ...] | None:
        """What the model finds of each token of `text`, which continues `prompt.opening`; None where this model
        cannot tell. Raises `ModelError`."""
        ...

    async def aclose(self) -> None:
        """End the process; a later call starts it again."""
        ...

"""What a model's client and the model process say to each other: one JSON object a line.

To the process: `complete`, `score`, `read` and `cancel`. From it: `ready` or `failed` once, after loading; then for
each request `text` and `alive` while it works, and in the end `completed`, `scored`, `read` or `error`.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, cast

from refute.model.interface import Completion, CompletionRequest, Prompt

Message = dict[str, Any]


@dataclass(frozen=True)
class Usage:
    """What one request cost. `evaluated_tokens` are those of the prompt that were not in the cache; the seconds are
    wall-clock time until the prompt was evaluated, and after that."""

    prompt_tokens: int
    evaluated_tokens: int
    generated_tokens: int
    prompt_seconds: float
    generation_seconds: float

    @property
    def tokens_per_second(self) -> float | None:
        """Generated tokens of all samples together, a second; None where nothing was generated."""
        return self.generated_tokens / self.generation_seconds if self.generation_seconds > 0 else None


def encode(message: Message) -> bytes:
    """One line, newline included."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The object of one line; ValueError where it is none."""
    message: object = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"not a message: {line[:80]!r}")
    return cast(Message, message)


def completion_request(request: CompletionRequest) -> Message:
    """A request as JSON."""
    return asdict(request)


def parse_completion_request(fields: Message) -> CompletionRequest:
    """The inverse of `completion_request`."""
    lists = {name: tuple(fields[name]) for name in ("temperatures", "stop")}
    typed: dict[str, Any] = {**fields, **lists, "prompt": Prompt(**fields["prompt"])}
    return CompletionRequest(**typed)


def parse_completions(items: list[Message]) -> tuple[Completion, ...]:
    """Completions from their JSON, which is that of `dataclasses.asdict`."""
    return tuple(Completion(**item) for item in items)

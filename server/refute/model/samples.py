"""One answer of a model while it is made."""

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from refute.model.drafting import Drafter
from refute.model.interface import Completion
from refute.model.sampling import Sampler
from refute.model.stopping import StopFilter

OnText = Callable[[int, str], None]


@dataclass
class Sample:
    """One answer in the making. `row` is the batch entry whose logits give its next token, `token` the one drawn last,
    not yet evaluated, `limit` the most that may be drawn; `draft` are tokens that were evaluated in the entries after
    `row`, in case they come next."""

    index: int
    sequence: int
    sampler: Sampler
    stops: StopFilter
    position: int
    row: int
    limit: int
    drafter: Drafter | None = None
    draft: Sequence[int] = ()
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    pieces: list[str] = field(default_factory=list[str])
    token: int | None = None
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

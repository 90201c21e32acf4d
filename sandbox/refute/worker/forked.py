"""What the zygote knows of one worker that it forked."""

from dataclasses import dataclass, field

from .blackbox import BlackBox
from .frames import ANSWER_BYTES, Message, Unpacker
from .policy import Ahead

_STANDING_BY = frozenset({"warm", "prepared", "stale"})
"""What a worker may say before it has a request, and as an answer to one that it cannot take."""
_WORKING = frozenset({"stage", "outcomes", "result", "broken", "imported"})


@dataclass
class Worker:
    """One forked process. `job` is the id of the request it works on, None while it stands by; `request` that request,
    and `has_it` whether it was handed over. `own` is what it imports of the workspace before it takes one, `prepared`
    whether that is done, `stale` whether it was of no use then."""

    pid: int
    folder: str
    requests: int
    results: int
    box: BlackBox
    unpacker: Unpacker = field(default_factory=lambda: Unpacker(ANSWER_BYTES))
    own: Ahead | None = None
    job: int | None = None
    request: Message | None = None
    has_it: bool = False
    deadline: float = float("inf")
    warm: bool = False
    prepared: bool = False
    stale: bool = False
    answered: bool = False

    @property
    def is_busy(self) -> bool:
        """Whether it runs code of the workspace."""
        return self.job is not None or (self.own is not None and not self.prepared)

    @property
    def leaves_request(self) -> bool:
        """Whether its request, if it has one, is for another worker: what it imported ahead is of no use."""
        return self.own is not None and (self.stale or not self.has_it)

    def fits(self, module: Message) -> bool:
        """Whether it imports what requests about this module need."""
        return self.own is not None and self.own.is_for(module["name"], module["path"], module["search_path"])

    def may_say(self, kind: object) -> bool:
        """Whether it may send a message of this type now."""
        known = _STANDING_BY | _WORKING if self.has_it else _STANDING_BY | {"broken"}
        return not self.answered and kind in known

"""What the pool knows of those who supervise workers: what they are asked, and what they say."""

from dataclasses import dataclass, field
from typing import Protocol

from refute.worker.codec import decode
from refute.worker.frames import Message
from refute.worker.policy import Ahead

KILLED = -9
"""The exit code of what was killed by SIGKILL."""


class SandboxError(Exception):
    """Workers cannot be started; the message says what is so and what to do."""


class KilledError(SandboxError):
    """A zygote was killed while it started, by somebody else: memory may have been short for a moment."""


class ThreadsError(SandboxError):
    """A module that was to be imported ahead starts threads; `module` is its name."""

    def __init__(self, module: str) -> None:
        super().__init__(f"importing {module} starts threads")
        self.module = module


@dataclass(frozen=True)
class Ready:
    """What a zygote says when it is ready. `enforced` was tried out, `missing` says what is not enforced and why."""

    enforced: tuple[str, ...]
    missing: tuple[str, ...]
    hypothesis: str
    python: str
    preimported: tuple[str, ...]
    pid: int


@dataclass(frozen=True)
class Ending:
    """How a worker ended, as its supervisor saw it. `reason` is "completed", "ended" (by itself), "timeout",
    "protocol", "folder", "cancelled", "shutdown" or "lost" (the supervisor died too). `code` is the exit code, negative
    for a signal. `variant` and `arguments` are the call it was in, -1 and () where it was in none."""

    reason: str
    code: int | None = None
    variant: int = -1
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass
class Report:
    """Everything heard of one request: frames of the worker (foreign!) and its ending."""

    frames: list[Message] = field(default_factory=list[Message])
    ending: Ending = Ending("lost")


class Supervisor(Protocol):
    """What asks workers: a zygote, or a pool of single-use processes."""

    @property
    def ready(self) -> Ready: ...

    @property
    def alive(self) -> bool: ...

    @property
    def has_threads(self) -> bool:
        """Whether it ended because something that it imported ahead started threads."""
        ...

    async def ask(self, kind: str, request: object, seconds: float) -> Report:
        """Have a fresh worker carry out `request`. Cancelling kills the worker."""
        ...

    def prepare(self, ahead: Ahead) -> None:
        """Have workers that stand by import this, until told otherwise."""
        ...

    async def idle(self) -> None:
        """Wait until all that was asked is answered."""
        ...

    async def aclose(self) -> None: ...


def decode_ready(message: Message) -> Ready:
    """The `ready` message of a zygote or of a single worker."""
    return decode(Ready, {name: value for name, value in message.items() if name != "type"}, longest=500)

"""What a zygote is told when it starts: where it works, what its workers may do, and how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .blackbox import BlackBox

Mode = Literal["required", "best-effort", "off"]


@dataclass(frozen=True)
class Limits:
    """Limits of one worker. `memory_bytes` is on top of what the interpreter has; `folder_bytes` and `file_bytes`
    bound what it leaves in its private folder."""

    memory_bytes: int = 512 << 20
    file_bytes: int = 16 << 20
    folder_bytes: int = 64 << 20
    open_files: int = 64


@dataclass(frozen=True)
class Allowance:
    """What a user lets a function do beyond what all may: connect to the `network`, `read` further files and folders
    (but for the secrets at their top)."""

    network: bool = False
    read: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """The first message to a zygote.

    `root` is its private folder, removed at its end. `search_path` is added to `sys.path` for good (site folders that
    isolated mode leaves out, an overlay with Hypothesis). `readable` may be read besides what the interpreter needs,
    but for the secrets at its top. `preimport` names modules of third parties to import before workers are forked.
    With `network`, workers may connect to TCP and UDP ports, and nothing else changes.
    `cache` is a folder that the zygote (not its workers) may write, for tables that Hypothesis takes seconds to make,
    or "". `layers` limits confinement to these layers, for tests; None means all that the system has.
    """

    root: str
    mode: Mode = "required"
    search_path: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    network: bool = False
    preimport: tuple[str, ...] = ()
    cache: str = ""
    limits: Limits = Limits()
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ahead:
    """What a worker imports while it stands by: `modules` of the workspace, for requests about the module that is
    called `name`, lies at `path` and is imported by this `search_path`."""

    name: str
    path: str
    search_path: tuple[str, ...]
    modules: tuple[str, ...]

    def is_for(self, name: object, path: object, search_path: Iterable[object]) -> bool:
        """Whether a request about this module was meant."""
        return (self.name, self.path, self.search_path) == (name, path, tuple(search_path))


@dataclass(frozen=True)
class Errand:
    """What the zygote gives a worker: its folder, its ends of the pipes, its black box, the names of the modules that
    were imported ahead, and what of the workspace it is to import before a request comes."""

    folder: str
    requests: int
    results: int
    box: BlackBox
    parent: int
    ahead: frozenset[str]
    own: Ahead | None = None


GRACE_SECONDS = 0.5
"""A run that has not ended this long after its time is killed."""

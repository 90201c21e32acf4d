"""What the command line and the language server see of the checker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from refute.checker.analysis import Analysis, FunctionReport
from refute.checker.settings import Settings
from refute.model.interface import ModelStatus
from refute.properties.domain import Domain
from refute.properties.units import FunctionUnit, Snapshot
from refute.worker.protocol import Survey


@dataclass(frozen=True)
class Notice:
    """Something the user should hear once: what is so, and what to do. Equal notices are shown once."""

    severity: Literal["info", "warning", "error"]
    text: str


@dataclass(frozen=True)
class CheckerStatus:
    """For the status line and for `refute doctor`.

    `interpreter` is the Python that runs the user's code, None until something is run; `interpreter_problem` says why
    none was found, None where none was looked for or one was found. `hypothesis` is its version and where it comes
    from ("6.170.15, the project's own" or "..., overlay"). `sandbox` holds what is really enforced, `sandbox_missing`
    what is not and why. `queued` counts functions waiting or being checked.
    """

    model: ModelStatus
    interpreter: Path | None
    hypothesis: str | None
    sandbox: frozenset[str]
    sandbox_missing: tuple[str, ...] = field(default=(), kw_only=True)
    interpreter_problem: str | None = field(default=None, kw_only=True)
    queued: int


class Checking(Protocol):
    """Checks functions of one workspace. Made by `refute.checker.checker.Checker.open`; a context for one event loop.

    Cancelling the task that awaits `check` stops the work and its processes. `analyse` and the methods that remember
    something read and write files, which may take long where a disk is busy or a folder hangs; they may be called in
    any thread.
    """

    @property
    def settings(self) -> Settings: ...

    @property
    def status(self) -> CheckerStatus: ...

    def analyse(self, snapshot: Snapshot) -> Analysis:
        """Parse a document. Reports of units whose spec and body were judged before are already in it."""
        ...

    async def check(
        self,
        snapshot: Snapshot,
        unit: FunctionUnit,
        *,
        fix: bool = True,
        on_update: Callable[[FunctionReport], None] | None = None,
    ) -> FunctionReport:
        """Check one unit of `snapshot`. `on_update` hears reports that are not final yet (violations before fixes).

        Never raises for bad user code, a missing model or a dying process: the report says what is so.
        """
        ...

    async def implement(self, snapshot: Snapshot, unit: FunctionUnit, *, rounds: int) -> FunctionReport:
        """Write the body of a stub: the report's one fix puts it into the document, its verdict is about the document
        with that fix. 0 `rounds` give the model's first answer unchecked. Never raises, as `check` does not."""
        ...

    async def survey(self, snapshot: Snapshot, unit: FunctionUnit, domain: Domain) -> Survey:
        """Call one unit on the inputs that a check of it draws from `domain`, and tell what they were. Never raises, as
        `check` does not: the survey says why there is nothing to tell."""
        ...

    def attend(self, unit: FunctionUnit) -> None:
        """The user looks at this function: its check goes before others."""
        ...

    def dismiss(self, unit: FunctionUnit, property_id: str) -> None:
        """Remember, across restarts, that this property is not meant."""
        ...

    def restore(self, unit: FunctionUnit, property_id: str) -> None:
        """Undo `dismiss`."""
        ...

    def narrow(self, unit: FunctionUnit, condition: str) -> None:
        """Remember, across restarts, that no caller passes what does not fulfil `condition`, an expression over the
        parameters."""
        ...

    def widen(self, unit: FunctionUnit, condition: str) -> None:
        """Undo `narrow`."""
        ...

    async def aclose(self) -> None:
        """End every process and close the cache."""
        ...


Notify = Callable[[Notice], None]

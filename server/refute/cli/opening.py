"""Making a checker for a command, and telling its notices."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from refute.checker.interface import Checking, Notice, Notify
from refute.checker.settings import Settings

OpenChecker = Callable[[Path, Settings, Notify], Awaitable[Checking]]
"""How a checker for one workspace is made; tests put a fake in the place of the real one."""


def open_checker(workspace: Path, settings: Settings, notify: Notify) -> Awaitable[Checking]:
    """The real checker."""
    from refute.checker.checker import Checker

    return Checker.open(workspace, settings, notify)


class Notices:
    """Tells each notice once. `failed` says whether one of them was an error: something that checks need is missing."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._heard: set[Notice] = set()
        self.failed = False

    def __call__(self, notice: Notice) -> None:
        """Hear a notice."""
        self.failed = self.failed or notice.severity == "error"
        if notice not in self._heard:
            self._heard.add(notice)
            self._tell(notice.severity, notice.text)


@asynccontextmanager
async def opened(
    opener: OpenChecker, workspace: Path, settings: Settings, notices: Notices
) -> AsyncGenerator[Checking, None]:
    """A checker that is closed at the end, whatever happens."""
    checker = await opener(workspace, settings, notices)
    try:
        yield checker
    finally:
        await checker.aclose()

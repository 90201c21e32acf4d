"""The workers of one workspace, in the interpreter that its settings name or that is found."""

import asyncio
from pathlib import Path

import platformdirs

from refute.checker.apart import Apart
from refute.checker.interface import Notice, Notify
from refute.checker.settings import Settings
from refute.sandbox.interpreters import Interpreter, candidates, first_usable, search_path_of
from refute.sandbox.overlay import overlay_for
from refute.sandbox.pool import Limits, SandboxError, Workers


class StartedWorkers:
    """Starts the workers when they are needed first.

    `interpreter` and `workers` are None until then; `problem` says why no interpreter could be used the last time.
    """

    def __init__(self, workspace: Path, settings: Settings, notify: Notify, apart: Apart) -> None:
        self._workspace = workspace
        self._settings = settings
        self._notify = notify
        self._apart = apart
        self._starting: asyncio.Task[Workers] | None = None
        self.interpreter: Interpreter | None = None
        self.workers: Workers | None = None
        self.problem: str | None = None

    async def get(self) -> Workers:
        """The workers, started once however many checks begin together; a failed start is tried again later.

        Raises `SandboxError`.
        """
        if self._starting is None or (self._starting.done() and self.workers is None):
            self._starting = asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)

    async def aclose(self) -> None:
        """End every process."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self.workers is not None:
            await self.workers.aclose()

    async def _start(self) -> Workers:
        def installing(text: str) -> None:
            self._notify(Notice("info", text))

        try:
            found = await first_usable(await self._apart(self._candidates))
        except SandboxError as error:
            self.problem = str(error)
            raise
        self.problem = None
        if found.instead is not None:
            self._notify(Notice("warning", found.instead))
        overlay = await overlay_for(found, installing)
        search_path = await self._apart(search_path_of, found)
        self.interpreter = found
        self.workers = await Workers.start(
            found.executable,
            self._workspace,
            limits=Limits(memory_bytes=self._settings.memory_mb << 20),
            mode=self._settings.sandbox,
            search_path=(*search_path, *([str(overlay)] if overlay else [])),
            learned=platformdirs.user_cache_path("refute") / "imports" if self._settings.cache else None,
            jobs=self._settings.jobs,
        )
        return self.workers

    def _candidates(self) -> tuple[tuple[Path, str], ...]:
        """The interpreters that the project may have, in the order in which they are tried."""
        return tuple(candidates(self._workspace, self._settings.python))

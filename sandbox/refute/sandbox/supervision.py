"""Keeping one supervisor at hand: started on need, again where it died, and anew where another is worth it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from refute.sandbox.interface import KILLED, KilledError, Ready, Report, SandboxError, Supervisor, ThreadsError
from refute.sandbox.learning import Imports, of_workspace
from refute.sandbox.process import ZygoteProcess
from refute.sandbox.spawnpool import SpawnPool
from refute.worker.protocol import ModuleSource

TRIES = 3
"""How often a zygote is started that somebody kills while it starts."""


class Request(Protocol):
    """Whatever is asked of workers is about a module."""

    @property
    def module(self) -> ModuleSource: ...


class Supervision:
    """The supervisor for one set of options, which are the fields of `Start` but its root. One that does not enforce
    what is `required` is not used."""

    def __init__(
        self,
        interpreter: Path,
        options: Mapping[str, Any],
        imports: Imports,
        required: frozenset[str],
        *,
        single_use: bool,
    ) -> None:
        self._single_use = single_use
        self._required = required
        self._interpreter = interpreter
        self._options = options
        self._imports = imports
        self._starting = asyncio.Lock()
        self._supervisor: Supervisor | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def ready(self) -> Ready | None:
        """What the supervisor said when it was ready, None where there was none yet."""
        return self._supervisor.ready if self._supervisor is not None else None

    async def ask(self, kind: str, request: Request, seconds: float) -> Report:
        """Have a fresh worker carry out `request`; again, once, where the worker or its supervisor was killed."""
        report = await (await self.running()).ask(kind, request, seconds)
        if report.ending.reason == "lost" or (report.ending.reason, report.ending.code) == ("ended", KILLED):
            report = await (await self.running()).ask(kind, request, seconds)
        ahead = of_workspace(report, request.module)
        if ahead is not None and self._supervisor is not None:
            self._supervisor.prepare(ahead)
        if self._imports.learn(report) and (self._renewal is None or self._renewal.done()):
            self._renewal = asyncio.create_task(self._renew())
        return report

    async def running(self) -> Supervisor:
        """The supervisor, started again where it died. Raises `SandboxError`."""
        async with self._starting:
            if self._closed:
                raise SandboxError("the workers have been closed")
            if self._supervisor is not None and not self._supervisor.alive:
                await self._supervisor.aclose()
                if self._supervisor.has_threads:
                    self._imports.refuse("")
                self._supervisor = None
            if self._supervisor is None:
                self._supervisor = await self._started()
            return self._supervisor

    async def aclose(self) -> None:
        """End every process."""
        self._closed = True
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        async with self._starting:
            if self._supervisor is not None:
                await self._supervisor.aclose()

    async def _renew(self) -> None:
        """Start a supervisor that has imported what was learned, and let it take over; again where more was learned
        meanwhile."""
        while (ready := self.ready) is not None and not set(self._imports.names) <= set(ready.preimported):
            try:
                await self._replace(await self._started())
            except SandboxError:
                return  # the one at work goes on

    async def _replace(self, fresh: Supervisor) -> None:
        """Let `fresh` take over; the one before ends when all that it was asked is answered."""
        spare: Supervisor | None = fresh
        try:
            async with self._starting:
                spare, self._supervisor = self._supervisor, fresh
            if spare is not None:
                await spare.idle()
        finally:
            if spare is not None:
                await spare.aclose()

    async def _started(self) -> Supervisor:
        """A new one, without modules that cannot be imported ahead."""
        tries = TRIES
        while True:
            names = self._imports.names
            try:
                options = {**self._options, "preimport": names}
                kind = SpawnPool if self._single_use else ZygoteProcess
                started: Supervisor = await kind.start(self._interpreter, options)
            except ThreadsError as error:
                self._imports.refuse(error.module)
            except KilledError:
                tries -= 1
                if not tries:
                    raise
            except SandboxError:
                if not names:
                    raise
                self._imports.refuse("")
            else:
                self._imports.settle(names, started.ready.preimported)
                return await self._enforcing(started)

    async def _enforcing(self, supervisor: Supervisor) -> Supervisor:
        """`supervisor`, if it enforces what is required. Raises `SandboxError`."""
        lacking = self._required - set(supervisor.ready.enforced)
        if not lacking:
            return supervisor
        await supervisor.aclose()
        why = "; ".join(supervisor.ready.missing) or "unknown reasons"
        raise SandboxError(
            f"the sandbox cannot enforce {', '.join(sorted(lacking))} here ({why}); "
            'set `sandbox = "best-effort"` to run functions all the same'
        )

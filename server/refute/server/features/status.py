"""`refute/status`: what is in use and how much waits, for a status line."""

import asyncio
from typing import Any

from refute.checker.interface import CheckerStatus
from refute.server.server import RefuteServer

METHOD = "refute/status"
PAUSE_SECONDS = 0.25
"""At most so often is it sent, and so often looked at while something is checked: a model's state has no event."""


def register(server: RefuteServer) -> None:
    """Keep the client informed from `initialized` on."""
    changed = asyncio.Event()
    server.on_queue.append(changed.set)
    server.pipeline.on_view.append(lambda _: changed.set())
    server.pipeline.on_configured.append(changed.set)

    async def keep_informed() -> None:
        last: dict[str, Any] | None = None
        await server.folders.ready.wait()
        while True:
            changed.clear()
            await asyncio.gather(*(folder.checking() for folder in server.folders if folder.is_workspace))
            status = current_status(server)
            if status is not None and status != last:
                server.protocol.notify(METHOD, status)
                last = status
            await asyncio.sleep(PAUSE_SECONDS)
            if not server.scheduler.queued:
                await changed.wait()

    server.on_initialized.append(lambda: server.tasks.start(keep_informed(), "telling the status"))


def current_status(server: RefuteServer) -> dict[str, Any] | None:
    """The status of the first checker that is open; None where none is."""
    folders = sorted(server.folders, key=lambda folder: not folder.is_workspace)
    checker = next((folder.checker for folder in folders if folder.checker is not None), None)
    if checker is None:
        return None
    waits = any(server.pipeline.waits_for_power(folder) for folder in folders)
    record = _record(checker.status, server.scheduler.queued, server.scheduler.paused)
    return record | {"waiting": "the machine runs on its battery" if waits else None}


def _record(status: CheckerStatus, queued: int, paused: bool) -> dict[str, Any]:
    model = status.model
    return {
        "model": {
            "state": model.state.name.lower(),
            "name": model.name,
            "backend": model.backend,
            "detail": model.detail,
            "tokensPerSecond": model.tokens_per_second,
        },
        "interpreter": None if status.interpreter is None else str(status.interpreter),
        "interpreterProblem": status.interpreter_problem,
        "hypothesis": status.hypothesis,
        "sandbox": sorted(status.sandbox),
        "sandboxMissing": list(status.sandbox_missing),
        "queued": queued,
        "paused": paused,
    }

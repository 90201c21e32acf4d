"""`refute serve`: builds a server and runs it."""

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from refute.checker.interface import Checking, Notify
from refute.checker.settings import Settings
from refute.server.features import (
    code_actions,
    code_lens,
    commands,
    configuration,
    diagnostics,
    hover,
    implementing,
    inputs,
    lifecycle,
    memory,
    power,
    progress,
    status,
    synchronisation,
    verdicts,
    watched_files,
)
from refute.server.folders import OpenChecker
from refute.server.server import RefuteServer
from refute.server.transport import stdio, tcp

FEATURES = (
    lifecycle,
    memory,
    configuration,
    synchronisation,
    diagnostics,
    code_actions,
    code_lens,
    hover,
    commands,
    implementing,
    inputs,
    power,
    progress,
    status,
    verdicts,
    watched_files,
)


async def open_checker(workspace: Path, settings: Settings, notify: Notify) -> Checking:
    """The real checker of a folder."""
    from refute.checker.checker import Checker  # much to import, and not needed to answer `initialize`

    return await Checker.open(workspace, settings, notify)


def serve(
    overrides: Mapping[str, object] | None = None,
    *,
    address: tuple[str, int] | None = None,
    checker: OpenChecker = open_checker,
) -> int:
    """Serve one client on standard input and output, or the first that connects to `address`; returns the exit status.

    `overrides` are settings by their names that win over those of `pyproject.toml` and of the editor.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("refute").setLevel(logging.INFO)
    # It tells each request that is refused with a traceback; what counts of it is in our own log.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = build(overrides or {}, checker)
    memory.begin_small()
    return asyncio.run(_serve(server, address))


def build(overrides: Mapping[str, object], checker: OpenChecker = open_checker) -> RefuteServer:
    """A server with all features."""
    server = RefuteServer(checker, overrides)
    for feature in FEATURES:
        feature.register(server)
    return server


async def _serve(server: RefuteServer, address: tuple[str, int] | None) -> int:
    stop = server.conversation.stopped.set
    with suppress(NotImplementedError):  # Windows
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
    reader, writer = await tcp(*address) if address else stdio(stop)
    return await server.converse(reader, writer)

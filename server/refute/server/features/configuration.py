"""Settings from the editor: asked for where the client can be asked, else taken as they are sent."""

import asyncio
import logging
import re
from dataclasses import fields
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from refute.checker.settings import Settings
from refute.server.folders import path_of
from refute.server.server import RefuteServer
from refute.server.support import initialization_options, json_object
from refute.server.tasks import within

SECTION = "refute"
CLIENTS_OWN = ("client", "trace")
"""Settings below `refute.` that are for the client alone."""

ANSWER_SECONDS = 5.0

logger = logging.getLogger(__name__)

Values = dict[str, object]

NAMES = frozenset(field.name for field in fields(Settings))


def register(server: RefuteServer) -> None:
    """Add the handlers."""
    first: Values = {}
    sent: Values = {}

    async def read() -> None:
        latest = await _ask(server) or {None: sent}
        await server.pipeline.configure({folder: first | values for folder, values in latest.items()})

    def start_reading() -> None:
        server.tasks.start(read(), "reading the settings")

    async def start() -> None:
        options = initialization_options(server.initialize_params)
        first.update(_sent_values(options.get("settings", options)))
        await read()
        if server.support.configuration_registration:
            registration = types.Registration("refute-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {})
            request = server.client_register_capability_async(types.RegistrationParams([registration]))
            server.ask(request, "to tell when settings change")

    server.on_initialized.append(lambda: server.tasks.start(start(), "reading the settings"))
    server.on_folders.append(start_reading)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def changed(params: types.DidChangeConfigurationParams) -> None:
        if params.settings is not None:  # else it only says that they changed
            sent.clear()
            sent.update(_sent_values(params.settings))
        start_reading()


async def _ask(server: RefuteServer) -> dict[Path | None, Values] | None:
    """The settings for each folder of the workspace, and under None for all others; None if they cannot be had."""
    if not server.support.configuration:
        return None
    uris = [None, *server.folders.uris]
    items = [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in uris]
    request = server.workspace_configuration_async(types.ConfigurationParams(items))
    try:
        answers = await within(ANSWER_SECONDS, request)
    except (asyncio.TimeoutError, JsonRpcException) as error:
        logger.warning("the editor does not tell its settings (%s)", str(error) or "no answer")
        return None
    return {None if uri is None else path_of(uri): _values(answer) for uri, answer in zip(uris, answers, strict=False)}


def _sent_values(settings: object) -> Values:
    """The settings that a client sends unasked: below `refute`, or, since not all do so, on their own. What is
    unknown there may be meant for others."""
    values = json_object(settings)
    if SECTION in values:
        return _values(values[SECTION])
    return {name: value for name, value in _values(values).items() if name.replace("-", "_") in NAMES}


def _values(section: object) -> Values:
    """The settings that were set, by the names that `[tool.refute]` has for them."""
    values = json_object(section)
    return {_snake(name): v for name, v in values.items() if v is not None and name not in CLIENTS_OWN}


def _snake(name: str) -> str:
    """`repairRounds` as `repair_rounds`."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda match: "_" + match.group().lower(), name)

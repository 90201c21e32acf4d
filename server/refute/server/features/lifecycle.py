"""`initialize`, `shutdown`, `exit`, workspace folders, and what happens when the editor dies."""

import asyncio
import logging
import os
import sys
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from refute.server.server import RefuteServer
from refute.server.support import Support

LIFE_SECONDS = 2.0
"""How often to look whether the editor's process lives."""

logger = logging.getLogger(__name__)


def register(server: RefuteServer) -> None:
    """Add the handlers."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.log_to_client()
        server.initialize_params = params
        server.support = Support.of(params)
        for uri in _workspace_uris(params):
            server.folders.add(uri)
        if params.process_id is not None and _can_be_watched(params.process_id):
            server.tasks.start(_outlive(params.process_id, server), "watching the editor's process")

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        server.begin()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        removed = [server.folders.remove(folder.uri) for folder in params.event.removed]
        for added in params.event.added:
            server.folders.add(added.uri)
        server.pipeline.regroup(folder for folder in removed if folder is not None)
        for listener in server.on_folders:
            listener()

    @server.feature(types.SHUTDOWN)
    async def shutdown(_params: None) -> None:
        server.conversation.shut_down()
        await server.aclose()

    @server.feature(types.EXIT)
    def leave(_params: None) -> None:
        server.conversation.stopped.set()


def _workspace_uris(params: types.InitializeParams) -> list[str]:
    """The folders of the workspace, however the client tells them."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    uri = params.root_uri or (params.root_path and from_fs_path(params.root_path))
    return [uri] if uri else []


async def _outlive(process_id: int, server: RefuteServer) -> None:
    """Stop the server when the editor's process has ended without a word.

    Usually standard input ends then; not where another process has inherited it.
    """
    while _is_alive(process_id):  # noqa: ASYNC110 (nothing tells of the end of a process that is not a child)
        await asyncio.sleep(LIFE_SECONDS)
    logger.warning("the editor's process %d has ended, so the server ends too", process_id)
    server.conversation.stopped.set()


def _can_be_watched(process_id: int) -> bool:
    """Not one that cannot be seen now, for one because it is on the other side of a container's wall. Nor any on
    Windows, where a pipe always ends with its owner."""
    return sys.platform != "win32" and _is_alive(process_id)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # someone else's, but there
    try:
        # A process that nobody has waited for answers to signals though it is dead.
        state = Path(f"/proc/{process_id}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state != "Z"

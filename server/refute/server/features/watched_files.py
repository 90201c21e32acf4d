"""Files that change outside of the editor: other functions may now behave otherwise, and settings may differ."""

from collections.abc import Collection
from pathlib import Path

from lsprotocol import types

from refute.server.features.synchronisation import PYTHON_FILES
from refute.server.folders import path_of
from refute.server.server import RefuteServer


def register(server: RefuteServer) -> None:
    """Add the handlers."""

    async def changed(paths: Collection[Path]) -> None:
        await server.pipeline.files_changed(frozenset(paths))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        await changed([path for change in params.changes if (path := path_of(change.uri)) is not None])

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, PYTHON_FILES)
    async def renamed(params: types.RenameFilesParams) -> None:
        uris = [uri for file in params.files for uri in (file.old_uri, file.new_uri)]
        await changed([path for uri in uris if (path := path_of(uri)) is not None])

"""Files that change outside of the editor: other functions may now behave otherwise, and settings may differ."""

import asyncio
from pathlib import Path

from lsprotocol import types

from refute.checker.watching import Watch, watch
from refute.server.features.synchronisation import PYTHON_FILES
from refute.server.folders import Folder, path_of
from refute.server.server import RefuteServer


def register(server: RefuteServer) -> None:
    """Watch the folders of the workspace, and hear of what the client watches."""
    watches: dict[Folder, tuple[tuple[str, ...], Watch]] = {}

    def heard(uris: list[str]) -> None:
        changed(frozenset(path for uri in uris if (path := path_of(uri)) is not None))

    def watch_folders() -> None:
        wanted = {folder: folder.settings.exclude for folder in server.folders if folder.is_workspace}
        for folder, (exclude, running) in tuple(watches.items()):
            if wanted.get(folder) != exclude:
                running.stop()
                del watches[folder]
        for folder, exclude in wanted.items():
            if folder not in watches:
                loop = asyncio.get_running_loop()
                watches[folder] = exclude, watch(folder.path, exclude, changed, server.notices, loop)

    def changed(paths: frozenset[Path]) -> None:
        server.tasks.start(server.pipeline.files_changed(paths), "looking at changed files")

    def stop() -> None:
        for _, running in watches.values():
            running.stop()
        watches.clear()

    server.pipeline.on_configured.append(watch_folders)
    server.on_end.append(stop)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        heard([change.uri for change in params.changes])

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, PYTHON_FILES)
    def renamed(params: types.RenameFilesParams) -> None:
        heard([uri for file in params.files for uri in (file.old_uri, file.new_uri)])

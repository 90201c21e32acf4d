"""A real server process and an editor for it, in a workspace and with caches of their own."""

import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.server.conftest import Editor

LATEST_MESSAGES = 3


@asynccontextmanager
async def served(workspace: Path, *options: str) -> AsyncGenerator[Editor]:
    """An editor in the middle of a conversation with `refute serve` in `workspace`; the server is ended at the end."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"XDG_CACHE_HOME": home, "XDG_DATA_HOME": home}
        editor = Editor(workspace)
        await editor.launch_command(sys.executable, "-m", "refute.cli", "serve", *options)
        await editor.begin()
        try:
            yield editor
            await editor.end()
        finally:
            await editor.kill()


def complaints(editor: Editor) -> list[str]:
    """What the server said that it should not have to say, errors in its log included."""
    logged = [record.message for record in editor.log if record.type == 1]
    return [*(message.message for message in editor.messages), *logged]

"""Reads a document and what is known of it, away from the event loop: files are looked at, and folders may hang."""

import asyncio

from refute.checker.analysis import Analysis
from refute.checker.interface import Checking
from refute.properties.units import Snapshot
from refute.server.documents import Document
from refute.server.folders import Folders

PATIENCE_SECONDS = 10.0
"""Requests that wait until a document has been read are answered after so long with what was known before."""


async def analysed(document: Document, folders: Folders) -> Analysis | None:
    """What the text is now, and what is known of it; None where the folder has no checker.

    Requests that wait for it are answered in any case, whatever is wrong with this text or takes long.
    """
    looking = asyncio.create_task(_look_at(document, folders))
    try:
        await asyncio.wait({looking}, timeout=PATIENCE_SECONDS)
        if not looking.done():
            document.give_up()
            folders.say_hangs(document.folder)
        found = await looking
    except Exception:
        document.give_up()
        raise
    finally:
        looking.cancel()
    if found is None:
        document.give_up()
        return None
    analysis, document.is_excluded = found
    return analysis


async def _look_at(document: Document, folders: Folders) -> tuple[Analysis, bool] | None:
    """The analysis, and whether the file is excluded."""
    folder = document.folder
    await folders.learn_settings(folder)
    checking = await folder.checking()
    return None if checking is None else await folder.apart(_read, checking, document.snapshot, document)


def _read(checking: Checking, snapshot: Snapshot, document: Document) -> tuple[Analysis, bool]:
    """To be called apart."""
    is_excluded = document.path is not None and document.folder.ignored(document.path)
    return checking.analyse(snapshot), is_excluded

"""Memory that checks needed for a while is given back to the system: a day's work should not make the server grow.

Left alone, glibc gives threads arenas of their own, and keeps most of what was freed in each. `benchmarks/soak.py`
shows what that comes to.
"""

import asyncio
import ctypes
import linecache
import sys

from refute.server.server import RefuteServer

QUIET_SECONDS = 2.0
"""Memory is given back when nothing was checked for so long."""
_M_ARENA_MAX = -8
"""The number of this option in glibc's `malloc.h`."""


def register(server: RefuteServer) -> None:
    """Give back what is free after each batch of checks."""
    library = _glibc()
    if library is None:
        return
    changed = asyncio.Event()
    server.on_queue.append(changed.set)

    async def keep_small() -> None:
        while True:
            await changed.wait()
            changed.clear()
            await asyncio.sleep(QUIET_SECONDS)
            if not server.scheduler.queued:
                library.malloc_trim(0)

    server.on_initialized.append(lambda: server.tasks.start(keep_small(), "giving memory back"))


def begin_small() -> None:
    """To be called once all modules are imported and before threads are started."""
    linecache.clearcache()  # attrs puts the source of every class that it makes there: three megabytes
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, 1)


def _glibc() -> ctypes.CDLL | None:
    """The C library, if it is one that can be told to give memory back."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None

"""Starting the worker package in the user's interpreter: in a folder and an environment made for it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from refute.sandbox.interface import SandboxError
from refute.worker import __file__ as worker_file

MAIN = Path(worker_file).with_name("__main__.py")
START_SECONDS = 60.0
"""A worker imports Hypothesis; on a busy machine with a cold disk that takes a while."""
_PLACES = ("/var/tmp", "/dev/shm")
"""Where temporary files may go if the workspace holds the usual folder for them."""


def environment(root: str) -> dict[str, str]:
    """The environment of workers, made from scratch: nothing of the user's is in it."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # without these some interpreters do not even start
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **dict.fromkeys(threads, "1"),  # a fork keeps one thread, and a background run should keep to one core
        "PATH": os.defpath if sys.platform == "win32" else "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": root,
        "TMPDIR": root,
        "TEMP": root,
        "TMP": root,
        "MALLOC_ARENA_MAX": "2",  # more arenas would use up the address space that threads may take
    }


def private_folder(readable: Sequence[str]) -> str:
    """A new folder for a zygote or a worker, where possible outside of `readable`: only there can be tried out whether
    workers are kept from reading. Raises `SandboxError`."""
    try:
        places = [tempfile.gettempdir(), *(place for place in _PLACES if os.access(place, os.W_OK))]
        outside = (place for place in places if not _is_below(os.path.realpath(place), readable))
        return os.path.realpath(tempfile.mkdtemp(prefix="refute-", dir=next(outside, places[0])))
    except OSError as error:
        raise SandboxError(
            f"no temporary folder can be made for workers ({error.strerror}); free some space, or set TMPDIR"
        ) from None


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


async def spawn(
    interpreter: Path, root: str, *arguments: str, wrapper: tuple[str, ...] = ()
) -> asyncio.subprocess.Process:
    """Start the worker package in `interpreter`, by way of the command `wrapper`. Raises `SandboxError`."""
    try:
        return await asyncio.create_subprocess_exec(
            *wrapper, str(interpreter), "-I", "-B", "-X", "utf8", str(MAIN), *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=environment(root), cwd=root, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise SandboxError(f"{interpreter} cannot be started ({error}); set `python` to another interpreter") from None

"""Trying what must be refused, from inside a confined worker. What is not tried is not claimed."""

import ctypes
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from .policy import Start

if TYPE_CHECKING:  # it needs modules that Windows lacks
    from .confinement import Confinement

_CANARY = "canary"


def try_everything(start: Start, confinement: "Confinement") -> frozenset[str]:
    """What a worker of this zygote is really refused. Forks one to find out."""
    folder = os.path.join(start.root, "selftest")
    os.mkdir(folder)
    canary = os.path.join(start.root, _CANARY)
    with open(canary, "w", encoding="ascii") as file:
        file.write("canary")
    read, write = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _report(confinement, folder, canary, write, parent, start.limits.memory_bytes + (64 << 20))
    os.close(write)
    with os.fdopen(read, "rb") as answers:
        told = answers.read().decode("ascii", "replace")
    os.waitpid(pid, 0)
    os.unlink(canary)
    os.rmdir(folder)
    refused = frozenset(told.split())
    return (refused | {"time"}) - {"done"} if "done" in refused else frozenset({"time"})


def _report(confinement: "Confinement", folder: str, canary: str, write: int, parent: int, too_much: int) -> None:
    """Does not return."""
    try:
        confinement.confine_worker(folder)
        refused = refused_here(canary, parent, too_much)
        os.write(write, " ".join([*refused, "done"]).encode("ascii"))
    finally:
        os._exit(0)


def refused_here(canary: str, parent: int, too_much: int) -> list[str]:
    """What this process, which is confined, is refused: `canary` is a file that it must neither read nor write."""
    return [name for name, attempt in _attempts(canary, parent, too_much).items() if _is_refused(attempt)]


def _is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError):
        return True
    return False


def _attempts(canary: str, parent: int, too_much: int) -> dict[str, Callable[[], object]]:
    everywhere: dict[str, Callable[[], object]] = {
        "fs-write": lambda: os.close(os.open(canary, os.O_WRONLY | os.O_TRUNC)),
        "fs-read": lambda: os.close(os.open(canary, os.O_RDONLY)),
        "network": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "memory": lambda: mmap.mmap(-1, too_much).close(),
    }
    if sys.platform == "win32":  # where signal 0 is Ctrl+C
        return {**everywhere, "process": lambda: subprocess.run([sys.executable, "-c", ""], check=False)}
    return {**everywhere, "process": _fork, "signal": lambda: os.kill(parent, 0), "ipc": _shared_memory}


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _shared_memory() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    segment = libc.shmget(0, 4096, 0o600)
    if segment < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    libc.shmctl(segment, 0, None)

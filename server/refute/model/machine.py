"""What this machine can give to a model: memory and cores, with the limits of a container counted."""

import ctypes
import os
import sys
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Bytes that can be used without swapping; None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_memory()
    known = [size for size in (_linux_memory(), _container_memory()) if size is not None]
    if known:
        return min(known)
    try:
        # macOS tells its free pages to no portable call; all of its memory is an upper bound.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def usable_cores() -> int:
    """Cores that this process may keep busy: at least 1."""
    affinity: int = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quota = _numbers(_CGROUP / "cpu.max")
    if len(quota) == 2 and quota[1] > 0:
        affinity = min(affinity, round(quota[0] / quota[1]))
    return max(1, affinity)


def _linux_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return sizes[0] if sizes else None


def _container_memory() -> int | None:
    limit, used = _numbers(_CGROUP / "memory.max"), _numbers(_CGROUP / "memory.current")
    return max(0, limit[0] - used[0]) if limit and used else None


def _numbers(path: Path) -> list[int]:
    """The numbers in a file of the kernel; none where it is missing or says "max"."""
    try:
        return [int(word) for word in path.read_text("ascii").split()]
    except (OSError, ValueError):
        return []


class _MemoryStatus(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint32), ("load", ctypes.c_uint32)] + [
        (name, ctypes.c_uint64)
        for name in (
            "physical",
            "available",
            "page_file",
            "page_file_available",
            "virtual",
            "virtual_available",
            "rest",
        )
    ]


def _windows_memory() -> int | None:
    if sys.platform != "win32":
        return None
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)

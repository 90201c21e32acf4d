"""Resource limits and hygiene of a worker process (POSIX)."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence

from .policy import Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_IS_LINUX = sys.platform == "linux"


def prctl(option: int, value: int = 0) -> None:
    """`prctl` with one argument; raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent, whose id is `parent`, is gone."""
    if _IS_LINUX:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants that lose theirs, so that they can be found and ended."""
    if _IS_LINUX:
        with contextlib.suppress(OSError):
            prctl(_PR_SET_CHILD_SUBREAPER, 1)


def apply_limits(limits: Limits) -> None:
    """Bound memory, file size and open files; no core dumps, message queues or locked memory."""
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if _IS_LINUX:  # macOS does not enforce it
        wanted["RLIMIT_AS"] = _address_space() + limits.memory_bytes
    for name, value in wanted.items():
        if hasattr(resource, name):
            _lower(getattr(resource, name), value)


def limit_processor_time(seconds: float) -> None:
    """Let the kernel end this process after `seconds` more of processor time, rounded up."""
    _lower(resource.RLIMIT_CPU, int(time.process_time() + seconds) + 2)


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (bound, bound))


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as statistics:
        return int(statistics.read().split()[0]) * resource.getpagesize()


def close_descriptors(keep: Sequence[int]) -> None:
    """Close every descriptor but `keep`."""
    low = 0
    for descriptor in sorted(set(keep)):
        if descriptor > low:  # some Pythons close everything when asked for closerange(0, 0)
            os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, max(4096, low))


def silence(keep_errors: bool = False) -> None:
    """Empty standard input, discarded standard output and error."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1) if keep_errors else (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def children() -> list[int]:
    """The ids of this process's children, orphans it adopted among them; [] where the system does not tell."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as listing:
            return [int(word) for word in listing.read().split()]
    except OSError:
        return []


def kill(pid: int, *, group: bool = False) -> None:
    """SIGKILL to a process, or to its whole group too; nothing where it is gone."""
    for send in (os.killpg, os.kill) if group else (os.kill,):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send(pid, signal.SIGKILL)

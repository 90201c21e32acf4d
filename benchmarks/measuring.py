"""What all benchmarks print: the machine, quantiles, and ratios against a reference of the same run."""

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path


def machine() -> str:
    """The machine in one line, with how busy it is: figures of a busy machine are only good for their ratios."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}{load}"


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def told(label: str, seconds: Sequence[float], reference: Sequence[float] = ()) -> str:
    """One line: median, p95 and p99 in milliseconds, and the median as a share of that of `reference`."""
    median, high, highest = statistics.median(seconds), quantile(seconds, 0.95), quantile(seconds, 0.99)
    line = f"{label:<46} p50 {median * 1e3:8.1f}  p95 {high * 1e3:8.1f}  p99 {highest * 1e3:8.1f} ms  n={len(seconds)}"
    return f"{line}  ratio {median / statistics.median(reference):.3f}" if reference else line


def resident_bytes(process: int) -> int:
    """Memory that a process holds, as Linux counts it; 0 where that cannot be told."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors(process: int) -> int:
    """Open descriptors of a process; 0 where that cannot be told."""
    try:
        return len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 (names are all that is wanted)
    except OSError:
        return 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())

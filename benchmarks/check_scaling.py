"""How `refute check` on a package scales with the cores.

python -m benchmarks.check_scaling [ROUNDS]
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import machine, told

MODULES = ("bisect", "colorsys", "fractions", "heapq", "string", "textwrap", "statistics", "calendar")


def check(folder: Path, jobs: int) -> float:
    """Seconds that one check of everything takes."""
    command = (sys.executable, "-m", "refute.cli", "check", "--model", "none", "--no-cache", "--jobs", str(jobs), ".")
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.monotonic() - began


def main(rounds: int) -> None:
    """Print the figures."""
    print(machine())
    library = Path(sysconfig.get_path("stdlib"))
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        for module in MODULES:
            Path(name, f"{module}_copy.py").write_text((library / f"{module}.py").read_text("utf-8"))
        seconds: dict[int, list[float]] = {1: [], cores: []}
        for _ in range(rounds):
            for jobs, taken in seconds.items():
                taken.append(check(Path(name), jobs))
    for jobs, taken in seconds.items():
        print(told(f"check of {len(MODULES)} modules, {jobs} jobs", taken, () if jobs == 1 else seconds[1]))
    print(machine())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)

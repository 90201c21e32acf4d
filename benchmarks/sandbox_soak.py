"""Thousands of runs in a row, one in ten hostile: nothing may grow.

    python -m benchmarks.sandbox_soak [RUNS]

Exit status 1 where processes, descriptors, files or memory of the zygote grow.
"""

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from refute.sandbox.pool import Workers
from refute.worker.protocol import Check, Inputs, ModuleSource, RunRequest

GOOD = "def f(x): return x + 1"
HOSTILE = (
    "import os\ndef f(x): os._exit(0)",
    "import ctypes\ndef f(x): ctypes.string_at(0)",
    "def f(x): return f(x)",
    "def f(x):\n    with open(f'file{x}', 'w') as file: file.write('x' * 100000)",
    "import os\ndef f(x): os.write(40, b'garbage' * 100)",
    "import os\ndef f(x): os.closerange(0, 4000)",
    "import threading, time\ndef f(x): threading.Thread(target=time.sleep, args=(9,)).start()",
    "def f(x): return bytearray(1 << 40)",
    "def f(x):\n    while True: pass",
)
MEMORY_SLACK_KB = 8 << 10


@dataclass(frozen=True)
class Usage:
    """What the processes below us use."""

    processes: int
    descriptors: int
    files: int
    memory_kb: int


def descendants() -> list[int]:
    """The living processes below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    below = [os.getpid()]
    for pid in below:
        below += [child for child, parent in parents.items() if parent == pid]
    return below[1:]


def usage(folder: Path) -> Usage:
    """Measured now. Memory is that of the largest process, the zygote."""
    found = descendants()
    descriptors = memory = 0
    for pid in found:
        try:
            descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
            lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
        except OSError:
            continue
        memory = max(memory, *(int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
    own = len(list(Path("/proc/self/fd").iterdir()))
    files = sum(len(names) + len(folders) for _, folders, names in os.walk(folder))
    return Usage(len(found), descriptors + own, files, memory)


async def settled(workers: Workers, folder: Path) -> Usage:
    """The usage when nothing runs."""
    await one(workers, GOOD, 0)
    await asyncio.sleep(1.0)
    return await asyncio.to_thread(usage, folder)


async def one(workers: Workers, source: str, seed: int) -> str:
    """The status of one run."""
    module = ModuleSource("/nowhere/subject.py", "subject", source)
    inputs = Inputs((("x", "integers()"),), max_examples=5, seed=seed)
    seconds = 10.0 if source == GOOD else 0.5
    (outcome,) = await workers.run(RunRequest(module, "f", inputs, (Check("c", "True"),), seconds / 5, seconds))
    return outcome.status


async def main(runs: int) -> int:
    """Run and compare. The exit status."""
    with tempfile.TemporaryDirectory() as name:
        tempfile.tempdir = name
        workspace = Path(name, "workspace")
        await asyncio.to_thread(workspace.mkdir)
        async with await Workers.start(Path(sys.executable), workspace, mode="best-effort", jobs=2) as workers:
            for number in range(50):
                await one(workers, HOSTILE[number % len(HOSTILE)], number)
            before = await settled(workers, Path(name))
            began = time.monotonic()
            wrong = 0
            for number in range(runs):
                hostile = number % 10 == 9
                source = HOSTILE[number // 10 % len(HOSTILE)] if hostile else GOOD
                wrong += await one(workers, source, number) != "held" and not hostile
            seconds = time.monotonic() - began
            after = await settled(workers, Path(name))
    print(f"{runs} runs in {seconds:.0f} s, {seconds / runs * 1000:.1f} ms each; good runs that were not held: {wrong}")
    print(f"before {before}\nafter  {after}")
    grown = (
        after.processes > before.processes
        or after.descriptors > before.descriptors
        or after.files > before.files
        or after.memory_kb > before.memory_kb + MEMORY_SLACK_KB
    )
    return int(grown or wrong > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)))

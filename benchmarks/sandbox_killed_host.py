"""The host killed with -9 in the middle of a run: how long its processes and its folders outlive it.

    python -m benchmarks.sandbox_killed_host [TIMES]

Exit status 1 where anything is left after two seconds.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from refute.sandbox.pool import Workers
from refute.worker.protocol import Check, Inputs, ModuleSource, RunRequest

LONGEST_SECONDS = 2.0
LOOP = "import subprocess\ndef f(x):\n    open('file', 'w').write('x' * 10000)\n    while True: pass\n"


async def host(folder: Path) -> None:
    """Be the host: run something that does not end."""
    tempfile.tempdir = str(folder)
    async with await Workers.start(Path(sys.executable), folder, mode="best-effort") as workers:
        module = ModuleSource(str(folder / "m.py"), "m", LOOP)
        inputs = Inputs((("x", "integers()"),))
        run = asyncio.create_task(workers.run(RunRequest(module, "f", inputs, (Check("c", "True"),), 50.0, 60.0)))
        await asyncio.sleep(0.5)
        print("running", flush=True)
        await run


def left(folder: Path) -> list[str]:
    """Processes that work below `folder`, and what lies there."""
    found = [path.name for path in folder.iterdir()]
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder):
                found.append(entry.name)
        except OSError:
            continue  # it ended, or is not ours
    return found


def main(times: int) -> int:
    """Kill hosts, print how long the rest of them lived. The exit status."""
    seconds: list[float] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            process = subprocess.Popen([sys.executable, __file__, "--host", str(folder)], stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            began = time.monotonic()
            process.kill()
            process.wait()
            while left(folder) and time.monotonic() - began < 5 * LONGEST_SECONDS:
                time.sleep(0.005)
            seconds.append(time.monotonic() - began)
    print(f"{times} hosts killed; gone after {min(seconds):.3f} to {max(seconds):.3f} s")
    return int(max(seconds) > LONGEST_SECONDS)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--host"]:
        asyncio.run(host(Path(sys.argv[2])))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))

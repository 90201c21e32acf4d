"""How long a person waits for a worker: request to first example, and 100 examples against a bare fork.

python -m benchmarks.sandbox_latency [RUNS]
"""

import asyncio
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from refute.sandbox.pool import Workers
from refute.worker.policy import Mode
from refute.worker.protocol import Check, Inputs, ModuleSource, RunRequest

ADD = "def f(a, b):\n    return a + b\n"
STAMP = """
import time
first = []
def f(a, b):
    first.append(time.monotonic())
    return first[0]
"""
NUMPY = "import numpy\n" + STAMP
OWN_MODULES = 120
"""Small modules of a workspace that a module under test imports, by way of one of them."""
STRATEGIES = (("a", "integers(-9, 9)"), ("b", "integers(-9, 9)"))


def told(values: list[float]) -> str:
    """The usual quantiles, in milliseconds."""
    ordered = sorted(value * 1000 for value in values)
    high = ordered[int(len(ordered) * 0.95)]
    return f"p50 {statistics.median(ordered):6.2f}  p95 {high:6.2f}  min {ordered[0]:6.2f} ms"


def request(source: str, check: str, examples: int, seed: int, folder: str = "/nowhere") -> RunRequest:
    """A run of `f`, whose module lies in `folder`."""
    module = ModuleSource(f"{folder}/subject.py", "subject", source, (folder,) if folder != "/nowhere" else ())
    return RunRequest(module, "f", Inputs(STRATEGIES, max_examples=examples, seed=seed), (Check("c", check),))


async def first_examples(
    workers: Workers, source: str, runs: int, folder: str = "/nowhere", pause: float = 0.03
) -> list[float]:
    """Seconds from a request to the moment in which the function is called for the first time."""
    seconds: list[float] = []
    for seed in range(runs + 5):
        await asyncio.sleep(pause)  # as between two saves: the next worker stands by
        began = time.monotonic()
        (outcome,) = await workers.run(request(source, "result < 0", 1, seed, folder))
        shown = outcome.counterexample
        if shown is None or shown.result is None:
            raise RuntimeError(f"no answer: {outcome}")
        seconds.append(float(shown.result) - began)
    return seconds[5:]


async def whole_runs(kinds: Sequence[Workers], runs: int) -> list[list[float]]:
    """Seconds of runs of 100 examples, for each kind of workers. They take turns, so that all of them are hit alike by
    what else the machine does."""
    seconds: list[list[float]] = [[] for _ in kinds]
    for seed in range(runs + 5):
        for workers, taken in zip(kinds, seconds, strict=True):
            await asyncio.sleep(0.03)
            began = time.monotonic()
            await workers.run(request(ADD, "result == a + b", 100, seed))
            taken.append(time.monotonic() - began)
    return [taken[5:] for taken in seconds]


async def measure(mode: Mode, runs: int) -> None:
    """Print the figures of one mode."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        async with await Workers.start(
            Path(sys.executable), Path(folder), mode=mode, jobs=1, preimport=("numpy",)
        ) as workers:
            print(f"{mode}: start {(time.monotonic() - began) * 1000:.0f} ms; {' '.join(sorted(workers.enforced))}")
            print(f"  first example      {told(await first_examples(workers, STAMP, runs))}")
            (numpy,) = await workers.run(request(NUMPY, "True", 1, 0))
            if numpy.status == "held":
                print(f"  numpy, imported ahead {told(await first_examples(workers, NUMPY, runs))}")
            fill(Path(folder))
            own = "import shop\n" + STAMP
            soon = await first_examples(workers, own, max(1, runs // 5), folder, pause=0.0)
            print(f"  {OWN_MODULES} modules of the workspace, at once         {told(soon)}")
            later = await first_examples(workers, own, max(1, runs // 5), folder, pause=1.0)
            print(f"  {OWN_MODULES} modules of the workspace, imported ahead  {told(later)}")


def fill(folder: Path) -> None:
    """Write a package whose import needs many modules."""
    (folder / "shop").mkdir()
    names = [f"part_{number}" for number in range(OWN_MODULES - 1)]
    for name in names:
        (folder / "shop" / f"{name}.py").write_text("import dataclasses\n\n\nclass Part:\n    size = 1\n")
    (folder / "shop" / "__init__.py").write_text("".join(f"from shop import {name}\n" for name in names))


async def compare(runs: int) -> None:
    """Print what confinement adds to a run of 100 examples of a bare fork."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            await Workers.start(Path(sys.executable), Path(folder), mode="best-effort", jobs=1) as confined,
            await Workers.start(Path(sys.executable), Path(folder), mode="off", jobs=1) as bare,
        ):
            with_it, without = await whole_runs((confined, bare), runs)
    print(f"100 examples, confined  {told(with_it)}")
    print(f"100 examples, bare fork {told(without)}")
    more = statistics.median(with_it) / statistics.median(without) - 1
    paired = statistics.median(a / b for a, b in zip(with_it, without, strict=True)) - 1
    print(f"  confinement adds {more:+.1%} to the median, {paired:+.1%} to the median of pairs")


async def main(runs: int) -> None:
    """Print the figures of the sandbox and of a bare forked run."""
    load: Callable[[], str] = lambda: Path("/proc/loadavg").read_text("ascii").split()[0]  # noqa: E731
    print(f"Python {platform.python_version()}, {runs} runs, load {load()}")
    await measure("best-effort", runs)
    await measure("off", runs)
    await compare(runs)
    print(f"load at the end {load()}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))

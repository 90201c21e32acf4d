"""Refute beside other tools, on the same pairs of wrong and right files, with the same time for each file.

    python -m benchmarks.other_tools TASKS.jsonl --tools PYTHON [--limit N] [--seconds N]

PYTHON is the interpreter of an environment with `crosshair-tool`, `pytest` and `hypothesis[ghostwriter,cli]`. Each line
of TASKS.jsonl holds `id`, `entry_point`, `buggy` and `correct` (texts of one file).

  Refute             `Checker.check`, as the command line does it
  raw properties     the model's postconditions as they come, run on the inputs that Refute infers
  Ghostwriter        `hypothesis write` as it is, and the test that it writes run by pytest
  CrossHair          `crosshair check`, with the analysis of assertions and of contracts

Printed: of the wrong files, how many have an alarm; of the right ones, how many have a false one; how many files could
not be tried at all. An alarm on a wrong file that the right one has as well found nothing, so it is not counted.
"""

import asyncio
import re
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.measuring import machine
from benchmarks.tasks import chosen_tasks, task_arguments

from refute.checker.checker import Checker
from refute.checker.inference import Inference
from refute.checker.judging import as_check
from refute.checker.modules import module_source
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.interface import ModelError
from refute.model.selection import open_model
from refute.properties.domains import infer_domain
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot
from refute.properties.widening import with_calls
from refute.sandbox.pool import Workers
from refute.worker.protocol import Inputs, RunRequest

Said = Literal["alarm", "quiet", "not tried"]
EXAMPLES = 100


@dataclass(frozen=True)
class File:
    """One of the two files of a task."""

    path: Path
    text: str
    unit: FunctionUnit


@dataclass
class Bench:
    """What the tools need. `tools` is the interpreter of the other ones."""

    checker: Checker
    inference: Inference
    workers: Workers
    folder: Path
    tools: Path
    seconds: float


async def refute(bench: Bench, file: File) -> Said:
    snapshot = Snapshot(file.path.as_uri(), None, file.text)
    report = await bench.checker.check(snapshot, file.unit, fix=False)
    return "alarm" if report.verdict == "violated" else "not tried" if report.verdict == "skipped" else "quiet"


async def raw_properties(bench: Bench, file: File) -> Said:
    unit = file.unit
    try:
        claims = await bench.inference.postconditions(unit)
        opening = await bench.inference.opening(unit, Settings().samples, varied=False)
    except ModelError:
        return "not tried"
    if not claims:
        return "not tried"
    domain = with_calls(infer_domain(unit, file.text), unit.spec, opening.calls)
    strategies = tuple((p.name, p.strategy) for p in domain.parameters)
    inputs = Inputs(strategies, domain.precondition, domain.examples, EXAMPLES, 0)
    module = module_source(file.path, file.text, bench.folder)
    outcomes = await bench.workers.run(RunRequest(module, unit.qualname, inputs, tuple(map(as_check, claims))))
    return "alarm" if any(outcome.status == "violated" for outcome in outcomes) else "quiet"


async def ghostwriter(bench: Bench, file: File) -> Said:
    began = time.monotonic()
    name = f"{file.path.stem}.{file.unit.spec.name}"
    command = "import sys; from hypothesis.extra.cli import main; sys.exit(main())"
    written = await ran(bench, file, bench.seconds, "-c", command, "write", name)
    if written is None or written.returncode or "st.nothing()" in written.stdout:
        return "not tried"
    test = file.path.with_name(f"test_{file.path.name}")
    test.write_text(written.stdout)
    left = bench.seconds - (time.monotonic() - began)
    done = await ran(bench, file, left, "-m", "pytest", "-q", "-p", "no:cacheprovider", test.name)
    if done is None or done.returncode == 0:
        return "quiet"
    return "alarm" if done.returncode == 1 else "not tried"


async def crosshair(bench: Bench, file: File) -> Said:
    kinds = "--analysis_kind=asserts,PEP316,icontract,deal"
    limit = f"--per_condition_timeout={bench.seconds / 2:g}"
    done = await ran(bench, file, bench.seconds, "-m", "crosshair", "check", kinds, limit, file.path.name)
    if done is None:
        return "quiet"
    if done.returncode == 1:
        return "alarm"
    if done.returncode == 0 and re.search(r"\bassert\b|^\s*(?:pre|post):", file.text, re.MULTILINE):
        return "quiet"
    return "not tried"


async def ran(bench: Bench, file: File, seconds: float, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """What a command of the other tools says in the folder of a file, None where the time runs out."""

    def run() -> subprocess.CompletedProcess[str] | None:
        try:
            return subprocess.run(
                [bench.tools, *arguments],
                cwd=file.path.parent,
                check=False,
                capture_output=True,
                text=True,
                timeout=max(1.0, seconds),
            )
        except subprocess.TimeoutExpired:
            return None

    return await asyncio.to_thread(run)


TOOLS: dict[str, Callable[[Bench, File], Awaitable[Said]]] = {
    "Refute": refute,
    "raw properties": raw_properties,
    "Ghostwriter": ghostwriter,
    "CrossHair": crosshair,
}


@dataclass
class Row:
    """What one tool said so far."""

    found: int = 0
    false: int = 0
    untried: int = 0
    seconds: float = 0.0

    def add(self, wrong: Said, right: Said) -> None:
        self.found += wrong == "alarm" and right != "alarm"
        self.false += right == "alarm"
        self.untried += (wrong == "not tried") + (right == "not tried")


async def measure(tasks: list[dict[str, Any]], folder: Path, tools: Path, settings: Settings) -> None:
    """Try every tool on every pair, and print the table after each."""
    rows = {name: Row() for name in TOOLS}
    model, store = open_model(settings.model), Store.in_user_folders(print)
    checker = await Checker.open(folder, settings, lambda notice: print("#", notice.text))
    try:
        async with await Workers.start(tools, folder, mode="best-effort") as workers:
            inference = Inference(model, store, Turns(), settings.seed, settings.seconds)
            bench = Bench(checker, inference, workers, folder, tools, settings.seconds)
            for number, task in enumerate(tasks, 1):
                files = [written(folder, task, kind) for kind in ("buggy", "correct")]
                for name, tool in TOOLS.items():
                    began = time.monotonic()
                    wrong, right = await tool(bench, files[0]), await tool(bench, files[1])
                    rows[name].add(wrong, right)
                    rows[name].seconds += time.monotonic() - began
                show(rows, number)
    finally:
        await checker.aclose()
        await model.aclose()
        store.close()


def written(folder: Path, task: dict[str, Any], kind: str) -> File:
    """A file of a task, in a folder of its own."""
    path = folder / kind / f"task_{re.sub(r'[^0-9a-zA-Z]', '_', task['id']).lower()}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(task[kind])
    units = parse_units(Snapshot(path.as_uri(), None, task[kind])).units
    return File(path, task[kind], next(unit for unit in units if unit.qualname == task["entry_point"]))


def show(rows: dict[str, Row], tasks: int) -> None:
    print(f"\n{tasks} pairs; {machine()}")
    for name, row in rows.items():
        each = row.seconds / (2 * tasks)
        print(
            f"{name:16} found {row.found:3}   false alarms {row.false:3}   not tried {row.untried:3} of {2 * tasks}   "
            f"{each:5.1f} s a file",
            flush=True,
        )


def main() -> None:
    parser = task_arguments(__doc__)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=Settings().seconds)
    args = parser.parse_args()
    settings = Settings(model=args.model, seconds=args.seconds)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(chosen_tasks(args), Path(folder), args.tools.absolute(), settings))


if __name__ == "__main__":
    main()

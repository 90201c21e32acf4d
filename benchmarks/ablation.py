"""What each source and filter of the checker is worth: the same files with one of them switched off in turn.

    python -m benchmarks.ablation TASKS.jsonl [--limit N]

Each line of TASKS.jsonl holds `id`, `entry_point`, `buggy` and `correct` (texts of one file). Printed for each way: of
the wrong files how many have a warning, and of the right ones how many have a false one. What the model answers is
kept, so all ways but the first take little more than the runs.
"""

import asyncio
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.measuring import machine
from benchmarks.tasks import chosen_tasks, task_arguments

from refute.checker import function_check, hearing, inference, polling
from refute.checker.checker import Checker
from refute.checker.contest import Contest
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.properties.ruling import Testimony
from refute.properties.units import FunctionUnit, Snapshot

SECONDS = 600.0

Without = Callable[[], AbstractContextManager[object]]


def replacing(place: object, name: str, new: object, *others: object) -> Without:
    """Switches something off by putting `new` in its place, in other modules that import it too."""

    @contextmanager
    def replaced() -> Generator[None]:
        with ExitStack() as stack:
            for one in (place, *others):
                stack.enter_context(patch.object(one, name, new))
            yield

    return replaced


async def no_contest(*_arguments: object) -> Contest | None:
    return None


async def no_likelihoods(_self: object, _unit: FunctionUnit, _sources: tuple[str, ...]) -> tuple[float, ...] | None:
    return None


async def no_suspicions(_self: object, _unit: FunctionUnit, _edits: Sequence[object]) -> None:
    return None


async def no_postconditions(_self: object, _unit: FunctionUnit) -> tuple[Property, ...]:
    return ()


def own_domain(domain: Domain, *_said: object) -> Domain:
    return domain


def nothing_proposed(_unit: FunctionUnit, _text: str) -> tuple[Property, ...]:
    return ()


def any_majority(testimony: Testimony) -> float:
    """Confident as soon as most implementations speak against the function."""
    return float(2 * testimony.members > testimony.voters and testimony.differing > 0)


WAYS: dict[str, Without] = {
    "all": nullcontext,
    "no calls from the model": replacing(hearing, "with_calls", own_domain),
    "nothing stated, no types, no names": replacing(function_check, "propose", nothing_proposed),
    "no postconditions": replacing(inference.Inference, "postconditions", no_postconditions),
    "no contest with small edits": replacing(polling, "contend", no_contest),
    "no likelihood of edits": replacing(inference.Inference, "likelihoods", no_likelihoods),
    "no lines as the model expects them": replacing(inference.Inference, "suspicions", no_suspicions),
    "one batch of implementations": replacing(polling, "BATCHES", 1),
    "a majority decides": replacing(hearing, "confidence_in", any_majority, polling),
}


async def check_all(tasks: Sequence[dict[str, Any]], folder: Path, settings: Settings) -> tuple[int, int]:
    """The number of wrong and of right files with a warning."""
    found = {"buggy": 0, "correct": 0}
    checker = await Checker.open(folder, settings, lambda notice: print("#", notice.text), store=_without_reports())
    try:
        for task in tasks:
            for kind in found:
                path = folder / "task.py"
                path.write_text(task[kind])
                snapshot = Snapshot(path.as_uri(), None, task[kind])
                units = checker.analyse(snapshot).units
                unit = next(unit for unit in units if unit.qualname == task["entry_point"])
                report = await checker.check(snapshot, unit, fix=False)
                found[kind] += report.verdict == "violated"
    finally:
        await checker.aclose()
    return found["buggy"], found["correct"]


class _Answers(Store):
    """Knows what the model answered, and nothing of how files were judged: that is what changes."""

    def get(self, kind: str, key: str, type_: type[Any]) -> Any:
        """The cached value, but no report and no failure."""
        return None if kind in ("report", "failures") else super().get(kind, key, type_)

    def put(self, kind: str, key: str, value: object) -> None:
        """Keep answers of the model only."""
        if kind not in ("report", "failures"):
            super().put(kind, key, value)


def _without_reports() -> Store:
    return _Answers.in_user_folders(print)


def main() -> None:
    args = task_arguments(__doc__).parse_args()
    tasks = chosen_tasks(args)
    print(f"{len(tasks)} pairs; {machine()}")
    for way, without in WAYS.items():
        with tempfile.TemporaryDirectory() as folder, without():
            settings = Settings(model=args.model, seconds=SECONDS)
            wrong, right = asyncio.run(check_all(tasks, Path(folder), settings))
        print(f"{way:36} found {wrong:3}   false alarms {right:3}", flush=True)


if __name__ == "__main__":
    main()

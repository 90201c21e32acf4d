"""What reviewers make of wrong and of right functions: do they mend the ones, and leave the others as they are?

    python -m benchmarks.reviews TASKS.jsonl [--limit N]

Each line of TASKS.jsonl holds `id`, `entry_point`, `buggy` and `correct` (texts of one file) and `tests` (code that
raises where the file above it is wrong). Every file is reviewed as the checker does it. Printed for each: how many
reviewers left it as it is, changed it to something that passes the tests, and to something that fails them; at the end,
how many wrong files most reviewers mended, how many right ones most of them broke, and seconds. The right files are the
reference: what breaks them would be a false alarm.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.tasks import chosen_tasks, passes, task_arguments

from refute.checker.inference import Inference
from refute.checker.reviews import REVIEWERS, Reviews, read_reviews
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.selection import open_model
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.edits import apply_edits, edits_between


def judged(task: dict[str, Any], text: str, unit: FunctionUnit, reviews: Reviews) -> Counter[str]:
    """How many reviewers did what."""
    counts = Counter({"kept": reviews.approvals})
    for edit, reviewers in reviews.corrections:
        changed = apply_edits(text, edits_between(unit, text, edit.source))
        counts["passes" if passes(changed, task["tests"]) else "fails"] += reviewers
    return counts


async def measure(args: argparse.Namespace) -> None:
    """Review every file and print what came of it."""
    settings = Settings(model=args.model)
    model = open_model(settings.model)
    mended, broken, seconds = 0, 0, list[float]()
    tasks = chosen_tasks(args)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "cache.sqlite", Path(folder) / "decisions.sqlite", print)
        try:
            for task in tasks:
                for kind in ("buggy", "correct"):
                    text = task[kind]
                    units = parse_units(Snapshot("file:///task.py", None, text)).units
                    unit = next(u for u in units if u.qualname == task["entry_point"])
                    inference = Inference(model, store, Turns(), settings.seed, settings.seconds * 10)
                    began = time.monotonic()
                    reviews = read_reviews(unit, await inference.reviews(unit, REVIEWERS))
                    seconds.append(time.monotonic() - began)
                    counts = judged(task, text, unit, reviews)
                    mended += kind == "buggy" and 2 * counts["passes"] > REVIEWERS
                    broken += kind == "correct" and 2 * counts["fails"] > REVIEWERS
                    print(f"{task['id']:24} {kind:8} {seconds[-1]:5.1f} s  {dict(+counts)}", flush=True)
        finally:
            await model.aclose()
            store.close()
    print(f"\n{len(tasks)} wrong files, {mended} mended by most reviewers; as many right ones, {broken} broken by most")
    print(f"median {statistics.median(seconds):.1f} s for the reviews of a function")


if __name__ == "__main__":
    asyncio.run(measure(task_arguments(__doc__).parse_args()))

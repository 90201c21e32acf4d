"""Collect what implementations testify about right and wrong functions, and fit the weights of the ruling to it.

usage: python -m benchmarks.calibration TASKS.jsonl ROWS.jsonl [--limit N] [--samples N]

Each line of TASKS.jsonl holds `id`, `entry_point`, `buggy` and `correct` (texts of one file). Every file is checked
without fixes by the default model; a row of ROWS.jsonl is a testimony with `wrong` (whether the file is the buggy one).
Rows that are there already are kept. At the end it prints how often a difference was a defect, by agreement and by
whether one small edit repairs it, and the weights of a logistic regression over these rows.
"""

import asyncio
import dataclasses
import json
import math
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from benchmarks.tasks import chosen_tasks, read, task_arguments

from refute.checker.checker import Checker
from refute.checker.settings import Settings
from refute.properties.ruling import WEIGHTS, Testimony, features
from refute.properties.units import Snapshot

SECONDS = 600.0
"""Budget of a function: how busy the machine is must not show in what is testified."""


async def collect(tasks: list[dict[str, Any]], out: TextIO, done: set[tuple[str, bool]], settings: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checker = await Checker.open(Path(folder), settings, lambda notice: print("#", notice.text))
        try:
            for task in tasks:
                for kind in ("correct", "buggy"):
                    if (task["id"], kind == "buggy") in done:
                        continue
                    path = Path(folder) / "task.py"
                    snapshot = Snapshot(path.as_uri(), None, task[kind])
                    path.write_text(task[kind])
                    units = checker.analyse(snapshot).units
                    unit = next(u for u in units if u.qualname == task["entry_point"])
                    report = await checker.check(snapshot, unit, fix=False)
                    testimony = report.testimony and dataclasses.asdict(report.testimony)
                    row = {
                        "id": task["id"],
                        "wrong": kind == "buggy",
                        "verdict": report.verdict,
                        "reason": report.reason,
                        "seconds": report.seconds,
                        "testimony": testimony,
                    }
                    print(json.dumps(row), file=out, flush=True)
                    print(
                        task["id"],
                        kind,
                        report.verdict,
                        report.reason,
                        testimony,
                        f"{report.seconds:.1f} s",
                        flush=True,
                    )
        finally:
            await checker.aclose()


def summarise(rows: list[dict[str, Any]]) -> None:
    told = [(Testimony(**row["testimony"]), bool(row["wrong"])) for row in rows if row["testimony"]]
    differing = [(t, wrong) for t, wrong in told if t.differing]
    print(f"\n{len(rows)} files, {len(told)} with agreement, {len(differing)} differ")
    counts = Counter((round(t.members / t.voters, 1), t.repairable, wrong) for t, wrong in differing)
    for share, repairable in sorted({key[:2] for key in counts}, reverse=True):
        right, wrong = counts[share, repairable, False], counts[share, repairable, True]
        print(f"share {share:.1f}  repairable {repairable!s:5}  defects {wrong:3}  right {right:3}")
    if len(differing) > 10:
        fit(differing)


def fit(rows: list[tuple[Testimony, bool]]) -> None:
    """Logistic regression with a small ridge, by gradient ascent."""
    points = [((1.0, *features(testimony)), float(wrong)) for testimony, wrong in rows]
    weights = [0.0] * len(points[0][0])
    for _ in range(20_000):
        slope = [-0.02 * w for w in weights]
        for x, wrong in points:
            error = wrong - probability(weights, x)
            slope = [s + error * value / len(points) for s, value in zip(slope, x, strict=True)]
        weights = [w + 0.5 * s for w, s in zip(weights, slope, strict=True)]
    print("fitted weights", [round(w, 2) for w in weights])
    for name, chosen in (("fitted", weights), ("in use", list(WEIGHTS))):
        losses = [-math.log(max(1e-9, probability(chosen, x) if y else 1 - probability(chosen, x))) for x, y in points]
        print(f"mean log loss, {name}: {sum(losses) / len(losses):.3f} nats")


def probability(weights: list[float], x: tuple[float, ...]) -> float:
    return 1 / (1 + math.exp(-sum(w * value for w, value in zip(weights, x, strict=True))))


def main() -> None:
    parser = task_arguments(__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--samples", type=int, default=Settings().samples)
    args = parser.parse_args()
    done = {(row["id"], row["wrong"]) for row in read(args.rows)} if args.rows.exists() else set[tuple[str, bool]]()
    with args.rows.open("a") as out:
        settings = Settings(model=args.model, samples=args.samples, seconds=SECONDS)
        asyncio.run(collect(chosen_tasks(args), out, done, settings))
    summarise(read(args.rows))


if __name__ == "__main__":
    main()

"""Check functions of mature packages, where hardly anything can be wrong: every alarm is looked at by hand.

usage: python -m benchmarks.mature_code [--model NAME] [--folder FOLDER] [--minutes N] [--per-package N]
    [--only PACKAGE] [--report]

Installs pinned versions of pure Python packages into an environment of its own, copies each as a workspace, picks
public documented functions evenly from all over it, and appends a row for each checked one to FOLDER/MODEL.jsonl. Rows
that are there already are kept, so it goes on where it ended; delete the file to begin anew. At the end it prints how
many functions were checked, the reasons why others were not by frequency, and each alarm with the ruling of
`mature_rulings.jsonl` beside this file. Answers of the model are kept in FOLDER.
"""

import argparse
import asyncio
import dataclasses
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.tasks import read

from refute.checker.analysis import FunctionReport, Ruling
from refute.checker.checker import Checker
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

PACKAGES = {
    "toolz": "toolz==1.0.0",
    "more_itertools": "more-itertools==10.7.0",
    "boltons": "boltons==25.0.0",
    "packaging": "packaging==25.0",
    "sortedcontainers": "sortedcontainers==2.4.0",
    "inflection": "inflection==0.5.1",
    "humanize": "humanize==4.12.3",
    "slugify": "python-slugify==8.0.4",
    "pydash": "pydash==8.0.5",
    "funcy": "funcy==2.0",
    "stdnum": "python-stdnum==2.1",
    "validators": "validators==0.35.0",
    "w3lib": "w3lib==2.3.1",
    "semver": "semver==3.0.4",
    "isodate": "isodate==0.7.2",
    "ordered_set": "ordered-set==4.1.0",
    "bidict": "bidict==0.23.1",
    "natsort": "natsort==8.4.0",
    "webcolors": "webcolors==24.11.1",
    "roman": "roman==5.1",
    "titlecase": "titlecase==2.4.1",
}
"""Import names, and what pip installs."""

STANDARD = (
    "base64", "bisect", "calendar", "colorsys", "copy", "difflib", "fnmatch", "fractions", "functools", "graphlib",
    "heapq", "html", "ipaddress", "keyword", "posixpath", "quopri", "random", "shlex", "statistics", "string",
    "textwrap", "urllib",
)  # fmt: skip
"""Modules and packages of the standard library, checked as one package."""

RULINGS = Path(__file__).with_name("mature_rulings.jsonl")
T = TypeVar("T")


class Answers(Store):
    """A cache that remembers what the model said, but no reports: what made these is what is being measured."""

    def get(self, kind: str, key: str, type_: type[T]) -> T | None:
        return None if kind == "report" else super().get(kind, key, type_)


def prepare(folder: Path) -> Path:
    """The interpreter of an environment with all packages; their copies lie in FOLDER/workspaces."""
    environment = folder / "environment"
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / "workspaces").is_dir():
        venv.create(environment, with_pip=True)
        wanted = [*PACKAGES.values(), "hypothesis>=6.156"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
        installed = Path(subprocess.check_output([python, "-c", asked], text=True).strip())
        copies = folder / "copying"
        shutil.rmtree(copies, ignore_errors=True)
        for name in PACKAGES:
            _copy(installed, name, copies / name)
        for name in STANDARD:
            _copy(Path(sysconfig.get_path("stdlib")), name, copies / "standard")
        copies.rename(folder / "workspaces")
    return python


def _copy(source: Path, name: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    if (source / name).is_dir():
        shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("test*", "__pycache__"))
    else:
        shutil.copy(source / f"{name}.py", target)


def selected(workspace: Path, most: int) -> list[tuple[Path, FunctionUnit]]:
    """Up to `most` public documented functions, evenly from all files."""
    found: list[tuple[Path, FunctionUnit]] = []
    for path in sorted(workspace.rglob("*.py")):
        if not any(part.startswith("_") and part != "__init__.py" for part in path.relative_to(workspace).parts):
            units = parse_units(Snapshot(path.as_uri(), None, path.read_text("utf-8"))).units
            found += [(path, unit) for unit in units if _is_public(unit)]
    return [found[i * len(found) // most] for i in range(most)] if len(found) > most else found


def _is_public(unit: FunctionUnit) -> bool:
    return unit.spec.docstring is not None and not any(part.startswith("_") for part in unit.qualname.split("."))


async def check(args: argparse.Namespace, python: Path, done: set[str]) -> None:
    """Append a row for each selected function that is not `done`, until the minutes are over."""
    ends = time.monotonic() + 60 * args.minutes
    for workspace in sorted((args.folder / "workspaces").iterdir()):
        if args.only and workspace.name != args.only:
            continue
        jobs = [(path, unit) for path, unit in selected(workspace, args.per_package)]
        jobs = [(path, unit) for path, unit in jobs if _name(workspace, path, unit) not in done]
        if not jobs or time.monotonic() > ends:
            continue
        settings = Settings(model=args.model, python=str(python), jobs=1)
        store = Answers(args.folder / "answers.sqlite", None, print)
        checker = await Checker.open(workspace, settings, lambda notice: print("#", notice.text), store=store)
        try:
            for path, unit in jobs:
                if time.monotonic() > ends:
                    return
                snapshot = Snapshot(path.as_uri(), None, path.read_text("utf-8"))
                report = await checker.check(snapshot, unit, fix=False)
                row = _row(workspace, path, report)
                with args.rows.open("a", encoding="utf-8") as out:
                    print(json.dumps(row), file=out)
                print(row["function"], row["verdict"], row["reason"] or "", f"{row['seconds']:.1f} s", flush=True)
        finally:
            await checker.aclose()


def _name(workspace: Path, path: Path, unit: FunctionUnit) -> str:
    return f"{workspace.name}:{path.relative_to(workspace).as_posix()}::{unit.qualname}"


def _row(workspace: Path, path: Path, report: FunctionReport) -> dict[str, Any]:
    refuted = [v for v in report.verdicts if v.ruling in (Ruling.VIOLATED, Ruling.SUGGESTED)]
    return {
        "function": _name(workspace, path, report.unit),
        "verdict": report.verdict,
        "reason": report.reason,
        "seconds": round(report.seconds, 2),
        "held": sum(v.ruling is Ruling.HOLDS for v in report.verdicts),
        "domain": {p.name: p.strategy for p in report.domain.parameters} if report.domain else {},
        "precondition": report.domain.precondition if report.domain else None,
        "errors": [f"{v.property.statement}: {v.reason}" for v in report.verdicts if v.ruling is Ruling.ERROR],
        "refuted": [
            {
                "property": v.property.id,
                "shown": v.ruling is Ruling.VIOLATED,
                "kind": v.property.kind,
                "statement": v.property.statement,
                "evidence": v.property.evidence.label,
                "confidence": round(v.confidence, 3),
                "explanation": v.explanation,
                "counterexample": dataclasses.asdict(v.counterexample) if v.counterexample else None,
            }
            for v in refuted
        ],
    }


def summaries(rows: list[dict[str, Any]], rulings: list[dict[str, Any]]) -> Iterator[str]:
    """What the rows come to, line by line."""
    verdicts = Counter(row["verdict"] for row in rows)
    checked = verdicts["holds"] + verdicts["violated"]
    yield f"\n{len(rows)} functions, {checked} checked: {dict(verdicts.most_common())}"
    if not rows:
        return
    seconds = sorted(row["seconds"] for row in rows)
    yield f"median {seconds[len(seconds) // 2]:.1f} s, longest {seconds[-1]:.1f} s"
    yield "\nnot checked, by reason:"
    reasons = Counter(_kind_of_reason(row["reason"]) for row in rows if row["reason"])
    yield from (f"  {count:4}  {reason}" for reason, count in reasons.most_common())
    known = {(ruling["function"], ruling["statement"]): ruling for ruling in rulings}
    alarms = [(row, found) for row in rows for found in row["refuted"] if found["shown"]]
    ruled = [known.get((row["function"], found["statement"]), {"ruling": "not looked at yet"}) for row, found in alarms]
    yield f"\n{len(alarms)} alarms:"
    for (row, found), ruling in zip(alarms, ruled, strict=True):
        yield f"- {row['function']} [{found['kind']}, {found['evidence']}] {found['statement']}"
        yield f"    {found['explanation']}"
        yield f"    ruling: {ruling['ruling']}: {ruling.get('why', '')}"
    false = {row["function"] for (row, _), r in zip(alarms, ruled, strict=True) if r["ruling"] != "real defect"}
    yield (
        f"\nfunctions with an alarm that is no real defect: {len(false)} of {len(rows)} "
        f"({100 * len(false) / len(rows):.1f} %), of those checked {100 * len(false) / max(1, checked):.1f} %"
    )


def _kind_of_reason(reason: str) -> str:
    """A reason without its particulars."""
    return re.split(r" \(|: |;", reason, maxsplit=1)[0][:100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="none")
    parser.add_argument("--folder", type=Path, default=Path("build/mature"))
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--per-package", type=int, default=30)
    parser.add_argument("--only")
    parser.add_argument("--report", action="store_true", help="check nothing, only print what is known")
    args = parser.parse_args()
    args.folder = args.folder.absolute()
    args.rows = args.folder / f"{args.model.replace('/', '_')}.jsonl"
    if not args.report:
        args.folder.mkdir(parents=True, exist_ok=True)
        args.rows.touch()
        python = prepare(args.folder)
        asyncio.run(check(args, python, {row["function"] for row in read(args.rows)}))
    print("\n".join(summaries(read(args.rows), read(RULINGS))))


if __name__ == "__main__":
    main()

"""Tasks: JSON lines of files, and of tests that tell whether one is right."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from refute.checker.settings import Settings

SECONDS = 20.0


def task_arguments(description: str | None) -> argparse.ArgumentParser:
    """The parser of a command that goes through tasks with a model; `chosen_tasks` gives the tasks that are meant."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--model", default=Settings().model)
    return parser


def chosen_tasks(args: argparse.Namespace) -> list[dict[str, Any]]:
    """The tasks in the file, or `--limit` of them from all over it."""
    tasks = read(args.tasks)
    return tasks[:: max(1, len(tasks) // args.limit)][: args.limit] if args.limit else tasks


def read(path: Path) -> list[dict[str, Any]]:
    """The tasks in a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def passes(text: str, tests: str) -> bool:
    """Whether a file passes its tests, in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.py"
        path.write_text(f"{text}\n\n{tests}\n", "utf-8")
        try:
            done = subprocess.run([sys.executable, path], check=False, capture_output=True, timeout=SECONDS, cwd=folder)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

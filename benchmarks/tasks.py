"""Tasks: JSON lines of files, and of tests that tell whether one is right."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 20.0


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

"""What git has of a file: its text in the last commit."""

import functools
import os
import subprocess
from pathlib import Path

SECONDS = 2.0
"""Time for git; where it takes longer there is nothing to compare with."""
LONGEST = 1_000_000


def committed_text(path: Path) -> str | None:
    """The text of the file at `path` in the last commit; None where git has none, or is not there.

    Starts git once for each commit and file, and waits for it: not for an event loop.
    """
    folder = _git_folder(path.parent)
    return None if folder is None else _text(path, _stamp(folder))


def _git_folder(folder: Path) -> Path | None:
    """Where git keeps what it knows of the repository around `folder`."""
    for above in (folder, *folder.parents):
        found = above / ".git"
        if found.is_dir():
            return found
        if found.is_file():  # a worktree or a submodule
            try:
                return above / found.read_text("utf-8").removeprefix("gitdir:").strip()
            except (OSError, UnicodeDecodeError):
                return None
    return None


def _stamp(folder: Path) -> tuple[int, int]:
    """Changes with every commit and checkout."""
    for name in ("logs/HEAD", "HEAD"):
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        return status.st_mtime_ns, status.st_size
    return 0, 0


@functools.lru_cache(maxsize=256)
def _text(path: Path, _commit: tuple[int, int]) -> str | None:
    command = ["git", "-C", str(path.parent), "cat-file", "blob", f"HEAD:./{path.name}"]
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if ended.returncode or len(ended.stdout) > LONGEST:
        return None
    try:
        return ended.stdout.decode("utf-8")
    except UnicodeDecodeError:
        return None

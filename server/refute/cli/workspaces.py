"""Which files a command means: paths on the command line, folders walked, what is left out."""

import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from refute.checker.ignoring import Ignored

PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")


class TargetError(click.UsageError):
    """A path or function on the command line that does not exist; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """A file to check. `functions` are the qualified names that are meant; empty means all of them."""

    path: Path
    functions: tuple[str, ...] = ()


def find_workspace(paths: Sequence[Path], current: Path) -> Path:
    """The project that `paths` (absolute) belong to.

    That is the nearest folder at or above all of them with a mark of a project, such as `pyproject.toml`; else the
    current folder where it holds them all, else the folder that does.
    """
    common = Path(os.path.commonpath(paths)) if paths else current
    if os.path.isfile(common):
        common = common.parent
    for folder in (common, *common.parents):
        if any(os.path.exists(folder / mark) for mark in PROJECT_MARKS):
            return folder
    return current if common.is_relative_to(current) else common


def split_target(argument: str) -> tuple[Path, str | None]:
    """`FILE::FUNCTION` as the file's absolute path and the function's qualified name; `::` may separate its parts."""
    name, _, function = argument.partition("::")
    return Path(os.path.abspath(name)), function.replace("::", ".") or None  # noqa: PTH100 (symbolic links stay)


def find_targets(arguments: Sequence[str], workspace: Path, exclude: Sequence[str]) -> tuple[Target, ...]:
    """The files that `arguments` name, each once, in the order named; folders are walked in the order of names.

    `exclude` are gitignore patterns relative to `workspace`. A file that is named itself is always meant. Raises
    `TargetError` for a path that does not exist.
    """
    found: dict[Path, tuple[str, ...]] = {}
    ignored = Ignored(workspace, exclude)
    for argument in arguments:
        path, function = split_target(argument)
        if os.path.isfile(path):
            known = found.get(path)
            found[path] = () if function is None or known == () else (*(known or ()), function)
        elif not os.path.isdir(path):
            raise TargetError(f"{argument}: there is no such file or folder, or it may not be read")
        elif function is not None:
            raise TargetError(f"{argument}: a function is named in a file, not in a folder")
        else:
            # Who names an ignored folder means it.
            rules = Ignored(path, ()) if ignored.folder_is_ignored(path) else ignored
            found.update(dict.fromkeys(_walk(path, rules), ()))
    return tuple(Target(path, functions) for path, functions in found.items())


def shown(path: Path, current: Path) -> str:
    """`path` as it is printed: relative to the current folder where it is below it, with forward slashes."""
    return (path.relative_to(current) if path.is_relative_to(current) else path).as_posix()


def _walk(folder: Path, ignored: Ignored) -> Iterator[Path]:
    """The Python files below `folder` that are worth checking; a folder that may not be read has none."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (entry.is_dir(), entry.name))
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            if not ignored.folder_is_ignored(path):
                yield from _walk(path, ignored)
        elif entry.name.endswith(".py") and entry.is_file() and not is_test_file(entry.name) and not ignored(path):
            yield path


def is_test_file(name: str) -> bool:
    """Whether a file of this name holds tests, which are not checked unless they are named."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in TEST_FILES)

"""Which files a command means: paths on the command line, folders walked, what is left out."""

import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pathspec

PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")


class TargetError(Exception):
    """A path or function on the command line that does not exist; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """A file to check. `functions` are the qualified names that are meant; empty means all of them."""

    path: Path
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rules:
    """Gitignore patterns that hold below `folder`."""

    folder: Path
    spec: pathspec.GitIgnoreSpec


def find_workspace(paths: Sequence[Path], current: Path) -> Path:
    """The project that `paths` (absolute) belong to.

    That is the nearest folder at or above all of them with a mark of a project, such as `pyproject.toml`; else the
    current folder where it holds them all, else the folder that does.
    """
    common = Path(os.path.commonpath(paths)) if paths else current
    if common.is_file():
        common = common.parent
    for folder in (common, *common.parents):
        if any((folder / mark).exists() for mark in PROJECT_MARKS):
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
    excluded = _Rules(workspace, pathspec.GitIgnoreSpec.from_lines(exclude))
    for argument in arguments:
        path, function = split_target(argument)
        if path.is_file():
            known = found.get(path)
            found[path] = () if function is None or known == () else (*(known or ()), function)
        elif not path.is_dir():
            raise TargetError(f"{argument}: there is no such file or folder")
        elif function is not None:
            raise TargetError(f"{argument}: a function is named in a file, not in a folder")
        else:
            found.update(dict.fromkeys(_walk(path, _rules_above(path), excluded), ()))
    return tuple(Target(path, functions) for path, functions in found.items())


def shown(path: Path, current: Path) -> str:
    """`path` as it is printed: relative to the current folder where it is below it, with forward slashes."""
    return (path.relative_to(current) if path.is_relative_to(current) else path).as_posix()


def _walk(folder: Path, rules: tuple[_Rules, ...], excluded: _Rules) -> Iterator[Path]:
    """The Python files below `folder` that are worth checking."""
    rules = (*rules, *_rules_in(folder))
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (entry.is_dir(), entry.name))
    except OSError:  # a folder that may not be read
        return
    for entry in entries:
        path = folder / entry.name
        ignored = _is_ignored(path, entry.is_dir(), rules) or _is_ignored(path, entry.is_dir(), (excluded,))
        if ignored or entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in ("__pycache__", "node_modules", "site-packages") and not _is_environment(path):
                yield from _walk(path, rules, excluded)
        elif entry.name.endswith(".py") and entry.is_file() and not is_test_file(entry.name):
            yield path


def is_test_file(name: str) -> bool:
    """Whether a file of this name holds tests, which are not checked unless they are named."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in TEST_FILES)


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").exists()


def _rules_in(folder: Path) -> tuple[_Rules, ...]:
    try:
        lines = (folder / ".gitignore").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return (_Rules(folder, pathspec.GitIgnoreSpec.from_lines(lines)),)


def _rules_above(folder: Path) -> tuple[_Rules, ...]:
    """The rules of the folders above `folder` in its repository; none where they ignore the folder itself, since
    who names an ignored folder means it."""
    rules: tuple[_Rules, ...] = ()
    if not (folder / ".git").exists():
        for parent in folder.parents:
            rules = (*_rules_in(parent), *rules)
            if (parent / ".git").exists():
                break
        else:
            return ()
    return () if _is_ignored(folder, True, rules) else rules


def _is_ignored(path: Path, is_folder: bool, rules: Sequence[_Rules]) -> bool:
    """What the deepest rule that says anything says, as git does."""
    for rule in reversed(rules):
        verdict = rule.spec.check_file(path.relative_to(rule.folder).as_posix() + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False

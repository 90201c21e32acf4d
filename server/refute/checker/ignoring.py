"""Which files nobody wants to have checked."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pathspec

NEVER = frozenset({"__pycache__", "node_modules", "site-packages"})


def is_pattern(line: str) -> bool:
    """Whether a line of a `.gitignore` can be read."""
    try:
        pathspec.GitIgnoreSpec.from_lines((line,))
    except (ValueError, re.error):
        return False
    return True


class Ignored:
    """Says which files below `folder` are ignored.

    Those are in hidden and generated folders and in virtual environments, or named by the `.gitignore` files below
    `folder` or by `exclude`: gitignore patterns relative to `folder`. Answers are remembered, so make a new one when a
    `.gitignore` changes.
    """

    def __init__(self, folder: Path, exclude: Sequence[str]) -> None:
        self.folder = folder
        self._exclude = _rules_of(exclude)
        self._rules: dict[Path, pathspec.GitIgnoreSpec | None] = {}
        self._folders: dict[Path, bool] = {folder: False}

    def __call__(self, path: Path) -> bool:
        """Whether the file at `path` is ignored. Files outside of the folder are not."""
        if path == self.folder or not path.is_relative_to(self.folder):
            return False
        return self.folder_is_ignored(path.parent) or self._is_named(path, "")

    def folder_is_ignored(self, path: Path) -> bool:
        """Whether everything in the folder at `path` is ignored."""
        if not path.is_relative_to(self.folder):
            return False
        known = self._folders.get(path)
        if known is None:
            known = self.folder_is_ignored(path.parent) or self._is_generated(path) or self._is_named(path, "/")
            self._folders[path] = known
        return known

    def _is_generated(self, path: Path) -> bool:
        return path.name.startswith(".") or path.name in NEVER or os.path.exists(path / "pyvenv.cfg")

    def _is_named(self, path: Path, ending: str) -> bool:
        """What the innermost rule that says anything says, as git does."""
        if self._exclude.match_file(path.relative_to(self.folder).as_posix() + ending):
            return True
        for parent in path.parents:
            rules = self._rules_in(parent)
            verdict = None if rules is None else rules.check_file(path.relative_to(parent).as_posix() + ending).include
            if verdict is not None:
                return verdict
            if parent == self.folder:
                break
        return False

    def _rules_in(self, folder: Path) -> pathspec.GitIgnoreSpec | None:
        if folder not in self._rules:
            path = folder / ".gitignore"
            try:
                lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else None
            except OSError:
                lines = None
            self._rules[folder] = None if lines is None else _rules_of(lines)
        return self._rules[folder]


def _rules_of(lines: Sequence[str]) -> pathspec.GitIgnoreSpec:
    """The rules that the lines state. Those that cannot be read are left out, as git does."""
    try:
        return pathspec.GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return pathspec.GitIgnoreSpec.from_lines(filter(is_pattern, lines))

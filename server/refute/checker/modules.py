"""Files as modules: under which name and search path the user's interpreter would import a file."""

import ast
import functools
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from refute.properties.modules import blocks_of, read_module
from refute.properties.syntax import UnreadableError
from refute.worker.protocol import ModuleSource

MODULES_FOLLOWED = 200
"""Imports are followed this far; a larger web costs more time on every save than a stale verdict is likely to."""


def module_source(path: Path, text: str, workspace: Path) -> ModuleSource:
    """The module that `path` is, with `text` as what it holds.

    The import name follows the folders that have an `__init__.py`; the search path is the folder above them, then the
    workspace and its `src`, as a test runner would have them.
    """
    path = path.absolute()
    names = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        names.insert(0, folder.name)
        folder = folder.parent
    roots = [folder, workspace, *([workspace / "src"] if (workspace / "src").is_dir() else [])]
    return ModuleSource(str(path), ".".join(names), text, tuple(dict.fromkeys(map(str, roots))))


def surroundings(module: ModuleSource, workspace: Path) -> str:
    """A digest of the workspace's files that `module` imports, directly or not, by path, size and time of change.

    What a function does may hang on them, so a verdict is only remembered together with them.
    """
    digest = hashlib.sha256()
    seen: set[Path] = set()
    waiting = [path for _, path in _files(_imports(module.text), module.name, module.search_path)]
    while waiting and len(seen) < MODULES_FOLLOWED:
        path = waiting.pop()
        if path in seen or workspace not in path.parents:
            continue
        seen.add(path)
        try:
            status = path.stat()
            imports = _imports_of_file(path, status.st_size, status.st_mtime_ns)
        except (OSError, UnicodeDecodeError):
            continue
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        further = _files(imports, module_source(path, "", workspace).name, module.search_path)
        waiting += [path for _, path in further]
    return digest.hexdigest()


def imported_files(module: ModuleSource, workspace: Path) -> dict[str, Path]:
    """The files of the workspace that `module` itself imports, by the names of these modules."""
    found: dict[str, Path] = {}
    for name, path in _files(_imports(module.text), module.name, module.search_path):
        if workspace in path.parents:
            found.setdefault(name, path)
    return found


@dataclass(frozen=True)
class _Import:
    """An import statement: `level` and `module` are those of `from ..module import names`; None without a `from`."""

    level: int
    module: str | None
    names: tuple[str, ...]


@functools.lru_cache(maxsize=1024)
def _imports_of_file(path: Path, _size: int, _changed: int) -> tuple[_Import, ...]:
    """The imports of a file as it was at its size and time of change; every check of every function asks for them."""
    return _imports(path.read_text("utf-8"))


@functools.lru_cache(maxsize=16)
def _imports(text: str) -> tuple[_Import, ...]:
    """The import statements of a module, wherever in it they stand."""
    try:
        waiting: list[ast.stmt] = list(read_module(text).tree.body)
    except UnreadableError:
        return ()
    found: list[_Import] = []
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.Import):
            found.append(_Import(0, None, tuple(alias.name for alias in statement.names)))
        elif isinstance(statement, ast.ImportFrom):
            found.append(_Import(statement.level, statement.module or "", tuple(a.name for a in statement.names)))
        for block in blocks_of(statement):
            waiting += block
    return tuple(found)


def _files(imports: tuple[_Import, ...], name: str, search_path: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """The files on `search_path` that imports in a module called `name` may mean, with the names of the modules."""
    for one in imports:
        names = list(one.names)
        if one.module is not None:
            above = name.split(".")[: -one.level] if one.level else []
            base = ".".join([*above, *([one.module] if one.module else [])])
            names = [base, *(f"{base}.{alias}" for alias in one.names)]
        for full_name in names:
            for root in search_path:
                stem = Path(root, *full_name.split("."))
                files = (stem.with_suffix(".py"), stem / "__init__.py")
                yield from ((full_name, path) for path in files if os.path.isfile(path))

"""Files as modules: under which name and search path the user's interpreter would import a file."""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

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
    waiting = list(_imported(module.text, module.name, module.search_path))
    while waiting and len(seen) < MODULES_FOLLOWED:
        path = waiting.pop()
        if path in seen or workspace not in path.parents:
            continue
        seen.add(path)
        try:
            status = path.stat()
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        waiting += _imported(text, module_source(path, "", workspace).name, module.search_path)
    return digest.hexdigest()


def _imported(text: str, name: str, search_path: tuple[str, ...]) -> Iterator[Path]:
    """The files on `search_path` that the import statements of a module called `name` may mean."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for full_name in names:
            for root in search_path:
                stem = Path(root, *full_name.split("."))
                yield from (p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.is_file())

"""Importing modules of the workspace before a request comes, in a worker that is confined already.

What is imported is what earlier workers imported for the same module under test. It counts only as long as every file
and folder that was read for it is as it was; otherwise another worker does the work.
"""

import contextlib
import importlib
import os
import sys
import time
from collections.abc import Iterable, Sequence

from .installed import is_installed, is_name, threads
from .policy import Ahead
from .protocol import ModuleSource
from .refusals import Refusals

_CLOCK_NS = 50_000_000
"""A file system may say that a file was changed this much earlier than it was."""

Stamp = tuple[int, int, int] | None


class NotPreparedError(Exception):
    """The modules cannot be imported ahead; the message says why."""


class Prepared:
    """What was imported ahead, and from which files."""

    def __init__(self, ahead: Ahead, read: Iterable[str]) -> None:
        self._ahead = ahead
        self._stamps = {path: _stamp(path) for path in read}

    def fits(self, source: ModuleSource) -> bool:
        """Whether this is what importing for the module `source` would give now."""
        return self._ahead.is_for(source.name, source.path, source.search_path) and all(
            _stamp(path) == stamp for path, stamp in self._stamps.items()
        )

    def changed_since(self, moment_ns: int) -> bool:
        """Whether something that was read may have been changed after this moment, in nanoseconds of the epoch."""
        return any(stamp is not None and stamp[0] >= moment_ns - _CLOCK_NS for stamp in self._stamps.values())


def prepare(ahead: Ahead, refusals: Refusals) -> Prepared:
    """Import what `ahead` names. Raises `NotPreparedError`, or whatever the modules raise.

    A module that imports the module under test cannot be imported ahead: the text of that comes with the request.
    """
    if not refusals.installed:
        raise NotPreparedError("nobody notes which files are read")
    began = time.time_ns()
    refusals.clear()
    sys.path[:0] = [entry for entry in ahead.search_path if entry not in sys.path]
    with refusals.reading() as read:
        for name in filter(is_name, ahead.modules):
            importlib.import_module(name)
    if refusals.first is not None:
        raise NotPreparedError(f"importing needs {refusals.first}")
    if threads() > 1:
        raise NotPreparedError("threads were started, which would run for as long as this worker stands by")
    own = own_modules(ahead.search_path)
    if ahead.name in own:
        raise NotPreparedError(f"{ahead.name} is imported by what it imports")
    prepared = Prepared(ahead, _of_workspace([*read, *own.values(), *ahead.search_path]))
    if prepared.changed_since(began):
        raise NotPreparedError("files are being written")
    return prepared


def own_modules(roots: Sequence[str]) -> dict[str, str]:
    """The imported modules that lie below `roots` and are not installed there, with their files, in the order in which
    their import began."""
    found: dict[str, str] = {}
    folders = tuple(os.path.join(root, "") for root in roots)
    for name, module in list(sys.modules.items()):
        with contextlib.suppress(Exception):  # code under test may put anything there
            origin = module.__spec__.origin if module.__spec__ is not None else None
            if origin is not None and origin.startswith(folders) and is_name(name) and not is_installed(origin):
                found[name] = origin
    return found


def _of_workspace(paths: Sequence[str]) -> set[str]:
    """`paths` with the folders they are in, without those of installed packages."""
    absolute = {os.path.abspath(path) for path in paths}
    return {path for path in absolute | set(map(os.path.dirname, absolute)) if not is_installed(os.path.join(path, ""))}


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino

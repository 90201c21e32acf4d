"""Installed modules: they change seldom, so they may be imported once, before workers are forked. Those of the
workspace never are."""

import contextlib
import importlib
import importlib.util
import os
import re
import sys
import threading
from collections.abc import Collection, Generator, Iterator, Sequence

MOST = 2000
"""Names that one worker may tell."""
_NEVER = frozenset({"torch", "tensorflow", "jax", "jaxlib", "grpc", "cupy", "cudf", "pycuda", "ray"})
"""They start threads or talk to devices when they are imported, or later; a fork does not survive that."""
_FOLDERS = frozenset({"site-packages", "dist-packages"})
_STANDARD = os.path.realpath(os.path.dirname(os.__file__)) + os.sep
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


class StartsThreads(Exception):
    """A module started threads when it was imported; the message is its name."""


def is_name(name: str) -> bool:
    """Whether `name` is one that may be imported ahead."""
    return len(name) <= 200 and _NAME.fullmatch(name) is not None and name.partition(".")[0] not in _NEVER


def newly_imported(before: Collection[str]) -> list[str]:
    """The installed modules that were imported since `before` were all, in the order in which that began."""
    found: list[str] = []
    for name, module in list(sys.modules.items()):
        with contextlib.suppress(Exception):  # code under test may put anything there
            spec = module.__spec__
            if name not in before and is_name(name) and spec is not None and is_installed(spec.origin):
                found.append(name)
    return found[:MOST]


def import_ahead(names: Sequence[str]) -> Iterator[str]:
    """Import those of `names` that are installed and not there yet; gives those for which something was to do.

    Raises `StartsThreads`.
    """
    for name in names:
        if name in sys.modules or not is_name(name):
            continue
        with contextlib.suppress(Exception, SystemExit):  # a module of a third party may fail in any way
            spec = importlib.util.find_spec(name.partition(".")[0])
            places = [] if spec is None else [*(spec.submodule_search_locations or ()), spec.origin]
            if any(map(is_installed, places)):
                importlib.import_module(name)
                yield name
        if threads() > 1:
            raise StartsThreads(name)


@contextlib.contextmanager
def muted() -> Generator[None]:
    """Keep what is imported from reading standard input and from writing to standard output: requests and answers."""
    kept = [os.dup(descriptor) for descriptor in (0, 1)]
    null = os.open(os.devnull, os.O_RDWR)
    try:
        for descriptor in (0, 1):
            os.dup2(null, descriptor)
        yield
    finally:
        sys.stdout.flush()  # what was printed goes where it was meant to go
        for descriptor, copy in enumerate(kept):
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(null)


def threads() -> int:
    """The threads of this process, those that Python does not know of among them where the system tells."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def uncover(ahead: Collection[str], roots: Sequence[str]) -> None:
    """Forget modules imported ahead for which the workspace, whose `roots` come first, has modules of its own."""
    own: set[str] = set()
    for root in roots if ahead else ():
        with contextlib.suppress(OSError):
            own.update(entry.partition(".")[0] for entry in os.listdir(root) if _is_module(root, entry))
    for name in ahead:
        if name.partition(".")[0] in own:
            sys.modules.pop(name, None)


def _is_module(root: str, entry: str) -> bool:
    """Whether an entry of a folder goes before installed modules of its name: a folder without `__init__` does not."""
    return entry.endswith((".py", ".so", ".pyd")) or os.path.exists(os.path.join(root, entry, "__init__.py"))


def is_installed(origin: str | None) -> bool:
    """Whether a module's file lies where packages are installed, or in the standard library."""
    if origin is None:
        return False
    real = os.path.realpath(origin)
    return not _FOLDERS.isdisjoint(real.split(os.sep)) or real.startswith(_STANDARD)

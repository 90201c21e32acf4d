"""The tests that a project has for one of its modules: found, read for what they state, and run against fixes."""

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from refute.properties.observed import TestFile, observed_calls, reads_module, speaks_of
from refute.properties.pinned import Pinned, pinned_properties
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.sandbox.pool import Workers
from refute.worker.protocol import ModuleSource, TestRequest, TestResult

FILES_SEEN = 400
"""Test files that are looked at for one module; a larger suite is read as far as this."""
LONGEST_FILE = 200_000
FILES_RUN = 8
EXAMPLES_TAKEN = 40
SECONDS = 10.0
"""Time for one run of the existing tests; what takes longer is not waited for."""
_TEST_FILE = re.compile(r"(?:test_.*|.*_test)\.py")


@dataclass(frozen=True)
class UnitTests:
    """What the tests of a project say of one function.

    `pins` are properties that the user pinned, `examples` calls whose results other tests state. `files` are the files
    that speak of the function, `root` is the folder of the project.
    """

    pins: tuple[Pinned, ...] = ()
    examples: tuple[Property, ...] = ()
    files: tuple[TestFile, ...] = ()
    root: str = ""

    @property
    def digest(self) -> str:
        """Changes where one of the files does."""
        return hashlib.sha256(repr(self.files).encode("utf-8", "surrogatepass")).hexdigest() if self.files else ""


NO_TESTS = UnitTests()


@dataclass(frozen=True)
class ProjectTests:
    """The test files of a project that import one module. Those of `pinned` lie where properties are kept; on those of
    `prepared` something is done before each test."""

    module_name: str
    root: str
    pinned: tuple[TestFile, ...] = ()
    plain: tuple[TestFile, ...] = ()
    prepared: tuple[TestFile, ...] = ()

    def of(self, unit: FunctionUnit) -> UnitTests:
        """What they say of `unit`, a function of the module."""
        name = self.module_name
        pinned, plain, prepared = self._speaking(unit)
        pins = tuple(pin for file in pinned for pin in pinned_properties(file, unit, name))
        said = {claim.id: claim for file in plain for claim in observed_calls(file, unit, name)}
        return UnitTests(pins, tuple(said.values())[:EXAMPLES_TAKEN], (*pinned, *plain, *prepared), self.root)

    def digest_of(self, unit: FunctionUnit) -> str:
        """The digest of `of(unit)`, without reading what the tests state: it is asked for while a user types."""
        pinned, plain, prepared = self._speaking(unit)
        return UnitTests(files=(*pinned, *plain, *prepared)).digest

    def _speaking(self, unit: FunctionUnit) -> tuple[tuple[TestFile, ...], ...]:
        """The pinned, the plain and the prepared files that speak of `unit`."""
        kinds = (self.pinned, self.plain, self.prepared)
        return tuple(tuple(file for file in files if speaks_of(file.text, unit)) for files in kinds)


def find_tests(module: ModuleSource, workspace: Path, kept: str) -> ProjectTests:
    """The tests of `module` in its workspace. `kept` is the folder, relative to it, of pinned properties.

    Looked at are the folders `tests` and `test` beside the module and above it, and test files in these places.
    """
    pinned_folder = workspace / kept
    found: dict[str, list[TestFile]] = {"pinned": [], "plain": [], "prepared": []}
    for path in _candidates(Path(module.path), workspace, pinned_folder):
        text = text_of(path)
        if text is None or not _imports(text, module.name):
            continue
        kind = "pinned" if pinned_folder in path.parents else "prepared" if _is_prepared(path, workspace) else "plain"
        found[kind].append(TestFile(str(path), path.relative_to(workspace).as_posix(), text))
    return ProjectTests(module.name, str(workspace), *(tuple(found[kind]) for kind in ("pinned", "plain", "prepared")))


async def results(workers: Workers, module: ModuleSource, tests: UnitTests) -> dict[str, TestResult] | None:
    """What comes of each test with `module` as it is given; None where there are none or they cannot be run in time."""
    if not tests.files:
        return None
    paths = tuple(file.path for file in tests.files[:FILES_RUN])
    run = await workers.test(TestRequest(module, paths, tests.root, SECONDS))
    if run is None or not run.results:
        return None
    return {result.id: result for result in run.results}


def _candidates(path: Path, workspace: Path, pinned_folder: Path) -> Iterator[Path]:
    """Files that may test the module at `path`, each once, the nearest first."""
    if workspace not in path.parents:
        return
    seen: set[Path] = {path}
    for place in _places(path.parent, workspace, pinned_folder):
        for found in place:
            if found not in seen and is_test_file(found):
                seen.add(found)
                yield found
            if len(seen) > FILES_SEEN:
                return


def _places(folder: Path, workspace: Path, pinned_folder: Path) -> Iterator[list[Path]]:
    yield _python_files(pinned_folder, deep=True)
    while True:
        yield _python_files(folder, deep=False)
        for name in ("tests", "test"):
            yield _python_files(folder / name, deep=True)
        if folder == workspace:
            return
        folder = folder.parent


def _python_files(folder: Path, *, deep: bool) -> list[Path]:
    try:
        return sorted(folder.glob("**/*.py" if deep else "*.py"))
    except OSError:
        return []


def is_test_file(path: Path) -> bool:
    """Whether a file is a test by its name, as pytest has it."""
    return _TEST_FILE.fullmatch(path.name) is not None


def text_of(path: Path) -> str | None:
    """The text of a file, read once for each change of it; None where it is too long or cannot be read."""
    try:
        status = path.stat()
        is_readable = stat.S_ISREG(status.st_mode) and status.st_size < LONGEST_FILE  # a pipe would be waited for
        return _read(path, status.st_mtime_ns, status.st_size) if is_readable else None
    except OSError:
        return None


@lru_cache(maxsize=2 * FILES_SEEN)
def _read(path: Path, _changed: int, _size: int) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=4 * FILES_SEEN)
def _imports(text: str, module_name: str) -> bool:
    return module_name.rpartition(".")[2] in text and reads_module(text, module_name)


def _is_prepared(path: Path, workspace: Path) -> bool:
    """Whether a `conftest.py` does something before each test, on which the results may hang."""
    folders = [path.parent, *path.parent.parents]
    above = folders[: folders.index(workspace) + 1]
    return any("autouse" in (text_of(folder / "conftest.py") or "") for folder in above)

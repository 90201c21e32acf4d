"""What lies around a document in its workspace: what it imports, its tests, who calls it, what git has of it.

Looking takes file operations, so it is done apart from the event loop. Tests and callers that were found a moment ago
are not looked for again.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from refute.checker.committed import committed_text
from refute.checker.ignoring import Ignored
from refute.checker.modules import imported_files, module_source, surroundings
from refute.checker.project_tests import ProjectTests, UnitTests, find_tests, is_test_file, text_of
from refute.properties.call_sites import ForeignCall, arguments_elsewhere, calls_elsewhere
from refute.properties.called import Imported
from refute.properties.calls import Arguments
from refute.properties.committed import has_undocumented, replaced_definition, undocumented
from refute.properties.modules import read_module
from refute.properties.syntax import UnreadableError
from refute.properties.units import FunctionUnit
from refute.worker.protocol import ModuleSource

FRESH_SECONDS = 1.0
LISTED_SECONDS = 30.0
"""How long a list of the workspace's files is used: a file that is newer than that is not yet a caller."""
FILES_LISTED = 2000
FOLDERS_LISTED = 1000
CALLERS = 16
"""Files whose calls are read, besides tests."""
FILES_SEARCHED = 400
"""Files that are looked at for imports of one module, the nearest first."""
MODULES_SHOWN = 16


Calls = Mapping[str, tuple[ForeignCall, ...]]


@dataclass(frozen=True)
class Neighbourhood:
    """What was seen. `module` is the document for the interpreter, `imported` what it imports from the workspace, with
    the digest `surroundings`; `calls` are those in other files, by the name they begin with; `committed` are the
    functions without a docstring that the document had in the last commit."""

    module: ModuleSource
    surroundings: str
    tests: ProjectTests
    calls: Calls = field(default_factory=dict[str, "tuple[ForeignCall, ...]"])
    imported: Imported = field(default_factory=Imported)
    committed: Mapping[str, FunctionUnit] = field(default_factory=dict[str, FunctionUnit])

    def digest_of(self, unit: FunctionUnit) -> str:
        """All that the verdict on `unit` hangs on besides itself, without reading what tests state."""
        calls = repr([call.source for call in self._calls(unit)])
        parts = (self.surroundings, self.tests.digest_of(unit), calls, self.replaced(unit) or "")
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def given_elsewhere(self, unit: FunctionUnit, tests: UnitTests) -> tuple[Arguments, ...]:
        """What callers and tests pass to `unit`; those that expect an exception are left out."""
        try:
            module = read_module(self.module.text)
        except UnreadableError:
            return ()
        stated = [claim.example for claim in tests.examples if claim.example and claim.must_return]
        return tuple(dict.fromkeys([*arguments_elsewhere(unit, self._calls(unit), module), *stated[:CALLERS]]))

    def replaced(self, unit: FunctionUnit) -> str | None:
        """The definition of `unit` in the last commit, where its body is another now and no docstring says which is
        meant."""
        return replaced_definition(unit, self.committed)

    def _calls(self, unit: FunctionUnit) -> tuple[ForeignCall, ...]:
        return self.calls.get(unit.qualname.partition(".")[0], ())


class Neighbourhoods:
    """The neighbourhoods of the documents of one workspace. `tests` is the folder of pinned properties."""

    def __init__(self, workspace: Path, tests: str, exclude: Sequence[str]) -> None:
        self._workspace = workspace
        self._tests = tests
        self._exclude = exclude
        self._beside: dict[tuple[str, str], tuple[float, ProjectTests, Calls]] = {}
        self._files: tuple[float, tuple[Path, ...]] = (float("-inf"), ())

    def of(self, path: Path, text: str) -> Neighbourhood:
        """What lies around the document at `path` with this `text`. It looks at files; for any thread."""
        module = module_source(path, text, self._workspace)
        tests, calls = self._around(module)
        committed = committed_text(path) if has_undocumented(text) else None
        return Neighbourhood(
            module,
            surroundings(module, self._workspace),
            tests,
            calls,
            Imported(_importer(path, module.name), self._texts(module)),
            undocumented(committed) if committed else {},
        )

    def _around(self, module: ModuleSource) -> tuple[ProjectTests, Calls]:
        """The tests of a module and the calls of it; they do not hang on its text."""
        key = (module.path, module.name)
        known = self._beside.get(key)
        if known is None or time.monotonic() - known[0] > FRESH_SECONDS:
            tests = find_tests(module, self._workspace, self._tests)
            files = [Path(file.path) for file in (*tests.plain, *tests.prepared)]
            found = [call for path in (*files, *self._callers(module)) for call in self._calls(path, module)]
            calls: dict[str, tuple[ForeignCall, ...]] = {}
            for call in dict.fromkeys(found):
                calls[call.root] = (*calls.get(call.root, ()), call)
            known = self._beside[key] = time.monotonic(), tests, calls
        return known[1], known[2]

    def _calls(self, path: Path, module: ModuleSource) -> tuple[ForeignCall, ...]:
        text = text_of(path)
        last = module.name.rpartition(".")[2]
        if text is None or last not in text:
            return ()
        return calls_elsewhere(text, _importer(path, module_source(path, "", self._workspace).name), module.name)

    def _callers(self, module: ModuleSource) -> Iterator[Path]:
        """Files of the workspace that call what `module` has, the nearest first, without its tests."""
        own = Path(module.path)
        if self._workspace not in own.parents:
            return
        listed, files = self._files
        if time.monotonic() - listed > LISTED_SECONDS:
            files = tuple(_python_files(self._workspace, self._exclude))
            self._files = time.monotonic(), files
        found = 0
        for path in sorted(files, key=lambda path: -_shared(path, own))[:FILES_SEARCHED]:
            if path != own and self._calls(path, module):
                yield path
                found += 1
            if found >= CALLERS:
                return

    def _texts(self, module: ModuleSource) -> Mapping[str, str]:
        files = list(imported_files(module, self._workspace).items())[:MODULES_SHOWN]
        return {name: text for name, path in files if (text := text_of(path)) is not None}


def _importer(path: Path, name: str) -> str:
    """The name from which relative imports count: that of a package ends with a dot."""
    return f"{name}." if path.name == "__init__.py" else name


def _shared(path: Path, other: Path) -> int:
    """How many folders two files have in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path.parts, other.parts, strict=False)))


def _python_files(workspace: Path, exclude: Sequence[str]) -> Iterator[Path]:
    ignored = Ignored(workspace, exclude)
    count = 0
    for visited, (parent, folders, files) in enumerate(os.walk(workspace)):
        folders[:] = sorted(name for name in folders if not ignored.folder_is_ignored(Path(parent, name)))
        for path in (Path(parent, name) for name in sorted(files) if name.endswith(".py")):
            if not is_test_file(path) and not ignored(path):
                yield path
                count += 1
        if count >= FILES_LISTED or visited >= FOLDERS_LISTED:
            return

"""Finding the Python that runs the user's code, and asking it what it is."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from refute.sandbox.interface import SandboxError
from refute.worker.codec import ProtocolError, decode

OLDEST = (3, 10)
PROBE_SECONDS = 20.0

_FOLDERS = (".venv", "venv", "env", ".env")
_PROBE = """
import importlib.util, json, sys
spec = importlib.util.find_spec("hypothesis")
version = None
if spec is not None:
    try:
        from importlib.metadata import version as version_of
        version = version_of("hypothesis")
    except Exception:
        version = "unknown"
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": sys.executable,
    "implementation": sys.implementation.name,
    "prefix": sys.prefix,
    "base_prefix": sys.base_prefix,
    "path": [entry for entry in sys.path if entry],
    "hypothesis": version,
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that can run workers. `path` is its `sys.path` as users see it (user site, `PYTHONPATH`);
    `hypothesis` is the version of its own Hypothesis, None where it has none. `found` says where we found it,
    `passed_over` why each of those that come before it is not usable."""

    executable: Path
    version: tuple[int, int, int]
    implementation: str
    prefix: str
    path: tuple[str, ...]
    hypothesis: str | None
    found: str = ""
    passed_over: tuple[str, ...] = ()

    @property
    def instead(self) -> str | None:
        """What to say of those that users expect to be used before this one; None where it is the first."""
        if not self.passed_over:
            return None
        return (
            f"{'; '.join(self.passed_over)}: {self.executable} ({self.found}) is used instead. Mend the environment of "
            "your project, or set `python` to its interpreter"
        )

    @property
    def tag(self) -> str:
        """Names what packages made for it run on, such as "cpython-3.12"."""
        return f"{self.implementation}-{self.version[0]}.{self.version[1]}"


@dataclass(frozen=True)
class _Answer:
    executable: str
    version: tuple[int, int, int]
    implementation: str
    prefix: str
    base_prefix: str
    path: tuple[str, ...]
    hypothesis: str | None


def candidates(workspace: Path, setting: str | None = None, root: Path | None = None) -> Iterator[tuple[Path, str]]:
    """Interpreters in the order in which users expect them, each with where it comes from.

    `setting` (a path or a command) excludes all others. Environments are looked for in `workspace` and its parents up
    to `root`, or up to the first that holds a project.
    """
    if setting is not None:
        located = shutil.which(Path(setting).expanduser())
        yield Path(located or setting).expanduser(), "the setting `python`"
        return
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        yield from _in_environment(Path(active), "VIRTUAL_ENV")
    conda = os.environ.get("CONDA_PREFIX")
    for folder in _folders(workspace.absolute(), root):
        for name in _FOLDERS:
            yield from _in_environment(folder / name, str(folder / name))
    if conda:
        yield from _in_environment(Path(conda), "CONDA_PREFIX")
    for name in ("python3", "python"):
        located = shutil.which(name)
        if located:
            yield Path(located), f"{name} on PATH"
    yield Path(sys.executable), "the Python that runs Refute"


def _folders(workspace: Path, root: Path | None) -> Iterator[Path]:
    for folder in (workspace, *workspace.parents):
        yield folder
        if folder == root or (root is None and any((folder / mark).exists() for mark in (".git", "pyproject.toml"))):
            return


def _in_environment(folder: Path, found: str) -> Iterator[tuple[Path, str]]:
    for part in ("bin/python", "Scripts/python.exe", "python.exe"):
        path = folder / part
        if os.path.isfile(path) or os.path.islink(path):  # a link to a Python that is gone, too
            yield path, found
            return


async def find_interpreter(workspace: Path, setting: str | None = None, root: Path | None = None) -> Interpreter:
    """The first usable interpreter. Raises `SandboxError`, which says why each candidate was not usable."""
    return await first_usable(candidates(workspace, setting, root))


async def first_usable(found_ones: Iterable[tuple[Path, str]]) -> Interpreter:
    """The first of these that is a usable interpreter. Raises `SandboxError`, which says why each is not."""
    problems: list[str] = []
    for executable, found in found_ones:
        try:
            return replace(await probe(executable, found), passed_over=tuple(dict.fromkeys(problems)))
        except SandboxError as error:
            problems.append(str(error))
    raise SandboxError("; ".join(dict.fromkeys(problems)) + ". Set `python` to the interpreter of your project")


async def probe(executable: Path, found: str = "") -> Interpreter:
    """Ask `executable` what it is. Raises `SandboxError` where it is no usable Python."""
    output = await _output_of(executable)
    try:
        answer = decode(_Answer, json.loads(output), longest=4096)
    except (ValueError, ProtocolError):
        raise SandboxError(f"{executable} ({found}) does not answer as a Python does") from None
    if answer.version < OLDEST:
        version = ".".join(map(str, answer.version))
        oldest = ".".join(map(str, OLDEST))
        raise SandboxError(f"{executable} ({found}) is Python {version}; workers need {oldest} or newer")
    real = Path(answer.executable or executable)  # a shim on PATH needs an environment that workers do not have
    return Interpreter(
        real, answer.version, answer.implementation, answer.prefix, answer.path, answer.hypothesis, found
    )


async def _output_of(executable: Path) -> bytes:
    try:
        process = await asyncio.create_subprocess_exec(
            str(executable), "-B", "-c", _PROBE, cwd=Path(executable.anchor or "/"),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise SandboxError(f"{executable} cannot be started ({error.strerror})") from None
    try:
        output, errors = await asyncio.wait_for(process.communicate(), PROBE_SECONDS)
    except asyncio.TimeoutError:
        raise SandboxError(f"{executable} did not answer within {PROBE_SECONDS:g} s") from None
    finally:
        if process.returncode is None:
            _kill(process)
            await process.wait()
    if process.returncode != 0:
        told = errors.decode("utf-8", "replace").strip().splitlines()
        raise SandboxError(f"{executable} fails ({told[-1] if told else process.returncode})")
    return output


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a process that leads a session, with its children: they hold its pipes, which are waited for."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def search_path_of(interpreter: Interpreter) -> tuple[str, ...]:
    """Entries of its `sys.path` that isolated mode leaves out: they go to `Workers.start(search_path=...)`."""
    return tuple(entry for entry in interpreter.path if Path(entry).is_dir())

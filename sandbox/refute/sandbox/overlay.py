"""Hypothesis for interpreters that have none: a folder per Python version in the user's cache, made on first need.

The overlay goes to the end of `sys.path` of workers, so that whatever the user has installed comes first; the user's
own environment is never changed.
"""

import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs

from refute.sandbox.interface import SandboxError
from refute.sandbox.interpreters import Interpreter

INSTALL_SECONDS = 300.0
_STALE_LOCK_SECONDS = INSTALL_SECONDS + 60
_REQUIREMENT = "hypothesis>=6.100"


def overlays_folder() -> Path:
    """Where overlays are kept."""
    return platformdirs.user_cache_path("refute") / "overlays"


async def overlay_for(
    interpreter: Interpreter, notice: Callable[[str], None], folder: Path | None = None
) -> Path | None:
    """The folder to add to the search path of `interpreter`, None where it has a Hypothesis of its own.

    Installs it where it is missing, after telling `notice`. Raises `SandboxError`.
    """
    if interpreter.hypothesis is not None:
        return None
    overlay = (folder or overlays_folder()) / interpreter.tag
    try:
        if not _is_whole(overlay):
            await _make(overlay, interpreter, notice)
    except OSError as error:
        raise SandboxError(
            f"{interpreter.executable} has no Hypothesis and none could be installed into {overlay} "
            f"({error.strerror or error}). {_how_to_install(interpreter)}"
        ) from error
    return overlay


async def _make(overlay: Path, interpreter: Interpreter, notice: Callable[[str], None]) -> None:
    """Install into `overlay`, unless another process does. Raises `OSError` where the folder cannot be written."""
    overlay.parent.mkdir(parents=True, exist_ok=True)
    async with _Locked(overlay.parent / f"{interpreter.tag}.lock"):
        if not _is_whole(overlay):
            version = ".".join(map(str, interpreter.version[:2]))
            notice(f"installing Hypothesis for Python {version} into {overlay}")
            await _install(interpreter, overlay)


def _how_to_install(interpreter: Interpreter) -> str:
    return f"Install it there yourself: {interpreter.executable} -m pip install hypothesis"


def _is_whole(overlay: Path) -> bool:
    return (overlay / "hypothesis" / "__init__.py").is_file()


class _Locked(contextlib.AbstractAsyncContextManager[None]):
    """Holds a lock file; one left behind by a process that died is taken over after a while."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> None:
        while True:
            try:
                self._path.touch(exist_ok=False)
                return
            except FileExistsError:
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - self._path.stat().st_mtime > _STALE_LOCK_SECONDS:
                        self._path.unlink(missing_ok=True)
                await asyncio.sleep(0.1)

    async def __aexit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)


async def _install(interpreter: Interpreter, overlay: Path) -> None:
    """Install into a folder beside `overlay` and move it there once it is whole."""
    problems: list[str] = []
    for installer in _installers(interpreter):
        with tempfile.TemporaryDirectory(prefix=".new-", dir=overlay.parent) as new:
            target = Path(new) / "packages"
            problem = await _run([*installer, "--target", str(target), _REQUIREMENT])
            if problem is None and _is_whole(target):
                shutil.rmtree(overlay, ignore_errors=True)
                target.rename(overlay)
                return
            problems.append(f"{' '.join(installer[:3])}: {problem or 'it installed nothing'}")
    raise SandboxError(
        f"{interpreter.executable} has no Hypothesis and none could be installed ({'; '.join(problems)}). "
        f"{_how_to_install(interpreter)}"
    )


def _installers(interpreter: Interpreter) -> Iterator[list[str]]:
    """Commands that install packages for `interpreter`: its own pip, ours, uv."""
    version = ".".join(map(str, interpreter.version[:2]))
    quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"]
    yield [str(interpreter.executable), "-m", "pip", *quiet]
    yield [sys.executable, "-m", "pip", *quiet, "--python-version", version, "--implementation", "cp"]
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--quiet", "--python", str(interpreter.executable)]


async def _run(command: list[str]) -> str | None:
    """Run an installer; None, or the last line of its complaint."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        return str(error)
    try:
        _, errors = await asyncio.wait_for(process.communicate(), INSTALL_SECONDS)
    except asyncio.TimeoutError:
        return f"it took more than {INSTALL_SECONDS:g} s"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return None
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit status {process.returncode}"

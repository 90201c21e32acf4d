"""What `refute doctor` finds: what a check would use, and what to do where something is missing."""

import importlib.util
import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from refute.checker.settings import Settings
from refute.cli.wording import size
from refute.model.catalogue import models_folder
from refute.model.interface import CompletionRequest, Model, ModelError, ModelState, ModelStatus, Prompt
from refute.model.selection import open_model
from refute.sandbox.interpreters import Interpreter, find_interpreter, search_path_of
from refute.sandbox.overlay import overlay_for
from refute.sandbox.pool import SandboxError, Workers

LITTLE_DISK = 3_000_000_000
"""Bytes that the default model and a new overlay fit into with room to spare."""


@dataclass(frozen=True)
class Finding:
    """One line. "missing" keeps every check from running, "note" takes something away from it."""

    topic: str
    state: Literal["ok", "note", "missing"]
    text: str


async def examine(
    workspace: Path, settings: Settings, *, load: bool, notice: Callable[[str], None]
) -> AsyncIterator[Finding]:
    """Everything in turn. With `load`, the model is asked for a word, which shows the backend really in use."""
    try:
        interpreter = await find_interpreter(workspace, settings.python)
    except SandboxError as error:
        yield Finding("Python", "missing", str(error))
    else:
        version = ".".join(map(str, interpreter.version))
        instead = f"; {interpreter.instead}" if interpreter.instead else ""
        state: Literal["ok", "note"] = "note" if instead else "ok"
        yield Finding("Python", state, f"{version}, {interpreter.executable} (from {interpreter.found}){instead}")
        async for finding in _examine_workers(interpreter, workspace, settings, notice):
            yield finding
    model = open_model(settings.model, threads=settings.threads, gpu_layers=settings.gpu_layers)
    try:
        async for finding in _examine_model(model, load):
            yield finding
    finally:
        await model.aclose()
    yield _examine_disk()


async def _examine_workers(
    interpreter: Interpreter, workspace: Path, settings: Settings, notice: Callable[[str], None]
) -> AsyncIterator[Finding]:
    """Hypothesis and the sandbox, as a real worker reports them."""
    try:
        overlay = await overlay_for(interpreter, notice)
        path = search_path_of(interpreter) + ((str(overlay),) if overlay else ())
        workers = await Workers.start(interpreter.executable, workspace, mode=settings.sandbox, search_path=path)
    except SandboxError as error:
        yield Finding("workers", "missing", str(error))
        return
    async with workers:
        origin = f"an overlay, {overlay}" if overlay else "the project's own"
        yield Finding("Hypothesis", "ok", f"{workers.hypothesis} ({origin})")
        enforced = ", ".join(sorted(workers.enforced)) or "nothing"
        missing = f"; not enforced: {'; '.join(workers.missing)}" if workers.missing else ""
        mode = f"mode {settings.sandbox}"
        yield Finding("sandbox", "note" if workers.missing else "ok", f"enforced: {enforced}{missing} ({mode})")


async def _examine_model(model: Model, load: bool) -> AsyncIterator[Finding]:
    status = model.status
    if status.state in (ModelState.OFF, ModelState.MISSING, ModelState.FAILED):
        yield Finding("model", "note", f"{status.name}: {status.detail}")
        return
    if not load:
        yield Finding("model", "ok", f"{status.name} ({model.identity})")
        yield _expected_backend(status)
        return
    try:
        await model.complete(CompletionRequest(Prompt("", "Say hello."), max_tokens=32))
    except ModelError as error:
        yield Finding("model", "note", f"{status.name} does not answer: {error}")
        return
    status = model.status
    speed = f", {status.tokens_per_second:.0f} tokens/s" if status.tokens_per_second else ""
    yield Finding("model", "ok", f"{status.name} ({model.identity})")
    yield Finding("backend", "ok", f"{status.backend}{speed}")


def _expected_backend(status: ModelStatus) -> Finding:
    """What can be said of the backend without loading the model."""
    if status.backend:
        return Finding("backend", "ok", status.backend)
    if importlib.util.find_spec("llama_cpp") is None:
        return Finding("backend", "note", "llama-cpp-python is not installed: install Refute with [llama]")
    return Finding("backend", "ok", "llama.cpp; --load tells the device that is really used")


def _examine_disk() -> Finding:
    folder = platformdirs.user_cache_path("refute")
    models = models_folder()
    place = f"{folder}" if models.is_relative_to(folder) else f"{folder}, models in {models}"
    existing = _nearest(folder)
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("cache", "note", f"{place}; nothing is kept, since {existing} may not be written to")
    free = shutil.disk_usage(_nearest(models)).free
    if free < LITTLE_DISK:
        return Finding("cache", "note", f"{place}; only {size(free)} free there")
    return Finding("cache", "ok", f"{place}; {size(free)} free")


def _nearest(path: Path) -> Path:
    """The first that is there of a folder and those above it."""
    return next(folder for folder in (path, *path.parents) if os.path.exists(folder))

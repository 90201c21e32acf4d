"""Settings: one typed value, the same names in `[tool.refute]`, in editor settings and as options.

A bad value never stops anything: it gives one message, and the default stands.
"""

import dataclasses
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from refute.checker.ignoring import is_pattern

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SandboxMode = Literal["required", "best-effort", "off"]
RunWhen = Literal["save", "idle", "manual"]
OnBattery = Literal["check", "wait"]


@dataclass(frozen=True)
class Settings:
    """Everything a user can set. `model` is a name of the catalogue, the path of a GGUF file, the URL of an
    OpenAI-compatible server, or "none"."""

    model: str = "qwen2.5-coder-1.5b"
    python: str | None = None
    jobs: int = 0
    """Functions checked at once; 0 means one per core."""
    examples: int = 200
    """Inputs tried per function and run."""
    seconds: float = 60.0
    """Budget for the runs of one function, and for each question to the model."""
    seed: int = 0
    cache: bool = True
    """Whether judgements and inferences of earlier runs are used again."""
    run: RunWhen = "save"
    on_battery: OnBattery = "check"
    """Whether an editor's checks wait until the machine is plugged in."""
    samples: int = 4
    """Implementations sampled from a spec at a time for co-verification; up to three times where they leave it open."""
    repair_rounds: int = 5
    gpu_layers: int = -1
    """Layers given to a GPU where the build has one; -1 all, 0 none."""
    threads: int = 0
    """Threads of the model; 0 means all cores but what the workers need."""
    context_size: int = 8192
    idle_unload_seconds: float = 600.0
    sandbox: SandboxMode = "required"
    memory_mb: int = 512
    """Memory a worker may use on top of the interpreter."""
    exclude: tuple[str, ...] = ()
    """Gitignore patterns of files that are not checked."""
    skip: tuple[str, ...] = ()
    """Functions that are not checked, by patterns of their dotted names (`shop.orders.send_*`)."""
    check: tuple[str, ...] = ()
    """Functions that are called although they seem to have effects, by such patterns; the sandbox stays in force."""
    allow: tuple[str, ...] = ()
    """What functions may do beyond the sandbox: `network: shop.rates.*`, `read data: shop.*`."""
    trajectories: bool = False
    """Whether each repair is kept on this machine as data to train a model on (see docs/trajectories.md)."""
    tests: str = "tests/refute"
    """Folder, relative to the workspace, where kept counterexamples and pinned properties go."""


LEAST = {"gpu_layers": -1, "examples": 1, "seconds": 0.1, "samples": 1, "context_size": 256, "memory_mb": 1}
"""The smallest values of numbers that make sense; 0 for all others."""

Report = Callable[[str], None]


def with_values(base: Settings, values: Mapping[str, object], origin: str, report: Report) -> Settings:
    """`base` with the entries of `values` that are right; each wrong one is told to `report` with `origin`."""
    hints = typing.get_type_hints(Settings)
    changes: dict[str, Any] = {}
    for raw_name, value in values.items():
        name = raw_name.replace("-", "_")
        if name not in hints:
            report(f"{origin}: there is no setting {raw_name!r}; it is ignored")
            continue
        try:
            changes[name] = _sensible(name, _convert(value, hints[name]))
        except ValueError as error:
            report(f"{origin}: {raw_name} = {value!r} is not usable ({error}); {getattr(base, name)!r} stays in force")
    return dataclasses.replace(base, **changes)


def from_pyproject(base: Settings, folder: Path, report: Report) -> Settings:
    """`base` with `[tool.refute]` of the nearest `pyproject.toml` at or above `folder`."""
    for parent in (folder, *folder.parents):
        path = parent / "pyproject.toml"
        try:
            if not path.is_file():
                continue
            tools: object = tomllib.loads(path.read_text("utf-8")).get("tool", {})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            report(f"{path}: cannot be read ({error}); defaults are used")
            return base
        table: object = cast(dict[str, object], tools).get("refute", {}) if isinstance(tools, dict) else tools
        if not isinstance(table, dict):
            report(f"{path}: [tool.refute] is not a table; defaults are used")
            return base
        return with_values(base, cast(dict[str, object], table), str(path), report)
    return base


def _sensible(name: str, value: object) -> object:
    least = LEAST.get(name, 0)
    if isinstance(value, int | float) and not value >= least:
        raise ValueError(f"at least {least}")
    if name == "exclude":
        for pattern in cast(tuple[str, ...], value):
            if not is_pattern(pattern):
                raise ValueError(f"{pattern!r} is no gitignore pattern")
    return value


def _convert(value: object, hint: Any) -> object:
    """`value` as the type `hint`, or ValueError with what is expected."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        choices = typing.get_args(hint)
        if value not in choices:
            raise ValueError("one of " + ", ".join(map(str, choices)))
        return value
    if origin in (types.UnionType, typing.Union):
        return None if value in (None, "") else _convert(value, typing.get_args(hint)[0])
    if origin is tuple:
        items = cast(list[object], value) if isinstance(value, list | tuple) else None
        if items is None or not all(isinstance(item, str) for item in items):
            raise ValueError("a list of strings")
        return tuple(items)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ValueError(
            {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}.get(hint, str(hint))
        )
    return value

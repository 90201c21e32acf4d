"""Repairs as data for those who want to train a model on their own code; `docs/trajectories.md` documents the form.

Nothing is written unless the setting `trajectories` is on, and nothing ever leaves the machine.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec
import platformdirs

from refute.checker.analysis import Verdict
from refute.properties.units import FunctionUnit
from refute.repair.fix import Fix

FORMAT = 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """One candidate. `origin` is "mutation", "implementation" or "model"; `round` and `feedback`, what the model was
    told, belong to the last. `result` is "checked", "disproved" (on more inputs, by a pinned property or by a test),
    "rejected" (on the first inputs), or "refused: " with the reason."""

    origin: str
    round: int
    feedback: str | None
    code: str
    result: str


@dataclass(frozen=True)
class Violation:
    """A violated property with its smallest counterexample."""

    statement: str
    check: str
    arguments: dict[str, str]
    actual: str | None
    expected: str | None


@dataclass(frozen=True)
class Trajectory:
    """One repair of one function: the spec, the code, what is violated, what was tried, and the fix."""

    format: int
    refute: str
    written: float
    function: str
    signature: str
    docstring: str | None
    context: str
    code: str
    violated: tuple[Violation, ...]
    attempts: tuple[Attempt, ...]
    fix: str | None


def trajectory(
    unit: FunctionUnit, violated: Sequence[Verdict], attempts: Sequence[Attempt], fixes: Sequence[Fix]
) -> Trajectory:
    """What is kept of one repair."""
    spec = unit.spec
    return Trajectory(
        FORMAT,
        version("refute"),
        time.time(),
        unit.qualname,
        spec.signature,
        spec.docstring,
        spec.context,
        unit.source,
        tuple(map(_violation, violated)),
        tuple(attempts),
        fixes[0].source if fixes else None,
    )


def default_file() -> Path:
    """Where trajectories are kept."""
    return platformdirs.user_data_path("refute") / "trajectories.jsonl"


def keep(kept: Trajectory, file: Path) -> None:
    """Append a line to `file`, readable by its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        with file.open("ab") as out:
            out.write(msgspec.json.encode(kept) + b"\n")
    except OSError as error:
        logger.warning("%s cannot be written (%s); this repair is not kept", file, error)


def _violation(verdict: Verdict) -> Violation:
    found = verdict.counterexample
    return Violation(
        verdict.property.statement,
        verdict.property.check,
        dict(found.arguments) if found else {},
        (found.exception or found.result) if found else None,
        verdict.expected,
    )

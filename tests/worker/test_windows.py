"""The confinement for Windows against libraries that only take notes: it was never tried there."""

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from refute.worker.policy import Limits, Start
from refute.worker.windows import BasicLimits, ExtendedLimits, JobAndLabel


def test_modules_that_windows_lacks_are_not_needed() -> None:
    lacking = "import sys; sys.modules.update(dict.fromkeys(('fcntl', 'resource', 'pwd', 'grp', 'termios')))"
    needed = "import refute.worker.single, refute.worker.windows, refute.worker.work, refute.sandbox.pool"
    run = subprocess.run([sys.executable, "-c", f"{lacking}; {needed}"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


class Library:
    """Notes calls by name, and answers that they succeeded; those in `failing` fail."""

    def __init__(self, notes: list[str], failing: str = "") -> None:
        self._notes = notes
        self._failing = failing
        self.limits: ExtendedLimits | None = None

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            self._notes.append(name)
            if name == "SetInformationJobObject" and arguments[1] == 9:
                self.limits = arguments[2]._obj
            if name == "SetNamedSecurityInfoW":
                return int(name == self._failing)
            return int(name != self._failing)

        return call


def confinement(tmp_path: Path, failing: str = "", **start: Any) -> tuple[JobAndLabel, Library, list[str]]:
    notes: list[str] = []
    kernel, security = Library(notes, failing), Library(notes, failing)
    return JobAndLabel(Start(str(tmp_path), **start), kernel, security), kernel, notes


def test_structures_have_the_size_that_the_system_expects() -> None:
    assert (ctypes.sizeof(BasicLimits), ctypes.sizeof(ExtendedLimits)) == (64, 144)


def test_the_folder_is_labelled_before_the_integrity_is_lowered(tmp_path: Path) -> None:
    layers, _, notes = confinement(tmp_path)
    layers.confine_worker(str(tmp_path))
    steps = ["SetNamedSecurityInfoW", "AssignProcessToJobObject", "SetTokenInformation"]
    assert [name for name in notes if name in steps] == steps


def test_one_process_and_so_much_memory(tmp_path: Path) -> None:
    layers, kernel, _ = confinement(tmp_path, limits=Limits(memory_bytes=1 << 20))
    layers.confine_worker(str(tmp_path))
    assert kernel.limits is not None
    assert (kernel.limits.basic.active_processes, kernel.limits.process_memory) == (1, 257 << 20)
    assert kernel.limits.basic.flags == 0x2 | 0x8 | 0x100 | 0x400 | 0x2000


@pytest.mark.parametrize(
    "failing", ["CreateJobObjectW", "AssignProcessToJobObject", "SetTokenInformation", "SetNamedSecurityInfoW"]
)
def test_a_step_that_fails_keeps_the_worker_from_running(tmp_path: Path, failing: str) -> None:
    layers, _, _ = confinement(tmp_path, failing)
    with pytest.raises(OSError, match="Windows error"):
        layers.confine_worker(str(tmp_path))


def test_with_the_sandbox_off_nothing_is_done(tmp_path: Path) -> None:
    layers, _, notes = confinement(tmp_path, mode="off")
    layers.confine_worker(str(tmp_path))
    assert (notes, layers.has("audit")) == ([], False)

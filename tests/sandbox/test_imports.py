"""Installed modules are imported once, before workers are forked; those of the workspace never are."""

import asyncio
import sys
import time
from pathlib import Path

import pytest
from tests.sandbox.conftest import Judge

from refute.sandbox.pool import Workers

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked"),
]

SLOW = "import os, time\ntime.sleep(0.1)\nprint('noise')\nos.write(1, b'noise')\nborn = os.getpid()\n"
WHO = "import os, slow\ndef f(x): return os.getpid() == slow.born\n"
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder where packages are installed."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "slow.py").write_text(SLOW)
    return folder


async def start(packages: Path, *names: str, workspace: Path | None = None) -> Workers:
    return await Workers.start(
        Path(sys.executable), workspace or packages.parent, mode="best-effort", search_path=(str(packages),),
        preimport=names, learned=packages.parent / "learned",
    )  # fmt: skip


async def imported(workers: Workers, *names: str) -> bool:
    """Whether these come to be imported ahead within a generous time."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if workers.preimported == names:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_what_workers_import_is_imported_ahead_the_next_time(judge: Judge, packages: Path) -> None:
    async with await start(packages) as workers:
        assert workers.preimported == ()
        (outcome,) = await judge(WHO, "result", x="integers()", by=workers)
        assert outcome.status == "held"
        assert await imported(workers, "slow")
        (outcome,) = await judge(WHO, "not result", x="integers()", by=workers)
        assert outcome.status == "held"
    async with await start(packages) as workers:
        assert workers.preimported == ("slow",)


async def test_what_is_not_installed_is_not_imported_ahead(workspace: Path) -> None:
    (workspace / "slow.py").write_text(SLOW)
    path = (str(workspace),)
    async with await Workers.start(
        Path(sys.executable), workspace, mode="best-effort", search_path=path, preimport=("slow",)
    ) as workers:
        assert workers.preimported == ()
    (workspace / "slow.py").unlink()


async def test_a_module_of_the_workspace_goes_before_one_imported_ahead(
    judge: Judge, packages: Path, workspace: Path
) -> None:
    (workspace / "slow.py").write_text("born = 0\n")
    (packages / "other.py").write_text("import os\nborn = os.getpid()\n")
    (workspace / "other").mkdir()  # which is no module that goes before an installed one
    async with await start(packages, "slow", "other", workspace=workspace) as workers:
        assert workers.preimported == ("slow", "other")
        text = "import os, other, slow\ndef f(x): return slow.born, other.born != os.getpid()\n"
        (outcome,) = await judge(text, "result == (0, True)", x="integers()", by=workers)
        assert outcome.status == "held"
    (workspace / "slow.py").unlink()
    (workspace / "other").rmdir()


async def test_modules_that_start_threads_are_left_to_workers(judge: Judge, packages: Path) -> None:
    (packages / "starter.py").write_text(THREAD)
    async with await start(packages, "starter", "slow", "absent") as workers:
        assert workers.preimported == ("slow",)
        (outcome,) = await judge("import starter\ndef f(x): return x\n", "result == x", x="integers()", by=workers)
        assert outcome.status == "held"


LATE = f"import gc\ndef begin(*_):\n    gc.callbacks.remove(begin)\n    exec({THREAD!r})\ngc.callbacks.append(begin)\n"


async def test_a_module_that_starts_threads_later_is_left_to_workers_then(judge: Judge, packages: Path) -> None:
    (packages / "late.py").write_text(LATE)
    async with await start(packages, "late") as workers:
        (outcome,) = await judge("def f(x): return x\n", "result == x", x="integers()", by=workers)
        assert (outcome.status, workers.preimported) == ("held", ())

"""Processes: cancelled, killed, restarted, and none left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.conftest import Judge

from refute.sandbox.interface import Ending, Report
from refute.sandbox.pool import SandboxError, Workers
from refute.sandbox.process import ZygoteProcess
from refute.sandbox.starting import spawn

Descendants = Callable[[int], list[int]]

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

HOST = """
import asyncio, sys
from pathlib import Path
from refute.sandbox.pool import Workers
from refute.worker.protocol import *

async def main():
    workspace = Path(sys.argv[1])
    kind = {"single_use": sys.argv[2] == "single use"}
    mode = "best-effort" if sys.argv[2] == "single use" else sys.argv[2]
    workers = await Workers.start(Path(sys.executable), workspace, mode=mode, **kind)
    source = ModuleSource(str(workspace / "m.py"), "m", "import time\\ndef f(x):\\n    while True: pass\\n")
    print("ready", flush=True)
    await workers.run(RunRequest(source, "f", Inputs((("x", "integers()"),)), (Check("a", "True"),), 50.0, 60.0))

asyncio.run(main())
"""


def entries(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def until(condition: Callable[[], bool]) -> bool:
    """Whether `condition()` comes true within a generous time."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False


LOOPING_TICKS = 100
"""A second of processor time: no process of ours takes so much to get ready for a request."""


def ticks(pid: int) -> int:
    """Processor time that a process has used, in hundredths of a second; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where private folders of zygotes started in this test are made."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


async def test_cancelling_a_run_kills_its_worker(judge: Judge, workers: Workers, descendants: Descendants) -> None:
    assert await judge("def f(x): return x", "True", x="integers()")
    task = asyncio.ensure_future(
        judge(
            "def f(x):\n    while True: pass", "True", x="integers()", request={"call_seconds": 60.0, "seconds": 60.0}
        )
    )
    began = {pid: ticks(pid) for pid in descendants(os.getpid())}
    looping: list[int] = []

    def loops() -> bool:
        looping[:] = [pid for pid in descendants(os.getpid()) if ticks(pid) - began.get(pid, 0) > LOOPING_TICKS]
        return bool(looping)

    assert await until(loops)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until(lambda: not set(looping) & set(descendants(os.getpid())))
    (outcome,) = await judge("def f(x): return x", "result == x", x="integers()")
    assert outcome.status == "held"


def is_worker(pid: int) -> bool:
    try:
        return "worker/__main__" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    except OSError:  # a worker that was just cleared away
        return False


async def test_a_zygote_that_dies_is_started_again(judge: Judge, workers: Workers, descendants: Descendants) -> None:
    for pid in descendants(os.getpid()):
        if is_worker(pid):
            os.kill(pid, signal.SIGKILL)
    (outcome,) = await judge("def f(x): return x", "result == x", x="integers()")
    assert outcome.status == "held"


async def test_a_zygote_that_is_killed_while_it_starts_is_started_again(
    judge: Judge, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []

    async def spawn_and_kill(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        started = await spawn(*arguments, **options)
        if not killed:
            killed.append(started.pid)
            started.kill()
        return started

    monkeypatch.setattr("refute.sandbox.process.spawn", spawn_and_kill)
    async with await Workers.start(Path(sys.executable), workspace, mode="best-effort") as workers:
        (outcome,) = await judge("def f(x): return x", "result == x", x="integers()", by=workers)
    assert killed
    assert outcome.status == "held"


async def test_a_worker_that_is_killed_by_somebody_else_is_replaced(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, killed = ZygoteProcess.ask, list[str]()

    async def ask_and_kill(self: ZygoteProcess, kind: str, request: object, seconds: float) -> Report:
        report = await ask(self, kind, request, seconds)
        if killed:
            return report
        killed.append(kind)
        return Report([], Ending("ended", -signal.SIGKILL))

    monkeypatch.setattr(ZygoteProcess, "ask", ask_and_kill)
    (outcome,) = await judge("def f(x): return x", "result == x", x="integers()")
    assert killed == ["run"]
    assert outcome.status == "held"


async def test_several_requests_run_at_once(judge: Judge) -> None:
    runs = [judge(f"def f(x): return x + {n}", f"result == x + {n}", x="integers()") for n in range(8)]
    assert [outcome.status for (outcome,) in await asyncio.gather(*runs)] == ["held"] * 8


@pytest.mark.parametrize("single_use", [False, True])
async def test_closing_leaves_no_process_and_no_folder(
    judge: Judge, workspace: Path, descendants: Descendants, folder: Path, single_use: bool
) -> None:
    before = set(descendants(os.getpid()))
    async with await Workers.start(
        Path(sys.executable), workspace, mode="best-effort", single_use=single_use
    ) as workers:
        (outcome,) = await judge("def f(x): return x", "result == x", x="integers()", by=workers)
        assert outcome.status == "held"
        assert set(descendants(os.getpid())) > before
        assert entries(folder)
    assert await until(lambda: set(descendants(os.getpid())) <= before)
    assert not entries(folder)


@pytest.mark.parametrize("mode", ["best-effort", "off", "single use"])
async def test_a_host_killed_in_the_middle_of_a_run_leaves_nothing(
    workspace: Path, descendants: Descendants, folder: Path, mode: str
) -> None:
    command = [sys.executable, "-c", HOST, str(workspace), mode]
    host = await asyncio.to_thread(subprocess.Popen, command, stdout=subprocess.PIPE)
    assert host.stdout is not None
    assert await asyncio.to_thread(host.stdout.readline) == b"ready\n"
    assert await until(lambda: len(descendants(host.pid)) >= (2 if mode == "single use" else 3))
    below = descendants(host.pid)
    host.kill()
    host.wait()
    host.stdout.close()
    assert await until(lambda: not any(alive(pid) for pid in below))
    if mode == "single use":  # nobody is left to remove the folders themselves
        assert await until(lambda: not list(folder.glob("*/private/*")))
    else:
        assert await until(lambda: not entries(folder))


def alive(pid: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return False
    return not any(line.startswith("State:") and line.split()[1] == "Z" for line in lines)


async def test_a_long_search_path_is_no_obstacle(judge: Judge, tmp_path: Path) -> None:
    folders = [tmp_path / f"p{number}" for number in range(60)]
    for folder in folders:
        folder.mkdir()
    path = tuple(map(str, folders))
    async with await Workers.start(Path(sys.executable), tmp_path, mode="best-effort", search_path=path) as workers:
        (outcome,) = await judge("def f(x): return x", "result == x", x="integers()", by=workers)
        assert outcome.status == "held"


async def test_an_interpreter_that_cannot_start_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no libpython >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(SandboxError, match="no libpython"):
        await Workers.start(broken, tmp_path, mode="best-effort")
    with pytest.raises(SandboxError, match="cannot be started"):
        await Workers.start(tmp_path / "absent", tmp_path, mode="best-effort")


async def test_an_interpreter_without_hypothesis_is_explained(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    with pytest.raises(SandboxError, match="hypothesis"):
        await Workers.start(bare / "bin" / "python", tmp_path, mode="best-effort")

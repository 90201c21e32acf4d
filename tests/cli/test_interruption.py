"""What signals do to a command that runs."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from refute.cli.interruption import Interrupted, run_interruptibly

ROOT = Path(__file__).parents[2]
SIGNALLED = """
import signal, sys
from refute.cli import opening
from refute.cli.__main__ import main
from tests.cli.conftest import FakeChecker, judged

number = int(sys.argv.pop())
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a script

def judge(snapshot, unit):
    if unit.qualname == "f5":
        signal.raise_signal(number)
    return judged(unit, "holds")

opening.open_checker = FakeChecker(judge, stuck_on="f1").open
main()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


def run(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_what_is_done_and_nothing_else(project: Path, number: int, status: int) -> None:
    (project / "a.py").write_text("".join(f"def f{n}(): ...\n" for n in range(9)))
    ended = run(SIGNALLED, "check", "--jobs", "3", "--format", "jsonl", str(int(number)))
    assert ended.returncode == status
    assert ended.stdout.count("\n") == 5
    assert ended.stderr.strip() == "interrupted: 5 of 9 functions were checked"


def test_a_second_signal_does_not_wait_for_what_the_first_one_cancelled() -> None:
    async def stubborn() -> None:
        signal.raise_signal(signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.Event().wait()

    with pytest.raises(Interrupted):
        run_interruptibly(stubborn())

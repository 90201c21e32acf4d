"""Workers that are started ahead, one for each request, and not forked: the shape of macOS and Windows, on Linux."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.sandbox.conftest import Judge

from refute.sandbox.pool import Limits, SandboxError, Workers
from refute.worker.protocol import Check

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="tried on Linux only"),
]
PROLOGUE = """
import ctypes, os, signal, time
def garbage(descriptor):
    try: os.write(descriptor, b'garbage' * 99)
    except OSError: pass
"""
MUST_RETURN = Check("a", "True", must_return=True)


@pytest_asyncio.fixture(loop_scope="session", scope="module", params=["best-effort", "off"])
async def singles(workspace: Path, request: pytest.FixtureRequest) -> AsyncIterator[Workers]:
    limits = Limits(folder_bytes=1 << 20)
    async with await Workers.start(
        Path(sys.executable), workspace, mode=request.param, limits=limits, single_use=True
    ) as workers:
        yield workers


@pytest.mark.parametrize(
    ("body", "check", "status", "said"),
    [
        ("return abs(x)", "result >= 0", "held", ""),
        ("return min(x, 100)", "result == x", "violated", "101"),
        ("os._exit(3)", "True", "crashed", "exit status 3"),
        ("[garbage(n) for n in range(3, 20)]; os._exit(0)", "True", "crashed", ""),
        ("time.sleep(60)", "True", "timed_out", ""),
        ("signal.pthread_sigmask(0, range(1, 65)); ctypes.CDLL(None).sleep(60)", "True", "timed_out", ""),
        ("[open(f'f{n}', 'wb').write(bytes(100_000)) for n in range(40)]; time.sleep(60)", "True", "crashed", "files"),
        ("raise SystemExit", "True", "violated", "SystemExit"),
    ],
)
async def test_a_run_says_what_happened_and_the_next_one_is_sound(
    judge: Judge, singles: Workers, body: str, check: str, status: str, said: str
) -> None:
    text = f"{PROLOGUE}def f(x):\n    {body}\n"
    claim = Check("a", check, must_return=True)
    request = {"call_seconds": 0.3, "seconds": 1.0}
    (outcome,) = await judge(text, claim, x="integers(0, 1000)", by=singles, request=request)
    assert outcome.status == status
    assert said in f"{outcome.detail} {outcome.counterexample}"
    (after,) = await judge("def f(x): return x", "result == x", x="integers()", by=singles)
    assert after.status == "held"


async def test_on_linux_they_are_as_confined_as_forked_ones(workers: Workers, workspace: Path, judge: Judge) -> None:
    async with await Workers.start(Path(sys.executable), workspace, mode="best-effort", single_use=True) as singles:
        assert singles.enforced == workers.enforced - {"namespaces"}
        text = "import socket\ndef f(x): socket.create_connection(('127.0.0.1', 9))\n"
        (outcome,) = await judge(text, MUST_RETURN, x="integers()", by=singles)
        assert (outcome.status, outcome.detail) == ("blocked", "needs network: socket.getaddrinfo")


async def test_an_interpreter_that_cannot_start_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no libpython >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(SandboxError, match="no libpython"):
        await Workers.start(broken, tmp_path, mode="best-effort", single_use=True)

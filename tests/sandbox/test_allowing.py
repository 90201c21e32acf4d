"""What a user allows a function is allowed to it, and nothing else, and to no other."""

import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from refute.sandbox.pool import NOTHING, Allowance, Workers
from refute.worker.protocol import Check, Inputs, ModuleSource, Outcome, RunRequest

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel has nothing to allow"),
]

CONNECT = "import socket\ndef f(x):\n    with socket.create_connection(('127.0.0.1', {port})) as s: return s.recv(2)\n"
RAW = "import ctypes\ndef f(x): return ctypes.CDLL(None).socket({family}, {kind}, 0)\n"
NETWORK = Allowance(network=True)


@pytest.fixture
def port() -> Iterator[int]:
    """Where something listens that says hi."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"hi")

        threading.Thread(target=greet, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Allowing:
    """Runs functions with an allowance."""

    workers: Workers
    workspace: Path

    async def __call__(self, text: str, check: str, allowance: Allowance) -> Outcome:
        module = ModuleSource(str(self.workspace / "m.py"), "m", text, (str(self.workspace),))
        inputs = Inputs((("x", "integers()"),), max_examples=3)
        request = RunRequest(module, "f", inputs, (Check("c", check, must_return=True),))
        (outcome,) = await self.workers.run(request, allowance)
        return outcome


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def allowing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Allowing]:
    workspace = tmp_path_factory.mktemp("allowing")
    async with await Workers.start(Path(sys.executable), workspace, mode="best-effort") as workers:
        yield Allowing(workers, workspace)


async def test_a_function_that_may_connect_connects_and_another_does_not(allowing: Allowing, port: int) -> None:
    text = CONNECT.format(port=port)
    assert (await allowing(text, "result == b'hi'", NETWORK)).status == "held"
    outcome = await allowing(text, "True", NOTHING)
    assert (outcome.status, outcome.detail) == ("blocked", "needs network: socket.getaddrinfo")


@pytest.mark.parametrize(
    ("family", "kind"), [("1", "1"), ("1", "2"), ("16", "3"), ("17", "3"), ("2", "3"), ("40", "1")]
)
async def test_the_network_is_ports_and_no_other_sockets(allowing: Allowing, family: str, kind: str) -> None:
    assert (await allowing(RAW.format(family=family, kind=kind), "result == -1", NETWORK)).status == "held"


@pytest.mark.parametrize(
    ("body", "need"),
    [
        ("import socket; socket.create_server(('127.0.0.1', 0))", "needs network: socket.bind"),
        ("import os; os.system('true')", "needs a process: os.system"),
        ("open('/tmp/refute-should-not-exist', 'w')", "needs files: open"),
        ("open('/etc/passwd')", "needs reading /etc/passwd: open"),
    ],
)
async def test_who_may_connect_may_do_nothing_else(allowing: Allowing, body: str, need: str) -> None:
    outcome = await allowing(f"def f(x):\n    {body}\n", "True", NETWORK)
    assert (outcome.status, outcome.detail) == ("blocked", need)


async def test_a_folder_may_be_read_but_for_its_secrets_and_not_written(allowing: Allowing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2")
    (tmp_path / ".env").write_text("SECRET")
    reading = f"def f(x): return open({str(tmp_path / 'a.csv')!r}).read()\n"
    allowance = Allowance(read=(str(tmp_path),))
    assert (await allowing(reading, "result == '1,2'", allowance)).status == "held"
    for change in (
        reading.replace("a.csv", ".env"),
        reading.replace(").read", ", 'a').write").replace("write()", "write('x')"),
    ):
        outcome = await allowing(change, "True", allowance)
        assert (outcome.status, outcome.detail) == ("blocked", "needs files: open")
    assert (await allowing(reading, "True", NOTHING)).detail == f"needs reading {tmp_path / 'a.csv'}: open"

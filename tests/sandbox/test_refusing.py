"""What the sandbox refuses is said as such, and never reported as a defect of the function."""

import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.sandbox.conftest import Judge

from refute.sandbox.pool import SandboxError, Workers
from refute.worker.protocol import Check, Inputs, ModuleSource, RunRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")
MUST_RETURN = Check("a", "True", must_return=True)


@pytest.mark.parametrize(
    ("body", "need"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "needs network: socket.getaddrinfo"),
        ("import socket; socket.socket().connect(('127.0.0.1', 9))", "needs network: socket.socket"),
        ("import urllib.request; urllib.request.urlopen('http://localhost')", "needs network: urllib.Request"),
        ("import subprocess; subprocess.run(['true'])", "needs a process: subprocess.Popen"),
        ("import os; os.system('true')", "needs a process: os.system"),
        ("open('/tmp/refute-should-not-exist', 'w')", "needs files: open"),
        ("open('/etc/hostname')", "needs reading /etc/hostname: open"),
        ("import os; os.remove('/tmp/refute-should-not-exist')", "needs files: os.remove"),
        ("import sqlite3; sqlite3.connect('/tmp/refute.sqlite')", "needs a database: sqlite3.connect"),
        ("import os; os.kill(1, 0)", "needs other processes: os.kill"),
        ("input('name? ')", "needs a terminal: input"),
    ],
)
async def test_a_refused_wish_is_named(judge: Judge, body: str, need: str) -> None:
    (outcome,) = await judge(f"def f(x):\n    {body}", MUST_RETURN, x="integers()")
    assert (outcome.status, outcome.detail, outcome.counterexample) == ("blocked", need, None)


async def test_a_function_that_swallows_the_refusal_is_not_judged_either(judge: Judge) -> None:
    source = """
def f(x):
    try:
        return open('/etc/hostname').read()
    except OSError:
        return None
"""
    (outcome,) = await judge(source, "result is not None", x="integers()")
    assert outcome.status == "blocked"


async def test_calls_that_need_nothing_are_still_judged(judge: Judge) -> None:
    source = "def f(x):\n    if x % 2: open('/etc/hostname')\n    return x\n"
    (outcome,) = await judge(source, MUST_RETURN, x="integers()")
    assert outcome.status == "held"
    assert "needed reading /etc/hostname: open" in outcome.detail
    (outcome,) = await judge(source, "result < 4", x="integers()")
    assert outcome.status == "violated"


async def test_an_import_that_needs_something_is_blocked(judge: Judge) -> None:
    source = "import subprocess\nsubprocess.run(['true'])\ndef f(x): return x\n"
    (outcome,) = await judge(source, "True", x="integers()")
    assert (outcome.status, outcome.detail) == ("blocked", "importing it needs a process: subprocess.Popen")


async def test_the_private_folder_may_be_used_and_is_empty_for_every_run(judge: Judge) -> None:
    source = """
import os, tempfile
def f(x):
    left = [name for name in os.listdir('.') if name == 'mine']
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'a'), 'w') as file:
            file.write('text')
    return left
"""
    for _ in range(2):
        (outcome,) = await judge(source, "result == []", x="integers()")
        assert outcome.status == "held"
        await judge("def f(x):\n    open('mine', 'w').write('x')\n", MUST_RETURN, x="integers()")


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ("print('x' * 100000)", {"held"}),
        ("import sys; sys.stdout.write('\\ud800')", {"held"}),
        ("import sys; sys.exit(3)", {"violated"}),
        ("raise KeyboardInterrupt", {"violated"}),
        ("import os; os._exit(0)", {"crashed"}),
        ("import ctypes; ctypes.string_at(0)", {"crashed"}),
        ("f(x)", {"violated"}),
        ("while True: pass", {"timed_out"}),
        ("import time; time.sleep(100)", {"timed_out"}),
        ("import re; re.match(r'(a+)+$', 'a' * 64 + 'b')", {"timed_out"}),
        ("return bytearray(1 << 40)", {"violated"}),
        ("import os; os.closerange(0, 4000)", {"crashed"}),
        ("import builtins; builtins.len = builtins.isinstance = None", {"crashed", "violated", "held", "invalid"}),
        ("import sys; sys.modules.clear()", {"crashed", "violated", "held", "invalid"}),
        ("import hypothesis; hypothesis.given = None", {"held"}),
        ("import signal; signal.setitimer = None", {"held"}),
        ("import os\n    while True: os.write(1, b'x' * 65536)", {"timed_out"}),
    ],
)
async def test_whatever_a_function_does_the_next_run_is_sound(judge: Judge, body: str, statuses: set[str]) -> None:
    request = {"call_seconds": 0.2, "seconds": 2.0}
    (outcome,) = await judge(f"def f(x):\n    {body}", MUST_RETURN, x="integers()", request=request)
    assert outcome.status in statuses, outcome
    (after,) = await judge("def f(x): return x", "result == x", x="integers()")
    assert (after.status, after.examples_run) == ("held", 100)


async def test_a_call_that_kills_the_process_is_named(judge: Judge) -> None:
    source = "import os\ndef f(x):\n    if x > 10: os._exit(3)\n    return x\n"
    (outcome,) = await judge(source, "result == x", x="integers(0, 1000)")
    assert outcome.status == "crashed"
    assert outcome.counterexample is not None
    ((name, text),) = outcome.counterexample.arguments
    assert name == "x"
    assert int(text) > 10


async def test_a_kill_while_shrinking_keeps_what_was_found(judge: Judge) -> None:
    source = "import os\ndef f(x):\n    if 5 < x < 100: os._exit(3)\n    return x\n"
    (outcome,) = await judge(source, "result < 100", x="integers(100, 10**6) | integers(0, 99)")
    assert outcome.status in ("violated", "crashed")
    assert outcome.counterexample is not None


@pytest_asyncio.fixture(loop_scope="session")
async def unconfined(workspace: Path) -> AsyncIterator[Workers]:
    async with await Workers.start(Path(sys.executable), workspace, mode="off") as running:
        yield running


async def test_with_the_sandbox_off_nothing_is_refused_and_nothing_is_claimed(
    judge: Judge, unconfined: Workers, tmp_path: Path
) -> None:
    target = tmp_path / "written"
    source = f"def f(x):\n    open({str(target)!r}, 'w').write('x')\n"
    (outcome,) = await judge(source, MUST_RETURN, x="integers()", by=unconfined)
    assert outcome.status == "held"
    assert target.read_text() == "x"
    assert unconfined.enforced <= {"time"}
    assert unconfined.missing == ("everything: the sandbox is off",)


async def test_a_workspace_that_holds_the_folder_for_temporary_files_is_as_confined_as_any(tmp_path: Path) -> None:
    subject = tmp_path / "subject.py"
    async with await Workers.start(Path(sys.executable), Path(tempfile.gettempdir())) as running:
        asked = ModuleSource(str(subject), "subject", f"def f(x):\n    return open({str(subject)!r}).read()\n")
        subject.write_text(asked.text)
        request = RunRequest(asked, "f", Inputs((("x", "integers()"),)), (Check("a", "'return' in result"),))
        (outcome,) = await running.run(request)
    assert (outcome.status, outcome.detail) == ("held", "")


async def test_required_mode_refuses_to_start_where_it_cannot_enforce(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refute.sandbox.pool.ESSENTIAL", frozenset({"fs-write", "teleport"}))
    with pytest.raises(SandboxError, match=r'cannot enforce teleport.*sandbox = "best-effort"'):
        await Workers.start(Path(sys.executable), workspace, mode="required")

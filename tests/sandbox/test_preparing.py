"""Modules of the workspace are imported before the next request about the same module, and never when they changed."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from tests.sandbox.conftest import Judge

from refute.sandbox.pool import Workers

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked"),
]

SLOW = "import time\ntime.sleep(0.1)\nborn = time.monotonic()\n"
SUBJECT = "import time, {0}\nage = time.monotonic() - {0}.born\ndef f(x): return age\n"
AHEAD = "result > 0.2"
"""Between the import of the slow module and that of the module under test there was a pause."""


@pytest_asyncio.fixture(loop_scope="session")
async def own(workspace: Path) -> AsyncIterator[Workers]:
    """Workers that have learned nothing yet."""
    async with await Workers.start(Path(sys.executable), workspace, mode="best-effort") as running:
        yield running


@pytest.fixture
def write(workspace: Path) -> Callable[[str, str], None]:
    """Write a file of the workspace."""

    def written(name: str, text: str) -> None:
        path = workspace / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    return written


async def is_ahead(judge: Judge, by: Workers, text: str) -> bool:
    """Whether the slow module comes to be imported ahead within a generous time."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        await asyncio.sleep(0.5)
        (outcome,) = await judge(text, AHEAD, by=by, x="integers()")
        if outcome.status == "held":
            return True
    return False


async def test_modules_of_the_workspace_are_imported_before_a_request(
    judge: Judge, own: Workers, write: Callable[[str, str], None]
) -> None:
    write("shelf/__init__.py", "")
    write("shelf/slow.py", SLOW)
    text = "import time\nfrom shelf import slow\nage = time.monotonic() - slow.born\ndef f(x): return age\n"
    (outcome,) = await judge(text, AHEAD, by=own, x="integers()")
    assert outcome.status == "violated"
    assert await is_ahead(judge, own, text)


READER = SLOW + "import os\nvalue = open(os.path.join(os.path.dirname(__file__), 'names.txt')).read()\n"
CHOOSER = SLOW + "try:\n    import late\n    value = 'two'\nexcept ImportError:\n    value = 'one'\n"


@pytest.mark.parametrize(
    ("files", "changed", "new"),
    [
        ({"edited.py": SLOW + "value = 'one'\n"}, "edited.py", SLOW + "value = 'two'\n"),
        ({"reader.py": READER, "names.txt": "one"}, "names.txt", "two"),
        ({"chooser.py": CHOOSER}, "late.py", ""),
    ],
    ids=["a module", "a file that it reads", "a module that was not there"],
)
async def test_what_changed_meanwhile_is_imported_again(
    judge: Judge, own: Workers, write: Callable[[str, str], None], files: dict[str, str], changed: str, new: str
) -> None:
    for name, text in files.items():
        write(name, text)
    module = next(iter(files)).removesuffix(".py")
    subject = SUBJECT.format(module) + f"def g(x): return {module}.value\n"
    assert await is_ahead(judge, own, subject)
    await asyncio.sleep(0.5)
    write(changed, new)
    (outcome,) = await judge(subject, "result == 'two'", by=own, qualname="g", x="integers()")
    assert outcome.status == "held"


async def test_a_module_that_imports_the_one_under_test_sees_its_text(
    judge: Judge, own: Workers, write: Callable[[str, str], None]
) -> None:
    write("subject.py", "value = 'on disk'\n")
    write("circular.py", SLOW + "import subject\ndef seen(): return subject.value\n")
    text = "value = 'in the editor'\nimport circular\ndef f(x): return circular.seen()\n"
    for _ in range(3):
        (outcome,) = await judge(text, "result == 'in the editor'", by=own, x="integers()")
        assert outcome.status == "held"
        await asyncio.sleep(0.5)


async def test_a_module_that_starts_threads_is_not_imported_ahead(
    judge: Judge, own: Workers, write: Callable[[str, str], None]
) -> None:
    write(
        "busy.py",
        f"import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n{SLOW}",
    )
    for _ in range(3):
        (outcome,) = await judge(SUBJECT.format("busy"), AHEAD, by=own, x="integers()")
        assert outcome.status == "violated"
        await asyncio.sleep(0.5)


@pytest.mark.parametrize(
    "end", ["os._exit(3)", "raise SystemExit", "os.kill(os.getpid(), 9)", "open('/etc/new', 'w')", "time.sleep(99)"]
)
async def test_a_module_that_cannot_be_imported_ahead_does_no_harm(
    judge: Judge, own: Workers, write: Callable[[str, str], None], end: str
) -> None:
    write("moody.py", f"import os, sys, time\nif 'subject' not in sys.modules: {end}\n{SLOW}")
    for _ in range(3):
        (outcome,) = await judge(
            "import moody\ndef f(x): return x\n", "result == x", by=own, request={"seconds": 1.0}, x="integers()"
        )
        assert outcome.status == "held"
        await asyncio.sleep(0.5)
    (outcome,) = await judge("def f(x): return x\n", "result == x", by=own, x="integers()")
    assert outcome.status == "held"

"""Which functions a look at their source keeps from being called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.effects import effects


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return open(x).read()", "it opens files (open, line 4)"),
        ("open(x, 'w').write('a')", "it changes files (open, line 4)"),
        ("open(x, mode='ab')", "it changes files (open, line 4)"),
        ("os.remove(x)", "it changes files (os.remove, line 4)"),
        ("return Path(x).read_text()", "it opens files (read_text, line 4)"),
        ("x.write_text('a')", "it changes files (x.write_text, line 4)"),
        ("return web.get(x).json()", "it talks to the network (web.get, line 4)"),
        ("import socket; socket.create_connection(x)", "it talks to the network (socket.create_connection, line 4)"),
        ("import subprocess as sp; sp.run(x)", "it starts or controls processes (sp.run, line 4)"),
        ("os.system(x)", "it starts or controls processes (os.system, line 4)"),
        ("import sqlite3; sqlite3.connect(x)", "it uses a database (sqlite3.connect, line 4)"),
        ("return input(x)", "it asks at the terminal (input, line 4)"),
        ("global total; total = x", "it changes global state (global total, line 4)"),
        ("os.environ['A'] = x", "it changes global state (os.environ, line 4)"),
        ("return helper(x)", "it changes files (os.remove, line 5)"),
        ("return Store(x)", "it opens files (open, line 7)"),
    ],
)
def test_an_effect_is_named_with_its_line(body: str, reason: str) -> None:
    module = (
        "import os, requests as web\nfrom pathlib import Path\n"
        f"def f(x):\n    {body}\ndef helper(x): os.remove(x)\nclass Store:\n    def __init__(self, p): open(p)\n"
    )
    assert effects(module, "f") == reason


@pytest.mark.parametrize(
    "body",
    [
        "return x.replace('a', 'b')",
        "return sorted(x)",
        "return os.path.join('a', x)",
        "return [requests.append(1) for requests in x]",
        "open = x; return open(3)",
        "return f(x)",
        "print(x)",
        "return x.get('a')",
        "return helper(x)",
        "return os.environ.get(x)",
    ],
)
def test_ordinary_functions_may_be_called(body: str) -> None:
    module = f"import os, requests\ndef f(x):\n    {body}\ndef helper(x): return f(x)\ndef other(): os.remove('a')\n"
    assert effects(module, "f") is None


@pytest.mark.parametrize(
    ("decorator", "role"),
    [
        ("@app.route('/')", "it is a route of a web application (@app.route)"),
        ("@router.get('/')", "it is a route of a web application (@router.get)"),
        ("@shared_task", "it is a background task (@shared_task)"),
        ("@celery.task(bind=True)", "it is a background task (@celery.task)"),
        ("@pytest.fixture", "it is a test fixture (@pytest.fixture)"),
        ("@pytest.mark.slow", "it is a test (@pytest.mark.slow)"),
        ("@click.command()", "it is a command of a command line (@click.command)"),
        ("@atexit.register", "it is registered with a framework (@atexit.register)"),
    ],
)
def test_functions_for_frameworks_are_not_called(decorator: str, role: str) -> None:
    assert effects(f"import pytest, atexit\n{decorator}\ndef f(x): return x\n", "f") == role


@pytest.mark.parametrize("decorator", ["@functools.lru_cache", "@staticmethod", "@f.register(int)", "@cache", "@g.get"])
def test_decorators_that_only_wrap_are_no_obstacle(decorator: str) -> None:
    assert effects(f"import functools\n{decorator}\ndef f(x): return x\n", "f") is None


def test_methods_are_followed_through_self() -> None:
    module = "class A:\n    def save(self): self._write()\n    def _write(self): open('a', 'w')\n"
    assert effects(module, "A.save") == "it changes files (open, line 3)"


@given(st.text(), st.text())
def test_any_text_gets_an_answer(text: str, qualname: str) -> None:
    assert effects(text, qualname) is None or "(" in text

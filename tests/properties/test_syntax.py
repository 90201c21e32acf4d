import ast
import gc
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.syntax import LONG, UnreadableError, parse_module, parse_source

PIECES = (
    *(f"def f{n}(x):\n    return {n}\n\n\n" for n in range(12)),
    "class A:\n\n    def f(self): pass\n\n",
    "@decorated\n\ndef late(): pass\n\n",
    "x = '''\n\ndef f1(x):\n\n'''\n\n",
    "y = (\n\n1,\n\ndef_,\n)\n",
    "if x:\n    pass\n\nelse:\n    pass\n",
    "\r\n",
    "def carriage(): pass\r\r",
    "\x0c\n",
    "z = '\\d é😀'\n",
    "\ndef f2(x: int):\n    '''😀'''\n\n",
    "'''\n",
    "(",
)
FILLER = "# a line\n" * LONG


def dumped(tree: ast.Module) -> str:
    return ast.dump(tree, include_attributes=True)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), min_size=1, max_size=3))
def test_a_long_module_is_parsed_as_python_does(versions: list[str]) -> None:
    for text in versions:
        whole = FILLER + text
        try:
            expected = dumped(ast.parse(whole))
        except SyntaxError as error:
            with pytest.raises(UnreadableError, match=f"line {error.lineno}:"):
                parse_module(whole)
        else:
            assert dumped(parse_module(whole)) == expected


@pytest.fixture
def eager_collector() -> Iterator[None]:
    """A garbage collector that runs all the time, and lets other threads run as finalizers do."""

    def pause(phase: str, details: dict[str, int]) -> None:
        time.sleep(0)

    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(pause)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)
    gc.callbacks.remove(pause)


@pytest.mark.usefixtures("eager_collector")
def test_threads_may_parse_at_the_same_time() -> None:
    parsed: list[ast.Module] = []

    def work() -> None:
        parsed.extend(parse_source("x = [f(a, b) for a in c]\n" * 60) for _ in range(60))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parsed) == 180

"""What files of a thousand functions cost the server, against one of ten: processor time, with a checker that is free.

python -m benchmarks.large_files [FUNCTIONS]
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import machine, told
from lsprotocol import types
from tests.server.conftest import Editor

from refute.checker.checker import Checker
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.units import Snapshot
from refute.server.text import Text

FUNCTION = '''
def tidy{number}(items: list[int], low: int = 0) -> list[int]:
    """Return `items` sorted, number {number}.

    >>> tidy{number}([2, 1])
    [1, 2]
    """
    return sorted(items)
'''
LINES = 5000
ROUNDS = 20


def module(functions: int) -> str:
    """A file of so many functions."""
    return "".join(FUNCTION.format(number=number) for number in range(functions))


async def server(functions: int) -> None:
    """Print what opening and saving a file cost a server and its editor in this process."""
    with tempfile.TemporaryDirectory() as folder:
        editor = Editor(Path(folder))
        await editor.connect()
        await editor.begin()
        began = time.process_time()
        file = editor.open("subject.py", module(functions))
        await file.checked()
        print(told(f"{functions} functions: open, check all", [time.process_time() - began]))
        file.replace("return sorted(items)", "return sorted(items) + []")
        began = time.process_time()
        file.save()
        await file.checked()
        print(told(f"{functions} functions: save with one edited", [time.process_time() - began]))
        await editor.kill()


async def analysis(functions: int) -> None:
    """Print what the real checker takes to read a file and look up what it knows."""
    with tempfile.TemporaryDirectory() as folder:
        checker = await Checker.open(Path(folder), Settings(model="none"), print, store=Store(None, None, print))
        snapshot = Snapshot(Path(folder, "subject.py").as_uri(), 1, module(functions))
        seconds: list[float] = []
        for number in range(3):
            began = time.process_time()
            checker.analyse(Snapshot(snapshot.uri, number, f"{snapshot.text}# {number}\n"))
            seconds.append(time.process_time() - began)
        print(told(f"{functions} functions: read, look up reports", seconds))
        await checker.aclose()


def edits() -> None:
    """Print what one keystroke costs in a file of `LINES` lines."""
    text = Text("    value = value + 1  # a line\n" * LINES)
    seconds: list[float] = []
    for number in range(50 * ROUNDS):
        place = types.Position(number % LINES, 4)
        change = types.TextDocumentContentChangePartial(types.Range(place, place), "x")
        began = time.process_time()
        text = text.changed(change)
        seconds.append(time.process_time() - began)
    print(told(f"a keystroke in {LINES} lines", seconds))


async def main(functions: int) -> None:
    """Print the figures."""
    print(machine())
    edits()
    for count in (10, functions):
        await analysis(count)
        await server(count)
    print(machine())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

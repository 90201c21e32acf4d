"""How long a person waits for a hover and for code actions while checks, and a model if one is named, have all cores;
and for the answer to `initialize`.

    python -m benchmarks.editor_latency [MODEL] [REQUESTS]

MODEL is a path of a GGUF file, or "none". The references are the same requests while nothing is checked.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from benchmarks.measuring import machine, told
from benchmarks.serving import served
from lsprotocol import types
from tests.server.conftest import Editor, OpenFile

FUNCTION = '''
def pick{number}(items: list[int], low: int = 0) -> list[int]:
    """Return those of `items` that are not below `low`, the smallest first, each times {number}.

    >>> pick{number}([], 1)
    []
    """
    return sorted(item * {number} for item in items if item >= low)

'''
FUNCTIONS = 30
LINES = 5000
STARTS = 10


def module(first: int, lines: int = 0) -> str:
    """A file with so many functions, and as many lines of other things."""
    functions = "".join(FUNCTION.format(number=first + number) for number in range(FUNCTIONS))
    return functions + "".join(f"VALUE{line} = {line}\n" for line in range(lines))


async def seconds(request: Awaitable[object]) -> float:
    """How long an answer takes."""
    began = time.monotonic()
    await request
    return time.monotonic() - began


async def asked(editor: Editor, file: OpenFile, count: int) -> tuple[list[float], list[float]]:
    """Seconds of hovers and of code actions, with a keystroke in the file between any ten of them."""
    hovers: list[float] = []
    actions: list[float] = []
    identifier = types.TextDocumentIdentifier(file.uri)
    end = types.Position(10**6, 0)
    for number in range(count):
        place = file.find(f"pick{number % FUNCTIONS}(").start
        params = types.HoverParams(identifier, place)
        hovers.append(await seconds(editor.text_document_hover_async(params)))
        here = types.CodeActionParams(identifier, types.Range(place, place), types.CodeActionContext([]))
        actions.append(await seconds(editor.text_document_code_action_async(here)))
        if number % 10 == 9:
            file.change(types.Range(end, end), "#")
            await file.read()  # what is being typed is waited for, which is no latency
    return hovers, actions


async def initialize() -> float:
    """Seconds from the start of the process until `initialize` was answered."""
    with tempfile.TemporaryDirectory() as folder:
        editor = Editor(Path(folder))
        began = time.monotonic()
        await editor.launch_command(sys.executable, "-m", "refute.cli", "serve", "--model", "none")
        await editor.begin()
        passed = time.monotonic() - began
        await editor.end()
        return passed


def libraries() -> float:
    """Seconds that a Python takes to import what every server with pygls needs."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import pygls.lsp.server"], check=True)
    return time.monotonic() - began


async def main(model: str, count: int) -> None:
    """Print the figures."""
    print(machine())
    started = [(await initialize(), libraries()) for _ in range(STARTS)]
    print(told("start and initialize", [ours for ours, _ in started], [theirs for _, theirs in started]))
    print(told("  a Python that imports pygls", [theirs for _, theirs in started]))
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder), "--model", model) as editor:
            await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.pause"))
            file = editor.open("subject.py", module(0, LINES))
            others = [editor.open(f"other{number}.py", module(100 * number)) for number in range(1, 9)]
            await file.read()
            idle = await asked(editor, file, count)
            await editor.workspace_execute_command_async(types.ExecuteCommandParams("refute.resume"))
            await editor.until(lambda: any(f["running"] for other in others for f in other.functions.values()) or None)
            busy = await asked(editor, file, count)
            queued = editor.statuses[-1]["queued"]
            print(f"model {model}, {queued} functions still waited to be checked at the end")
            for label, quiet, loaded in zip(("hover", "code actions"), idle, busy, strict=True):
                print(told(f"{label}, nothing is checked", quiet))
                print(told(f"{label}, all cores are busy", loaded, quiet))
    print(machine())


if __name__ == "__main__":
    arguments = sys.argv[1:]
    asyncio.run(main(arguments[0] if arguments else "none", int(arguments[1]) if len(arguments) > 1 else 300))

"""Simulated editing of real modules, for minutes: memory and descriptors of the server must stay flat.

    python -m benchmarks.soak [MINUTES]

Exit status 1 where the server said that something failed, or where it holds more at the end than after the first fifth.
"""

import asyncio
import random
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import descriptors, machine, resident_bytes
from benchmarks.serving import complaints, served
from lsprotocol import types
from tests.server.conftest import Editor, OpenFile

MODULES = ("bisect", "colorsys", "fractions", "heapq", "string", "textwrap", "statistics", "shlex", "calendar")
LONGEST_OPEN = 4
MEMORY_SLACK = 1.15
DESCRIPTOR_SLACK = 4
SAMPLES = 20


@dataclass
class Person:
    """Edits, saves, asks, opens and closes, in the order that `chance` says."""

    editor: Editor
    chance: random.Random
    texts: dict[str, str]
    files: list[OpenFile] = field(default_factory=list[OpenFile])
    done: dict[str, int] = field(default_factory=dict[str, int])
    versions: int = 1

    async def act(self) -> None:
        """One action."""
        actions = (self.edit, self.edit, self.edit, self.save, self.hover, self.ask, self.open, self.close)
        action = self.chance.choice(actions) if self.files else self.open
        self.done[action.__name__] = self.done.get(action.__name__, 0) + 1
        await action()
        await asyncio.sleep(self.chance.uniform(0.0, 0.3))

    async def open(self) -> None:
        """Open one more module, or close one."""
        closed = sorted(self.texts.keys() - {file.path.name for file in self.files if file.path is not None})
        if len(self.files) >= LONGEST_OPEN or not closed:
            await self.close()
            return
        name = self.chance.choice(closed)
        self.versions += 1000
        self.files.append(self.editor.open(name, self.texts[name], self.versions))

    async def close(self) -> None:
        """Close a module without saving it."""
        self.files.pop(self.chance.randrange(len(self.files))).close()

    async def edit(self) -> None:
        """Type into a line, or undo all edits."""
        file = self.chance.choice(self.files)
        lines = file.text.split("\n")
        line = self.chance.randrange(len(lines))
        place = types.Position(line, self.chance.choice([0, len(lines[line].encode("utf-16-le")) // 2]))
        typed = self.chance.choice(["x", "\n", "# 😀\n", " ", "    return None\n"])
        if self.chance.random() < 0.3 and file.path is not None:
            file.change(types.Range(types.Position(0, 0), types.Position(len(lines), 0)), self.texts[file.path.name])
        else:
            file.change(types.Range(place, place), typed)

    async def save(self) -> None:
        """Save a module."""
        self.chance.choice(self.files).save()

    async def hover(self) -> None:
        """Hover over some place."""
        file = self.chance.choice(self.files)
        place = types.Position(self.chance.randrange(file.text.count("\n") + 1), 6)
        await self.editor.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(file.uri), place))

    async def ask(self) -> None:
        """Ask for code lenses and code actions."""
        file = self.chance.choice(self.files)
        await file.lenses()
        whole = types.Range(types.Position(0, 0), types.Position(file.text.count("\n"), 0))
        params = types.CodeActionParams(types.TextDocumentIdentifier(file.uri), whole, types.CodeActionContext([]))
        await self.editor.text_document_code_action_async(params)


async def main(minutes: float) -> int:
    """Print what happened. The exit status."""
    print(machine())
    library = Path(sysconfig.get_path("stdlib"))
    texts = {f"{name}_copy.py": (library / f"{name}.py").read_text("utf-8") for name in MODULES}
    samples: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder), "--model", "none", "--examples", "50", "--seconds", "5") as editor:
            person = Person(editor, random.Random(0), texts)
            for number in range(1, SAMPLES + 1):
                until = time.monotonic() + minutes * 60 / SAMPLES
                while time.monotonic() < until:
                    await person.act()
                samples.append((resident_bytes(editor.pid), descriptors(editor.pid)))
                memory, opened = samples[-1]
                print(
                    f"{number * minutes / SAMPLES:6.1f} min  {memory / 1e6:6.1f} MB  {opened} descriptors", flush=True
                )
            said = complaints(editor)
    early, late = samples[SAMPLES // 5 - 1], samples[-1]
    print(f"{sum(person.done.values())} actions: {person.done}")
    print(f"memory at the end, as a share of that after a fifth: {late[0] / early[0]:.3f}")
    print(f"{len(said)} complaints: {said[:3]}")
    print(machine())
    return int(bool(said) or late[0] > early[0] * MEMORY_SLACK or late[1] > early[1] + DESCRIPTOR_SLACK)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)))

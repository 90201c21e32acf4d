"""Workers killed at random during saves: what was tried, and what was lost.

    python -m benchmarks.faults [SAVES]

Exit status 1 where a save got no final verdict, a process is left, or the editor is told more than once.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from benchmarks.measuring import machine
from benchmarks.sandbox_soak import descendants
from benchmarks.save_latency import HOLDING, STUB, save, source
from tests.server.conftest import Editor

PATIENCE_SECONDS = 60.0


async def main(saves: int) -> int:
    """Print what happened. The exit status."""
    print(machine())
    chance = random.Random(0)
    kills = 0
    lost: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "icontract.py").write_text(STUB)
        editor = Editor(folder)
        await editor.launch_command(sys.executable, "-m", "refute.cli", "serve", "--model", "none", "--no-cache")
        await editor.begin()
        file = editor.open("subject.py", source(HOLDING.format(number=0)))
        await file.checked()
        for number in range(1, saves + 1):
            saving = asyncio.create_task(save(file, source(HOLDING.format(number=number)), "holds"))
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            below = [process for process in descendants() if process != editor.pid]
            if below:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(below), signal.SIGKILL)
                    kills += 1
            _, unfinished = await asyncio.wait({saving}, timeout=PATIENCE_SECONDS)
            if unfinished or saving.exception() is not None:
                found = file.functions.get("tidy", {})
                lost.append(f"save {number}: {found.get('verdict')}, {found.get('reason')}")
            saving.cancel()
        status = await editor.end()
        await asyncio.sleep(1.0)
        left = len(descendants())
        told = [message.message for message in editor.messages]
    print(f"{saves} saves, {kills} processes killed, {len(lost)} saves without the right verdict {lost[:5]}")
    print(f"{left} processes left, exit status {status}, {len(told)} messages: {told[:3]}")
    return int(bool(lost) or left > 0 or len(told) > 1)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))

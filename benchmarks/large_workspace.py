"""What a workspace of thousands of files costs each save, against one of ten.

python -m benchmarks.large_workspace [FILES] [SAVES]
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import machine, resident_bytes, told
from benchmarks.save_latency import HOLDING, STUB, save, source
from benchmarks.serving import served

OTHER = 'def other{number}(x: int) -> int:\n    """Return x plus {number}."""\n    return x + {number}\n'
PER_FOLDER = 100


def furnish(folder: Path, files: int) -> None:
    """Write a workspace of so many files in packages."""
    (folder / "icontract.py").write_text(STUB)
    for number in range(files):
        package = folder / f"package{number // PER_FOLDER}"
        package.mkdir(exist_ok=True)
        (package / f"module{number}.py").write_text(OTHER.format(number=number))


async def saves(files: int, count: int) -> list[float]:
    """Seconds from each save to its verdict."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        furnish(folder, files)
        began = time.monotonic()
        async with served(folder, "--model", "none", "--examples", "100", "--no-cache") as editor:
            file = editor.open("subject.py", source(HOLDING.format(number=0)))
            await file.checked()
            print(told(f"{files} files: start, open, check", [time.monotonic() - began]))
            seconds = [await save(file, source(HOLDING.format(number=n)), "holds") for n in range(1, count + 6)]
            print(f"{files} files: {resident_bytes(editor.pid) / 1e6:.1f} MB")
            return seconds[5:]


async def main(files: int, count: int) -> None:
    """Print the figures. Rounds alternate, so that what else the machine does falls on both."""
    print(machine())
    few: list[float] = []
    many: list[float] = []
    for _ in range(2):
        few += await saves(10, count // 2)
        many += await saves(files, count // 2)
    print(told("save to verdict, 10 files", few))
    print(told(f"save to verdict, {files} files", many, few))
    print(machine())


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(numbers + [10_000, 40][len(numbers) :])))

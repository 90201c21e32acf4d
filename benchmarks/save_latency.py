"""How long a person waits after a save, with five properties known: a real client and a real server process.

    python -m benchmarks.save_latency [SAVES]

The references are the same five properties as plain Hypothesis tests: in one warm process, and by pytest from cold.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.measuring import machine, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.server.conftest import Editor, OpenFile

CONTRACTS = (
    "result == sorted(result)",
    "len(result) == len(set(result))",
    "set(result) == set(items)",
    "len(result) <= len(items)",
    "all(isinstance(item, int) for item in result)",
)
"""The five properties, over `items` and `result`."""
STRATEGY = "lists(one_of(integers(-10, 10), integers(-1000, 1000)), max_size=10)"
"""What Refute draws from for `list[int]`."""
STUB = "def ensure(condition):\n    return lambda function: function\n"
HOLDING = "sorted(set(items)) + [] * {number}"
VIOLATING = "sorted(items) + [] * {number}"
COLD_RUNS = 5


def source(result: str) -> str:
    """A module with one function under five contracts."""
    decorators = "".join(f"@icontract.ensure(lambda items, result: {text})\n" for text in CONTRACTS)
    return f"import icontract\n\n\n{decorators}def tidy(items: list[int]) -> list[int]:\n    return {result}\n"


def tests(result: str) -> str:
    """The same as plain tests."""
    head = "from hypothesis import given, settings\nfrom hypothesis.strategies import *\n\n"
    head += f"def tidy(items):\n    return {result}\n"
    body = "\n@settings(max_examples=100)\n@given({strategy})\ndef test_{n}(items):\n    result = tidy(items)\n"
    body += "    assert {check}\n"
    return head + "".join(body.format(strategy=STRATEGY, n=n, check=check) for n, check in enumerate(CONTRACTS))


def warm_tests(result: str) -> float:
    """Seconds of the five tests, one after the other, in this process."""
    strategy = eval(STRATEGY, dict(vars(st)))
    function = eval(f"lambda items: {result}")
    began = time.monotonic()
    for check in CONTRACTS:
        _run_test(strategy, function, eval(f"lambda items, result: {check}"))
    return time.monotonic() - began


def _run_test(
    strategy: st.SearchStrategy[list[int]],
    function: Callable[[list[int]], list[int]],
    check: Callable[[list[int], list[int]], bool],
) -> None:
    @settings(max_examples=100, database=None, deadline=None, phases=(Phase.generate, Phase.shrink))
    @given(strategy)
    def test(items: list[int]) -> None:
        assert check(items, function(items))

    with suppress(AssertionError):  # of those that are violated
        test()


def cold_tests(result: str) -> float:
    """Seconds of `pytest` on the five tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_tidy.py").write_text(tests(result))
        command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder)
        began = time.monotonic()
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return time.monotonic() - began


async def save(file: OpenFile, text: str, verdict: str) -> float:
    """Seconds from a save to the verdict on what was saved, which must be `verdict`."""
    file.replace(file.text, text)
    began = time.monotonic()
    file.save()

    def is_judged() -> bool | None:
        found = file.functions.get("tidy", {})
        current = file.editor.verdicts.get(file.uri, {}).get("version") == file.version
        return True if current and not found.get("outdated") and found.get("verdict") == verdict else None

    await file.editor.until(is_judged)
    seconds = time.monotonic() - began
    await file.checked()  # a fix may still be looked for
    return seconds


async def main(saves: int) -> None:
    """Print the figures."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "icontract.py").write_text(STUB)
        editor = Editor(folder)
        serve = (
            "-m",
            "refute.cli",
            "serve",
            "--model",
            "none",
            "--examples",
            "100",
            "--no-cache",
            "--python",
            sys.executable,
        )
        await editor.launch_command(sys.executable, *serve)
        await editor.begin()
        file = editor.open("subject.py", source(HOLDING.format(number=0)))
        await file.checked()
        for label, template, verdict in (("holds", HOLDING, "holds"), ("violated", VIOLATING, "violated")):
            saved: list[float] = []
            plain: list[float] = []
            for number in range(1, saves + 6):
                # Digits, since the domain holds all of them already: with another number it would be another one.
                result = template.format(number=f"{number // 10} * {number % 10}")
                saved.append(await save(file, source(result), verdict))
                plain.append(warm_tests(result))
            print(told(f"save to verdict, {label}", saved[5:], plain[5:]))
            print(told("  five warm Hypothesis tests", plain[5:]))
            cold = [cold_tests(template.format(number=number)) for number in range(COLD_RUNS)]
            print(told("  pytest from cold", cold))
            print(told("  save against pytest from cold", saved[5:], cold))
        await editor.end()
    print(machine())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))

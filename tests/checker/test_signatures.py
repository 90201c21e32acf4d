"""Whatever a signature looks like, a function that does not do what its implementations do is found."""

import textwrap

import pytest
from tests.checker.conftest import MakeBench, Script

from refute.checker.analysis import FunctionReport, Ruling, Verdict

SUM = '"""Return the sum of all that is given."""'
SUMS = ("return x + y", "return y + x")

FUNCTIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "a default": (f"def f(x: int, y: int = 1) -> int:\n    {SUM}\n    return x + y + (x > 5)\n", ("3)", "4, 5)"), SUMS),
    "positional only": (f"def f(x: int, y=1, /) -> int:\n    {SUM}\n    return x + y + (x > 5)\n", ("3)",), SUMS),
    "keyword only": (f"def f(x: int, *, y: int) -> int:\n    {SUM}\n    return x + y + (x > 5)\n", ("3, y=2)",), SUMS),
    "a default that is a name": (
        f"import sys\nMANY = 7\ndef f(x: int, y: int = MANY % sys.maxsize) -> int:\n    {SUM}\n"
        "    return x + y + (x > 5)\n",
        ("3)", "4, 5)"),
        SUMS,
    ),
    "a sentinel": (
        f"UNSET = object()\ndef f(x: int, y=UNSET) -> int:\n    {SUM}\n    return x + (x > 5)\n",
        ("3)", "4, 5)"),
        ("return x", "return 0 + x"),
    ),
    "a list as default": (
        f"def f(x: int, y: list[int] = []) -> int:\n    {SUM}\n    return x + sum(y) + (x > 5)\n",
        ("3)", "4, [5])"),
        ("return x + sum(y)", "return sum([x, *y])"),
    ),
    "more arguments": (
        f"def f(*numbers: int) -> int:\n    {SUM}\n    return sum(numbers) + (len(numbers) == 3)\n",
        ("3)", "4, 5)", "1, 2, 3)"),
        ("return sum(numbers)", "total = 0\nfor n in numbers:\n    total += n\nreturn total"),
    ),
    "more keywords": (
        f"def f(x: int, **more: int) -> int:\n    {SUM}\n    return x + sum(more.values()) + (x > 5)\n",
        ("3)", "4, a=5)"),
        ("return x + sum(more.values())", "return sum([x, *more.values()])"),
    ),
    "a generator": (
        'from collections.abc import Iterator\ndef f(xs: list[int], y: int = 1) -> Iterator[int]:\n'
        '    """Yield each of xs with y added."""\n    for x in xs:\n        yield x + y + (x > 5)\n',
        ("[3])", "[4, 2], 5)"),
        ("for x in xs:\n    yield x + y", "yield from [x + y for x in xs]"),
    ),
    "in place": (
        'def f(xs: list[int], y: int = 1) -> None:\n    """Add y to each of xs, in place."""\n'
        "    for i in range(len(xs)):\n        xs[i] += y + (xs[i] > 5)\n",
        ("[3])", "[4, 2], 5)"),
        ("for i in range(len(xs)):\n    xs[i] += y", "xs[:] = [x + y for x in xs]"),
    ),
    "a cached function": (
        f"from functools import lru_cache\n@lru_cache\ndef f(x: int, y: int = 1) -> int:\n    {SUM}\n"
        "    return x + y + (x > 5)\n",
        ("3)", "4, 5)"),
        SUMS,
    ),
}  # fmt: skip

METHODS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "a method": (
        f"class Box:\n    def __init__(self, start: int = 0) -> None:\n        self.start = start\n\n"
        f"    def f(self, x: int, y: int = 1) -> int:\n        {SUM}\n        return self.start + x + y + (x > 5)\n",
        ("3)",),
        ("return self.start + x + y", "return y + x + self.start"),
    ),
    "a static method": (
        f"class Box:\n    @staticmethod\n    def f(x: int, y: int = 1) -> int:\n        {SUM}\n"
        "        return x + y + (x > 5)\n",
        ("3)", "4, 5)"),
        SUMS,
    ),
    "a class method": (
        f"class Box:\n    ONE = 1\n\n    @classmethod\n    def f(cls, x: int, y: int = 1) -> int:\n        {SUM}\n"
        "        return x + y + cls.ONE + (x > 5)\n",
        ("3)", "4, 5)"),
        ("return x + y + cls.ONE", "return cls.ONE + y + x"),
    ),
    "a property": (
        "class Box:\n    def __init__(self, start: int, end: int) -> None:\n        self.start = start\n"
        '        self.end = end\n\n    @property\n    def f(self) -> int:\n        """The sum of both ends."""\n'
        "        return self.start + self.end + (self.start > 5)\n",
        (")",),
        ("return self.start + self.end", "return self.end + self.start"),
    ),
    "a method of a dataclass": (
        "from dataclasses import dataclass\n\n@dataclass\nclass Box:\n    start: int\n    end: int = 3\n\n"
        '    def f(self, x: int = 2) -> int:\n        """The sum of both ends and x."""\n'
        "        return self.start + self.end + x + (self.start > 5)\n",
        (")", "3)"),
        ("return self.start + self.end + x", "return self.end + self.start + x"),
    ),
}


async def examined(
    bench: MakeBench, text: str, name: str, calls: tuple[str, ...], bodies: tuple[str, ...]
) -> FunctionReport:
    script = Script(calls, [textwrap.indent(f"{body}\n", "    ") for body in bodies])
    return await (await bench(script.model())).check(text, name, fix=False)


def difference(report: FunctionReport) -> Verdict:
    """The verdict on what the function does otherwise than its implementations."""
    return next(verdict for verdict in report.verdicts if verdict.property.kind == "oracle")


@pytest.mark.parametrize("name", FUNCTIONS)
async def test_functions(bench: MakeBench, name: str) -> None:
    report = await examined(bench, FUNCTIONS[name][0], "f", *FUNCTIONS[name][1:])
    assert difference(report).ruling in (Ruling.VIOLATED, Ruling.SUGGESTED), difference(report)


@pytest.mark.parametrize("name", METHODS)
async def test_methods(bench: MakeBench, name: str) -> None:
    report = await examined(bench, METHODS[name][0], "Box.f", *METHODS[name][1:])
    assert difference(report).ruling in (Ruling.VIOLATED, Ruling.SUGGESTED), difference(report)


async def test_what_is_left_of_arguments_is_told(bench: MakeBench) -> None:
    text, *said = FUNCTIONS["in place"]
    told = difference(await examined(bench, text, "f", *said)).explanation
    assert told.startswith(
        "xs=[6], y=0, then its arguments are {'xs': [7], 'y': 0} instead of {'xs': [6], 'y': 0}; "
    ), told
    assert "the state of its arguments afterwards should be what the docstring asks for" in told


async def test_a_function_that_returns_something_may_use_its_arguments_up(bench: MakeBench) -> None:
    text = 'def f(xs: list[int]) -> int | None:\n    """Return the largest of xs, None if there is none."""\n'
    bodies = (
        "xs.sort()\nreturn xs[-1] if xs else None",
        "while len(xs) > 1:\n    xs.remove(min(xs))\nreturn xs[0] if xs else None",
    )
    report = await examined(bench, f"{text}    return max(xs, default=None)\n", "f", ("[3])", "[])"), bodies)
    assert difference(report).ruling is Ruling.HOLDS

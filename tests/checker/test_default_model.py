"""The whole loop for real: the default model, real workers, nothing remembered from before."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from refute.checker.analysis import FunctionReport
from refute.checker.checker import Checker
from refute.checker.interface import Notice
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.properties.units import Snapshot
from refute.repair.edits import apply_edits

pytestmark = [pytest.mark.real_model, pytest.mark.slow, pytest.mark.timeout(900)]

TEXT = '''\
def largest_first(numbers: list[int]) -> list[int]:
    """Return the numbers in descending order."""
    return sorted(numbers)


def shout(text: str) -> str:
    """Return the text in upper case, followed by an exclamation mark."""
    return text.upper() + "!"
'''
MENDED = TEXT.replace("sorted(numbers)", "sorted(numbers, reverse=True)")


@pytest.fixture
async def checker(tmp_path: Path) -> AsyncIterator[Checker]:
    notices: list[Notice] = []
    settings = Settings(python=sys.executable, samples=4, seconds=600)
    opened = await Checker.open(tmp_path, settings, notices.append, store=Store(None, None, print))
    yield opened
    await opened.aclose()
    assert [notice.text for notice in notices if notice.severity != "info"] == []


async def check(checker: Checker, folder: Path, name: str) -> FunctionReport:
    path = folder / "words.py"
    snapshot = Snapshot(path.as_uri(), 1, TEXT)
    unit = next(u for u in checker.analyse(snapshot).units if u.qualname == name)
    return await checker.check(snapshot, unit)


async def test_a_wrong_function_is_refuted_and_mended_and_a_right_one_is_left_alone(
    checker: Checker, tmp_path: Path
) -> None:
    wrong = await check(checker, tmp_path, "largest_first")
    assert wrong.verdict == "violated"
    example = wrong.violations[0].counterexample
    assert example is not None
    assert len(example.arguments[0][1]) <= len("[10, 20]")
    assert apply_edits(TEXT, wrong.fixes[0].edits) == MENDED
    assert (await check(checker, tmp_path, "shout")).verdict == "holds"

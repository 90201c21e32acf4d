"""What the tests of a project say counts, and a fix must not break them."""

from pathlib import Path

import pytest
from tests.checker.conftest import MakeBench

from refute.checker import neighbourhood
from refute.checker.analysis import FunctionReport, Ruling
from refute.checker.modules import module_source
from refute.checker.project_tests import find_tests
from refute.model.absent import NoModel
from refute.properties.rendering import render_test
from refute.repair.edits import apply_edits

SPACED = '''\
def spaced(n: int) -> int:
    """Return the number of gaps in a row of n things."""
    return n + 1
'''
TEST = "from module import spaced\n\n\ndef test_spaced():\n    assert spaced(4) == 3\n"
ODD = "from module import spaced\n\n\ndef test_odd():\n    for n in (7,):\n        assert spaced(n) == 6\n"


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fixed(text: str, report: FunctionReport) -> list[str]:
    return [apply_edits(text, fix.edits) for fix in report.fixes]


async def test_a_call_that_a_test_states_is_an_example(bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "tests/test_module.py", TEST)
    report = await (await bench(NoModel())).check(SPACED, "spaced")
    (violated,) = report.violations
    assert violated.explanation == "n=4 gives 5; the test in tests/test_module.py, line 5, says 3"


async def test_a_test_that_changes_is_read_again(
    bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "FRESH_SECONDS", -1.0)
    at_work = await bench(NoModel())
    put(tmp_path, "tests/test_module.py", TEST.replace("== 3", "== 5"))
    assert (await at_work.check(SPACED, "spaced")).violations == ()
    put(tmp_path, "tests/test_module.py", TEST)

    assert (await at_work.check(SPACED, "spaced")).violations != ()


async def test_fixes_pass_the_tests_of_the_project(bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "tests/test_module.py", TEST)
    put(tmp_path, "tests/test_more.py", ODD.replace("spaced(n) == 6", "spaced(n) < 9"))
    report = await (await bench(NoModel())).check(SPACED, "spaced")
    assert SPACED.replace("+", "-") in fixed(SPACED, report)
    assert report.fixes[0].tests == 2


async def test_a_fix_that_breaks_a_test_is_not_offered(bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "tests/test_module.py", TEST)
    put(tmp_path, "tests/test_more.py", ODD.replace("== 6", "== 8"))
    report = await (await bench(NoModel())).check(SPACED, "spaced")
    assert report.violations != ()
    assert SPACED.replace("+", "-") not in fixed(SPACED, report)


async def test_a_pinned_property_is_found_again_and_believed(
    bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "FRESH_SECONDS", -1.0)
    at_work = await bench(NoModel())
    right = SPACED.replace("n + 1", "n - 1")
    report = await at_work.check(right, "spaced")
    (holds,) = [v for v in report.verdicts if v.property.kind == "type" and v.ruling is Ruling.HOLDS]
    assert report.domain is not None
    text = render_test(report.unit, "module", holds.property, report.domain)
    put(tmp_path, "tests/refute/test_pinned.py", text)

    wrong = right.replace("n - 1", "(n - 1) / 1")
    report = await at_work.check(wrong, "spaced")
    (violated,) = report.violations
    assert violated.property.stated_at is not None
    assert violated.property.stated_at.path == "tests/refute/test_pinned.py"
    assert right in fixed(wrong, report) or report.fixes == () or report.fixes[0].pinned == 1


def test_tests_are_found_beside_a_module_and_above_it(tmp_path: Path) -> None:
    put(tmp_path, "src/shop/__init__.py", "")
    put(tmp_path, "src/shop/prices.py", SPACED)
    for name in ("tests/unit/test_a.py", "src/shop/test_b.py", "src/shop/tests/test_c.py", "tests/refute/test_d.py"):
        put(tmp_path, name, "from shop.prices import spaced\n")
    put(tmp_path, "tests/test_other.py", "from shop.orders import spaced\n")
    put(tmp_path, "tests/helper.py", "from shop.prices import spaced\n")
    found = find_tests(module_source(tmp_path / "src/shop/prices.py", SPACED, tmp_path), tmp_path, "tests/refute")
    assert [file.shown for file in found.pinned] == ["tests/refute/test_d.py"]
    assert {file.shown for file in found.plain} == {
        "tests/unit/test_a.py", "src/shop/test_b.py", "src/shop/tests/test_c.py"
    }  # fmt: skip


def test_where_something_is_done_before_each_test_nothing_is_certain(tmp_path: Path) -> None:
    put(tmp_path, "tests/conftest.py", "import pytest\n\n@pytest.fixture(autouse=True)\ndef change(): ...\n")
    put(tmp_path, "tests/test_module.py", TEST)
    found = find_tests(module_source(tmp_path / "module.py", SPACED, tmp_path), tmp_path, "tests/refute")
    assert (found.plain, [file.shown for file in found.prepared]) == ((), ["tests/test_module.py"])

"""What lies around a document: its callers, what it imports, and what git has of it."""

import subprocess
from pathlib import Path

import pytest
from tests.checker.conftest import MakeBench
from tests.locked import lock

from refute.checker import neighbourhood
from refute.checker.analysis import FunctionReport, Ruling
from refute.checker.neighbourhood import Neighbourhoods
from refute.model.absent import NoModel
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

LABEL = '''\
def label(code):
    """Return code with a mark."""
    return code + "!"
'''
DOUBLE = "def double(n: int) -> int:\n    return n * 2\n"


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def commit(folder: Path) -> None:
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        names = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", "-C", str(folder), *names, *command], check=True, capture_output=True)


def hints(report: FunctionReport) -> list[str]:
    return [v.explanation for v in report.verdicts if v.property.kind == "committed"]


def examples(folder: Path, unit: FunctionUnit, text: str = LABEL) -> list[str]:
    around = Neighbourhoods(folder, "tests/refute", ()).of(folder / "module.py", text)
    return [dict(given)["code"] for given in around.given_elsewhere(unit, around.tests.of(unit))]


@pytest.fixture
def unit() -> FunctionUnit:
    return parse_units(Snapshot("file:///module.py", None, LABEL)).units[0]


def test_callers_and_tests_say_what_is_passed(tmp_path: Path, unit: FunctionUnit) -> None:
    put(tmp_path, "app/main.py", "from module import label\nprint(label('A-1'))\n")
    put(tmp_path, "tests/test_module.py", "from module import label\n\ndef test_it():\n    print(label('B-2'))\n")
    put(
        tmp_path,
        "tests/test_more.py",
        "from module import label\n\ndef test_it():\n    c = 'C-3'\n    assert label(c)\n",
    )
    put(tmp_path, "node_modules/other.py", "from module import label\nlabel('ignored')\n")
    assert set(examples(tmp_path, unit)) == {"'A-1'", "'B-2'", "'C-3'"}


def test_a_folder_that_may_not_be_searched_is_passed_over(
    tmp_path: Path, unit: FunctionUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "app/main.py", "from module import label\nprint(label('A-1'))\n")
    put(tmp_path, "locked/main.py", "from module import label\nlabel('B-2')\n")
    lock(tmp_path / "locked", monkeypatch)
    assert examples(tmp_path, unit, "import locked.main\n" + LABEL) == ["'A-1'"]


async def test_a_new_call_is_a_reason_to_check_again(
    bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "FRESH_SECONDS", -1.0)
    monkeypatch.setattr(neighbourhood, "LISTED_SECONDS", -1.0)
    at_work = await bench(NoModel())
    put(tmp_path, "main.py", "from module import label\nlabel('A-1')\n")
    first = await at_work.check(LABEL, "label")
    put(tmp_path, "main.py", "from module import label\nlabel('B-22')\n")
    second = await at_work.check(LABEL, "label")
    assert first.domain is not None
    assert second.domain is not None
    assert (first.domain.examples, second.domain.examples) == (((("code", "'A-1'"),),), ((("code", "'B-22'"),),))


async def test_a_changed_result_of_an_undocumented_function_is_a_hint(bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "module.py", DOUBLE)
    commit(tmp_path)
    report = await (await bench(NoModel())).check(DOUBLE.replace("* 2", "+ 2"), "double")
    (hint,) = [v for v in report.verdicts if v.property.kind == "committed"]
    assert hint.ruling is Ruling.SUGGESTED
    assert hint.explanation == "n=0 gives 2; in the last commit it gave 0"
    assert report.verdict == "holds"
    assert report.violations == ()


@pytest.mark.parametrize(
    "text",
    [
        DOUBLE,
        DOUBLE.replace("n * 2", "n + n"),
        DOUBLE.replace("n: int", "n: int, by: int = 0").replace("* 2", "+ 2"),
        DOUBLE.replace("    return n * 2", '    """Twice n."""\n    return n + 2'),
        DOUBLE.replace("    return n * 2", "    import random\n    return random.random()"),
    ],
)
async def test_nothing_is_said_without_a_reason(text: str, bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "module.py", DOUBLE)
    commit(tmp_path)
    assert hints(await (await bench(NoModel())).check(text, "double")) == []


async def test_a_commit_ends_the_hint(bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood, "FRESH_SECONDS", -1.0)
    at_work = await bench(NoModel())
    put(tmp_path, "module.py", DOUBLE)
    commit(tmp_path)
    other = DOUBLE.replace("* 2", "+ 2")
    assert hints(await at_work.check(other, "double"))
    commit(tmp_path)
    assert hints(await at_work.check(other, "double")) == []


async def test_without_a_repository_there_is_no_hint(bench: MakeBench, tmp_path: Path) -> None:
    put(tmp_path, "module.py", DOUBLE)
    assert hints(await (await bench(NoModel())).check(DOUBLE.replace("* 2", "+ 2"), "double")) == []

"""`refute implement`, with a fake checker."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tests.cli.conftest import FakeChecker, judged, replacing, violated

from refute.checker.analysis import FunctionReport
from refute.properties.units import FunctionUnit, Snapshot

Refute = Callable[..., Result]
STUB = 'def f(x: int) -> int:\n    """Return x."""\n    ...\n'
OTHER = "\n\ndef g(x: int) -> int:\n    return x\n"
NO_MODEL = "writing a body takes a model"


def body(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
    report = judged(unit, "holds")
    return FunctionReport(report.unit, "holds", fixes=(replacing(snapshot, "...", "return x"),))


@pytest.fixture
def stub(project: Path, checker: FakeChecker) -> Path:
    """A file with a stub and another function."""
    checker.judge = body
    path = project / "a.py"
    path.write_text(STUB + OTHER)
    return path


def test_the_body_is_shown_and_the_file_left_as_it_is(refute: Refute, stub: Path) -> None:
    result = refute("implement", "a.py::f")
    assert result.exit_code == 0
    assert "+     return x" in result.stdout
    assert "Add --write" in result.stdout
    assert stub.read_text() == STUB + OTHER


def test_write_puts_the_body_into_the_file(refute: Refute, stub: Path) -> None:
    assert refute("implement", "--write", "a.py::f").stderr.endswith("a.py: 1 body written\n")
    assert stub.read_text() == STUB.replace("...", "return x") + OTHER


def test_a_file_without_a_function_means_its_stubs(refute: Refute, stub: Path, checker: FakeChecker) -> None:
    refute("implement", "a.py")
    assert checker.checked == ["f"]


def test_rounds_come_from_the_option(refute: Refute, stub: Path, checker: FakeChecker) -> None:
    refute("implement", "a.py::f", "--rounds", "0")
    assert checker.rounds == 0


def test_a_body_that_violates_something_is_shown_with_it(refute: Refute, stub: Path, checker: FakeChecker) -> None:
    checker.judge = lambda snapshot, unit: violated(unit, replacing(snapshot, "...", "return x"))
    result = refute("implement", "a.py::f")
    assert result.exit_code == 1
    assert "violated" in result.stdout


def test_status_is_3_where_nothing_was_written(refute: Refute, stub: Path, checker: FakeChecker) -> None:
    checker.judge = lambda snapshot, unit: judged(unit, "skipped", NO_MODEL)
    result = refute("implement", "a.py::f")
    assert result.exit_code == 3
    assert NO_MODEL in result.stdout


def test_jsonl_has_the_lines_of_a_check(refute: Refute, stub: Path) -> None:
    (line,) = map(json.loads, refute("implement", "--format", "jsonl", "a.py::f").stdout.splitlines())
    assert (line["function"], line["verdict"], line["fix"]["origin"]) == ("f", "holds", "mutation")


@pytest.mark.parametrize("arguments", [[], ["nowhere.py"], ["a.py::h"], ["a.py", "--rounds", "-1"]])
def test_status_is_2_on_wrong_usage(refute: Refute, stub: Path, arguments: list[str]) -> None:
    assert refute("implement", *arguments).exit_code == 2

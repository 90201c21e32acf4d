import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.conftest import FakeChecker, judged, replacing, violated

from refute.checker.analysis import FunctionReport
from refute.checker.interface import Notice
from refute.cli.__main__ import cli
from refute.properties.units import FunctionUnit, Snapshot

Refute = Callable[..., Result]
FUNCTION = 'def f(x: int) -> int:\n    """Return x, never negative."""\n    return x - 1\n'


def bug_in_f(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
    return violated(unit, replacing(snapshot, "x - 1", "x")) if unit.qualname == "f" else judged(unit, "holds")


def test_status_is_0_where_nothing_is_violated(refute: Refute, project: Path) -> None:
    (project / "a.py").write_text(FUNCTION)
    result = refute("check")
    assert (result.exit_code, result.stdout.splitlines()[-1].split(" in ")[0]) == (0, "1 holds")


def test_status_is_1_where_something_is_violated(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    checker.judge = bug_in_f
    assert refute("check").exit_code == 1


@pytest.mark.parametrize("arguments", [["nowhere.py"], ["a.py::g"], [".::f"], ["--write"], ["--format", "xml"]])
def test_status_is_2_on_wrong_usage(refute: Refute, project: Path, arguments: list[str]) -> None:
    (project / "a.py").write_text(FUNCTION)
    result = refute("check", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


def test_status_is_3_where_the_checker_lacks_something(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    checker.notices = (Notice("error", "there is no interpreter; set --python"),) * 2
    checker.judge = lambda snapshot, unit: judged(unit, "skipped", "there is no interpreter")
    result = refute("check")
    assert result.exit_code == 3
    assert result.stderr.count("error: there is no interpreter; set --python") == 1


def test_status_is_3_where_no_file_can_be_read(refute: Refute, project: Path) -> None:
    (project / "a.py").write_text("def f(:\n")
    result = refute("check")
    assert result.exit_code == 3
    assert "error: a.py: line 1: invalid syntax; the file is not checked" in result.stderr


def test_status_is_3_where_no_module_can_be_imported(refute: Refute, project: Path) -> None:
    (project / "a.py").write_text("import missing_package\n" + FUNCTION + "async def g() -> int: ...\n")
    (project / "pyproject.toml").write_text('[tool.refute]\nsandbox = "best-effort"\n')
    result = CliRunner().invoke(cli, ["check", "--model", "none", "--no-cache", "--python", sys.executable])
    assert "No module named 'missing_package'" in result.stdout
    assert result.exit_code == 3


def test_status_is_0_where_functions_are_left_alone(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    checker.judge = lambda snapshot, unit: judged(unit, "skipped", "it writes files")
    assert refute("check").exit_code == 0


def test_status_is_0_where_there_are_no_functions(refute: Refute) -> None:
    result = refute("check")
    assert (result.exit_code, result.stdout) == (0, "There are no functions to check.\n")


def test_a_file_with_a_problem_does_not_stop_the_others(refute: Refute, project: Path) -> None:
    (project / "bad.py").write_bytes(b"def f(x):\n    return '\xe9'\n\n\n")
    (project / "good.py").write_text(FUNCTION)
    result = refute("check", "--format", "jsonl")
    assert "error: bad.py: line 2 is not utf-8; save it as UTF-8, or name its encoding" in result.stderr
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == ["good.py"]
    assert result.exit_code == 0


def test_jsonl_is_the_only_thing_on_stdout(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION + "\n" + FUNCTION.replace("f(", "g("))
    checker.judge = bug_in_f
    result = refute("check", "--fix", "--format", "jsonl")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["function"], line["line"], line["verdict"]) for line in lines] == [
        ("f", 1, "violated"),
        ("g", 5, "holds"),
    ]


def test_a_single_function_or_method_can_be_named(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(
        "class C:\n    def m(self): ...\n    def n(self): ...\n\ndef f(): ...\ndef g(): ...\n"
    )
    refute("check", "a.py::g", "a.py::C::m")
    assert checker.checked == ["C.m", "g"]


def test_a_function_that_is_misspelt_gets_a_suggestion(refute: Refute, project: Path) -> None:
    (project / "a.py").write_text("def median(values): ...\n")
    assert "a.py has no function 'medain'; did you mean 'median'?" in refute("check", "a.py::medain").stderr


def test_options_override_the_settings_of_the_project(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "pyproject.toml").write_text("[tool.refute]\nexamples = 7\nseed = 3\nmodel = 'none'\n")
    (project / "a.py").write_text(FUNCTION)
    refute("check", "--examples", "9", "--no-cache")
    settings = checker.settings
    assert (settings.examples, settings.seed, settings.model, settings.cache) == (9, 3, "none", False)


def test_fixes_are_looked_for_only_when_wanted(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    refute("check")
    assert not checker.fixes_wanted
    refute("check", "--fix")
    assert checker.fixes_wanted


def test_several_functions_are_checked_at_once_but_not_more_than_jobs(
    refute: Refute, project: Path, checker: FakeChecker
) -> None:
    (project / "a.py").write_text("".join(f"def f{n}(): ...\n" for n in range(9)))
    refute("check", "--jobs", "3")
    assert checker.most_running == 3


def test_an_interrupted_run_says_what_is_done_so_far(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION + FUNCTION.replace("f(", "g("))

    def interrupt(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
        if unit.qualname == "g":
            raise KeyboardInterrupt
        return violated(unit)

    checker.judge = interrupt
    result = refute("check", "--jobs", "1")
    assert result.exit_code == 130
    assert "a.py:1 f" in result.stdout
    assert "interrupted: 1 of 2 functions were checked" in result.stderr
    assert "1 violated in" in result.stdout
    assert checker.closed


def test_fixes_are_written_and_shown(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    checker.judge = bug_in_f
    result = refute("check", "--fix", "--write", "--format", "jsonl")
    assert (project / "a.py").read_text() == FUNCTION.replace("x - 1", "x")
    assert "-    return x - 1\n+    return x\n" in result.stderr
    assert "a.py: 1 fix written" in result.stderr


def test_nothing_is_written_without_write(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)
    checker.judge = bug_in_f
    refute("check", "--fix")
    assert (project / "a.py").read_text() == FUNCTION


def test_a_file_that_changed_meanwhile_is_left_alone(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION)

    def edit_meanwhile(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
        (project / "a.py").write_text("# mine\n")
        return bug_in_f(snapshot, unit)

    checker.judge = edit_meanwhile
    result = refute("check", "--fix", "--write")
    assert (project / "a.py").read_text() == "# mine\n"
    assert "error: a.py: it changed while it was checked" in result.stderr


def test_of_two_fixes_that_overlap_one_is_written(refute: Refute, project: Path, checker: FakeChecker) -> None:
    (project / "a.py").write_text(FUNCTION + FUNCTION.replace("f(", "g("))
    checker.judge = lambda snapshot, unit: violated(unit, replacing(snapshot, "x - 1", f"x + {len(unit.qualname)}"))
    result = refute("check", "--fix", "--write")
    assert (project / "a.py").read_text().count("x + 1") == 1
    assert "a.py: 1 left out, since another touches the same lines" in result.stderr

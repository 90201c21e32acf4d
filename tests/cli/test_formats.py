"""The formats that other programs read, beside jsonl."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from tests.cli.conftest import FakeChecker, judged, replacing, violated

from refute.checker.analysis import FunctionReport
from refute.cli.github import annotation
from refute.properties.units import FunctionUnit, Snapshot

SOURCE = 'def f(x):\n    """Return x."""\n    return "𝟙", x - 1\n\ndef g(x): ...\ndef h(x): ...\n'


@pytest.fixture
def output(refute: Callable[..., Result], project: Path, checker: FakeChecker) -> Callable[[str], str]:
    """The output in a format about a file with a function that is violated, one that holds, and one unknown."""
    (project / "a b.py").write_text(SOURCE)

    def judge(snapshot: Snapshot, unit: FunctionUnit) -> FunctionReport:
        if unit.qualname == "f":
            return violated(unit, replacing(snapshot, "x - 1", "x"))
        return judged(unit, "holds") if unit.qualname == "g" else judged(unit, "unknown", "no property stood")

    checker.judge = judge
    return lambda form: refute("check", "--fix", "--format", form).stdout


def test_sarif_has_one_result_for_each_violation(output: Callable[[str], str]) -> None:
    (run,) = json.loads(output("sarif"))["runs"]
    (result,) = run["results"]
    assert result["ruleId"] == "postcondition"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["postcondition"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.py"},
        "region": {"startLine": 1, "startColumn": 5, "endColumn": 6},
    }
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 2}


def test_sarif_fixes_are_regions_in_utf16_units(output: Callable[[str], str]) -> None:
    (run,) = json.loads(output("sarif"))["runs"]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 18, "endLine": 3, "endColumn": 23},
            "insertedContent": {"text": "x"},
        }
    ]


def test_junit_has_a_case_for_each_function(output: Callable[[str], str]) -> None:
    (suite,) = ET.fromstring(output("junit"))
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
    }
    assert [[child.tag for child in case] for case in suite] == [["failure"], [], ["skipped"]]
    assert suite[0][0].text == ("violated: the result is not negative\nf(x=0) returned -1\nevidence: docstring, line 2")


def test_github_gets_an_annotation_for_each_violation(output: Callable[[str], str]) -> None:
    first, last = output("github").splitlines()
    assert first.startswith("::warning file=a b.py,line=1,title=f%3A the result is not negative::violated: ")
    assert last == "1 violated, 1 holds, 1 unknown"


def test_annotations_escape_what_would_end_them() -> None:
    assert annotation("a,b.py", 1, "x:y", "50 %\nmore") == "::warning file=a%2Cb.py,line=1,title=x%3Ay::50 %25%0Amore"

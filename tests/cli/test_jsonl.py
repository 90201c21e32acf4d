import ast
from dataclasses import replace

import pytest
from tests.cli.conftest import judged, property_of, replacing, violated

from refute.checker.analysis import Ruling
from refute.checker.records import property_source
from refute.cli.jsonl import report_line
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

SNAPSHOT = Snapshot("file:///a.py", None, 'def f(x):\n    """Return x."""\n    return "𝟙", x - 1\n')


@pytest.fixture
def unit() -> FunctionUnit:
    return parse_units(SNAPSHOT).units[0]


def test_a_violation_is_told_in_full(unit: FunctionUnit) -> None:
    report = replace(violated(unit), sandbox=("fs-read", "fs-write", "network", "process"))
    line = report_line("a.py", SNAPSHOT.text, report)
    assert line == {
        "file": "a.py",
        "function": "f",
        "line": 1,
        "verdict": "violated",
        "reason": None,
        "seconds": 1.5,
        "sandbox": ["fs-read", "fs-write", "network", "process"],
        "domain": {
            "parameters": {"x": "integers()"},
            "precondition": "x >= 0",
            "evidence": {"x": "type"},
            "narrowed": [],
        },
        "properties": [
            {
                "id": property_of(unit).id,
                "kind": "postcondition",
                "statement": "the result is not negative",
                "source": "assert result >= 0",
                "evidence": "docstring",
                "status": "violated",
                "ruling": "violated",
                "confidence": 0.97,
                "examples": 200,
                "counterexample": {
                    "arguments": {"x": "0"},
                    "result": "-1",
                    "exception": None,
                    "line": None,
                    "then": None,
                    "expected": None,
                    "explanation": 'expected 1 (docstring, line 2: "Return x.")',
                    "trace": [],
                },
                "specLine": 2,
                "statedAt": None,
            }
        ],
        "fix": None,
        "alternatives": [],
    }


def test_edits_are_ranges_in_utf16_units(unit: FunctionUnit) -> None:
    line = report_line("a.py", SNAPSHOT.text, violated(unit, replacing(SNAPSHOT, "x - 1", "x")))
    assert line["fix"]["edits"] == [
        {"range": {"start": {"line": 2, "character": 17}, "end": {"line": 2, "character": 22}}, "newText": "x"}
    ]
    checked = {"properties": 5, "examples": 1000, "pinned": 0, "tests": 0, "counterexamples": 0}
    assert line["fix"]["checked"] == checked


def test_a_function_that_was_not_judged_says_why(unit: FunctionUnit) -> None:
    line = report_line("a.py", SNAPSHOT.text, judged(unit, "unknown", "no property stood"))
    assert (line["verdict"], line["reason"], line["domain"]) == ("unknown", "no property stood", None)
    assert line["properties"] == []


@pytest.mark.parametrize("ruling", Ruling)
def test_every_ruling_has_one_of_the_promised_words(unit: FunctionUnit, ruling: Ruling) -> None:
    report = violated(unit)
    report = replace(report, verdicts=(replace(report.verdicts[0], ruling=ruling),))
    status = report_line("a.py", SNAPSHOT.text, report)["properties"][0]["status"]
    assert status in {"violated", "holds", "vacuous", "rejected", "error"}


@pytest.mark.parametrize("when", [None, "x > 0"])
@pytest.mark.parametrize("setup", ["", "def g(y):\n    return y\n"])
@pytest.mark.parametrize("example", [None, (("x", "[1]"),)])
def test_the_source_of_a_property_is_python(
    unit: FunctionUnit, when: str | None, setup: str, example: tuple[tuple[str, str], ...] | None
) -> None:
    source = property_source(property_of(unit, when=when, setup=setup, example=example))
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))

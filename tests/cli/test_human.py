import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console
from tests.cli.conftest import FakeChecker, judged, property_of, replacing, violated

from refute.checker.analysis import FunctionReport
from refute.cli import wording
from refute.cli.checking import Done, Job, Run
from refute.cli.human import HumanOutput, render
from refute.cli.sources import SourceFile, read
from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot
from refute.worker.protocol import Counterexample

TEXT = '''\
def absolute(x: int) -> int:
    """Return the distance of x from zero."""
    if x < 0:
        return x
    return x
'''


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    (tmp_path / "a.py").write_text(TEXT)
    return read(tmp_path / "a.py", "pkg/a.py")


def unit_of(text: str) -> FunctionUnit:
    return parse_units(Snapshot("file:///a.py", None, text)).units[0]


def lines(source: SourceFile, report: FunctionReport, columns: int = 80) -> list[str]:
    return [line.plain.rstrip() for line in render(source, report, columns)]


def test_a_violation_reads_as_a_person_would_tell_it(source: SourceFile) -> None:
    report = violated(unit_of(TEXT), replacing(source.snapshot, "    return x", "    return -x"))
    assert lines(source, report) == [
        "pkg/a.py:1 absolute",
        "  | def absolute(x: int) -> int:",
        "",
        "  violated        the result is not negative",
        "  counterexample  absolute(x=0)",
        "                  returned -1",
        "  evidence        docstring, line 2",
        '                  "Return the distance of x from zero."',
        "  fix             use     return -x (passes 5 properties on 1000 inputs)",
        "               3        if x < 0:",
        "               4  -         return x",
        "                  +         return -x",
        "               5        return x",
    ]


def test_long_sentences_are_wrapped_beside_their_label(source: SourceFile) -> None:
    report = violated(unit_of(TEXT), statement="word " * 40)
    assert max(map(len, lines(source, report, 60))) <= 60


def test_of_many_violations_the_surest_is_told_in_full(source: SourceFile) -> None:
    report = violated(unit_of(TEXT))
    verdicts = tuple(
        replace(report.verdicts[0], property=property_of(report.unit, statement=f"claim {n}"), confidence=n / 10)
        for n in range(5)
    )
    told = [line for line in lines(source, replace(report, verdicts=verdicts)) if "violated" in line]
    assert told == [
        "  violated        claim 4",
        "  also violated   claim 3",
        "  also violated   claim 2",
        "  also violated   2 more properties",
    ]


def output_of(*done: Done, **state: bool) -> str:
    stream = io.StringIO()
    output = HumanOutput(Console(file=stream, width=100), fix=False, write=False)
    run = Run(tuple(Job(item.source, item.report.unit) for item in done), list(done), **state)
    output.begin(run.jobs)
    for item in reversed(done):
        output.add(item)
    output.end(run)
    return stream.getvalue()


def test_functions_come_in_the_order_of_lines_whichever_is_done_first(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TEXT + TEXT.replace("absolute", "second"))
    source = read(tmp_path / "a.py", "a.py")
    first, second = parse_units(source.snapshot).units
    printed = output_of(Done(source, violated(first)), Done(source, violated(second)))
    assert printed.index("a.py:1 absolute") < printed.index("a.py:6 second")


def test_reasons_are_told_once_with_the_functions_they_hold_for(source: SourceFile) -> None:
    reports = [judged(unit_of(TEXT), "skipped", "it opens a socket")] * 3
    printed = output_of(*(Done(source, report) for report in reports))
    assert printed.count("it opens a socket: pkg/a.py:1 absolute, pkg/a.py:1 absolute, pkg/a.py:1 absolute") == 1
    assert "3 skipped in" in printed


def test_functions_that_hold_are_only_counted(source: SourceFile) -> None:
    assert output_of(Done(source, judged(unit_of(TEXT), "holds"))).startswith("1 holds in")


def test_nothing_is_coloured_where_output_is_piped(
    refute: Callable[..., Result], project: Path, checker: FakeChecker
) -> None:
    (project / "a.py").write_text(TEXT)
    checker.judge = lambda snapshot, unit: violated(unit)
    assert "\x1b" not in refute("check").stdout


@pytest.mark.parametrize(
    ("source_text", "arguments", "call"),
    [
        ("def f(x, y): ...", (("x", "[1]"), ("y", "2")), "f(x=[1], y=2)"),
        ("def f(x, *rest): ...", (("x", "1"), ("rest", "(2,)")), "f(1, *(2,))"),
        ("class C:\n    @property\n    def f(self): ...", (("self", "C(1)"),), "C(1).f"),
        ("def f(x, /, *rest, **more): ...", (("x", "1"), ("rest", "(2,)"), ("more", "{}")), "f(1, *(2,), **{})"),
        ("class C:\n  def m(self, x): ...", (("self", "C(1)"), ("x", "2")), "C(1).m(x=2)"),
        ("class C:\n  @staticmethod\n  def m(x): ...", (("x", "2"),), "C.m(x=2)"),
    ],
)
def test_a_counterexample_is_a_call(source_text: str, arguments: tuple[tuple[str, str], ...], call: str) -> None:
    assert wording.call(unit_of(source_text), Counterexample(arguments, "0", None)) == call


@pytest.mark.parametrize("evidence", Evidence)
def test_every_kind_of_evidence_has_words(evidence: Evidence) -> None:
    assert wording.evidence(property_of(unit_of(TEXT), evidence=evidence)).endswith(", line 2")


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (33.6, "34 s"), (200.0, "3 min 20 s")])
def test_durations_are_as_exact_as_matters(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text

"""What an editor shows stays true while the text moves."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from refute.checker.analysis import Analysis, FunctionReport, Ruling, Verdict
from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.units import Snapshot
from refute.repair.fix import Edit, Fix
from refute.server.view import View
from refute.worker.protocol import Counterexample

ABOVE = ["import os", "", "# above", "def above():\n    return 0"]
BODY = ["    a = 1", "    b = 2", "    raise ValueError(a, b)", "    return a"]
BETWEEN = st.lists(st.sampled_from(["    # a comment", "", "    # another"]), max_size=3)
CLAIM = Property("raises", "it never raises", "error is None", Evidence.DOCSTRING)


def analysis_of(text: str, *reports: FunctionReport) -> Analysis:
    snapshot = Snapshot("file:///a.py", 1, text)
    parsed = parse_units(snapshot)
    return Analysis(snapshot, parsed.units, reports, parsed.problem)


def view_of(text: str) -> View:
    return View(Snapshot("file:///a.py", 0, "")).advanced(analysis_of(text))


def violated_view(text: str) -> View:
    """A view whose function `f` raises in its third line, with a fix of that line and a docstring to rest on."""
    view = view_of(text)
    function = view.function("f")
    assert function is not None
    line = text.split("\n").index("    raise ValueError(a, b)")
    counterexample = Counterexample((), None, "ValueError: 1, 2", line + 1)
    claim = replace(CLAIM, spec_line=function.unit.spec.docstring_line)
    fix = Fix("drop it", (Edit(line, 4, line, 26, "pass"),), "", "mutation", 1, 1)
    verdict = Verdict(claim, Ruling.VIOLATED, 0.9, counterexample)
    return view.with_report(FunctionReport(function.unit, "violated", None, None, (verdict,), (fix,)))


def document(above: list[str], gaps: list[list[str]]) -> str:
    body = [line for gap, statement in zip(gaps, BODY, strict=True) for line in (*gap, statement)]
    return "\n".join((*above, "def f():", '    """Never raises."""', *body, "")) + "\n"


@given(
    above=st.lists(st.sampled_from(ABOVE), max_size=4, unique=True),
    gaps=st.lists(BETWEEN, min_size=4, max_size=4),
    later_above=st.lists(st.sampled_from(ABOVE), max_size=4, unique=True),
    later_gaps=st.lists(BETWEEN, min_size=4, max_size=4),
)
def test_everything_known_of_a_function_moves_with_it(
    above: list[str], gaps: list[list[str]], later_above: list[str], later_gaps: list[list[str]]
) -> None:
    later = document(later_above, later_gaps)
    function = violated_view(document(above, gaps)).advanced(analysis_of(later)).function("f")
    assert function is not None
    assert function.report is not None
    assert not function.outdated
    (verdict,), (fix,) = function.report.verdicts, function.report.fixes
    lines = later.split("\n")
    assert verdict.counterexample is not None
    assert verdict.counterexample.line is not None
    assert lines[verdict.counterexample.line - 1] == "    raise ValueError(a, b)"
    assert verdict.property.spec_line is not None
    assert lines[verdict.property.spec_line] == '    """Never raises."""'
    (edit,) = fix.edits
    assert (edit.start_line, edit.end_line) == (verdict.counterexample.line - 1,) * 2


def test_an_edited_function_keeps_its_report_without_its_fixes() -> None:
    text = document([], [[]] * 4)
    function = violated_view(text).advanced(analysis_of(text.replace("b = 2", "b = 3"))).function("f")
    assert function is not None
    assert function.report is not None
    assert (function.outdated, function.is_due, function.report.fixes) == (True, True, ())
    assert len(function.report.violations) == 1


def test_of_two_functions_with_one_name_the_one_that_counts_is_meant() -> None:
    text = "def f():\n    return 1\n\n\ndef f():\n    return 1\n"
    view = view_of(text)
    (_, last) = view.functions
    assert view.function("f") is last
    checked = view.with_report(FunctionReport(last.unit, "holds")).advanced(analysis_of(text))
    assert [function.checked is not None for function in checked.functions] == [False, True]


def test_a_line_that_is_gone_is_not_pointed_at() -> None:
    text = document([], [[]] * 4)
    function = violated_view(text).advanced(analysis_of(text.replace("    raise ValueError(a, b)\n", ""))).function("f")
    assert function is not None
    assert function.report is not None
    (verdict,) = function.report.verdicts
    assert verdict.counterexample is not None
    assert verdict.counterexample.line is None


def test_a_report_of_another_version_is_not_taken() -> None:
    view = view_of("def f():\n    return 1\n")
    (other,) = view_of("def f():\n    return 2\n").functions
    assert view.with_report(FunctionReport(other.unit, "holds")) is view


def test_a_report_that_may_still_change_does_not_hide_a_violation() -> None:
    view = violated_view(document([], [[]] * 4))
    (function,) = view.functions
    assert view.with_report(FunctionReport(function.unit, "unknown", "it is early", final=False)) is view
    final = view.with_report(FunctionReport(function.unit, "holds"))
    assert final.functions[0].checked is not None
    assert final.functions[0].checked.verdict == "holds"


def test_what_the_next_analysis_does_not_confirm_is_in_doubt() -> None:
    text = document([], [[]] * 4)
    view = violated_view(text)
    (function,) = view.functions
    assert function.checked is not None
    assert view.in_doubt().advanced(analysis_of(text)).functions[0].outdated
    assert not view.in_doubt().advanced(analysis_of(text, function.checked)).functions[0].outdated


def test_the_last_dismissed_violation_leaves_nothing_to_say() -> None:
    view = violated_view(document([], [[]] * 4)).without_property("f", CLAIM.id)
    report = view.functions[0].report
    assert report is not None
    assert (report.verdict, report.reason, report.fixes) == ("unknown", "its violated properties were dismissed", ())


@given(
    before=st.integers(0, 3),
    lines=st.lists(st.sampled_from(["(", "x = = 1", "# fine"]), min_size=1, max_size=3),
    removed=st.integers(0, 2),
)
def test_beside_a_syntax_error_untouched_functions_stay_at_their_text(
    before: int, lines: list[str], removed: int
) -> None:
    text = "def a():\n    return 1\n\n\n" + "# gap\n" * 4 + "\n\ndef z():\n    return 2\n"
    old = text.split("\n")
    at = 4 + before
    new = "\n".join((*old[:at], "(", *lines, *old[min(at + removed, 8) :]))
    analysis = analysis_of(new)
    assert analysis.problem is not None
    view = view_of(text).advanced(analysis)
    assert [f.unit.qualname for f in view.functions] == ["a", "z"]
    for function in view.functions:
        assert new.split("\n")[function.unit.name_range[0]] == f"def {function.unit.qualname}():"
        assert not function.outdated


def test_a_function_with_a_syntax_error_inside_is_in_doubt() -> None:
    text = document([], [[]] * 4)
    function = violated_view(text).advanced(analysis_of(text.replace("b = 2", "b = = 2"))).function("f")
    assert function is not None
    assert function.outdated

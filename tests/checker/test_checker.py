"""The loop over one function, with a fake model and real workers."""

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.checker.conftest import Bench, MakeBench, Script

from refute.checker.analysis import Ruling
from refute.checker.checker import Checker
from refute.checker.messages import NO_INPUTS
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.model.absent import NoModel
from refute.model.fake import FakeModel
from refute.properties.units import Snapshot
from refute.repair.edits import apply_edits

RIGHT = '''\
def f(x: int, low: int, high: int) -> int:
    """Return x moved into the range from low to high, both of which belong to it."""
    if x < low:
        return low
    if x > high:
        return high
    return x
'''
WRONG = RIGHT.replace("return high", "return low")
CLAMP = Script(
    calls=["5, 0, 10)", "-3, 0, 10)", "12, 0, 10)", "0, 0, 0)"],
    bodies=[
        "    return max(low, min(x, high))",
        "    return low if x < low else min(x, high)",
        "    if x > high:\n        return high\n    return max(low, x)",
    ],
    postconditions=(
        'not above high", "check": "result <= max(low, high)"}, {"says": "x itself", "check": "result == x"}]'
    ),
)


async def test_a_right_function_holds(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(RIGHT)
    assert report.verdict == "holds"
    assert any(v.property.kind == "oracle" and v.ruling is Ruling.HOLDS for v in report.verdicts)


async def test_a_wrong_function_is_violated_with_a_small_counterexample(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(WRONG)
    assert report.verdict == "violated"
    example = report.violations[0].counterexample
    assert example is not None
    arguments = {name: int(text) for name, text in example.arguments}
    assert arguments["low"] <= arguments["high"] < arguments["x"]


async def test_the_fix_is_the_smallest_change_and_was_checked(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(WRONG)
    assert apply_edits(WRONG, report.fixes[0].edits) == RIGHT
    assert report.fixes[0].origin == "mutation"
    assert report.fixes[0].examples >= 500


async def test_calls_that_leave_out_a_default_do_not_hide_a_defect(bench: MakeBench) -> None:
    source = 'def f(x: int, scale: int = 2) -> int:\n    """Return x times scale."""\n    return x * scale + (x > 5)\n'
    script = Script(["3)", "40)", "4, 5)"], ["    return x * scale\n", "    return scale * x\n"])
    report = await (await bench(script.model())).check(source)
    assert report.verdict == "violated", report
    found = report.violations[0].counterexample
    assert found is not None
    assert dict(found.arguments).keys() == {"x", "scale"}
    assert report.domain is not None
    assert (("x", "3"), ("scale", "2")) in report.domain.examples


async def test_an_edit_that_the_model_finds_unlikely_is_no_reason_for_a_warning(bench: MakeBench) -> None:
    report = await (await bench(replace(CLAMP, likely="return low\n    return x").model())).check(WRONG)
    assert report.violations == ()
    assert report.testimony is not None
    assert report.testimony.differing > 0


NONSENSE = ["    return x + 1", "    return low - 1", "    return x - low", "    return high * 2"]


async def test_a_few_voices_are_enough_where_a_likely_edit_does_the_same(bench: MakeBench) -> None:
    script = replace(CLAMP, bodies=[CLAMP.bodies[1], *NONSENSE])
    report = await (await bench(script.model(), samples=5)).check(WRONG)
    assert report.verdict == "violated"
    assert apply_edits(WRONG, report.fixes[0].edits) == RIGHT


async def test_a_loop_that_never_ends_is_a_violation_where_an_edit_ends(bench: MakeBench) -> None:
    right = '''\
def f(n: int) -> int:
    """Return the sum of the numbers from 1 to n, a number between 0 and 50."""
    total = 0
    while n > 0:
        total += n
        n -= 1
    return total
'''
    wrong = right.replace("n -= 1", "n -= 0")
    bodies = ["    return n * (n + 1) // 2", "    return sum(range(n + 1))", "    return sum(range(1, n + 1))"]
    report = await (await bench(Script(["3)", "10)", "0)"], bodies, likely="n -= 1").model())).check(wrong)
    assert report.verdict == "violated"
    assert "no answer within" in report.violations[0].explanation
    assert apply_edits(wrong, report.fixes[0].edits) == right


async def test_two_implementations_that_do_the_same_clear_a_function(bench: MakeBench) -> None:
    own = RIGHT[RIGHT.index("    if") :]
    model = replace(CLAMP, bodies=[own, own, *["    return low"] * 3], likely="nothing").model()
    report = await (await bench(model, samples=5)).check(RIGHT)
    assert report.violations == ()
    assert sum("Write the body" in request.prompt.user for request in model.requests) == 1


async def test_implementations_that_lack_a_name_have_no_vote(bench: MakeBench) -> None:
    """They agree on all inputs, for they raise the same, and the few on which they give a value say nothing."""
    script = replace(CLAMP, bodies=["    return x if low == x == high else moved(x)"])
    report = await (await bench(script.model())).check(WRONG)
    assert all(verdict.property.kind != "oracle" for verdict in report.verdicts)


async def test_all_voices_count_for_what_is_decided_last(bench: MakeBench) -> None:
    """Three of three are too few where the model likes an edit no better; six of six are enough."""
    wrong = RIGHT.replace("return low", "return low + 1")
    report = await (await bench(CLAMP.model())).check(wrong)
    assert report.verdict == "violated"
    assert report.testimony is not None
    assert report.testimony.voters > 3


RARE = '''\
def f(n: int) -> bool:
    """Return whether n is the number seven."""
    return n == 8 - 2
'''


async def test_a_function_that_most_contradict_on_a_few_inputs_is_not_cleared(bench: MakeBench) -> None:
    right, same = "    return n == 7", "    return n == 6"
    model = Script(["7)", "6)", "0)", "12)", "-4)"], [right, right, same]).model()
    report = await (await bench(model)).check(RARE, fix=False)
    assert report.testimony is not None
    assert report.testimony.voters > 3


async def test_a_postcondition_that_implementations_violate_is_rejected_with_the_reason(bench: MakeBench) -> None:
    bodies = ["    return max(low, x)", CLAMP.bodies[0], "    return min(x, high)", CLAMP.bodies[1]]
    report = await (await bench(replace(CLAMP, bodies=bodies).model())).check(RIGHT)
    (wrong,) = [v for v in report.verdicts if v.property.check == "result == x"]
    assert wrong.ruling is Ruling.REJECTED
    assert "implementations" in wrong.reason


async def test_no_postconditions_are_asked_for_where_all_implementations_agree(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(RIGHT)
    assert report.verdict == "holds"
    assert not [v for v in report.verdicts if v.property.kind == "postcondition"]


async def test_a_body_edit_asks_the_model_nothing(bench: MakeBench) -> None:
    model = CLAMP.model()
    at_work = await bench(model)
    await at_work.check(RIGHT)
    asked = len(model.requests)
    assert (await at_work.check(RIGHT.replace("if x < low", "if low > x"))).verdict == "holds"
    assert len(model.requests) == asked


async def test_without_a_model_a_docstring_example_is_still_checked(bench: MakeBench) -> None:
    text = WRONG.replace('to it."""', 'to it.\n\n    >>> f(12, 0, 10)\n    10\n    """')
    report = await (await bench(NoModel())).check(text)
    assert [v.property.kind for v in report.violations] == ["example"]
    assert apply_edits(text, report.fixes[0].edits) == text.replace(WRONG[-60:], RIGHT[-61:])


async def test_without_a_model_the_reason_says_how_to_get_one(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(RIGHT)
    assert report.verdict in ("unknown", "holds")
    assert report.reason is None or "refute model pull" in report.reason


async def test_where_nothing_could_be_judged_the_reason_is_that_of_its_properties(bench: MakeBench) -> None:
    source = 'def f(x: int) -> int:\n    """Return x.\n\n    >>> f(1)\n    1\n    """\n    faulthandler._sigsegv()\n'
    report = await (await bench(NoModel())).check("import faulthandler\n" + source)
    assert report.verdict == "unknown"
    assert report.reason is not None
    assert report.reason.startswith("the process died")


async def test_where_nothing_is_known_of_a_parameter_the_reason_says_so(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(
        'def f(conn) -> int:\n    """Return the number."""\n    return conn.x\n'
    )
    assert (report.verdict, report.reason) == ("unknown", NO_INPUTS)


async def test_implementations_that_disagree_say_nothing(bench: MakeBench) -> None:
    bodies = ["    return 1", "    return 2", "    return 3"]
    report = await (await bench(Script(CLAMP.calls, bodies).model())).check(WRONG)
    assert report.violations == ()
    assert report.reason is not None


async def test_a_dismissed_property_is_not_shown_again(bench: MakeBench) -> None:
    at_work = await bench(CLAMP.model())
    report = await at_work.check(WRONG)
    for verdict in report.violations:
        at_work.checker.dismiss(report.unit, verdict.property.id)
    assert (await at_work.check(WRONG)).violations == ()
    at_work.checker.restore(report.unit, report.violations[0].property.id)
    assert (await at_work.check(WRONG)).violations != ()


async def test_a_failing_call_is_tried_again_after_an_edit_that_random_inputs_would_not_notice(
    bench: MakeBench,
) -> None:
    """The second version fails on nothing but the call that failed before."""
    stated = "def f(x: int) -> int:\n    result = sum([x, {error}])\n    assert result != x + 7\n    return result\n"
    at_work = await bench(NoModel())
    first = await at_work.check(stated.format(error="7"))
    (found,) = first.violations
    assert found.counterexample is not None
    ((_, text),) = found.counterexample.arguments
    again = await at_work.check(stated.format(error=f"7 * (x == {text} and __import__('sys').modules is not None)"))
    assert again.violations[0].counterexample == found.counterexample


async def test_a_module_that_cannot_be_imported_is_skipped_with_the_reason(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check("import no_such_module\n\n\n" + RIGHT)
    assert report.verdict == "skipped"
    assert "no_such_module" in (report.reason or "")


EFFECTFUL = RIGHT.replace("    if x < low", "    open('/notes.txt', 'w').close()\n    if x < low")


async def test_a_function_with_effects_is_skipped_and_the_reason_says_what_would_let_it(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check(EFFECTFUL)
    assert report.verdict == "skipped"
    assert "# refute: check" in (report.reason or "")


async def test_a_comment_lets_a_function_be_called_in_the_sandbox(bench: MakeBench) -> None:
    at_work = await bench(CLAMP.model())
    report = await at_work.check("# refute: check\n" + EFFECTFUL)
    assert "refused" in (report.reason or "")
    assert "# refute: skip" in (report.reason or "")


REFUSED_LATER = '''
import socket


def port_of(name: str) -> int:  # refute: check
    """Return the port of a service.

    Raises:
        ValueError: If `name` is empty.
    """
    initial = name[0]
    with socket.socket() as connection:
        connection.connect(("localhost", ord(initial)))
        return connection.getpeername()[1]
'''


async def test_what_is_violated_before_the_sandbox_refuses_something_is_told(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(REFUSED_LATER, "port_of")
    (verdict,) = report.violations
    assert verdict.counterexample is not None
    assert verdict.counterexample.arguments == (("name", "''"),)


async def test_a_setting_lets_a_function_read_a_folder_and_its_absence_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    workspace = tmp_path / "workspace"
    for folder in (data, workspace):
        folder.mkdir()
    (data / "a.txt").write_text("7")
    call = f"len(open({str(data / 'a.txt')!r}).read())"
    text = f"# refute: check\ndef f(x: int) -> int:\n    return x + {call}\n"
    entry = f"read {data}: module.f"
    for allow, verdict in (((), "skipped"), ((entry,), "holds")):
        checker = Checker(
            workspace, Settings(python=sys.executable, allow=allow), print, NoModel(), Store(None, None, print)
        )
        try:
            report = await Bench(workspace, NoModel(), Store(None, None, print), checker).check(text)
            assert report.verdict == verdict
            assert (f'allow = ["{entry}"]' in (report.reason or "")) == (verdict == "skipped")
            assert "fs-write" in (report.sandbox or ())
        finally:
            await checker.aclose()


async def test_a_comment_leaves_a_function_alone(bench: MakeBench) -> None:
    model = CLAMP.model()
    report = await (await bench(model)).check("# refute: skip\n" + WRONG)
    assert (report.verdict, model.requests) == ("skipped", [])


async def test_settings_name_functions_to_leave_alone_or_to_call(tmp_path: Path) -> None:
    settings = Settings(python=sys.executable, skip=("module.g",), check=("mod*.f",))
    checker = Checker(tmp_path, settings, print, NoModel(), Store(None, None, print))
    at_work = Bench(tmp_path, NoModel(), Store(None, None, print), checker)
    try:
        text = EFFECTFUL + "\n\n" + WRONG.replace("def f", "def g")
        assert "setting `skip`" in ((await at_work.check(text, "g")).reason or "")
        assert "refused" in ((await at_work.check(text, "f")).reason or "")
    finally:
        await checker.aclose()


async def test_a_coroutine_is_skipped_with_the_reason(bench: MakeBench) -> None:
    report = await (await bench(CLAMP.model())).check("async " + RIGHT)
    assert report.verdict == "skipped"
    assert report.reason


async def test_a_model_that_fails_leaves_what_needs_none(bench: MakeBench) -> None:
    report = await (await bench(FakeModel([]))).check(RIGHT)
    assert report.verdict in ("unknown", "holds")


async def test_an_interpreter_is_missed_only_once_something_is_run(bench: MakeBench) -> None:
    at_work = await bench(CLAMP.model(), python="/no/such/python")
    assert at_work.checker.status.interpreter_problem is None
    await at_work.check(RIGHT)
    assert "/no/such/python" in (at_work.checker.status.interpreter_problem or "")


async def test_a_missing_interpreter_is_said_once_and_skips(bench: MakeBench) -> None:
    at_work = await bench(CLAMP.model(), python="/no/such/python")
    for _ in range(2):
        report = await at_work.check(RIGHT)
        assert report.verdict == "skipped"
    assert "/no/such/python" in at_work.notices[0].text


async def test_an_argument_that_a_docstring_says_is_kept_but_that_is_changed(bench: MakeBench) -> None:
    source = '''\
def f(scores: list[int]) -> list[int]:
    """Return the scores from high to low. The list passed in is not changed."""
    scores.sort(reverse=True)
    return scores
'''
    at_work = await bench(NoModel())
    report = await at_work.check(source)
    assert report.verdict == "violated"
    assert "leaves scores as it is" in report.violations[0].property.statement
    kept = source.replace("scores.sort(reverse=True)\n    return scores", "return sorted(scores, reverse=True)")
    assert (await at_work.check(kept)).verdict == "holds"


async def test_the_event_loop_does_not_wait_for_the_cache(bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await bench(CLAMP.model())
    snapshot = Snapshot((made.workspace / "module.py").as_uri(), 1, WRONG)
    (unit,) = made.checker.analyse(snapshot).units
    threads: set[threading.Thread] = set()

    def noted(kind: str) -> Any:
        call = getattr(made.store, kind)

        def noting(*arguments: Any) -> Any:
            threads.add(threading.current_thread())
            return call(*arguments)

        return noting

    for kind in ("get", "put"):
        monkeypatch.setattr(made.store, kind, noted(kind))
    assert (await made.checker.check(snapshot, unit)).fixes
    assert threads
    assert threading.current_thread() not in threads

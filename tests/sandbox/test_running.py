"""What a run says of properties."""

import pytest
from tests.sandbox.conftest import Judge, shown

from refute.worker.protocol import Check

pytestmark = pytest.mark.asyncio(loop_scope="session")


CLAMP = """
def f(x, low, high):
    if x < low:
        return low
    if x >= 100:
        return x
    return min(x, high)
"""
INTS = {"x": "integers()", "low": "integers()", "high": "integers()"}


async def test_a_property_that_no_input_violates_is_held(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return abs(x)", "result >= 0", x="integers()")
    assert (outcome.status, outcome.examples_run, outcome.counterexample) == ("held", 100, None)


async def test_a_violation_is_shrunk_to_the_smallest_input(judge: Judge) -> None:
    (outcome,) = await judge(CLAMP, "low <= result <= high", precondition="low <= high", **INTS)
    assert outcome.status == "violated"
    assert shown(outcome).arguments == (("x", "100"), ("low", "0"), ("high", "0"))
    assert shown(outcome).result == "100"
    assert shown(outcome).exact


async def test_each_property_of_a_run_has_its_own_counterexample(judge: Judge) -> None:
    held, small, large, error, always = await judge(
        "def f(x):\n    if x == 13: raise KeyError('thirteen')\n    return x",
        "result == x",
        "result < 5",
        "result > -7",
        "error is None",
        "False",
        x="integers(-20, 20)",
    )
    assert held.status == "held"
    assert [shown(o).arguments for o in (small, large, error, always)] == [
        (("x", "5"),),
        (("x", "-7"),),
        (("x", "13"),),
        (("x", "0"),),
    ]
    assert shown(error).exception == "KeyError: 'thirteen'"
    assert shown(error).line == 2


async def test_what_a_call_leaves_out_has_its_default_in_properties(judge: Judge) -> None:
    text = "def f(x, unit=2, *rest, scale=[1], **more): return x * unit * scale[0] + (x == 7)"
    parameters = {
        "x": "integers(0, 5)",
        "unit": "just(3)",
        "rest": "just(())",
        "scale": "just([5])",
        "more": "just({})",
    }
    given = {"examples": ((("x", "7"),), (("x", "8"), ("scale", "[2]")))}
    held, violated, beside = await judge(
        text,
        "same(result, x * unit * scale[0]) or x == 7",
        "same(result, x * unit * scale[0])",
        Check("beside", "result >= 0 and not rest and not more", when="unit == 2 and scale"),
        precondition="unit > 1 and len(scale) == 1",
        inputs=given,
        **parameters,
    )
    assert (held.status, beside.status) == ("held", "held"), (held, beside)
    assert beside.examples_run == 2  # the others are drawn, and leave nothing out
    assert shown(violated).arguments == (("x", "7"),)


async def test_the_function_is_called_once_per_input_for_all_properties(judge: Judge) -> None:
    counting = "calls = []\ndef f(x):\n    calls.append(x)\n    return len(calls)"
    outcomes = await judge(counting, "result <= 100", "result <= 100", "len(calls) == result", x="integers()")
    assert [o.status for o in outcomes] == ["held"] * 3


async def test_a_check_sees_parameters_as_they_were_before_the_call(judge: Judge) -> None:
    sorting = "def f(items):\n    items.sort()\n    return items"
    held, violated = await judge(sorting, "sorted(items) == result", "items == result", items="lists(integers())")
    assert held.status == "held"
    assert shown(violated).arguments == (("items", "[0, -1]"),) or shown(violated).arguments == (("items", "[1, 0]"),)


async def test_a_check_may_use_its_names_in_comprehensions_and_lambdas(judge: Judge) -> None:
    check = "all(any(y == z for z in items) for y in result) and (lambda: len(result) == len(items))()"
    (outcome,) = await judge("def f(items): return sorted(items)", check, items="lists(integers())")
    assert outcome.status == "held"


async def test_setup_defines_names_of_its_check_only(judge: Judge) -> None:
    with_setup = Check("a", "reference(x) == result", setup="def reference(x): return x + 1")
    ok, invalid = await judge("def f(x): return x + 1", with_setup, "reference(x) == result", x="integers()")
    assert (ok.status, invalid.status) == ("held", "invalid")
    assert "reference" in invalid.detail


@pytest.mark.parametrize("check", ["result +", "nothing > 1", "result.absent", "len(result) > 0"])
async def test_a_check_whose_own_code_fails_is_invalid_and_spoils_no_other(judge: Judge, check: str) -> None:
    invalid, held = await judge("def f(x): return x", check, "result == x", x="integers()")
    assert (invalid.status, held.status) == ("invalid", "held")
    assert invalid.detail


async def test_a_property_violated_only_sometimes_is_flaky(judge: Judge) -> None:
    source = "import itertools\ncount = itertools.count()\ndef f(x): return next(count) % 2"
    (outcome,) = await judge(source, "result == 0", x="integers()")
    assert outcome.status == "flaky"


async def test_a_violation_that_a_fresh_process_does_not_see_is_flaky(judge: Judge) -> None:
    source = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    (outcome,) = await judge(source, "result < 10", x="integers()")
    assert outcome.status == "flaky"


async def test_when_restricts_one_property_only(judge: Judge) -> None:
    source = "def f(x): return 1 // x"
    narrow = Check("a", "True", when="x > 0", must_return=True)
    wide = Check("b", "True", must_return=True)
    held, violated = await judge(source, narrow, wide, x="integers()")
    assert held.status == "held"
    assert held.examples_run < 100
    assert shown(violated).arguments == (("x", "0"),)
    assert "ZeroDivisionError" in str(shown(violated).exception)


async def test_a_property_of_the_result_says_nothing_about_calls_that_raise(judge: Judge) -> None:
    (outcome,) = await judge("def f(x):\n    if x > 3: raise ValueError\n    return 0", "result == 0", x="integers()")
    assert outcome.status == "held"


async def test_an_example_is_judged_on_its_own_arguments_alone(judge: Judge) -> None:
    right = Check("a", "result == 3", example=(("x", "1 + 1"),))
    wrong = Check("b", "result == 4", example=(("x", "2"),))
    held, violated = await judge("def f(x): return x + 1", right, wrong, x="integers()")
    assert (held.status, held.examples_run) == ("held", 1)
    assert shown(violated).arguments == (("x", "2"),)
    assert shown(violated).result == "3"


async def test_examples_are_judged_even_where_no_input_can_be_drawn(judge: Judge) -> None:
    example = Check("a", "result == 3", example=(("x", "2"),))
    held, general = await judge("def f(x): return x + 1", example, "result > x", x="nowhere.integers()")
    assert held.status == "held"
    assert general.status == "invalid"


async def test_rounding_is_no_violation_for_same(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(x): return x * 3 / 3", "same(result, x)", x="floats(allow_nan=False, min_value=-1e9, max_value=1e9)"
    )
    assert outcome.status == "held"


async def test_an_example_is_judged_though_other_calls_never_end(judge: Judge) -> None:
    source = "def f(x):\n    while x > 1: pass\n    return x\n"
    example = (("x", "1"),)
    check = Check("a", "result == 1", must_return=True, example=example)
    request = {"call_seconds": 0.2}
    inputs = {"examples": (example,)}
    outcome, _ = await judge(source, check, "True", x="integers(0, 9)", request=request, inputs=inputs)
    assert outcome.status == "held"

"""What a run says of properties."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.sandbox.conftest import module

from refute.sandbox.pool import Workers
from refute.worker.protocol import Arguments, Check, Counterexample, Inputs, ModuleSource, Outcome, RunRequest

Judge = Callable[..., Awaitable[tuple[Outcome, ...]]]

pytestmark = pytest.mark.asyncio(loop_scope="session")


def shown(outcome: Outcome) -> Counterexample:
    assert outcome.counterexample is not None
    return outcome.counterexample


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


async def test_inputs_that_the_precondition_excludes_are_not_called(judge: Judge) -> None:
    source = "def f(items):\n    return items[0]"
    checks = (Check("a", "True", must_return=True),)
    (outcome,) = await judge(source, *checks, precondition="len(items) > 0", items="lists(integers())")
    assert outcome.status == "held"


async def test_no_input_that_fits_is_unsatisfiable(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return x", "True", precondition="x != x", x="integers()")
    assert (outcome.status, outcome.examples_run) == ("unsatisfiable", 0)
    assert "x != x" in outcome.detail


async def test_when_restricts_one_property_only(judge: Judge) -> None:
    source = "def f(x): return 1 // x"
    narrow = Check("a", "True", when="x > 0", must_return=True)
    wide = Check("b", "True", must_return=True)
    held, violated = await judge(source, narrow, wide, x="integers()")
    assert held.status == "held"
    assert held.examples_run < violated.examples_run or held.examples_run > 0
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


async def test_classes_are_made_from_annotations_with_ordinary_values(judge: Judge) -> None:
    source = "class A:\n    def __init__(self, x: float, y: int): self.x, self.y = x, y\ndef f(a): return a.x * a.y"
    (outcome,) = await judge(source, "abs(result) <= 10**6", a="from_type(A)")
    assert outcome.status == "held"


async def test_given_examples_are_tried_and_their_violations_shrunk(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(x): return x",
        "result < 10**15",
        x="integers(0, 10**30)",
        inputs={"examples": ((("x", "10**20"),),), "max_examples": 200},
    )
    assert outcome.status == "violated"
    assert shown(outcome).arguments == (("x", str(10**15)),)


async def test_an_example_that_no_strategy_reaches_is_made_smaller_by_itself(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(x): return x", "result < 50", x="integers(0, 9)", inputs={"examples": ((("x", "77"),),)}
    )
    assert shown(outcome).arguments == (("x", "50"),)


async def test_the_same_seed_gives_the_same_run(judge: Judge) -> None:
    source = "def f(x): return x"
    one = await judge(source, "result % 97 != 3", x="integers()", inputs={"seed": 5})
    two = await judge(source, "result % 97 != 3", x="integers()", inputs={"seed": 5})
    assert one == two


async def test_generators_are_materialised(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(n):\n    for i in range(n):\n        yield i", "result == list(range(n))", n="integers(0, 9)"
    )
    assert outcome.status == "held"


async def test_an_endless_generator_is_cut(judge: Judge) -> None:
    source = "import itertools\ndef f(n): return itertools.count(n)"
    (outcome,) = await judge(source, "len(result) == 1000", n="integers()")
    assert outcome.status == "held"


COUNTER = """
class Counter:
    def __init__(self, start=0):
        self.value = start
    def add(self, n):
        self.value += n
        return self.value if n != 3 else None
    @staticmethod
    def twice(x):
        return 2 * x
    @classmethod
    def make(cls, start):
        return cls(start).value
"""


async def test_a_method_is_called_on_instances_that_a_strategy_builds(judge: Judge) -> None:
    (outcome,) = await judge(
        COUNTER, "result is not None", qualname="Counter.add", self="builds(Counter, integers(0, 5))", n="integers()"
    )
    assert shown(outcome).arguments == (("self", "Counter(start=0)"), ("n", "3"))
    assert shown(outcome).exact


async def test_a_check_sees_the_instance_as_it_was(judge: Judge) -> None:
    (outcome,) = await judge(
        COUNTER, "self.value <= 5", qualname="Counter.add", self="builds(Counter, integers(0, 5))", n="integers(1, 2)"
    )
    assert outcome.status == "held"


@pytest.mark.parametrize("decorator", ["property", "functools.cached_property"])
async def test_properties_are_called_with_their_instance(judge: Judge, decorator: str) -> None:
    text = f"import functools\nclass Box:\n    @{decorator}\n    def f(self): return 2"
    (outcome,) = await judge(text, "result == 2", qualname="Box.f", self="builds(Box)")
    assert outcome.status == "held"


async def test_static_and_class_methods_need_no_instance(judge: Judge) -> None:
    (twice,) = await judge(COUNTER, "result == x + x", qualname="Counter.twice", x="integers()")
    (make,) = await judge(COUNTER, "result == start", qualname="Counter.make", start="integers()")
    assert (twice.status, make.status) == ("held", "held")


async def test_every_kind_of_parameter_can_be_filled(judge: Judge) -> None:
    source = "def f(a, /, b, *rest, c, **more): return (a, b, rest, c, more)"
    (outcome,) = await judge(
        source,
        "result == (a, b, tuple(rest), c, more)",
        a="integers()",
        b="integers()",
        rest="lists(integers())",
        c="integers()",
        more="dictionaries(sampled_from(['x', 'y']), integers())",
    )
    assert outcome.status == "held"


async def test_special_floats_are_told_as_expressions(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return [x]", "x == x", x="just([float('nan')]).map(lambda v: v[0])")
    assert shown(outcome).arguments == (("x", "float('nan')"),)
    assert shown(outcome).result == "[float('nan')]"
    assert shown(outcome).exact


async def test_rounding_is_no_violation_for_same(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(x): return x * 3 / 3", "same(result, x)", x="floats(allow_nan=False, min_value=-1e9, max_value=1e9)"
    )
    assert outcome.status == "held"


async def test_a_strategy_that_fails_makes_the_properties_invalid(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return x", "True", x="integers(min_value=3, max_value=1)")
    assert outcome.status == "invalid"
    (outcome,) = await judge("def f(x): return x", "True", x="nonsense()")
    assert outcome.status == "invalid"
    assert "nonsense" in outcome.detail


async def test_constructors_that_refuse_some_inputs_are_asked_again(judge: Judge) -> None:
    source = """
class P:
    def __init__(self, n):
        if n < 0: raise ValueError('n')
        self.n = n
def f(p): return p.n
"""
    (outcome,) = await judge(source, "result >= 0", p="builds(P, integers(-5, 5))")
    assert outcome.status == "held"


async def test_a_module_that_fails_to_import_says_where(judge: Judge) -> None:
    (outcome,) = await judge("x = 1\nimport absent_module\ndef f(x): return x", "True", x="integers()")
    assert outcome.status == "import_error"
    assert outcome.detail.startswith("line 2: ModuleNotFoundError")


async def test_the_text_of_the_request_runs_not_the_file(judge: Judge, workspace: Path) -> None:
    (workspace / "subject.py").write_text("def f(x): return 'old'\n")
    (outcome,) = await judge("def f(x): return 'new'", "result == 'new'", x="integers()")
    assert outcome.status == "held"


async def test_a_module_may_be_called_like_a_module_of_the_standard_library(judge: Judge, workspace: Path) -> None:
    source = ModuleSource(str(workspace / "json.py"), "json", "def f(x): return x\n", (str(workspace),))
    (outcome,) = await judge("", "result == x", x="integers()", request={"module": source})
    assert outcome.status == "held"


async def test_relative_imports_of_a_package_work(judge: Judge, workspace: Path) -> None:
    (workspace / "pack").mkdir(exist_ok=True)
    (workspace / "pack" / "__init__.py").write_text("from .one import f\n")
    (workspace / "pack" / "two.py").write_text("STEP = 2\n")
    text = "from .two import STEP\ndef f(x): return x + STEP\n"
    source = ModuleSource(str(workspace / "pack" / "one.py"), "pack.one", text, (str(workspace),))
    (outcome,) = await judge("", "result == x + 2", x="integers()", request={"module": source})
    assert outcome.status == "held"


async def test_nothing_of_refute_can_be_imported_by_the_code_under_test(judge: Judge) -> None:
    source = "import sys\ndef f(x):\n    import refute.worker"
    (outcome,) = await judge(source, "isinstance(error, ModuleNotFoundError)", x="integers()")
    assert outcome.status in ("held", "violated")  # an editable install may put it on the path


async def test_arguments_of_the_same_kind_are_tried_in_relation(judge: Judge) -> None:
    words = "text('abcdefgh', min_size=1, max_size=12)"
    is_turned = "def f(a, b): return len(set(a)) > 3 and a != b and len(a) == len(b) and b in a + a"
    found: list[str] = []
    for seed in range(5):  # five of six seeds find one
        (outcome,) = await judge(is_turned, "not result", a=words, b=words, inputs={"max_examples": 400, "seed": seed})
        found.append(outcome.status)
    assert "violated" in found


async def test_a_violation_by_related_arguments_is_small_where_others_violate_too(judge: Judge) -> None:
    """Most lists violate this, and a related one comes up among the first."""
    numbers = "lists(integers(0, 1000), max_size=10)"
    is_sorted = "def f(items, others): return sorted(items + others)"
    (outcome,) = await judge(is_sorted, "result == items + others", items=numbers, others=numbers)
    assert sum(len(text) for _, text in shown(outcome).arguments) <= len("[1, 0][]")


RECORDED = "seen = []\ndef f(x):\n    seen.append(x)\n    return seen"
"""What it was given so far; the arguments of a call are told once it is done."""


async def test_inputs_that_were_drawn_before_are_tried_again_in_their_order(workers: Workers, workspace: Path) -> None:
    told: list[tuple[Arguments, ...]] = []

    async def run(text: str, check: str, drawn: tuple[Arguments, ...] = ()) -> Outcome:
        inputs = Inputs((("x", "integers(-50, 50)"),), max_examples=30, drawn=drawn)
        asked = RunRequest(module(workspace, text), "f", inputs, (Check("c", check),), tell_drawn=not drawn)
        (outcome,) = await workers.run(asked, on_drawn=told.append)
        return outcome

    held = await run(RECORDED, "True")
    (drawn,) = told
    assert held.examples_run == len(drawn) == 30
    values = [int(text) for ((_, text),) in drawn]
    again = await run(RECORDED, f"result == {values}[: len(result)]", drawn)
    assert (again.status, again.examples_run) == ("held", 30)
    assert len(told) == 1


async def test_a_violation_by_an_input_that_was_drawn_before_is_shrunk(judge: Judge) -> None:
    drawn = tuple((("x", str(number)),) for number in (3, 40, 77))
    (outcome,) = await judge("def f(x): return x", "result < 30", x="integers()", inputs={"drawn": drawn})
    assert shown(outcome).arguments == (("x", "30"),)


async def test_where_an_input_that_was_drawn_before_is_none_any_more_all_are_drawn_anew(judge: Judge) -> None:
    drawn = ((("x", "1"),), (("x", "Gone(2)"),))
    (outcome,) = await judge("def f(x): return x", "True", x="integers()", inputs={"drawn": drawn})
    assert (outcome.status, outcome.examples_run) == ("held", 100)


async def test_random_numbers_are_the_same_for_each_input_that_was_drawn_before(judge: Judge) -> None:
    text = "import random\nseen = set()\ndef f(x):\n    seen.add(random.random())\n    return len(seen)"
    drawn = tuple((("x", str(number)),) for number in range(5))
    (outcome,) = await judge(text, "result == 1", x="integers()", inputs={"drawn": drawn})
    assert (outcome.status, outcome.examples_run) == ("held", 5)


async def test_inputs_are_not_told_where_one_cannot_be_written_down(workers: Workers, workspace: Path) -> None:
    told: list[tuple[Arguments, ...]] = []
    source = module(workspace, "def f(x): return x")
    inputs = Inputs((("x", "one_of(integers(), just(object()))"),), max_examples=30)
    await workers.run(RunRequest(source, "f", inputs, (Check("c", "True"),), tell_drawn=True), on_drawn=told.append)
    assert told == [()]


async def test_an_example_is_judged_though_other_calls_never_end(judge: Judge) -> None:
    source = "def f(x):\n    while x > 1: pass\n    return x\n"
    example = (("x", "1"),)
    check = Check("a", "result == 1", must_return=True, example=example)
    request = {"call_seconds": 0.2}
    inputs = {"examples": (example,)}
    outcome, _ = await judge(source, check, "True", x="integers(0, 9)", request=request, inputs=inputs)
    assert outcome.status == "held"

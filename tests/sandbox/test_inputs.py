"""What a function is called with in a run: drawn, given, and drawn before."""

from pathlib import Path

import pytest
from tests.sandbox.conftest import Judge, module, shown

from refute.sandbox.pool import Workers
from refute.worker.protocol import Arguments, Check, Inputs, Outcome, RunRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_inputs_that_the_precondition_excludes_are_not_called(judge: Judge) -> None:
    source = "def f(items):\n    return items[0]"
    checks = (Check("a", "True", must_return=True),)
    (outcome,) = await judge(source, *checks, precondition="len(items) > 0", items="lists(integers())")
    assert outcome.status == "held"


async def test_no_input_that_fits_is_unsatisfiable(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return x", "True", precondition="x != x", x="integers()")
    assert (outcome.status, outcome.examples_run) == ("unsatisfiable", 0)
    assert "x != x" in outcome.detail


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


async def test_special_floats_are_told_as_expressions(judge: Judge) -> None:
    (outcome,) = await judge("def f(x): return [x]", "x == x", x="just([float('nan')]).map(lambda v: v[0])")
    assert shown(outcome).arguments == (("x", "float('nan')"),)
    assert shown(outcome).result == "[float('nan')]"
    assert shown(outcome).exact


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


async def test_arguments_of_the_same_kind_are_tried_in_relation(judge: Judge) -> None:
    words = "text('abcdefgh', min_size=1, max_size=12)"
    is_turned = "def f(a, b): return len(set(a)) > 3 and a != b and len(a) == len(b) and b in a + a"
    found: list[str] = []
    for seed in range(5):  # five of six seeds find one
        (outcome,) = await judge(is_turned, "not result", a=words, b=words, inputs={"max_examples": 400, "seed": seed})
        found.append(outcome.status)
    assert "violated" in found


async def test_of_three_numbers_one_is_often_what_the_others_make_together(judge: Judge) -> None:
    numbers = "integers(-1000, 1000)"
    is_sum = "def f(a, b, c): return a + b == c and 0 not in (a, b, c)"
    (outcome,) = await judge(is_sum, "not result", a=numbers, b=numbers, c=numbers)
    assert outcome.status == "violated"


@pytest.mark.parametrize("numbers", ["integers(5, 9)", "one_of(integers(5, 6), integers(8, 9))"])
async def test_numbers_made_of_others_stay_within_their_strategy(judge: Judge, numbers: str) -> None:
    (outcome,) = await judge(
        "def f(a, b, c): return a, b, c", "set(result) <= {5, 6, 7, 8, 9}", a=numbers, b=numbers, c=numbers
    )
    assert outcome.status == "held"
    source = "def f(a, b, c): return 7 in (a, b, c)"
    (outcome,) = await judge(source, "not result", a=numbers, b=numbers, c=numbers)
    assert outcome.status == ("violated" if numbers.startswith("integers") else "held")


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

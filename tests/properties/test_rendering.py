import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from refute.properties.domain import Domain, ParameterDomain
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.property import Property
from refute.properties.proposers import propose
from refute.properties.rendering import render_test
from refute.properties.units import FunctionUnit

UnitOf = Callable[..., FunctionUnit]
Runs = Callable[..., "subprocess.CompletedProcess[str]"]

MODULE = '''
LIMIT = 3


def sort(items: list[int], first: int = 0) -> list[int]:
    """Sort.

    >>> sort([2, 1])
    [1, 2]

    Raises:
        ValueError: if first is negative
    """
    if first < 0:
        raise ValueError
    items.sort()
    return items


def text(text: str) -> float:
    """Length.

    >>> text("a")
    1.0
    """
    return float(len(text))


class Stack:
    def __init__(self, size: int):
        self.size = size

    def grow(self, by: int) -> int:
        """Grow."""
        self.size += by
        return self.size

    @property
    def double(self) -> int:
        """Double."""
        return self.size * 2

    @staticmethod
    def twice(n: int) -> int:
        """Twice."""
        return n * 2
'''


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Runs files of tests with pytest in a folder that holds the module `shop`."""

    def run(*tests: str) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "shop.py").write_text(MODULE)
        for number, text in enumerate(tests):
            (tmp_path / f"test_kept_{number}.py").write_text(text)
        (tmp_path / "conftest.py").write_text(
            "from hypothesis import settings\n"
            "settings.register_profile('quick', max_examples=20, database=None, deadline=None)\n"
            "settings.load_profile('quick')\n"
        )
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "."]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120, env=environment
        )

    return run


def domain(**strategies: str) -> Domain:
    return Domain(tuple(ParameterDomain(name, strategy, Evidence.TYPE) for name, strategy in strategies.items()))


def claim(check: str, **fields: object) -> Property:
    return Property("postcondition", 'the result is "right"', check, Evidence.DOCSTRING, **fields)  # type: ignore[arg-type]


def test_every_proposed_property_becomes_a_test_that_passes_on_right_code(unit_of: UnitOf, runs: Runs) -> None:
    units = [unit_of(MODULE, qualname) for qualname in ("sort", "text", "Stack.grow", "Stack.twice")]
    tests = [
        render_test(unit, "shop", proposed, infer_domain(unit, MODULE))
        for unit in units
        for proposed in propose(unit, MODULE)
    ]
    outcome = runs(*tests)
    assert f"{len(tests)} passed" in outcome.stdout, outcome.stdout


def test_a_counterexample_is_tried_and_fails(unit_of: UnitOf, runs: Runs) -> None:
    wrong = claim("result != sorted(items)")
    inputs = domain(items="lists(integers(), max_size=3)", first="just(0)")
    tests = render_test(unit_of(MODULE, "sort"), "shop", wrong, inputs, (("items", "[1, 0]"), ("first", "0")))
    assert "@example(items=[1, 0], first=0)" in tests
    outcome = runs(tests)
    assert outcome.returncode == 1
    assert "items=[1, 0]" in outcome.stdout


FORMS = [
    ("sort", {"items": "lists(integers())", "first": "just(0)"}, claim("result == sorted(items)")),
    ("sort", {"items": "just([1])", "first": "integers()"}, claim("first < 0 or result", when="first > -LIMIT")),
    ("sort", {"items": "just([])", "first": "integers(-9, -1)"}, claim("isinstance(error, ValueError)")),
    ("sort", {"items": "just([])", "first": "integers()"}, claim("(error is None) == (first >= 0)")),
    ("text", {"text": "text(max_size=5)"}, claim("same(result, float(len(text)))", must_return=True)),
    (
        "text",
        {"text": "text(max_size=5)"},
        claim("same(result, expected(text))", setup="def expected(given):\n    return len(given) + 0.0\n"),
    ),
    ("Stack.grow", {"self": "builds(Stack, size=integers())", "by": "integers()"}, claim("result == self.size + by")),
    ("Stack.double", {"self": "builds(Stack, size=integers())"}, claim("result == self.size * 2")),
    ("Stack.twice", {"n": "sampled_from([LIMIT, 4])"}, claim("result % 2 == 0")),
]


def test_tests_of_every_form_pass_on_right_code(unit_of: UnitOf, runs: Runs) -> None:
    outcome = runs(
        *(
            render_test(unit_of(MODULE, qualname), "shop", proposed, domain(**strategies))
            for qualname, strategies, proposed in FORMS
        )
    )
    assert f"{len(FORMS)} passed" in outcome.stdout, outcome.stdout


def test_a_kept_counterexample_reads_well(unit_of: UnitOf) -> None:
    inputs = domain(items="lists(integers(-9, 9), max_size=3)", first="integers()")
    kept = Property(
        "postcondition", "the result is sorted", "same(result, sorted(items))", Evidence.DOCSTRING, must_return=True
    )
    tests = render_test(unit_of(MODULE, "sort"), "shop", kept, inputs, (("items", "[1, 0]"), ("first", "0")))
    assert tests.startswith(
        textwrap.dedent(
            '''\
            """Properties of shop, kept by Refute; they need pytest and Hypothesis alone."""

            import copy
            import math

            from hypothesis import example, given
            from hypothesis import strategies as st

            from shop import sort
            '''
        )
    )
    assert tests.endswith(
        textwrap.dedent(
            f'''\
            @given(items=st.lists(st.integers(-9, 9), max_size=3), first=st.integers())
            @example(items=[1, 0], first=0)
            def test_sort_postcondition_{kept.id}(items, first):
                """The result is sorted."""
                result = sort(copy.deepcopy(items), first)
                assert same(result, sorted(items))
            '''
        )
    )


def test_an_example_becomes_a_plain_test(unit_of: UnitOf) -> None:
    unit = unit_of(MODULE, "sort")
    (example, *_) = propose(unit, MODULE)
    tests = render_test(unit, "shop", example, domain(items="nothing()"))
    assert tests.endswith("    result = sort([2, 1], 0)\n    assert result == [1, 2]\n")
    assert "hypothesis" not in tests


def test_further_arguments_of_an_example_are_given_by_position(unit_of: UnitOf) -> None:
    source = "def pick(record, *names):\n    '>>> pick({}, 1)\\n[]'\n    return []\n"
    unit = unit_of(source)
    (example, *_) = propose(unit, source)
    tests = render_test(unit, "shop", example, domain(record="nothing()"))
    assert tests.endswith("    result = pick({}, *(1,))\n    assert result == []\n")


def test_inputs_that_cannot_be_written_are_left_out(unit_of: UnitOf) -> None:
    inputs = domain(items="lists(integers())", first="just(0)")
    odd = (("items", "<object at 0x1>"), ("first", "0"))
    assert "@example" not in render_test(unit_of(MODULE, "sort"), "shop", claim("result"), inputs, odd)
    with pytest.raises(ValueError, match="no inputs of sort can be written down"):
        render_test(unit_of(MODULE, "sort"), "shop", claim("result"), domain(items="nothing()"), odd)


def test_a_module_without_a_name_cannot_be_tested(unit_of: UnitOf) -> None:
    with pytest.raises(ValueError, match="my-shop cannot be imported by name"):
        render_test(unit_of(MODULE, "sort"), "my-shop", claim("result"), domain(items="lists(integers())"))


def test_instances_of_a_kept_test_are_fresh(unit_of: UnitOf) -> None:
    source = "class A:\n    def grow(self) -> int:\n        self.size = 1\n        return self.size\n"
    unit = unit_of(source)
    (kept,) = propose(unit, source)
    assert "@given(instance=st.builds(A))" in render_test(unit, "shop", kept, infer_domain(unit, source))

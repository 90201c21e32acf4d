"""What the tests of a project say of a function."""

from collections.abc import Callable

import pytest

from refute.properties.evidence import Evidence
from refute.properties.observed import TestFile, observed_calls, reads_module
from refute.properties.place import Place
from refute.properties.units import FunctionUnit

UnitOf = Callable[..., FunctionUnit]

MODULE = """
def f(x, y=1):
    return x + y


class Account:
    def __init__(self, n):
        self.n = n

    def add(self, m):
        return self.n + m
"""


def said(unit: FunctionUnit, *lines: str, imports: str = "from shop.prices import f, Account") -> list[str]:
    """The statements that a test with these lines makes about `unit`."""
    body = "".join(f"    {line}\n" for line in lines)
    file = TestFile("/w/test_f.py", "test_f.py", f"import pytest\n{imports}\n\ndef test_it():\n{body}")
    return [claim.statement for claim in observed_calls(file, unit, "shop.prices")]


@pytest.mark.parametrize(
    ("line", "statement", "check"),
    [
        ("assert f(1) == 2", "f(1) gives 2", "result == 2"),
        ("assert 3 == f(1, y=2)", "f(1, y=2) gives 3", "3 == result"),
        ("assert f(1.5) == pytest.approx(2.5)", "f(1.5) gives 2.5", "same(result, 2.5)"),
        ("assert f(3) > 3", "f(3) > 3", "result > 3"),
        ("assert f(-1) is not None", "f(-1) is not None", "result is not None"),
        ("assert isinstance(f(1), int)", "isinstance(f(1), int)", "isinstance(result, int)"),
    ],
)
def test_an_assertion_about_one_call_is_an_example(unit_of: UnitOf, line: str, statement: str, check: str) -> None:
    file = TestFile("/w/test_f.py", "test_f.py", f"import pytest\nfrom shop.prices import f\ndef test():\n    {line}\n")
    (claim,) = observed_calls(file, unit_of(MODULE, "f"), "shop.prices")
    assert (claim.statement, claim.check, claim.evidence) == (statement, check, Evidence.EXAMPLE)
    assert claim.stated_at == Place("test_f.py", 3)


def test_variables_and_several_assertions_are_followed(unit_of: UnitOf) -> None:
    lines = ("x = 4", "assert f(x) == 5", "assert f(x, 2) == 6 and f(0) == 1")
    assert said(unit_of(MODULE, "f"), *lines) == ["f(4) gives 5", "f(4, 2) gives 6", "f(0) gives 1"]


def test_an_expected_exception_is_an_example(unit_of: UnitOf) -> None:
    lines = ("with pytest.raises(TypeError):", "    f('a')")
    assert said(unit_of(MODULE, "f"), *lines) == ["f('a') raises TypeError"]


def test_each_case_of_a_parametrized_test_is_an_example(unit_of: UnitOf) -> None:
    text = (
        "import pytest\nfrom shop.prices import f\n\n"
        "@pytest.mark.parametrize('x, y', [(1, 2), (3, 4)])\ndef test(x, y):\n    assert f(x) == y\n"
    )
    claims = observed_calls(TestFile("t", "t", text), unit_of(MODULE, "f"), "shop.prices")
    assert [claim.statement for claim in claims] == ["f(1) gives 2", "f(3) gives 4"]


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from shop.prices import f as g", "g(1)"),
        ("import shop.prices", "shop.prices.f(1)"),
        ("import shop.prices as p", "p.f(1)"),
        ("from shop import prices", "prices.f(1)"),
    ],
)
def test_the_function_may_be_imported_in_any_way(unit_of: UnitOf, imports: str, call: str) -> None:
    assert said(unit_of(MODULE, "f"), f"assert {call} == 2", imports=imports) == ["f(1) gives 2"]


def test_methods_of_new_instances_are_read_too(unit_of: UnitOf) -> None:
    assert said(unit_of(MODULE, "Account.add"), "assert Account(3).add(4) == 7") == ["Account(3).add(4) gives 7"]


def test_unittest_is_read_too(unit_of: UnitOf) -> None:
    text = (
        "import unittest\nfrom shop.prices import f\n\n"
        "class TestF(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(f(7), 8)\n"
    )
    claims = observed_calls(TestFile("t", "t", text), unit_of(MODULE, "f"), "shop.prices")
    assert [claim.statement for claim in claims] == ["f(7) gives 8"]


@pytest.mark.parametrize(
    "lines",
    [
        ("prepare()", "assert f(1) == 2"),
        ("x = [1]", "x.append(2)", "assert f(x) == 2"),
        ("x = compute()", "assert f(x) == 2"),
        ("with fresh():", "    set_rate(3)", "assert f(2) == 2"),
        ("for x in range(3):", "    assert f(x) == 2"),
        ("assert f(unknown) == 2",),
        ("assert f(1) == unknown",),
        ("assert f(1) or f(2)",),
    ],
)
def test_what_is_not_certain_is_not_taken(unit_of: UnitOf, lines: tuple[str, ...]) -> None:
    assert said(unit_of(MODULE, "f"), *lines) == []


def test_calls_that_the_function_may_remember_are_followed_by_nothing(unit_of: UnitOf) -> None:
    unit = unit_of("_ids = {}\ndef f(x):\n    return _ids.setdefault(x, len(_ids))\n", "f")
    assert said(unit, "a = f('x')", "assert a == 0", "b = f('y')", "assert b == 1") == ["f('x') gives 0"]


@pytest.mark.parametrize(
    "imports",
    ["from other import f", "import other as f", "from shop.prices import f\npytestmark = pytest.mark.skip", "f = len"],
)
def test_other_functions_of_the_name_and_skipped_files_say_nothing(unit_of: UnitOf, imports: str) -> None:
    assert said(unit_of(MODULE, "f"), "assert f(1) == 2", imports=imports) == []


@pytest.mark.parametrize("mark", ["@pytest.mark.skip", "@pytest.mark.xfail", "@patch('shop.prices.f')"])
def test_a_decorated_test_says_nothing(unit_of: UnitOf, mark: str) -> None:
    text = f"import pytest\nfrom shop.prices import f\n\n{mark}\ndef test():\n    assert f(1) == 2\n"
    assert observed_calls(TestFile("t", "t", text), unit_of(MODULE, "f"), "shop.prices") == ()


def test_files_that_import_a_module_are_known() -> None:
    assert reads_module("from shop.prices import f", "shop.prices")
    assert reads_module("from shop import prices", "shop.prices")
    assert not reads_module("import shop", "shop.prices")
    assert not reads_module("def :", "shop.prices")

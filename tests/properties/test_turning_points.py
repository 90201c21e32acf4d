"""Inputs near where a function may change its behaviour."""

import re
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from refute.properties.domain import Domain

DomainOf = Callable[..., Domain]
Evaluated = Callable[..., SearchStrategy[object]]


@pytest.fixture
def drawn(domain_of: DomainOf, evaluated: Evaluated) -> Callable[[str], list[object]]:
    """What is drawn for the first parameter of a function, the module of which is not executed."""

    def draw(source: str) -> list[object]:
        values: list[object] = []

        @settings(max_examples=300, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
        @given(evaluated(domain_of(source).parameters[0].strategy, {}))
        def collect(value: object) -> None:
            values.append(value)

        collect()
        return values

    return draw


Drawn = Callable[[str], list[object]]


@pytest.mark.parametrize("annotation", ["int", "float", "list[int]"])
def test_numbers_that_a_body_names_are_tried_with_their_neighbours(drawn: Drawn, annotation: str) -> None:
    source = f"def f(x: {annotation}):\n    return x // 3600 if x >= 86400 else x\n"
    rows = [cast("list[object]", value) if isinstance(value, list) else [value] for value in drawn(source)]
    values = {number for row in rows for number in row}
    assert {3600, 86400} <= values
    assert annotation == "float" or {3599, 3601, 86399, 86401} <= values


def test_numbers_outside_a_stated_bound_are_not_tried(drawn: Drawn) -> None:
    docstring = '"""Tell it.\n\n    Args:\n        x: at most 5000\n    """'
    source = f"def f(x: int):\n    {docstring}\n    return x == 3600 or x == 86400\n"
    values = set(drawn(source))
    assert 3600 in values
    assert 86400 not in values


def test_units_of_units_are_tried(drawn: Drawn) -> None:
    loop = "for name in 'KMG':\n        unit *= 1024\n        if size <= unit: break\n"
    source = f"def f(size: int):\n    unit = 1\n    {loop}    return name\n"
    assert {1024, 1024 * 1024, 1024 * 1024 + 1} <= set(drawn(source))


def test_where_a_function_counts_no_number_takes_it_long(drawn: Drawn) -> None:
    source = "def f(n: int):\n    return sum(range(n % 500000)) * 1024\n"
    assert max(n for n in drawn(source) if isinstance(n, int)) <= 100_000


@pytest.mark.parametrize(
    "source",
    [
        "import re\ndef f(text: str):\n    return re.match(r'([0-9]+[dhms])+', text)\n",
        "import re as regex\ndef f(text: str):\n    return regex.search(r'^([0-9]+[dhms])+$', text.strip())\n",
        "import re\nDURATION = re.compile('([0-9]+[dhms])+')\ndef f(text: str):\n    return DURATION.findall(text)\n",
        "from re import compile\nD = compile('([0-9]+[dhms])+')\ndef f(text: str):\n    return D.sub('', text)\n",
    ],
)
def test_texts_that_fit_a_pattern_are_tried_and_some_that_nearly_do(drawn: Drawn, source: str) -> None:
    texts = [str(value) for value in drawn(source)]
    fitting = [text for text in texts if re.fullmatch(r"([0-9]+[dhms])+", text)]
    nearly = [text for text in texts if re.match(r"([0-9]+[dhms])+", text) and text not in fitting]
    assert len(fitting) > 20
    assert len(nearly) > 10


@pytest.mark.parametrize(
    "pattern", [r"(?i)abc+", r"a(?=b)", r"(a)\1", r"\bword\b", "ä+", "a^b", "a*", "[", r"(?P<x>a)(?P=x)", "a{3}$b"]
)
def test_what_texts_cannot_be_made_from_is_left_out(drawn: Drawn, pattern: str) -> None:
    source = f"import re\ndef f(text: str):\n    return re.match({pattern!r}, text)\n"
    assert all(isinstance(value, str) for value in drawn(source))


def test_a_pattern_for_something_else_says_nothing(domain_of: DomainOf) -> None:
    source = "import re\ndef f(text: str, other: str):\n    return re.match('[a-z]+-[0-9]', other)\n"
    first, second = domain_of(source).parameters
    assert "from_regex" not in first.strategy
    assert "from_regex" in second.strategy

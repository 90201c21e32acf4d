"""Sentences about how parameters relate, as conditions; and cases that are only spoken of, which are none."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, settings
from hypothesis.errors import NoSuchExample

from refute.properties.domain import Domain

DomainOf = Callable[..., Domain]


def domain(domain_of: DomainOf, signature: str, *sentences: str) -> Domain:
    text = " ".join(sentences)
    return domain_of(
        f'from datetime import date\nfrom decimal import Decimal\n\ndef f({signature}):\n    """{text}"""\n'
    )


@pytest.mark.parametrize(
    ("signature", "sentence", "condition"),
    [
        ("value: int, low: int, high: int", "Clamp it; `low` is at most `high`.", "low <= high"),
        ("value, low, high", "low must not exceed high.", "low <= high"),
        ("start: date, end: date", "The days between them. `start` is never after `end`.", "start <= end"),
        ("start: date, end: date", "`end` must be on or after `start`.", "end >= start"),
        ("n: int, total: int", "`n` cannot be greater than `total`.", "n <= total"),
        ("start: int, stop: int", "The start is less than the stop.", "start < stop"),
        ("values: list[float], window: int", "It is at most long. `window` is at most the length of the list.", None),
        ("items: list[int], k: int", "`k` must not be larger than the length of `items`.", "k <= len(items)"),
        ("items: list[int], k: int", "k is between 1 and the number of items.", "k <= len(items)"),
        ("items: list[str], index: int", "`index` is a valid index into `items`.", "index < len(items)"),
        ("text: str, width: int", "Centre it. The text is not longer than `width`.", "len(text) <= width"),
        ("text: str, width: int", "`width` is at least the length of the text.", "width >= len(text)"),
        ("stock: dict[str, int], name: str", "`name` is one of the keys of `stock`.", "name in stock"),
        ("stock: dict[str, int], name: str", "`name` must be in `stock`.", "name in stock"),
        ("a: int, b: int", "The ratio; b is not zero.", "b != 0"),
        ("a: int, b: int", "a and b are not both zero.", "a != 0 or b != 0"),
        ("a: list[int], b: list[int], scale: int", "The product; `a` and `b` are equally long.", "len(a) == len(b)"),
        ("weights: list[float]", "Normalise the weights. They are not all zero.", "any(weights)"),
        ("n: int, k: int", "Return the number of ways to choose k of n things, 0 <= k <= n.", "k <= n"),
        ("price: Decimal, n: int", "The `price` is not negative.", "price >= 0"),
        ("start: int, end: int | None", "`end` is not less than `start`.", "end is None or end >= start"),
    ],
)
def test_relations_in_words(domain_of: DomainOf, signature: str, sentence: str, condition: str | None) -> None:
    expected = condition or "window <= len(values)"
    assert domain(domain_of, signature, sentence).precondition == expected


def test_relations_in_the_description_of_a_parameter(domain_of: DomainOf) -> None:
    source = '''
    def clamp(value: float, lower: float, upper: float):
        """Restrict a value.

        Args:
            value: A number.
            lower: The least result.
            upper: The greatest result, not less than lower.
        """
    '''
    assert domain_of(source).precondition == "upper >= lower"


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        ("numbers: list[int], limit: int", "Return the numbers greater than limit."),
        ("words: list[str], limit: int", "Count the words longer than `limit`."),
        ("a: int, b: int", "If a is greater than b, swap them."),
        ("a: int, b: int", "b must be at least a third of what it was."),
        ("items: list[int], end: int", "Remove every item that comes after end."),
        ("value: int, low: int", "Check that value is at least low."),
        ("value: int, items: list[int]", "Tell whether value is in items."),
        ("start: int, end: int", "Move start before end."),
        ("items: list[int], limit: int", "Keeps at most limit items."),
        ("part: int, whole: int", "Raises ValueError when part is greater than whole."),
        ("price: Decimal, rate: Decimal", "`price` has at most two decimal places and must be at most 2 digits."),
        ("low: int, high: int", "Swap them if that is needed, so that, 0 <= low <= high."),
    ],
)
def test_cases_that_are_spoken_of_are_no_conditions(domain_of: DomainOf, signature: str, sentence: str) -> None:
    assert domain(domain_of, signature, sentence).precondition is None


@pytest.mark.parametrize(
    ("description", "holds"),
    [
        ("How many days, zero or more.", "x >= 0"),
        ("The page asked for, 1 or more. If there are fewer, the last.", "x >= 1"),
        ("At least 1.", "x >= 1"),
        ("Discount from 0 (none) to 100 (free).", "0 <= x <= 100"),
        ("Never more than 5.", "x <= 5"),
        ("The hour; between 0 and 23.", "0 <= x <= 23"),
        ("1 to 12.", "1 <= x <= 12"),
        ("The month (1-12).", "1 <= x <= 12"),
    ],
)
def test_numbers_in_the_description_of_a_parameter(
    domain_of: DomainOf, evaluated: "Evaluated", description: str, holds: str
) -> None:
    source = f'def f(x: int):\n    """Do it.\n\n    Args:\n        x: {description}\n    """\n'
    never(evaluated(domain_of(source).parameters[0].strategy, {}), f"not ({holds})")


def test_what_is_stated_keeps_calls_of_a_model_out(domain_of: DomainOf) -> None:
    source = (
        'def f(value, visible=4):\n    """Mask all but the last `visible` (zero or more), or all if they are few."""\n'
    )
    (parameter,) = [p for p in domain_of(source).parameters if p.name == "visible"]
    assert (parameter.low, parameter.high) == (0, None)


def test_a_default_outside_of_what_a_name_suggests(domain_of: DomainOf) -> None:
    (parameter,) = domain_of('def f(base=1):\n    """The delays; `base` is positive."""\n').parameters
    assert "integers(1, " in parameter.strategy


@pytest.mark.parametrize(
    ("name", "sentence", "strategy"),
    [
        ("value", "Replace every character of `value` by a star.", "text("),
        ("spans", "The total. Each span is a tuple (start, end) of numbers.", "lists(tuples(one_of(integers("),
        ("bookings", "The rooms. Each booking is a tuple (room, start, end).", "nothing()"),
        ("events", "The seconds between pairs (second, state).", "nothing()"),
    ],
)
def test_parameters_that_are_described_by_their_parts(
    domain_of: DomainOf, name: str, sentence: str, strategy: str
) -> None:
    (parameter,) = domain(domain_of, name, sentence).parameters
    assert strategy in parameter.strategy


Evaluated = Callable[..., Any]


def never(strategy: Any, condition: str) -> None:
    """Fail where a value `x` of a strategy is found of which `condition` is true."""

    def is_met(x: Any) -> bool:
        return bool(eval(condition, {"x": x}))

    with pytest.raises(NoSuchExample):
        find(strategy, is_met, settings=settings(max_examples=300, database=None))


@pytest.mark.parametrize(
    ("signature", "sentence", "holds"),
    [
        ("x: list[tuple[int, int]]", "Intervals (start, end) with start <= end.", "all(a <= b for a, b in x)"),
        ("x: tuple[int, int]", "A pair (low, high), where low is less than high.", "x[0] < x[1]"),
        ("x: list[list[int]]", "Transpose. All rows have the same length.", "len(set(map(len, x))) <= 1"),
        ("x: list[list[int]]", "The sum of a rectangular grid.", "len(set(map(len, x))) <= 1"),
        ("x: list[int]", "The gaps; assumes that x is sorted.", "x == sorted(x)"),
        ("x: int", "The page, numbered from 1. x is one-based.", "x >= 1"),
        ("x: int", "x is greater than zero.", "x > 0"),
        ("items: list[int]", "Items must be unique.", "len(set(x)) == len(x)"),
        ("x: dict[str, int]", "The quantities in x are never negative.", "min(x.values(), default=0) >= 0"),
    ],
)
def test_what_is_said_of_elements(
    domain_of: DomainOf, evaluated: Evaluated, signature: str, sentence: str, holds: str
) -> None:
    (parameter,) = domain(domain_of, signature, sentence).parameters
    never(evaluated(parameter.strategy, {}), f"not ({holds})")


@pytest.mark.parametrize(
    ("annotation", "description", "holds", "may_be"),
    [
        (
            "list[float]",
            "The values in ascending order; there must be at least one.",
            "x and x == sorted(x)",
            "x[0] < 0",
        ),
        ("str", "Digits only, at least two characters.", "len(x) >= 2", "len(x) > 2"),
        ("str", "A text of 5 characters.", "True", "x == '0'"),
    ],
)
def test_numbers_of_parts_in_the_description_of_a_parameter(
    domain_of: DomainOf, evaluated: Evaluated, annotation: str, description: str, holds: str, may_be: str
) -> None:
    source = f'def f(x: {annotation}):\n    """Do it.\n\n    Args:\n        x: {description}\n    """\n'
    strategy = evaluated(domain_of(source).parameters[0].strategy, {})
    never(strategy, f"not ({holds})")
    assert eval(may_be, {"x": find(strategy, lambda x: bool(eval(may_be, {"x": x})))})

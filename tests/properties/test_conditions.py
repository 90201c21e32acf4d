"""Conditions of documented exceptions, in words: which of them are understood, and as what."""

from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import find
from hypothesis.strategies import SearchStrategy

from refute.properties.domain import Domain
from refute.properties.property import Property

ClaimsOf = Callable[..., tuple[Property, ...]]
DomainOf = Callable[..., Domain]
Evaluated = Callable[..., SearchStrategy[object]]

MISSING = "name not in users and all(isinstance(each, type(name)) for each in users)"
WHENS: list[tuple[str, str, str | None]] = [
    ("n", "if n is below 0", "n < 0"),
    ("n", "if n is above 100 or under 1", "n > 100 or n < 1"),
    ("n", "If n is over 10.", "n > 10"),
    ("n", "if n exceeds 5", "n > 5"),
    ("n", "if n is less than one", "n < 1"),
    ("n", "if n is less than 1 kilogram", None),
    ("n", "if n is below the limit", None),
    ("start, end", "if start is after end", "start > end"),
    ("start, end", "If the end is before the start.", "end < start"),
    ("start, end", "if start is after the end of the month", None),
    ("width, height", "if width or height is negative", "width < 0 or height < 0"),
    ("n, items", "if n exceeds the length of items", "n > len(items)"),
    ("name", "if name is longer than 20 characters", "len(name) > 20"),
    ("a, b", "if the lengths of a and b differ", "len(a) != len(b)"),
    ("keys, values", "if keys and values have different lengths", "len(keys) != len(values)"),
    ("weights", "if any weight is negative", "not hasattr(weights, 'keys') and any(each < 0 for each in weights)"),
    ("xs", "if any element is zero", "not hasattr(xs, 'keys') and any(each == 0 for each in xs)"),
    ("xs, ys", "if any element is zero", None),
    ("xs, ys", "if any element of ys is zero", "not hasattr(ys, 'keys') and any(each == 0 for each in ys)"),
    ("weights", "if any price is negative", None),
    ("xs", "if xs contains duplicates", "len(set(xs)) < len(xs)"),
    ("name, users", "if name is not in users", MISSING),
    ("name, users", "if name is missing from users", MISSING),
    ("name, users", "if users does not contain name", MISSING),
    ("name, users", "if name is not in users of the group", None),
    ("name, users", "if name is not in lower case", None),
]


@pytest.mark.parametrize(("parameters", "condition", "when"), WHENS)
def test_conditions_in_words_are_read(parameters: str, condition: str, when: str | None, claims_of: ClaimsOf) -> None:
    source = f'def f({parameters}):\n    """Doc.\n\n    Raises:\n        ValueError: {condition}\n    """\n    return 1'
    assert [claim.when for claim in claims_of(source) if claim.kind == "raises"] == ([when] if when else [])


@pytest.mark.parametrize(
    "body", ["name = name.lower()", "n = users.get(name.strip())", "check(name)", "users = dict(users)"]
)
def test_what_the_body_makes_something_else_of_is_not_looked_up_as_it_is(body: str, claims_of: ClaimsOf) -> None:
    docstring = '"""Doc.\n\n    Raises KeyError if name is not in users."""'
    claims = claims_of(f"def f(name, users):\n    {docstring}\n    {body}\n    return users[name]")
    assert [claim for claim in claims if claim.kind == "raises"] == []


@pytest.mark.parametrize(
    ("parameter", "said"),
    [("weights: list[float]", "any weight is negative"), ("grades: list[int]", "any grade is less than 1")],
)
def test_elements_that_are_promised_an_exception_are_tried(
    parameter: str, said: str, domain_of: DomainOf, evaluated: Evaluated
) -> None:
    docstring = f'"""Take them.\n\n    Raises ValueError if {said}."""'
    domain = domain_of(f"def f({parameter}):\n    {docstring}\n    return 1")
    drawn = evaluated(domain.parameters[0].strategy)
    assert find(drawn, lambda values: min(cast("list[float]", values), default=1) < 0)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("If end is negative, 0 is returned.", "(start > end) and not ((end < 0))"),
        ("The result is 0 if end is below 0.", "(start > end) and not ((end < 0))"),
        ("If end is 0, 0 is returned.", "start > end"),
        ("", "start > end"),
    ],
)
def test_special_cases_that_are_told_go_before_promises(said: str, when: str, claims_of: ClaimsOf) -> None:
    docstring = f'"""Doc. {said}\n\n    Raises ValueError if start is after end."""'
    (claim,) = claims_of(f"def f(start, end):\n    {docstring}\n    if end < 0:\n        return 0\n    return 1")
    assert claim.when == when


SHELF = '''
class Shelf:
    def __init__(self, stock):
        self._stock = stock
        self._labels = {{}}
        self._is_closed = False

    def close(self):
        self._is_closed = True

    def f(self, {parameters}):
        """Doc.

        Raises ValueError {condition}.
        """
        {body}
'''
OF_INSTANCES: list[tuple[str, str, str, str | None]] = [
    ("n", "if n is greater than the stock", "return n", "n > self._stock"),
    ("n", "if n exceeds the available stock", "return n", "n > self._stock"),
    ("stock", "if stock is greater than the stock", "return stock", None),
    ("n", "if the stock is 0", "return n", "self._stock == 0"),
    ("n", "if n is greater than the price", "return n", None),
    ("n", "if the shelf is empty", "return n", "len(self._labels) == 0"),
    ("n", "if the table is empty", "return n", "len(self._labels) == 0"),
    ("n", "if the shop is empty", "return n", None),
    ("n", "if n is not in the shelf", "return self._labels[n]", "n not in self._labels"),
    ("n", "if the shelf does not contain n", "return self._labels.get(n)", "n not in self._labels"),
    ("n", "if n is already registered", "self._labels[n] = 1", "n in self._labels"),
    ("n", "if n is unknown", "return self._labels[n]", "n not in self._labels"),
    ("n", "if n is unknown", "return self._labels[n.lower()]", None),
    ("n", "if n is unknown", "return [k for k, v in self._labels.items() if v == n]", None),
    ("n", "if n is not in labels", "return self._labels[n]", "n not in self._labels"),
    ("n", "if n is negative", "if self._is_closed: return None", "(n < 0) and not ((self._is_closed))"),
    ("n", "if n is negative", "if not self._stock: return None", "(n < 0) and not ((not self._stock))"),
    ("n", "if the stock is 0", "if not self._stock: return None", "self._stock == 0"),
    ("n", "if the stock is 0", "if self._is_closed: return None", "(self._stock == 0) and not ((self._is_closed))"),
]


@pytest.mark.parametrize(("parameters", "condition", "body", "when"), OF_INSTANCES)
def test_conditions_speak_of_what_the_instance_holds(
    parameters: str, condition: str, body: str, when: str | None, claims_of: ClaimsOf
) -> None:
    claims = claims_of(SHELF.format(parameters=parameters, condition=condition, body=body), "Shelf.f")
    assert [claim.when for claim in claims if claim.kind == "raises"] == ([when] if when else [])


def test_a_class_with_two_containers_is_not_said_to_be_empty(claims_of: ClaimsOf) -> None:
    source = SHELF.format(parameters="n", condition="if the shelf is empty", body="return n")
    for other in ("self._rows = []", "self._rows = [None] * 3"):
        text = source.replace("self._is_closed = False", f"self._is_closed = False\n        {other}")
        assert [claim for claim in claims_of(text, "Shelf.f") if claim.kind == "raises"] == []

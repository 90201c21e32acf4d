"""Calls in other files say what callers pass."""

import textwrap

import pytest

from refute.properties.call_sites import arguments_elsewhere, calls_elsewhere
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.modules import read_module
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

PRICES = """
def discount(code, share=1):
    return code

class Basket:
    def __init__(self, size):
        self.size = size
    def add(self, item):
        return item
"""


def unit(qualname: str) -> FunctionUnit:
    units = parse_units(Snapshot("file:///prices.py", None, PRICES)).units
    return next(unit for unit in units if unit.qualname == qualname)


def passed(text: str, qualname: str = "discount", importer: str = "shop.cart") -> list[dict[str, str]]:
    calls = calls_elsewhere(textwrap.dedent(text), importer, "shop.prices")
    own = [call for call in calls if call.root == qualname.partition(".")[0]]
    return [dict(arguments) for arguments in arguments_elsewhere(unit(qualname), own, read_module(PRICES))]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.prices import discount\ndiscount('A1')",
        "from shop.prices import discount as less\nprint(less('A1'))",
        "from shop import prices\nx = prices.discount('A1')",
        "import shop.prices\ndef f():\n    return shop.prices.discount('A1')",
        "import shop.prices as p\ndef test():\n    assert p.discount('A1') == 3",
        "from .prices import discount\ndiscount('A1')",
        "from . import prices\nprices.discount('A1')",
    ],
)
def test_calls_are_found_however_the_function_is_imported(text: str) -> None:
    assert passed(text) == [{"code": "'A1'", "share": "1"}]


def test_relative_imports_of_a_package_count_from_itself() -> None:
    assert passed("from .prices import discount\ndiscount(1)", importer="shop.") == [{"code": "1", "share": "1"}]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.orders import discount\ndiscount('A1')",
        "from .orders import discount\ndiscount('A1')",
        "def discount(x): ...\ndiscount('A1')",
        "from shop.prices import discount\ndiscount(code)",
        "from shop.prices import discount\nwith raises(ValueError):\n    discount('bad')",
        "from shop.prices import discount\ntry:\n    discount('bad')\nexcept ValueError: ...",
        "from shop.prices import discount\nassertRaises(ValueError, lambda: discount('bad'))",
        "from shop.prices import discount\ndiscount(Money(3))",
        "from shop.prices import discount\ndiscount(",
    ],
)
def test_other_calls_and_those_that_may_be_meant_to_raise_are_left_out(text: str) -> None:
    assert passed(text) == []


def test_instances_are_written_with_the_names_of_their_module() -> None:
    text = "from shop import prices as p\np.Basket(3).add('pear')\nBasket(3).add('plum')"
    assert passed(text, "Basket.add") == [{"self": "Basket(3)", "item": "'pear'"}]


def test_a_domain_follows_them() -> None:
    elsewhere = ((("code", "'2024-W05'"), ("share", "1")), (("code", "'2023-W52'"), ("share", "1")))
    domain = infer_domain(unit("discount"), PRICES, elsewhere)
    assert domain.examples == elsewhere
    assert domain.parameters[0].evidence is Evidence.EXAMPLE

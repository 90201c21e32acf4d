"""A prompt shows in short which functions a function calls."""

from refute.properties.called import LONGEST, Imported
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

MODULE = '''
from .rates import rate
import shop.taxes as taxes

def helper(x):
    """Double x.

    At length.
    """
    return 2 * x

def silent(x):
    return x

def price(item):
    """Price an item."""
    return helper(silent(rate(item))) + taxes.tax(item) + len(item)

def bill(items):
    """Add up what all items cost."""
    return sum(price(item) for item in items)
'''
TEXTS = {
    "shop.rates": 'def rate(item: str) -> int:\n    """Look up a rate."""\n    return 1\n',
    "shop.taxes": "def tax(item):\n    'The tax on an item.'\n    return 0\n",
}


def unit(name: str, text: str = MODULE, texts: dict[str, str] = TEXTS) -> FunctionUnit:
    units = parse_units(Snapshot("file:///m.py", None, text), imported=Imported("shop.prices", texts)).units
    return next(unit for unit in units if unit.qualname == name)


def test_called_functions_are_shown_with_one_line_of_what_they_do() -> None:
    shown = unit("price").spec.context
    assert 'def helper(x):\n    """Double x."""\n    ...' in shown
    assert 'def rate(item: str) -> int:\n    """Look up a rate."""' in shown
    assert "The tax on an item." in shown
    assert "At length" not in shown
    assert "silent" not in shown


def test_who_calls_a_function_is_shown_where_its_docstring_is_terse() -> None:
    assert (
        "Add up what all items cost."
        in unit(
            "helper",
            MODULE.replace("helper(silent", "silent(")
            .replace("sum(price(item)", "sum(helper(item)")
            .replace("Double x.\n\n    At length.\n", "Double x.\n"),
        ).spec.context
    )
    assert "Price an item." not in unit("silent").spec.context


def test_what_is_shown_is_short() -> None:
    many = "".join(f'def f{n}(x):\n    """{"word " * 30}"""\n    return x\n\n' for n in range(9))
    calls = " + ".join(f"f{n}(x)" for n in range(9))
    text = f'{many}def g(x):\n    """Do it all."""\n    return {calls}\n'
    assert 0 < len(unit("g", text).spec.context) <= LONGEST + 10


def test_they_do_not_change_what_a_dismissal_is_kept_under() -> None:
    other = unit("price", MODULE, {**TEXTS, "shop.rates": TEXTS["shop.rates"].replace("a rate", "the rate")})
    assert other.spec.context != unit("price").spec.context
    assert other.spec_digest == unit("price").spec_digest


def test_what_is_shown_already_is_not_shown_again() -> None:
    text = MODULE.replace("Price an item.", "Price an item with `helper`.")
    assert unit("price", text).spec.context.count("def helper") == 1

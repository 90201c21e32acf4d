"""Constructors: what their docstrings, or those of their classes, say of making instances."""

from collections.abc import Callable

import pytest

from refute.properties.domains import infer_domain
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.rendering import render_test
from refute.properties.units import FunctionUnit, Snapshot

ClaimsOf = Callable[..., tuple[Property, ...]]
UnitOf = Callable[..., FunctionUnit]

CIRCLE = '''
class Circle:
    """A circle.

    >>> Circle(2).radius
    2
    >>> circle = Circle(3)
    >>> circle.radius
    3
    >>> circle.area
    9
    >>> circle.grown(2)
    5
    >>> Circle(-1)
    Traceback (most recent call last):
    ValueError: radius

    Raises:
        ValueError: if radius is negative.
    """

    def __init__(self, radius: int):
        if radius < 0:
            raise ValueError("radius")
        self.radius = radius

    @property
    def area(self):
        """The area.

        >>> Circle(2).area
        4
        """
        return self.radius ** 2

    def grown(self, by):
        """A larger radius."""
        return self.radius + by
'''


def test_a_constructor_is_held_to_the_docstring_of_its_class(claims_of: ClaimsOf) -> None:
    claims = claims_of(CIRCLE, "Circle.__init__")
    assert {(claim.kind, claim.example, claim.check) for claim in claims} == {
        ("example", (("radius", "2"),), "same(result.radius, 2)"),
        ("example", (("radius", "3"),), "same(result.radius, 3)"),
        ("example", (("radius", "-1"),), "isinstance(error, ValueError)"),
        ("raises", None, "isinstance(error, ValueError)"),
    }
    (raising,) = [claim for claim in claims if claim.kind == "raises"]
    assert (raising.when, raising.spec_line) == ("radius < 0", 18)


def test_the_docstring_of_the_constructor_comes_first(claims_of: ClaimsOf) -> None:
    own = '    def __init__(self, low, high):\n        """Make.\n\n        Raises ValueError if low exceeds high."""\n'
    (claim,) = claims_of(f'class Span:\n    """A span."""\n\n{own}        self.low = low\n', "Span.__init__")
    assert (claim.when, claim.spec_line) == ("low > high", 6)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Circle:", "class Circle(Shape):"),
        ("class Circle:", "class Circle(metaclass=Known):"),
        ("class Circle:", "@register\nclass Circle:"),
        ("@property", "@abstractmethod"),
        ("    def grown", "    def __new__(cls, radius):\n        return 1\n\n    def grown"),
        ("(self, radius: int)", "(self)"),
        (CIRCLE.split('"""')[1], "A circle."),
    ],
)
def test_constructors_of_which_nothing_is_certain_are_left_out(old: str, new: str) -> None:
    assert old in CIRCLE
    for source, count in ((CIRCLE, 1), (CIRCLE.replace(old, new), 0)):
        units = parse_units(Snapshot("file:///m.py", None, source)).units
        assert len([unit for unit in units if unit.spec.name == "__init__"]) == count


def test_a_kept_test_of_a_constructor_calls_the_class(unit_of: UnitOf, claims_of: ClaimsOf) -> None:
    unit = unit_of(CIRCLE, "Circle.__init__")
    text = render_test(unit, "shapes", claims_of(CIRCLE, "Circle.__init__")[0], infer_domain(unit, CIRCLE))
    assert "Circle(" in text
    assert "__init__(" not in text

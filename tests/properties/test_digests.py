import textwrap
from collections.abc import Mapping

import pytest

from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

MODULE = '''
STEP = 2
def other(x):
    """Other."""
    return x + STEP
def unused(x):
    return x
class A:
    def __init__(self, start: int):
        self.value = start
    def up(self):
        return self._next(1)
    def _next(self, by):
        return self.value + by
    def down(self):
        return self.value - 1
def f(x: int) -> int:
    """Adds."""
    y = other(x)  # a comment
    return y
'''


def units(text: str) -> Mapping[str, FunctionUnit]:
    parsed = parse_units(Snapshot("file:///m.py", None, textwrap.dedent(text)))
    return {unit.qualname: unit for unit in parsed.units}


BEFORE = units(MODULE)


def changed(old: str, new: str) -> tuple[set[str], set[str]]:
    """The units whose spec digest, and those whose body digest, an edit changes."""
    assert old in MODULE
    after = units(MODULE.replace(old, new))
    specs = {name for name, unit in BEFORE.items() if after[name].spec_digest != unit.spec_digest}
    bodies = {name for name, unit in BEFORE.items() if after[name].body_digest != unit.body_digest}
    return specs, bodies


TABLE = """
RATES = {{}}
{}

def rate(key):
    return RATES.get(key, 0)

def fill():
    RATES["eur"] = {}
"""


@pytest.mark.parametrize(
    "statement",
    [
        'RATES["eur"] = {}',
        "RATES.update(eur={})",
        "for key in {}, 4:\n    RATES[key] = key",
        "if True:\n    RATES.default = {}",
        "def fill():\n    RATES['eur'] = {}\nfill()",
        "rate = {}",
    ],
)
def test_what_a_module_does_when_it_is_imported_is_in_the_digest_of_its_functions(statement: str) -> None:
    digests = {units(TABLE.format(statement.format(number), 5))["rate"].body_digest for number in (1, 2)}
    assert len(digests) == 2


@pytest.mark.parametrize("statement", ["import os{}", '"""Text {}."""', "if __name__ == '__main__':\n    print({})"])
def test_what_changes_nothing_for_importers_is_not(statement: str) -> None:
    digests = {units(TABLE.format(statement.format(number), 5))["rate"].body_digest for number in (1, 2)}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # a comment", ""),
        ("    y = other(x)", "\n\n    y = (\n        other( x )\n    )"),
        ("\nSTEP", "\n\n\nSTEP"),
        ("return x + STEP", "return (x+STEP)"),
    ],
)
def test_comments_and_formatting_change_no_digest(old: str, new: str) -> None:
    assert changed(old, new) == (set(), set())


def test_line_endings_change_no_digest() -> None:
    after = units(MODULE.replace("\n", "\r\n"))
    assert all(
        (after[name].spec_digest, after[name].body_digest) == (unit.spec_digest, unit.body_digest)
        for name, unit in BEFORE.items()
    )


def test_a_docstring_is_spec_and_not_body() -> None:
    assert changed('"""Adds."""', '"""Adds two."""') == ({"f"}, set())


def test_an_annotation_is_spec_and_not_body() -> None:
    assert changed("f(x: int)", "f(x: float)") == ({"f"}, set())


def test_a_changed_body_changes_what_calls_it() -> None:
    assert changed("return y", "return y + 1") == (set(), {"f"})
    assert changed("return x + STEP", "return x - STEP") == (set(), {"other", "f"})


def test_a_changed_constant_changes_what_reads_it() -> None:
    assert changed("STEP = 2", "STEP = 3") == (set(), {"other", "f"})


def test_a_method_depends_on_the_methods_it_uses_and_on_the_constructor() -> None:
    assert changed("self.value + by", "self.value - by") == (set(), {"A.up", "A._next"})
    assert changed("self.value = start", "self.value = start + 1")[1] == {"A.up", "A._next", "A.down"}


def test_a_class_that_an_annotation_names_counts() -> None:
    text = MODULE + "def g(a: A): return a.up()\n"
    before, after = units(text), units(text.replace("self.value + by", "self.value * by"))
    assert before["g"].body_digest != after["g"].body_digest


def test_constants_nested_beyond_recursion_are_digested() -> None:
    text = "BIG = " + "+".join(["1"] * 900) + "\ndef f(): return BIG\n"
    assert units(text)["f"].body_digest != units(text.replace("1", "2"))["f"].body_digest

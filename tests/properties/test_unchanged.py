"""Docstrings that say that arguments stay as they are."""

import pytest

from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.proposers.unchanged import propose
from refute.properties.units import Snapshot


def claims(signature: str, docstring: str) -> tuple[Property, ...]:
    source = f'def f({signature}):\n    """{docstring}"""\n'
    return propose(parse_units(Snapshot("file:///m.py", None, source)).units[0], source)


@pytest.mark.parametrize(
    ("signature", "docstring", "kept"),
    [
        ("items", "Sort the items. `items` is not modified.", "items as it is"),
        ("items", "Return a sorted copy without changing the list.", "items as it is"),
        ("a, b", "Merge both. Neither `a` nor `b`, nor any dictionary inside them, is changed.", "a and b as they are"),
        ("xs", "Does not modify the input.", "xs as it is"),
        ("xs", "The input list is never modified.", "xs as it is"),
        ("stock, order", "What is left. The two dictionaries passed in stay unchanged.", "stock and order as they are"),
        ("a, *, key", "Both arguments remain unchanged.", "a and key as they are"),
        ("a, /, b", "`a` is left untouched.", "a as it is"),
    ],
)
def test_what_a_docstring_says_is_kept(signature: str, docstring: str, kept: str) -> None:
    (claim,) = claims(signature, docstring)
    assert claim.statement == f"a call leaves {kept}"
    assert claim.evidence is Evidence.DOCSTRING
    assert claim.spec_line == 1


def test_the_description_of_a_parameter_may_say_it() -> None:
    docstring = (
        "Assign tables.\n\n    Args:\n        parties: Names.\n        tables: Seats by name. It is not modified.\n"
    )
    (claim,) = claims("parties, tables", docstring)
    assert claim.statement == "a call leaves tables as it is"


@pytest.mark.parametrize(
    ("signature", "docstring"),
    [
        ("words", "Capitalize in place. The list is not changed otherwise."),
        ("words", "Title case; short words are left unchanged."),
        ("text", "Return the text unchanged if it is short."),
        ("items", "The list is not changed when it is empty."),
        ("items", "Return a new list."),
        ("*items", "The arguments are not changed."),
    ],
)
def test_what_is_said_of_something_else_claims_nothing(signature: str, docstring: str) -> None:
    assert claims(signature, docstring) == ()

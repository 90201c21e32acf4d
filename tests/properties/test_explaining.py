from dataclasses import dataclass

import pytest

from refute.properties.evidence import Evidence
from refute.properties.explaining import explain
from refute.properties.property import Property, PropertyKind


@dataclass(frozen=True)
class Called:
    arguments: tuple[tuple[str, str], ...]
    result: str | None = None
    exception: str | None = None


@pytest.mark.parametrize(
    ("kind", "statement", "call", "sentence"),
    [
        (
            "postcondition",
            "the result is sorted",
            Called((("items", "[1, 0]"),), "[1, 0]"),
            "items=[1, 0] gives [1, 0]; the result should be sorted",
        ),
        (
            "example",
            "f(1) gives 2",
            Called((("x", "1"), ("y", "0")), "3"),
            "x=1, y=0 gives 3; the docstring's example says 2",
        ),
        (
            "raises",
            "it raises ValueError if n is negative",
            Called((("n", "-1"),), None, "KeyError: 'n'"),
            "n=-1 raises KeyError: 'n'; it should raise ValueError if n is negative",
        ),
        (
            "round_trip",
            "decode(encode(s)) gives s back",
            Called((("s", "'a'"),), "'b'"),
            "s='a' gives 'b'; decode(encode(s)) should give s back",
        ),
        (
            "commutative",
            "a and b can change places",
            Called((("self", "Stack([1])"), ("a", "1")), "2"),
            "Stack([1]).f(a=1) gives 2; a and b should be able to change places",
        ),
        ("metamorphic", "nothing lost", Called((), "2"), "A.f() gives 2; it should be so that nothing lost"),
    ],
)
def test_a_violation_is_one_sentence(kind: PropertyKind, statement: str, call: Called, sentence: str) -> None:
    claim = Property(kind, statement, "result", Evidence.DOCSTRING)
    assert explain(claim, call, "A.f") == sentence


def test_long_values_are_cut() -> None:
    claim = Property("postcondition", "the result is sorted", "result", Evidence.DOCSTRING)
    sentence = explain(claim, Called((("items", repr(list(range(500)))),), "1\n2"), "f")
    assert len(sentence) < 200
    assert "…" in sentence
    assert "\n" not in sentence

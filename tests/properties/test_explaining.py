from dataclasses import dataclass, replace

import pytest

from refute.properties.evidence import Evidence
from refute.properties.explaining import explain, explain_change, rests_on
from refute.properties.parsing import parse_units
from refute.properties.place import Place
from refute.properties.property import Property, PropertyKind
from refute.properties.units import Snapshot


@dataclass(frozen=True)
class Called:
    arguments: tuple[tuple[str, str], ...]
    result: str | None = None
    exception: str | None = None
    shown: str | None = None


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
        (
            "postcondition",
            "its own assertion result is not None holds",
            Called((("n", "1"),), None, "AssertionError"),
            "n=1 raises AssertionError; its own assertion result is not None should hold",
        ),
        (
            "postcondition",
            "its own assertions hold",
            Called((("n", "1"),), None, "AssertionError"),
            "n=1 raises AssertionError; its own assertions should hold",
        ),
        (
            "example",
            "Box(4).half gives 2",
            Called((("self", "Box(4)"),), "3"),
            "Box(4).f() gives 3; the docstring's example says 2",
        ),
        (
            "example",
            "Color.RED.label gives 'red'",
            Called((("self", "Color.RED"),), "''"),
            "Color.RED.f() gives ''; the docstring's example says 'red'",
        ),
        (
            "example",
            "f('a  b') gives 'a b'",
            Called((("text", "'a  b'"),), "'a  b'"),
            "text='a  b' gives 'a  b'; the docstring's example says 'a b'",
        ),
        (
            "postcondition",
            "the text 'it is' ends with what the list has",
            Called((("n", "1"),), "2"),
            "n=1 gives 2; it should be so that the text 'it is' ends with what the list has",
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


def test_a_sequence_of_calls_is_told_as_statements() -> None:
    claim = Property("state", "pop() after push(x) gives x back", "", Evidence.DOCSTRING, shows=("pop()", ""))
    call = Called((("self", "[s := Stack(n=2), s.push(1), s.pop()][0]"), ("x", "0")), "None", shown="1")
    assert explain(claim, call, "Stack.push") == (
        "s = Stack(n=2); s.push(1); s.pop(); s.push(x=0), then pop() gives 1; pop() after push(x) should give x back"
    )


def test_what_further_calls_give_is_told() -> None:
    claim = Property("state", "peek() gives what pop() gives", "", Evidence.DOCSTRING, shows=("what pop() gives", ""))
    assert explain(claim, Called((("n", "1"),), "2", shown="[-1]"), "f") == (
        "n=1, then what pop() gives is [-1]; peek() should give what pop() gives"
    )


def test_what_a_claim_rests_on_ends_the_sentence() -> None:
    text = 'def f(x: int) -> int:\n    """Do it.\n\n    The result is "even".\n    """\n    return x\n'
    (unit,) = parse_units(Snapshot("file:///m.py", None, text)).units
    claim = Property("postcondition", "the result is even", "result", Evidence.DOCSTRING)
    assert rests_on(replace(claim, spec_line=3), unit) == ' (docstring, line 4: "The result is "even".")'
    assert rests_on(replace(claim, spec_line=0), unit) == " (line 1)"
    assert rests_on(claim, unit) == ""
    assert rests_on(replace(claim, stated_at=Place("tests/test_m.py", 8)), unit) == " (tests/test_m.py, line 9)"
    assert rests_on(replace(claim, kind="example", stated_at=Place("tests/test_m.py", 8)), unit) == ""


def test_a_change_is_told_with_both_results() -> None:
    assert explain_change(Called((("x", "1"),), None, "KeyError: 1"), "f", "2") == (
        "x=1 raises KeyError: 1; in the last commit it gave 2"
    )

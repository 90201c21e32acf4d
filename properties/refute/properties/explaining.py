"""Violations in one plain sentence."""

import re
from collections.abc import Sequence
from typing import Protocol

from refute.properties.place import Place
from refute.properties.property import Property
from refute.properties.sequences import written_history
from refute.properties.units import FunctionUnit

_LONGEST_VALUE = 80
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_LINE_BREAK = re.compile(r"\s*\n\s*")
"""Blanks within a line are left as they are: values may differ in nothing else."""
_NO_ANSWER = "TimeoutError: no answer within"
"""What a worker says of a call that it ended itself."""
_OBLIGATIONS = (
    (" is ", " should be "),
    (" are ", " should be "),
    (" has ", " should have "),
    (" have ", " should have "),
    (" can ", " should be able to "),
    (" raises ", " should raise "),
    (" gives ", " should give "),
    (" returns ", " should return "),
    (" contains ", " should contain "),
    (" contain ", " should contain "),
    (" changes ", " should change "),
    (" makes ", " should make "),
    (" leaves ", " should leave "),
    (" equals ", " should equal "),
    (" keeps ", " should keep "),
    (" does not ", " should not "),
    (" do not ", " should not "),
)
_HOLDS = re.compile(r" holds?$")
"""What ends a statement about code, in which words are not looked for."""


AFTERWARDS = "; afterwards: "
"""What a worker writes before what a call left of its arguments, behind its result."""


class Call(Protocol):
    """One call and what came of it: `result` is a `repr`, or `exception` is "Type: message". `shown` is what the
    property looks at after the call."""

    @property
    def arguments(self) -> Sequence[tuple[str, str]]: ...

    @property
    def result(self) -> str | None: ...

    @property
    def exception(self) -> str | None: ...

    @property
    def shown(self) -> str | None: ...


def explain(claim: Property, call: Call, qualname: str, expected: str | None = None) -> str:
    """What is violated, with which arguments, what came out, and what should have where that is known (`expected`).

    "items=[1, 0] gives [1, 0]; the result should be sorted".
    """
    if claim.shows and call.shown is not None and not call.exception:
        seen = f"then {_shown_thing(claim.shows[0])} {_short(call.shown)}"
        left = (expected or "").partition(AFTERWARDS)[2]
        instead = f" instead of {_short(left)}" if left else ""
        return f"{_shown_call(call.arguments, qualname)}, {seen}{instead}; {_obligation(claim)}"
    if call.exception and call.exception.startswith(_NO_ANSWER):
        outcome = f"gives {call.exception.removeprefix('TimeoutError: ')}"
    elif call.exception:
        outcome = f"raises {_short(call.exception)}"
    else:
        outcome = f"gives {_short(call.result or 'None')}"
    instead = f" instead of {_short(expected)}" if expected is not None else ""
    return f"{_shown_call(call.arguments, qualname)} {outcome}{instead}; {_obligation(claim)}"


def _shown_thing(words: str) -> str:
    """What is looked at, with a verb: "pop() gives", "what pop() gives is", "its arguments are"."""
    return words if words.endswith(" are") else f"{words} {'is' if words.endswith(' gives') else 'gives'}"


def rests_on(claim: Property, unit: FunctionUnit) -> str:
    """What a claim about `unit` rests on, to end a sentence with: ` (docstring, line 3: "Sort the items.")`."""
    if claim.stated_at is not None:
        return "" if claim.kind == "example" else f" ({claim.stated_at.path}, line {claim.stated_at.line + 1})"
    if claim.spec_line is None:
        return ""
    first, text = unit.spec.docstring_line, (unit.spec.docstring or "").split("\n")
    at = f"line {claim.spec_line + 1}"
    if first is None or not first <= claim.spec_line < first + len(text):
        return f" ({at})"
    quoted = text[claim.spec_line - first].strip()
    return f' (docstring, {at}: "{_short(quoted)}")' if quoted else f" (docstring, {at})"


def explain_change(call: Call, qualname: str, earlier: str) -> str:
    """How a result changed: "x=3 gives 4; in the last commit it gave 5"."""
    outcome = f"raises {_short(call.exception)}" if call.exception else f"gives {_short(call.result or 'None')}"
    return f"{_shown_call(call.arguments, qualname)} {outcome}; in the last commit it gave {_short(earlier)}"


def explain_difference(
    arguments: Sequence[tuple[str, str]], qualname: str, here: str, there: str, raises: tuple[bool, bool]
) -> str:
    """How a second fix differs from the first: "x=3 gives 4 with this one, 5 with the first".

    `here` and `there` are what comes out with it and with the first, `raises` says which of them are exceptions.
    """
    now = f"raises {_short(here)}" if raises[0] else f"gives {_short(here)}"
    otherwise = f"raises {_short(there)}" if raises[1] else _short(there)
    return f"{_shown_call(arguments, qualname)} {now} with this one, {otherwise} with the first"


def call_on(instance: str, call: str) -> str:
    """A call of a method of `instance`, an expression: "stack = Stack(); stack.push(1); stack.pop()"."""
    history = written_history(instance)
    if history is None:
        return f"{_short(instance)}.{call}"
    return "; ".join([*map(_short, history.statements), f"{history.name}.{call}"])


def _shown_call(arguments: Sequence[tuple[str, str]], qualname: str) -> str:
    shown = [(name, _short(value)) for name, value in arguments]
    if shown[:1] and shown[0][0] == "self":
        written = ", ".join(f"{name}={value}" for name, value in shown[1:])
        return call_on(arguments[0][1], f"{qualname.rpartition('.')[2]}({written})")
    return ", ".join(f"{name}={value}" for name, value in shown) or f"{qualname.removesuffix('.__init__')}()"


def _obligation(claim: Property) -> str:
    """The statement of a property as what should be."""
    if claim.kind == "example":
        expected = re.search(r"^(?:.*\)(?:\.\w+)?|[\w.]+) (gives|raises) (.*)$", claim.statement, re.DOTALL)
        if expected:
            verb = "" if expected.group(1) == "gives" else "raises "
            by = "the docstring's example" if claim.stated_at is None else f"the test in {_where(claim.stated_at)}"
            return f"{by} says {verb}{_short(expected.group(2))}"
    if _HOLDS.search(claim.statement):
        return _HOLDS.sub(" should hold", claim.statement)
    plain_text = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), claim.statement)
    places = [(plain_text.find(plain), plain, owed) for plain, owed in _OBLIGATIONS if plain in plain_text]
    if not places:
        return f"it should be so that {claim.statement}"
    place, plain, owed = min(places)
    return f"{claim.statement[:place]}{owed}{claim.statement[place + len(plain) :]}"


def _where(place: Place) -> str:
    return f"{place.path}, line {place.line + 1},"


def _short(text: str) -> str:
    one_line = _LINE_BREAK.sub(" ", text.strip("\n"))
    return one_line if len(one_line) <= _LONGEST_VALUE else f"{one_line[: _LONGEST_VALUE - 1]}…"

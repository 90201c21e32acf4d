"""How a counterexample came about: the lines of one call that assigned something or took a branch, in few words."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from refute.properties.syntax import UnreadableError, parse_module

_MOST_LINES = 10
_AT_THE_START = 4
_LONGEST = 100


class Step(Protocol):
    """One line that was run; see `refute.worker.protocol.Step`."""

    @property
    def line(self) -> int: ...

    @property
    def assigned(self) -> Sequence[tuple[str, str]]: ...

    @property
    def after(self) -> int | None: ...

    @property
    def left_out(self) -> int: ...


@dataclass(frozen=True)
class TraceLine:
    """What one line did. `offset` is its zero-based line within the definition, None where `text` tells of a gap."""

    offset: int | None
    text: str


def tell_trace(steps: Sequence[Step], source: str, first_line: int, outcome: str) -> tuple[TraceLine, ...]:
    """The lines of a call worth telling: what was assigned, which branch was taken, what came out.

    `source` is the definition, which begins at the zero-based line `first_line` of the module; `outcome` says what came
    of the call ("returns 3", "raises ValueError").
    """
    try:
        conditions = dict(_conditions(parse_module(source)))
    except UnreadableError:
        return ()
    told: list[TraceLine] = []
    for number, step in enumerate(steps):
        if step.left_out:
            told.append(TraceLine(None, f"… {step.left_out} lines"))
        words = _words(step, conditions, first_line)
        if number == len(steps) - 1:
            words = [*words, outcome]
        if words:
            told.append(TraceLine(step.line - 1 - first_line, "; ".join(words)))
    return tuple(_shortened(told))


@dataclass(frozen=True)
class _Condition:
    """The condition of an `if` or a `while`; where it is true, its body comes next, which begins at `body`."""

    text: str
    body: int


def _conditions(tree: ast.Module) -> Iterator[tuple[int, _Condition]]:
    """Every condition under the zero-based lines of the definition that it stands on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.While) and node.body[0].lineno > node.lineno:
            text = " ".join(ast.unparse(node.test).split())
            for line in range(node.lineno, (node.test.end_lineno or node.lineno) + 1):
                yield line - 1, _Condition(text, node.body[0].lineno - 1)


def _words(step: Step, conditions: Mapping[int, _Condition], first_line: int) -> list[str]:
    words = [_cut(f"{name} = {value}") for name, value in step.assigned]
    condition = conditions.get(step.line - 1 - first_line)
    if condition is not None and step.after is not None and conditions.get(step.after - 1 - first_line) != condition:
        holds = step.after - 1 - first_line == condition.body
        words.append(f"{_cut(condition.text)} is {'true' if holds else 'false'}")
    return words


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shortened(told: list[TraceLine]) -> Iterator[TraceLine]:
    """A few lines from both ends."""
    if len(told) <= _MOST_LINES:
        yield from told
        return
    at_the_end = _MOST_LINES - _AT_THE_START - 1
    yield from told[:_AT_THE_START]
    yield TraceLine(None, "…")
    yield from told[-at_the_end:]

from dataclasses import dataclass

from refute.properties.tracing import TraceLine, tell_trace

SOURCE = """\
def f(items):
    total = 0
    for item in items:
        if item > 1:
            total += item
    return total
"""
FIRST = 10


@dataclass(frozen=True)
class Step:
    line: int
    assigned: tuple[tuple[str, str], ...] = ()
    after: int | None = None
    left_out: int = 0


def told(*steps: Step, outcome: str = "returns 2") -> list[tuple[int | None, str]]:
    """Lines of the steps count from the definition, whose `def` is line 0."""
    by = FIRST + 1
    moved = [Step(s.line + by, s.assigned, None if s.after is None else s.after + by, s.left_out) for s in steps]
    return [(line.offset, line.text) for line in tell_trace(moved, SOURCE, FIRST, outcome)]


def test_assignments_branches_and_the_outcome_are_told() -> None:
    assert told(
        Step(1, (("total", "0"),), 2),
        Step(2, (("item", "1"),), 3),
        Step(3, (), 2),
        Step(2, (("item", "2"),), 3),
        Step(3, (), 4),
        Step(4, (("total", "2"),), 2),
        Step(2, (), 5),
        Step(5),
    ) == [
        (1, "total = 0"),
        (2, "item = 1"),
        (3, "item > 1 is false"),
        (2, "item = 2"),
        (3, "item > 1 is true"),
        (4, "total = 2"),
        (5, "returns 2"),
    ]


def test_a_long_trace_is_told_from_both_ends() -> None:
    lines = told(*(Step(2, (("item", str(n)),), 3) for n in range(30)), Step(5))
    assert len(lines) == 10
    assert lines[0] == (2, "item = 0")
    assert (None, "…") in lines
    assert lines[-1] == (5, "returns 2")


def test_a_gap_says_how_long_it_is() -> None:
    assert (None, "… 97 lines") in told(Step(1, (), 2), Step(2, (("item", "3"),), 3, left_out=97), Step(5))


def test_the_exception_is_told_where_it_arose() -> None:
    assert told(Step(3, (), None), outcome="raises TypeError") == [(3, "raises TypeError")]


def test_nothing_is_told_of_what_was_not_followed() -> None:
    assert tell_trace((), SOURCE, FIRST, "returns 2") == ()
    assert tell_trace((Step(1),), "def f(:", 0, "returns 2") == ()
    assert TraceLine(None, "…") != TraceLine(0, "…")

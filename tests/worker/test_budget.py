"""Budgets count work, and the clock only where a run does not get to work."""

import pytest

from refute.worker import budget
from refute.worker.budget import PATIENCE, Budget


class Clocks:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.clock = 100.0
        self.work = 7.0

    def monotonic(self) -> float:
        return self.clock

    def process_time(self) -> float:
        return self.work


@pytest.mark.parametrize(
    ("clock", "work", "spent"),
    [(0.0, 0.0, 0.0), (2.0, 2.0, 2.0), (2.0, 0.1, 2.0 / PATIENCE), (1.0, 1.9, 1.9)],
    ids=["at the start", "alone", "starved or asleep", "several threads"],
)
def test_a_starved_run_gets_more_of_the_clock(
    monkeypatch: pytest.MonkeyPatch, clock: float, work: float, spent: float
) -> None:
    clocks = Clocks()
    monkeypatch.setattr(budget, "time", clocks)
    counted = Budget()
    clocks.clock += clock
    clocks.work += work
    assert counted.spent() == pytest.approx(spent)

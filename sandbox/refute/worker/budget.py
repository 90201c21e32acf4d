"""How long a run may take, on a machine that may be busy with other things."""

import time

PATIENCE = 3.0
"""Seconds on the clock that count as one second of work. A worker runs at low priority beside a model that takes every
core; counted on the clock alone, what it finds would hang on what else the machine does."""


class Budget:
    """Counts the time since it was made: processor time, or a share of the clock's where a run sleeps or starves."""

    def __init__(self) -> None:
        self._clock = time.monotonic()
        self._work = time.process_time()

    def spent(self) -> float:
        """Seconds of the budget that are gone."""
        return max(time.process_time() - self._work, (time.monotonic() - self._clock) / PATIENCE)

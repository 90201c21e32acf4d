"""How many threads to compute with, while other programs want the cores too.

llama.cpp's threads meet at a barrier after every operation, about a thousand times a token. As soon as one of them
has to wait for a core all wait for it: on a busy machine one thread is faster than two.
"""

_WINDOW = 0.3
"""Seconds of computing that are judged together."""
_STARVED = 0.7
_SERVED = 0.85
"""Shares of the wanted processor time, measured with `benchmarks/model_speed.py`: threads that have the cores for
themselves get above the upper one, and those that meet one busy neighbour below the lower one."""
_FIRST_PATIENCE = 1.0
_LONGEST_PATIENCE = 30.0


class ThreadGovernor:
    """Gives up threads that do not get processor time, and tries more again after a while of getting all of it.

    Each attempt that fails doubles the seconds until the next.
    """

    def __init__(self, most: int) -> None:
        self.threads = most
        self._most = most
        self._wall = self._cpu = self._calm = 0.0
        self._patience = _FIRST_PATIENCE

    def observe(self, wall: float, cpu: float) -> int:
        """Hear how many seconds a computation took and how much processor time it got; the threads for the next."""
        self._wall += wall
        self._cpu += cpu
        if self._wall >= _WINDOW:
            self._judge(self._cpu / (self._wall * self.threads))
            self._wall = self._cpu = 0.0
        return self.threads

    def _judge(self, share: float) -> None:
        if share < _STARVED and self.threads > 1:
            self.threads = max(1, min(self.threads - 1, int(share * self.threads)))
            self._patience = min(2 * self._patience, _LONGEST_PATIENCE)
            self._calm = 0.0
        elif share < _SERVED:
            self._calm = 0.0
        elif self.threads < self._most:
            self._calm += self._wall
            if self._calm >= self._patience:
                self.threads += 1
                self._calm = 0.0
        else:
            self._patience = _FIRST_PATIENCE

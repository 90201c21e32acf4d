"""Making a violating call smaller without a strategy: for inputs that were written down rather than drawn.

Hypothesis shrinks what it drew itself. A violation that only a written example shows is reduced here, by greedy
delta debugging (Zeller and Hildebrandt 2002) on the values. Values keep their type and sign, and what is not
empty stays so, since nothing else says what the domain allows.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

_ROUNDS = 400
_EXACT = 1e15


def reduced(arguments: dict[str, Any], violates: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The smallest arguments found that still violate; `violates` is asked a bounded number of times."""
    asked = 0
    best = arguments
    progress = True
    while progress:
        progress = False
        for name in best:
            for value in simpler(best[name]):
                if asked >= _ROUNDS:
                    return best
                asked += 1
                candidate = {**best, name: value}
                if violates(candidate):
                    best, progress = candidate, True
                    break
    return best


def simpler(value: object) -> Iterator[Any]:
    """Values of the same kind that are simpler than `value`, the simplest first."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from (near for near in dict.fromkeys(_nearer(value)) if near != value)
    elif isinstance(value, float):
        if abs(value) < _EXACT:  # neither infinite nor NaN
            yield from (near for near in map(float, dict.fromkeys(_nearer(int(value)))) if near != value)
    elif type(value) in (str, bytes, list, tuple):
        sequence = cast("Any", value)
        yield from _shorter(sequence)
        if not isinstance(value, str | bytes):
            yield from _with_simpler_items(sequence)
    elif type(value) is dict:
        items: list[Any] = list(cast("Any", value).items())
        if len(items) > 1:
            yield from (dict(items[:index] + items[index + 1 :]) for index in range(len(items)))


def _nearer(value: int) -> Iterator[int]:
    """Numbers between `value` and zero, of the same sign; zero itself for no other number than zero."""
    sign = 1 if value > 0 else -1
    size = abs(value)
    for smaller in (1, 2, size // 10, size // 2, size - 1):
        if 0 < smaller < size:
            yield sign * smaller


def _shorter(sequence: Any) -> Iterator[Any]:
    """The sequence without one half, then without a single item, but never empty."""
    half = len(sequence) // 2
    if half:
        yield sequence[half:]
        yield sequence[:half]
    if len(sequence) > 1:
        yield from (sequence[:index] + sequence[index + 1 :] for index in range(len(sequence)))


def _with_simpler_items(sequence: Any) -> Iterator[Any]:
    """The sequence with one item simpler, or all items that are like it, since ties often matter."""
    kind = cast("Callable[[list[Any]], Any]", type(sequence))
    for index, item in enumerate(sequence):
        for other in simpler(item):
            if sequence.count(item) > 1:
                yield kind([other if each == item else each for each in sequence])
            yield kind([*sequence[:index], other, *sequence[index + 1 :]])

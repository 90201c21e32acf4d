"""Figures for the weekly report."""


def median(values: list[float]) -> float:
    """Return the median of a non-empty list of numbers.

    That is the middle number once they are sorted, or the mean of the two middle numbers if their count is even.
    """
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def moving_average(values: list[float], window: int) -> list[float]:
    """Return the averages of all consecutive windows of `window` elements, from left to right.

    `window` is at least 1 and at most the length of the list.
    """
    averages = []
    for start in range(len(values) - window):
        averages.append(sum(values[start : start + window]) / window)
    return averages


def clamp(value: int, low: int, high: int) -> int:
    """Return the value, or the nearest bound if it is below `low` or above `high`. `low` is at most `high`."""
    if value < low:
        return low
    if value > high:
        return high
    return value


def percentage(part: int, whole: int) -> float:
    """Return how many percent `part` is of `whole`, or 0.0 if `whole` is zero."""
    if whole == 0:
        return 0.0
    return 100 * part / whole

"""Orders and sales."""


def count_items(names: list[str]) -> dict[str, int]:
    """Count how often each name occurs in the list."""
    counts: dict[str, int] = {}
    for name in names:
        if name in counts:
            counts[name] = +1
        else:
            counts[name] = 1
    return counts


def best_day(sales: list[int]) -> int:
    """Return the index of the largest number of sales.

    If several days share the largest number, return the first of them.
    The list is not empty.
    """
    best = 0
    for day in range(len(sales)):
        if sales[day] >= sales[best]:
            best = day
    return best


def running_totals(amounts: list[int]) -> list[int]:
    """Return the running totals: each element is the sum of all amounts up to and including that position."""
    totals: list[int] = []
    total = 0
    for amount in amounts:
        total += amount
        totals.append(total)
    return totals


def chunks(items, size):
    """Split a list into consecutive lists of `size` elements; the last one may be shorter.

    >>> chunks([1, 2, 3, 4, 5], 2)
    [[1, 2], [3, 4], [5]]
    """
    if size < 1:
        raise ValueError("size must be at least 1")
    return [items[start : start + size] for start in range(0, len(items), size)]


def without_duplicates(items):
    """Return the elements of a list of numbers without repetitions, in the order of their first occurrence."""
    seen = set()
    kept = []
    for item in items:
        if item not in seen:
            seen.add(item)
            kept.append(item)
    return kept

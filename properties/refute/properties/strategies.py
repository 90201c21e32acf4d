"""Shapes written as strategies: Python expressions over the names of `hypothesis.strategies`.

Ranges are kept small on purpose. Inputs that meet again, repeat and touch the edges find more than large ones, they
are easier to read, and functions that loop or recurse stay quick.
"""

import struct
from collections.abc import Sequence
from dataclasses import replace

from refute.properties.shapes import (
    PLAIN_TEXT,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    Numbers,
    OneOf,
    Shape,
    Strategy,
    Text,
    Tuples,
    Unknown,
    merge,
)

_NEAR = 10
_FAR = 1000
FARTHEST = 2_000_000
"""Beyond it numbers are not tried, though they are written."""
_MOST_NOTABLE = 12
_SHORT = 2
_LONGEST_PIECE = 5
_MOST_PIECES = 8
_FILLING = ("a", "B", "1", " ")
_GUESSED_ELEMENT = Integers()
_MAKERS = {"list": "", "tuple": ".map(tuple)", "iterator": ".map(iter)"}
_ORDERED = {
    "any": "",
    "ascending": ".map(lambda items: tuple(sorted(items)))",
    "rising": ".map(lambda items: tuple(sorted(items))).filter(lambda items: len(set(items)) == len(items))",
}


def strategy(shape: Shape) -> str:
    """The strategy of `shape`; `nothing()` where nothing is known of it."""
    options = list(dict.fromkeys(_options(shape)))
    return options[0] if len(options) == 1 else f"one_of({', '.join(options)})"


def strategy_of_field(shape: Shape) -> str:
    """The strategy of a field of records. Texts are mostly short ones of few letters: what groups, joins or looks up
    records is about those that have a field in common."""
    whole = strategy(shape)
    if not isinstance(shape, Text) or shape.alphabet != PLAIN_TEXT or shape.min_size > _SHORT:
        return whole
    return f"one_of(text('abAB'{_sizes(shape.min_size, _SHORT)}), {whole})"


def _options(shape: Shape) -> list[str]:
    """The strategies whose union is that of `shape`, the simplest first: Hypothesis shrinks towards it."""
    match shape:
        case Unknown():
            return ["nothing()"]
        case Strategy():
            return [shape.source]
        case Integers():
            return _integers(shape)
        case Floats():
            return _floats(shape)
        case Numbers():
            return _options(merge(Integers(), shape))
        case Text():
            return _text(shape)
        case Collected():
            return [_collected(shape)]
        case Tuples():
            return [f"tuples({', '.join(map(strategy_of_field, shape.elements))}){_ORDERED[shape.order]}"]
        case Dictionaries():
            keys = strategy_of_field(Text(max_size=5) if isinstance(shape.keys, Unknown) else shape.keys)
            values = strategy(_GUESSED_ELEMENT if isinstance(shape.values, Unknown) else shape.values)
            return [f"dictionaries({keys}, {values}{_sizes(shape.min_size, shape.max_size)})"]
        case OneOf():
            return [source for option in shape.options for source in _options(option)]


def _integers(shape: Integers) -> list[str]:
    low, high = shape.low, shape.high
    if low is None:
        low = -_FAR if high is None else min(high, 0) - _FAR
    if high is None:
        high = _FAR if low <= _NEAR else low + _FAR
    if low > high:
        return ["nothing()"]
    if high - low <= 5 * _NEAR:
        return [f"integers({low}, {high})"]
    if low < 0 < high:
        near_low, near_high = max(low, -_NEAR), min(high, _NEAR)
    elif high <= 0:
        near_low, near_high = high - 2 * _NEAR, high
    else:
        near_low, near_high = low, 2 * _NEAR if low <= 1 else low + 2 * _NEAR
    # Where no bound is stated, `_FAR` is none for the numbers that are written: 3600 is where behaviour may change.
    least = low if shape.low is not None else -FARTHEST
    most = high if shape.high is not None else FARTHEST
    notable = _fewest([n for n in shape.notable if least <= n <= most and not near_low <= n <= near_high])
    options = [f"integers({near_low}, {near_high})", f"integers({low}, {high})"]
    return [*options, f"sampled_from({notable})"] if notable else options


def _floats(shape: Floats) -> list[str]:
    low = -float(_FAR) if shape.low is None else float(shape.low)
    high = float(_FAR) if shape.high is None else float(shape.high)
    if shape.low is not None and shape.high is None:
        high = max(low, 0.0) + _FAR
    if shape.high is not None and shape.low is None:
        low = min(high, 0.0) - _FAR
    if low > high:
        return ["nothing()"]
    # Half precision keeps sums and products exact, so that rounding is not mistaken for a defect.
    narrow = ", width=16, allow_subnormal=False" if _is_half(low) and _is_half(high) else ""
    above = ", exclude_min=True" if shape.above else ""
    options = [f"floats({low}, {high}{above}{narrow})"]
    whole_low, whole_high = int(max(low, -_NEAR)) + (1 if shape.above else 0), int(min(high, _NEAR))
    if whole_high - whole_low > 1:
        options.insert(0, f"integers({whole_low}, {whole_high}).map(float)")
    least, most = low if shape.low is not None else -FARTHEST, high if shape.high is not None else FARTHEST
    notable = _fewest([n for n in shape.notable if least < n <= most])
    return [*options, f"sampled_from({notable})"] if notable else options


def _is_half(number: float) -> bool:
    try:
        return bool(struct.unpack("e", struct.pack("e", number))[0] == number)
    except OverflowError:
        return False


def _text(shape: Text) -> list[str]:
    notable = [text for text in shape.notable if len(text) <= max(shape.max_size, 40)][:_MOST_NOTABLE]
    signs = {c for text in notable for c in text if not c.isalnum()} - set(shape.alphabet)
    alphabet = shape.alphabet + "".join(sorted(signs))
    plain = f"text({alphabet!r}{_sizes(shape.min_size, shape.max_size)})"
    if not notable:
        return [plain]
    mixed = _mixed(shape, notable) if shape.alphabet == PLAIN_TEXT else []
    return [plain, *mixed, f"sampled_from({notable!r})"]


def _mixed(shape: Text, notable: Sequence[str]) -> list[str]:
    """Texts put together from the literals that a function looks for, and little besides: two equals signs in a line
    are rare among characters drawn one by one. Fuzzers call this a dictionary."""
    pieces = [text for text in notable if 0 < len(text) <= _LONGEST_PIECE]
    most = min(_MOST_PIECES, shape.max_size // max(map(len, pieces), default=1))
    if not pieces or most < max(_SHORT, shape.min_size):
        return []
    return [f"lists(sampled_from({[*_FILLING, *pieces]!r}){_sizes(shape.min_size, most)}).map(''.join)"]


def _collected(shape: Collected) -> str:
    element = strategy(_GUESSED_ELEMENT if isinstance(shape.element, Unknown) else shape.element)
    sizes = _sizes(shape.min_size, shape.max_size)
    row = shape.element
    if shape.level and isinstance(row, Collected) and row.kind in {"list", "tuple"}:
        width = f"integers({row.min_size}, {row.max_size})"
        equal = replace(row, min_size=0, max_size=0)
        rows = _collected(equal).replace(", max_size=0)", ", min_size=width, max_size=width)", 1)
        return f"{width}.flatmap(lambda width: lists({rows}{sizes}))" + _MAKERS[shape.kind]
    if shape.kind in {"set", "frozenset"}:
        return f"{shape.kind}s({element}{sizes})"
    source = f"lists({element}{sizes}{', unique=True' if shape.unique else ''})"
    if shape.order == "ascending":
        source += ".map(sorted)"
    elif shape.order == "descending":
        source += ".map(lambda values: sorted(values, reverse=True))"
    return source + _MAKERS[shape.kind]


def _sizes(low: int, high: int) -> str:
    return (f", min_size={low}" if low else "") + f", max_size={max(low, high)}"


def _fewest(notable: Sequence[float]) -> list[float]:
    """At most two dozen, the smallest ones, in order: each written number comes with its neighbours."""
    return sorted(sorted(set(notable), key=abs)[: 2 * _MOST_NOTABLE])

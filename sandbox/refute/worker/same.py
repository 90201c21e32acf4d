"""When two values count as the same answer.

Numbers by value with floats allowed to differ by rounding, NaN the same as NaN, containers item by item and never
across kinds (a list is not a tuple), other objects by their own `==` or, without one, by their attributes. Functions
that a call made are not looked into: what they do shows only when they are called.
"""

import inspect
import math
from collections.abc import Mapping, Set, ValuesView
from types import FunctionType
from typing import Any

_RELATIVE = 1e-6
_ABSOLUTE = 1e-9
_OBJECT_EQ = vars(object)["__eq__"]
_MATCHED_SETS = 100
"""Sets with floats are matched item by item up to this size."""


def same(left: object, right: object) -> bool:
    """Whether `left` and `right` are the same answer. Never raises an `Exception`: what cannot be compared differs."""
    try:
        return _same(left, right, set())
    except Exception:  # `==` of foreign classes may raise anything
        return False


def _same(left: Any, right: Any, open_pairs: set[tuple[int, int]]) -> bool:
    if left is right:
        return True
    if type(left) is type(right) and type(left) in (str, bytes, bool, int, type(None)):
        return bool(left == right)
    if isinstance(left, (int, float, complex)) and isinstance(right, (int, float, complex)):
        return _same_numbers(left, right)
    pair = (id(left), id(right))
    if pair in open_pairs:
        return True
    open_pairs.add(pair)
    try:
        return _same_structures(left, right, open_pairs)
    finally:
        open_pairs.discard(pair)


def _same_numbers(left: complex, right: complex) -> bool:
    if left == right:
        return True
    if isinstance(left, int) and isinstance(right, int):
        return False
    if isinstance(left, complex) or isinstance(right, complex):
        left, right = complex(left), complex(right)
        return _same_numbers(left.real, right.real) and _same_numbers(left.imag, right.imag)
    try:
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
    except OverflowError:  # an int beyond the floats
        return False


def _same_structures(left: Any, right: Any, open_pairs: set[tuple[int, int]]) -> bool:
    for family in (list, tuple):
        matching = _is(family, left) + _is(family, right)
        if matching:
            return matching == 2 and _same_items(left, right, open_pairs)
    if _both(Mapping, left, right):
        return _same_mappings(left, right, open_pairs)
    if _both(Set, left, right):
        return _same_sets(left, right, open_pairs)
    if type(left) is not type(right):
        return bool(left == right)
    if isinstance(left, FunctionType):
        return _is_made_by_a_call(left) and _is_made_by_a_call(right)
    if _both(ValuesView, left, right):
        return _same_items(list(left), list(right), open_pairs)
    if _both(BaseException, left, right):
        return _same_items(left.args, right.args, open_pairs)
    if hasattr(left, "__dataclass_fields__") or _compares_by_identity(left):
        return _same_items(_attributes(left), _attributes(right), open_pairs)
    if hasattr(left, "tolist") and hasattr(left, "shape"):
        return bool(left.shape == right.shape) and _same(left.tolist(), right.tolist(), open_pairs)
    if hasattr(left, "equals"):
        return bool(left.equals(right))
    return bool(left == right) or bool(left != left and right != right)


def _both(kind: type, left: object, right: object) -> bool:
    return _is(kind, left) and _is(kind, right)


def _is(kind: type, value: object) -> bool:
    return isinstance(value, kind)


def _same_items(left: Any, right: Any, open_pairs: set[tuple[int, int]]) -> bool:
    return len(left) == len(right) and all(_same(a, b, open_pairs) for a, b in zip(left, right, strict=True))


def _same_mappings(left: Mapping[Any, Any], right: Mapping[Any, Any], open_pairs: set[tuple[int, int]]) -> bool:
    if len(left) != len(right):
        return False
    if all(key in right for key in left):
        return all(_same(value, right[key], open_pairs) for key, value in left.items())
    return _same_sets(left.keys(), right.keys(), open_pairs) and all(
        any(_same(key, other, open_pairs) and _same(value, right[other], open_pairs) for other in right)
        for key, value in left.items()
    )


def _same_sets(left: Set[Any], right: Set[Any], open_pairs: set[tuple[int, int]]) -> bool:
    if len(left) != len(right):
        return False
    if left == right:
        return True
    unmatched = [item for item in right if item not in left]
    if len(unmatched) > _MATCHED_SETS:
        return False
    for item in left:
        if item in right:
            continue
        partner = next((other for other in unmatched if _same(item, other, open_pairs)), unmatched)
        if partner is unmatched:
            return False
        unmatched.remove(partner)
    return True


def _is_made_by_a_call(function: FunctionType) -> bool:
    """Whether a function was defined inside another one, so that each call makes a new one."""
    return bool(function.__code__.co_flags & inspect.CO_NESTED)


def _compares_by_identity(value: object) -> bool:
    return inspect.getattr_static(type(value), "__eq__") is _OBJECT_EQ


def _attributes(value: object) -> list[object]:
    """The attributes of an object, in the order of their names; the object itself where it has none."""
    state = attributes(value)
    if not state and _compares_by_identity(value) and type(value).__init__ is object.__init__:
        return [type(value)] if type(value).__module__ != "builtins" else [id(value)]
    return [item for name in sorted(state) for item in (name, state[name])]


def attributes(value: object) -> dict[str, object]:
    """The state of `value`: its `__dict__` and its slots."""
    state: dict[str, object] = dict(getattr(value, "__dict__", {}))
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else tuple(slots):
            private = slot.startswith("__") and not slot.endswith("__")
            name = f"_{base.__name__.lstrip('_')}{slot}" if private else slot
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                state[name] = getattr(value, name)
    return state

"""JSON for the dataclasses of `protocol`, driven by their type hints.

`decode` trusts nothing: every field is checked against its type, unknown fields are refused, and with `longest` every
string is cut and stripped of what a terminal or an editor could trip over.
"""

import dataclasses
import functools
import math
import re
import types
import typing
from typing import Any, TypeVar, cast

T = TypeVar("T")

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class ProtocolError(ValueError):
    """A message that does not have the form it must have; the text says where."""


def encode(value: object) -> Any:
    """`value` (dataclasses, tuples, plain JSON values) as lists, dicts and plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in cast("list[object]", value)]
    return value


def decode(kind: type[T], data: object, *, longest: int | None = None) -> T:
    """A `kind` from parsed JSON, or `ProtocolError`.

    With `longest`, strings are cut at that many characters and control characters are escaped: for messages of a
    process that ran foreign code.
    """
    return cast(T, _decode(kind, data, longest, kind.__name__))


def clean(text: str, longest: int) -> str:
    """`text` cut, with control characters, direction marks and lone surrogates written as escapes."""
    cut = text if len(text) <= longest else text[: longest - 3] + "..."
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", cut)


@functools.cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """(name, type, required) of each field of the dataclass `kind`."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is dataclasses.MISSING) for field in dataclasses.fields(kind)
    )


def _decode(hint: Any, data: object, longest: int | None, where: str) -> object:
    if dataclasses.is_dataclass(hint):
        return _decode_dataclass(cast(type, hint), data, longest, where)
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _decode_tuple(typing.get_args(hint), data, longest, where)
    if origin is typing.Literal:
        if data in typing.get_args(hint) and not isinstance(data, bool):
            return data
        raise ProtocolError(f"{where}: {data!r:.80} is not one of {typing.get_args(hint)}")
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        return _decode(typing.get_args(hint)[0], data, longest, where)
    return _decode_plain(hint, data, longest, where)


def _decode_plain(hint: Any, data: object, longest: int | None, where: str) -> object:
    if hint is str and isinstance(data, str):
        return data if longest is None else clean(data, longest)
    if hint is float and isinstance(data, (int, float)) and not isinstance(data, bool):
        number = float(data)
        if math.isfinite(number):
            return number
    elif type(data) is hint:
        return data
    raise ProtocolError(f"{where}: {data!r:.80} is not {getattr(hint, '__name__', hint)}")


def _decode_dataclass(kind: type, data: object, longest: int | None, where: str) -> object:
    if not isinstance(data, dict):
        raise ProtocolError(f"{where}: {data!r:.80} is not an object")
    given = cast("dict[str, object]", data)
    fields = _fields(kind)
    unknown = given.keys() - {name for name, _, _ in fields}
    missing = {name for name, _, required in fields if required} - given.keys()
    if unknown or missing:
        raise ProtocolError(f"{where}: unknown fields {sorted(unknown)}, missing fields {sorted(missing)}")
    values = {name: _decode(hint, given[name], longest, f"{where}.{name}") for name, hint, _ in fields if name in given}
    return kind(**values)


def _decode_tuple(hints: tuple[Any, ...], data: object, longest: int | None, where: str) -> object:
    if not isinstance(data, list):
        raise ProtocolError(f"{where}: {data!r:.80} is not a list")
    items = cast("list[object]", data)
    if hints[-1] is Ellipsis:
        return tuple(_decode(hints[0], item, longest, f"{where}[]") for item in items)
    if len(items) != len(hints):
        raise ProtocolError(f"{where}: {len(items)} items where {len(hints)} belong")
    return tuple(_decode(hint, item, longest, f"{where}[]") for hint, item in zip(hints, items, strict=True))

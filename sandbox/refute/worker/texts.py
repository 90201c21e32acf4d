"""Values as text: Python expressions that rebuild them wherever there is one."""

import enum
import inspect
import math
from collections.abc import Callable
from typing import Any, cast

from .same import attributes, same

LONGEST = 2000
_DEEPEST = 40


def safe_repr(value: object, longest: int = LONGEST) -> str:
    """`repr(value)`, cut; what it raises is told in its place."""
    try:
        text = repr(value)
    except (Exception, SystemExit) as error:  # foreign code
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= longest else text[: longest - 3] + "..."


def describe_error(error: BaseException, longest: int = LONGEST) -> str:
    """ "Type: message" of an exception."""
    name = type(error).__name__
    try:
        message = str(error)
    except (Exception, SystemExit):  # foreign code
        message = "<its message cannot be read>"
    return (f"{name}: {message}" if message else name)[:longest]


def expression(value: object, depth: int = 0) -> str:
    """A Python expression for `value` as far as one is known, else its `repr`."""
    kind = type(value)
    if kind is float and not math.isfinite(cast(float, value)):
        return f"float('{value!r}')"
    if kind in _CONTAINERS and depth < _DEEPEST and value:
        return _CONTAINERS[kind](cast(Any, value), depth + 1)
    if isinstance(value, enum.Enum) and not isinstance(value, enum.Flag):
        return f"{kind.__qualname__}.{value.name}"
    if kind.__repr__ is object.__repr__ and depth < _DEEPEST:
        return _construction(value, depth + 1) or safe_repr(value)
    return safe_repr(value)


def _items(values: Any, depth: int) -> str:
    return ", ".join(expression(item, depth) for item in values)


_CONTAINERS: dict[type, Callable[[Any, int], str]] = {
    list: lambda value, depth: f"[{_items(value, depth)}]",
    tuple: lambda value, depth: f"({_items(value, depth)}{',' if len(value) == 1 else ''})",
    set: lambda value, depth: f"{{{_items(value, depth)}}}",
    frozenset: lambda value, depth: f"frozenset({{{_items(value, depth)}}})",
    dict: lambda value, depth: (
        "{" + ", ".join(f"{expression(k, depth)}: {expression(v, depth)}" for k, v in value.items()) + "}"
    ),
}


def _construction(value: object, depth: int) -> str | None:
    """A call of the class that may rebuild `value`: each parameter from the attribute of the same name."""
    state = attributes(value)
    try:
        parameters = inspect.signature(type(value)).parameters.values()
    except (TypeError, ValueError):
        return None
    arguments: list[str] = []
    for parameter in parameters:
        found = next((name for name in (parameter.name, "_" + parameter.name) if name in state), None)
        if found is not None and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            arguments.append(f"{parameter.name}={expression(state[found], depth)}")
        elif parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL:
            return None
    return f"{type(value).__qualname__}({', '.join(arguments)})"


def rebuilds(text: str, value: object, namespace: dict[str, Any]) -> bool:
    """Whether evaluating `text` gives `value` again."""
    try:
        rebuilt = eval(text, dict(namespace))
    except (Exception, SystemExit):  # foreign constructors, or no expression at all
        return False
    return type(rebuilt) is type(value) and same(rebuilt, value)

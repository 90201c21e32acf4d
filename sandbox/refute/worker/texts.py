"""Values as text: Python expressions that rebuild them wherever there is one."""

import builtins
import enum
import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any, cast

from .protocol import Arguments
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
    """The type and the message of an exception, as in "ValueError: no items"."""
    name = type(error).__name__
    try:
        message = str(error)
    except (Exception, SystemExit):  # foreign code
        message = "<its message cannot be read>"
    return (f"{name}: {message}" if message else name)[:longest]


def expression(value: object, *, call: bool = True, depth: int = 0) -> str:
    """A Python expression for `value` as far as one is known, else its `repr`.

    Objects that have no `repr` of their own are written as a call of their class which may rebuild them
    (`rebuilds` tells), or without `call` as their attributes, `<Account balance=3>`.
    """
    kind: type = type(value)
    if kind is float and not math.isfinite(cast(float, value)):
        return f"float('{value!r}')"
    if depth >= _DEEPEST:
        return safe_repr(value)
    if kind in _BRACKETS and value:
        return _container(cast(Any, value), kind, call, depth + 1)
    if isinstance(value, enum.Enum) and not isinstance(value, enum.Flag):
        return f"{kind.__qualname__}.{value.name}"
    if callable(value) and vars(builtins).get(getattr(value, "__name__", "")) is value:
        return str(getattr(value, "__name__", ""))
    if inspect.getattr_static(kind, "__repr__") is _OBJECT_REPR:
        return (_construction(value, depth + 1) if call else None) or _description(value, depth + 1)
    return safe_repr(value)


_OBJECT_REPR = vars(object)["__repr__"]
_BRACKETS: dict[type, str] = {
    list: "[{}]",
    tuple: "({})",
    set: "{{{}}}",
    frozenset: "frozenset({{{}}})",
    dict: "{{{}}}",
}


def _container(value: Any, kind: type, call: bool, depth: int) -> str:
    items = [expression(item, call=call, depth=depth) for item in value]
    if kind is dict:
        values = [expression(item, call=call, depth=depth) for item in value.values()]
        items = [f"{key}: {item}" for key, item in zip(items, values, strict=True)]
    inner = ", ".join(items)
    return _BRACKETS[kind].format(inner + "," if kind is tuple and len(items) == 1 else inner)


def _description(value: object, depth: int) -> str:
    state = attributes(value)
    told = [f"{name}={expression(state[name], call=False, depth=depth)}" for name in sorted(state)]
    return f"<{' '.join([type(value).__qualname__, ', '.join(told)]).strip()}>"


def _construction(value: object, depth: int) -> str | None:
    """A call of the class that may rebuild `value`: parameters from the attributes of the same name (or `_name`), then
    those that are left from the attributes that are left, in their order."""
    state = attributes(value)
    try:
        parameters = inspect.signature(type(value)).parameters
    except (TypeError, ValueError):
        return None
    plain = [name for name, p in parameters.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    source = {name: next((n for n in (name, "_" + name) if n in state), None) for name in plain}
    unfilled = [name for name in plain if source[name] is None]
    unused = [name for name in state if name not in source.values()]
    if len(unfilled) == len(unused):
        source.update(zip(unfilled, unused, strict=True))
    if any(source[name] is None and parameters[name].default is inspect.Parameter.empty for name in plain):
        return None
    arguments = [
        f"{name}={expression(state[attribute], depth=depth)}"
        for name, attribute in source.items()
        if attribute is not None
    ]
    return f"{type(value).__qualname__}({', '.join(arguments)})"


def rebuilds(text: str, value: object, namespace: dict[str, Any]) -> bool:
    """Whether evaluating `text` gives `value` again."""
    try:
        rebuilt = eval(text, dict(namespace))
    except (Exception, SystemExit):  # foreign constructors, or no expression at all
        return False
    return type(rebuilt) is type(value) and same(rebuilt, value)


def safe_expression(value: object, *, call: bool = True, longest: int = LONGEST) -> str:
    """`expression`, cut; what foreign classes raise is told in its place."""
    try:
        text = expression(value, call=call)
    except (Exception, SystemExit):  # properties and metaclasses of foreign classes
        text = safe_repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def argument_texts(
    arguments: Mapping[str, object],
    namespace: dict[str, Any],
    history: Callable[[object], str | None] = lambda value: None,
) -> tuple[Arguments, bool]:
    """The arguments of a call as text, and whether all of them are expressions that rebuild their values.

    `history` gives the expression of a value that went through calls, None for others.
    """
    texts: list[tuple[str, str]] = []
    exact = True
    for name, value in arguments.items():
        written = (text for text in (history(value), safe_expression(value)) if text is not None)
        text = next((text for text in written if rebuilds(text, value, namespace)), None)
        exact = exact and text is not None
        texts.append((name, safe_expression(value, call=False) if text is None else text))
    return tuple(texts), exact

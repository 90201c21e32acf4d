"""Variants: other definitions of the function under test, put in its place for a call."""

import ast
import collections
import inspect
import types
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from .calls import Caller, Overdue, copied
from .module import SetupError, Target
from .protocol import Variant

_STATE = (list, dict, set, bytearray, collections.deque, collections.defaultdict, collections.OrderedDict)


@dataclass(frozen=True)
class LoadedVariant:
    """A variant that can be called. `stored` is what its owner holds while it is in place; None where it could not
    be defined, and `error` says why."""

    stored: Any
    function: Callable[..., object] | None
    error: str = ""


class InPlace(AbstractContextManager[None]):
    """The variant is what its module or class holds, so that recursion and callers find it."""

    def __init__(self, target: Target, variant: LoadedVariant) -> None:
        self._target = target
        self._variant = variant

    def __enter__(self) -> None:
        setattr(self._target.owner, self._target.name, self._variant.stored)

    def __exit__(self, *_: object) -> None:
        setattr(self._target.owner, self._target.name, self._target.raw)


def load_variant(variant: Variant, target: Target, caller: Caller, seconds: float) -> LoadedVariant:
    """Define `variant` beside the module's own definitions. Never raises for what its code does."""
    if variant.source is None:
        return LoadedVariant(target.raw, target.function)
    try:
        function = caller.bounded(seconds, lambda: _defined(variant, target))
        stored = target.bound(function)
        return LoadedVariant(stored, target.callable_of(stored))
    except Overdue:
        return LoadedVariant(None, None, "its definition does not end")
    except (Exception, SystemExit) as error:  # code written by a model
        return LoadedVariant(None, None, f"{type(error).__name__}: {error}"[:500])


def _defined(variant: Variant, target: Target) -> Callable[..., object]:
    tree = ast.parse(variant.source or "")
    namespace = _own_names(vars(target.module))
    function = _define_method(tree, target, namespace) if isinstance(target.owner, type) else None
    if function is None:
        exec(compile(tree, f"<variant {variant.id}>", "exec"), namespace)
        function = namespace.get(target.name)
    if not callable(function) or function is vars(target.module).get(target.name):
        raise SetupError(f"it does not define {target.name!r}")
    return function


def _own_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """The module's names, with plain containers copied: what one variant caches is not seen by another."""
    return {
        name: copied(value) if type(value) in _STATE and not name.startswith("__") else value
        for name, value in names.items()
    }


def _define_method(tree: ast.Module, target: Target, namespace: dict[str, Any]) -> Callable[..., object] | None:
    """The method, defined in the body of a class of the same name, so that `__private` names and `super()` work."""
    owner = target.owner
    is_method = [isinstance(node, ast.FunctionDef) and node.name == target.name for node in tree.body]
    methods = [node for node, chosen in zip(tree.body, is_method, strict=True) if chosen]
    rest = [node for node, chosen in zip(tree.body, is_method, strict=True) if not chosen]
    holder = ast.parse(f"class {owner.__name__}: pass").body[0]
    if isinstance(holder, ast.ClassDef) and methods:
        holder.body = methods
    tree.body = [*rest, holder]
    scope = dict(namespace)
    exec(compile(ast.fix_missing_locations(tree), "<variant>", "exec"), scope)
    function: object = inspect.getattr_static(scope[owner.__name__], target.name, None)
    if not isinstance(function, types.FunctionType):
        return None
    if "__class__" in function.__code__.co_freevars and function.__closure__ is not None:
        function.__closure__[function.__code__.co_freevars.index("__class__")].cell_contents = owner
    scope[owner.__name__] = namespace.get(owner.__name__, owner)
    return function

"""How instances came about: by which call each was made, and which calls changed it since.

What has no `repr` that makes it again is told by its history: `[stack := Stack(), stack.push(1), stack.pop()][0]`.
"""

import builtins
import copy
import inspect
import keyword
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from .calls import Overdue
from .texts import safe_expression

LONGEST = 6
"""Calls that an instance goes through at most."""
_KEPT = 5000
"""Instances that are remembered; they stay alive as long, so that none takes the place of another."""
_MOST_OVERDUE = 3

Step = tuple[Callable[..., object], dict[str, Any]]
"""A method and its arguments by keyword."""
Attempt = Callable[[Callable[[], object]], object]
"""Does some work within a time limit; raises what it raises, or `Overdue`."""


@dataclass(frozen=True)
class _History:
    """`made` is the expression that made `instance`; None where it is not known."""

    instance: object
    made: str | None
    calls: tuple[str, ...] = ()


class Histories:
    """The histories of the instances that one request draws. `attempt` bounds each call that changes one."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._known: OrderedDict[int, _History] = OrderedDict()
        self._overdue = 0

    def builds(self, target: Callable[..., object], *given: Any, **named: Any) -> SearchStrategy[Any]:
        """What Hypothesis' `builds` gives, with what was given to `target` remembered."""
        if given or not _are_enough(target, named):
            return strategies.builds(target, *given, **named)

        def make(arguments: Mapping[str, Any]) -> object:
            written = ", ".join(f"{name}={self._text(value)}" for name, value in arguments.items())
            instance = target(**arguments)
            self._remember(_History(instance, f"{_name(target)}({written})"))
            return instance

        return strategies.fixed_dictionaries(named).map(make)

    def after_calls(self, made: SearchStrategy[Any], calls: SearchStrategy[Step]) -> SearchStrategy[Any]:
        """Instances of `made`, each changed by a few `calls`. Calls that raise, or take too long, do not count: the
        instance stays as it was before."""
        sequences = strategies.lists(calls, max_size=LONGEST)

        @strategies.composite
        def used(draw: DrawFn) -> object:
            instance: object = draw(made)
            history = self._history(instance)
            for method, arguments in draw(sequences):
                changed = self._changed(instance, method, arguments)
                if changed is not None:
                    written = _call(method, {name: self._text(value) for name, value in arguments.items()})
                    history = replace(history, instance=changed, calls=(*history.calls, written))
                    instance = changed
            self._remember(history)
            return instance

        return used()

    def expression(self, value: object) -> str | None:
        """An expression that makes `value` again by the calls that it went through; None where it went through none."""
        history = self._known.get(id(value))
        if history is None or history.instance is not value or history.made is None or not history.calls:
            return None
        name = _variable(value)
        return f"[{', '.join([f'{name} := {history.made}', *(f'{name}.{call}' for call in history.calls)])}][0]"

    def _history(self, instance: object) -> _History:
        known = self._known.get(id(instance))
        if known is not None and known.instance is instance:
            return known
        return _History(instance, safe_expression(instance))

    def _remember(self, history: _History) -> None:
        self._known[id(history.instance)] = history
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _text(self, value: object) -> str:
        known = self._known.get(id(value))
        if known is not None and known.instance is value and known.made is not None and not known.calls:
            return known.made
        return self.expression(value) or safe_expression(value)

    def _changed(self, instance: object, method: Callable[..., object], arguments: dict[str, Any]) -> object | None:
        """A copy of `instance` after a call; None where that raised."""
        if self._overdue >= _MOST_OVERDUE:
            return None
        try:
            own, given = copy.deepcopy((instance, arguments))
            self._attempt(lambda: method(own, **given))
        except Overdue:
            self._overdue += 1
            return None
        except (Exception, SystemExit):  # foreign code
            return None
        return own


def _are_enough(target: Callable[..., object], named: Iterable[str]) -> bool:
    """Whether a call with these keywords is complete, so that nothing is left to be inferred."""
    try:
        inspect.signature(target).bind(**dict.fromkeys(named))
    except (TypeError, ValueError):
        return False
    return True


def _call(method: Callable[..., object], written: Mapping[str, str]) -> str:
    """A call of `method` with these arguments, by position as far as that is the same."""
    try:
        parameters = list(inspect.signature(method).parameters.values())[1:]
    except (TypeError, ValueError):
        parameters = []
    plain = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    by_position = plain[: len(written)] == list(written)
    return f"{method.__name__}({', '.join(v if by_position else f'{n}={v}' for n, v in written.items())})"


def _name(target: object) -> str:
    return str(getattr(target, "__qualname__", ""))


def _variable(value: object) -> str:
    """A name for an instance, after its class."""
    own = type(value).__name__
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", own).lower().strip("_")
    is_free = name.isidentifier() and name != own and not keyword.iskeyword(name) and not hasattr(builtins, name)
    return name if is_free else "own"

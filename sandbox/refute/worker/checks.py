"""Checks: the code of properties, compiled once and judged on calls."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, Literal

from .calls import Call, Caller, Overdue, copied_arguments, line_in
from .protocol import Check
from .same import same
from .texts import safe_expression

Judgement = Literal["held", "violated", "silent", "invalid"]
"""What a check says of one call; "silent" where it says nothing about it."""


@dataclass(frozen=True)
class CompiledCheck:
    """A check ready to be judged. `invalid` says why it cannot be. `scope` holds the names it sees, `own_names` those
    that its setup defines."""

    check: Check
    judge: Callable[..., object]
    when: Callable[..., object] | None
    reads_result: bool
    reads_error: bool
    invalid: str = ""
    shows: Callable[..., object] | None = None
    scope: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    own_names: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The check's id."""
        return self.check.id

    def use(self, name: str, function: object) -> None:
        """Let the check see `function` under `name`, unless its setup defines that name."""
        if name not in self.own_names and not self.invalid:
            self.scope[name] = function


@dataclass(frozen=True)
class Verdict:
    """`detail` says for "invalid" what went wrong; `error` is what the code under test raised within the check."""

    judgement: Judgement
    detail: str = ""
    error: BaseException | None = None


def compile_expression(
    text: str, names: Sequence[str], namespace: dict[str, Any], defaults: Mapping[str, Any]
) -> Callable[..., object]:
    """A function of `names` (keywords only) that evaluates `text` among the names of `namespace`.

    Calls may leave out arguments that have `defaults`. Raises `SyntaxError`. As the body of a function, `text` may use
    its names in comprehensions and lambdas too.
    """
    body = ast.parse(text.strip(), mode="eval").body
    keywords = [ast.arg(arg=name) for name in dict.fromkeys(names)]
    arguments = ast.arguments(
        posonlyargs=[], args=[], kwonlyargs=keywords, kw_defaults=[None] * len(keywords), defaults=[]
    )
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(args=arguments, body=body)))
    function: FunctionType = eval(compile(tree, "<property>", "eval"), namespace)
    function.__kwdefaults__ = copied_arguments({name: defaults[name] for name in names if name in defaults})
    return function


def compile_check(
    check: Check, parameters: Sequence[str], namespace: Mapping[str, Any], defaults: Mapping[str, Any]
) -> CompiledCheck:
    """`check` over a function with these parameters, of which `defaults` are what a call may leave out. Never raises:
    what does not compile is `invalid`.

    Its `setup` runs here, in a namespace of its own, so call this within a time limit.
    """
    scope: dict[str, Any] = {**namespace, "same": same}
    before = dict(scope)
    names = [*parameters, "result", "error"]
    try:
        exec(compile(check.setup, "<setup>", "exec"), scope)
        judge = compile_expression(check.check, names, scope, defaults)
        when = None if check.when is None else compile_expression(check.when, parameters, scope, defaults)
        shows = None if check.shows is None else compile_expression(check.shows, names, scope, defaults)
    except (Exception, SystemExit) as error:  # code written by a model
        return CompiledCheck(check, _never, None, False, False, f"{type(error).__name__}: {error}")
    read = {node.id for node in ast.walk(ast.parse(check.check.strip(), mode="eval")) if isinstance(node, ast.Name)}
    own = frozenset(name for name, value in scope.items() if value is not before.get(name))
    return CompiledCheck(check, judge, when, "result" in read, "error" in read, shows=shows, scope=scope, own_names=own)


def _never(**_: object) -> object:
    raise AssertionError("an invalid check is not judged")


class Judge:
    """Judges checks on calls, each on copies of its own. `path` is the file of the module under test."""

    def __init__(self, caller: Caller, path: str, seconds: float) -> None:
        self._caller = caller
        self._path = path
        self._seconds = seconds

    def judge(self, compiled: CompiledCheck, arguments: Mapping[str, Any], call: Call) -> Verdict:
        """What `compiled` says of `call`, which was made with `arguments` (as they were before it)."""
        if compiled.invalid:
            return Verdict("invalid", compiled.invalid)
        if call.kind in ("timeout", "blocked"):
            return Verdict("silent")
        if compiled.when is not None and not self.holds(compiled.when, arguments):
            return Verdict("silent")
        if call.kind == "error":
            if compiled.check.must_return:
                return Verdict("violated")
            if compiled.reads_result and not compiled.reads_error:
                return Verdict("silent")
        return self._evaluate(compiled, arguments, call)

    def attempt(self, work: Callable[[], object]) -> object:
        """The value of `work()` within the time of a call. Raises what it raises, or `Overdue`."""
        return self._caller.bounded(self._seconds, work)

    def holds(self, condition: Callable[..., object], arguments: Mapping[str, Any]) -> bool:
        """Whether a precondition is fulfilled; one that raises or does not end is not."""
        try:
            return self._caller.bounded(self._seconds, lambda: bool(condition(**copied_arguments(arguments))))
        except (Exception, Overdue, SystemExit):  # conditions meet inputs they were not written for
            return False

    def shown(self, compiled: CompiledCheck, arguments: Mapping[str, Any], call: Call) -> str | None:
        """What `compiled` looks at besides the result, as text; None where there is nothing to be seen."""
        shows = compiled.shows
        if shows is None or compiled.invalid:
            return None
        names = _names(arguments, call)
        try:
            return self._caller.bounded(self._seconds, lambda: safe_expression(shows(**names)))
        except (Exception, Overdue, SystemExit):  # code under test
            return None

    def _evaluate(self, compiled: CompiledCheck, arguments: Mapping[str, Any], call: Call) -> Verdict:
        names = _names(arguments, call)
        try:
            held = self._caller.bounded(self._seconds, lambda: bool(compiled.judge(**names)))
        except (Overdue, RecursionError, MemoryError):
            return Verdict("silent")
        except BaseException as error:  # the check's code, or code under test that it calls
            if self._caller.refused or line_in(self._path, error.__traceback__) is None:
                return self._own_failure(error)
            return Verdict("violated", error=error) if compiled.check.must_return else Verdict("silent")
        return Verdict("silent" if self._caller.refused else "held" if held else "violated")

    def _own_failure(self, error: BaseException) -> Verdict:
        if self._caller.refused:
            return Verdict("silent")
        return Verdict("invalid", f"{type(error).__name__}: {error}"[:500])


def _names(arguments: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """What a check sees, on copies of its own."""
    return {**copied_arguments(arguments), "result": call.result, "error": call.error}

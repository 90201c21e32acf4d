"""Call the function on the inputs of a run, and count what they were and which of its lines they reached."""

import inspect
import sys
from collections import Counter
from types import CodeType, FrameType
from typing import Any

from .blackbox import BlackBox
from .budget import Budget
from .calls import Call, Caller, Overdue, copied_arguments
from .checks import Judge
from .inputs import ArgumentValues, Enough, InputSource
from .module import Target, namespace_of
from .protocol import Answer, Arguments, LineCount, Share, Survey, SurveyRequest, TriedInput
from .texts import describe_error, safe_expression
from .traits import in_order, trait

_TIMEOUTS = 3
"""Calls that may run out of time before the survey ends."""
_LONGEST = 300
"""Characters of an argument or an answer: they are read by people, in a list."""


class Surveyor:
    """One `SurveyRequest` being carried out on a module that is loaded."""

    def __init__(self, request: SurveyRequest, target: Target, caller: Caller, box: BlackBox) -> None:
        self._request = request
        self._target = target
        self._caller = caller
        self._box = box
        self._budget = Budget()
        judge = Judge(caller, request.module.path, request.call_seconds)
        self._source = InputSource(request.inputs, namespace_of(target.module), judge, target.defaults)
        self._lines = _TracedLines(target.written)
        self._tried: list[TriedInput] = []
        self._seen: set[Arguments] = set()
        self._shares: Counter[tuple[str, str]] = Counter()
        self._calls = 0
        self._timeouts = 0

    def survey(self) -> Survey:
        """Carry the request out."""
        for arguments in self._source.examples():
            self._try(arguments, stated=True)
        most = self._request.inputs.max_examples
        if most > 0 and not self._is_enough():
            self._source.generate(self._drawn, max_examples=most)
        names = (*self._source.parameters, "")
        return Survey(
            calls=self._calls,
            discarded=self._source.discarded,
            distinct=len(self._seen),
            inputs=tuple(self._tried),
            shares=tuple(Share(name, label, count) for name in names for label, count in self._shares_of(name)),
            lines=self._lines.counts(),
            status="held" if self._calls else "unsatisfiable",
            detail=self._source.rejected,
        )

    def _drawn(self, arguments: ArgumentValues) -> None:
        self._try(arguments, stated=False)
        if self._is_enough():
            raise Enough

    def _is_enough(self) -> bool:
        return self._timeouts >= _TIMEOUTS or self._budget.spent() > self._request.seconds

    def _try(self, arguments: ArgumentValues, *, stated: bool) -> None:
        texts = self._bounded_texts(arguments)
        self._box.record(0, texts)
        try:
            with self._lines:
                call = self._caller.call(self._target.function, copied_arguments(arguments), self._request.call_seconds)
        finally:
            self._box.clear()
        self._calls += 1
        self._timeouts += call.kind == "timeout"
        self._seen.add(texts)
        self._shares.update((name, trait(value)) for name, value in arguments.items())
        self._shares["", _outcome(call)] += 1
        if len(self._tried) < self._request.shown:
            self._tried.append(TriedInput(texts, self._answer(call), stated))

    def _bounded_texts(self, arguments: ArgumentValues) -> Arguments:
        def told() -> Arguments:
            return tuple((name, safe_expression(value, longest=_LONGEST)) for name, value in arguments.items())

        try:
            return self._caller.bounded(self._request.call_seconds, told)
        except Overdue:
            return tuple(
                (name, f"<{type(value).__name__} whose repr does not end>") for name, value in arguments.items()
            )

    def _answer(self, call: Call) -> Answer:
        if call.kind == "timeout":
            return Answer("timeout", f"no answer within {self._request.call_seconds:g} s")
        if call.kind == "blocked":
            return Answer("error", f"refused by the sandbox: {call.refused}")
        if call.error is not None:
            return Answer("error", describe_error(call.error, _LONGEST))
        return Answer("value", self._bounded_texts({"": call.value})[0][1])

    def _shares_of(self, name: str) -> list[tuple[str, int]]:
        return in_order({label: count for (owner, label), count in self._shares.items() if owner == name})


def _outcome(call: Call) -> str:
    """What came out of a call, in the words of traits."""
    if call.kind == "value":
        return trait(call.value)
    if call.error is not None and call.kind == "error":
        return f"raises {type(call.error).__name__}"
    return "no answer in time" if call.kind == "timeout" else "refused by the sandbox"


class _TracedLines:
    """Counts for each line of a function how many calls reached it. Enter it around each call."""

    def __init__(self, function: Any) -> None:
        code = getattr(inspect.unwrap(function), "__code__", None)
        self._codes = frozenset(_nested(code)) if isinstance(code, CodeType) else frozenset[CodeType]()
        lines = {line for each in self._codes for _, _, line in each.co_lines() if line is not None}
        head = {code.co_firstlineno} if isinstance(code, CodeType) else set[int]()
        self._lines = lines - head or lines
        self._reached: set[int] = set()
        self._counts: Counter[int] = Counter()

    def counts(self) -> tuple[LineCount, ...]:
        """The lines that can be reached, in their order."""
        return tuple(LineCount(line, self._counts[line]) for line in sorted(self._lines))

    def __enter__(self) -> None:
        self._reached.clear()
        sys.settrace(self._begin)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        self._counts.update(self._reached)

    def _begin(self, frame: FrameType, event: str, argument: object) -> Any:
        return self._line if frame.f_code in self._codes else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self._reached.add(frame.f_lineno)
        return self._line


def _nested(code: CodeType) -> list[CodeType]:
    """A code object and those that are defined in it."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(deeper for each in inner for deeper in _nested(each))]

"""One call of a function, followed line by line: which lines ran, and what they assigned."""

import inspect
import reprlib
import sys
from collections import deque
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .calls import Caller, copied_arguments
from .checks import Judge
from .inputs import InputSource
from .module import SetupError, Target, namespace_of
from .protocol import Inputs, Step, Trace, TraceRequest

_MOST_LINES = 20_000
"""Lines that are followed at all: a call that runs longer is told from its start only."""
_Tracer = Callable[[FrameType, str, Any], Any]

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = 8


def follow(request: TraceRequest, target: Target, caller: Caller) -> Trace:
    """Carry `request` out on a module that is loaded."""
    code: object = getattr(inspect.unwrap(target.written), "__code__", None)
    if not isinstance(code, CodeType):
        return Trace((), "it is not written in Python")
    judge = Judge(caller, request.module.path, request.call_seconds)
    source = InputSource(Inputs((), max_examples=0), namespace_of(target.module), judge, target.defaults)
    try:
        arguments = copied_arguments(source.evaluated(request.arguments))
    except SetupError as error:
        return Trace((), str(error))
    recorder = _Recorder(code, request.steps)
    previous = sys.gettrace()
    sys.settrace(recorder.enter)
    try:
        caller.call(target.function, arguments, request.call_seconds)
    finally:
        sys.settrace(previous)
    return Trace(recorder.steps())


class _Recorder:
    """Follows the outermost call of `code`, and not the calls in it."""

    def __init__(self, code: CodeType, most: int) -> None:
        self._code = code
        self._most = most
        self._first: list[Step] = []
        self._last: deque[Step] = deque(maxlen=most)
        self._count = 0
        self._entered = False
        self._line: int | None = None
        self._known: dict[str, str] = {}

    def enter(self, frame: FrameType, event: str, _: object) -> _Tracer | None:
        """What `sys.settrace` calls for each new frame."""
        if event != "call" or frame.f_code is not self._code or self._entered:
            return None
        self._entered = True
        self._known = _values(frame)
        return self._follow

    def steps(self) -> tuple[Step, ...]:
        """The lines from both ends; the first one after a gap says how long that is."""
        gap = self._count - len(self._first) - len(self._last)
        last = list(self._last)
        if gap > 0 and last:
            last[0] = Step(last[0].line, last[0].assigned, last[0].after, gap)
        return (*self._first, *last)

    def _follow(self, frame: FrameType, event: str, _: object) -> _Tracer | None:
        if event == "line":
            self._end_line(frame, frame.f_lineno)
            self._line = frame.f_lineno
            return self._follow if self._count < _MOST_LINES else None
        if event == "return":
            self._end_line(frame, None)
            self._line = None
        return self._follow

    def _end_line(self, frame: FrameType, after: int | None) -> None:
        """The line that was begun last is over."""
        if self._line is None:
            return
        values = _values(frame)
        changed = tuple((name, text) for name, text in values.items() if self._known.get(name) != text)
        self._known = values
        step = Step(self._line, changed, after)
        self._count += 1
        if len(self._first) < self._most:
            self._first.append(step)
        else:
            self._last.append(step)


def _values(frame: FrameType) -> dict[str, str]:
    """The local variables as short texts; hidden ones of comprehensions and what cannot be shown are left out."""
    found: dict[str, str] = {}
    for name, value in frame.f_locals.items():
        if not name.startswith(".") and not inspect.isroutine(value) and not inspect.ismodule(value):
            try:
                found[name] = _short.repr(value)
            except Exception:  # a foreign __repr__
                found[name] = f"<{type(value).__name__}>"
    return found

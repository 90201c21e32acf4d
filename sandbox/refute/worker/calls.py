"""Calling foreign code: on copies, bounded in time, with every way out turned into a value."""

import _thread
import copy
import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Literal, Protocol, TypeVar, cast

from .module import bind
from .refusals import Refusals

T = TypeVar("T")

MATERIALISED = 1000
"""Items taken from a result that is an iterator."""
_AGAIN_SECONDS = 0.05
_set_timer: Any = getattr(signal, "setitimer", None)  # kept, whatever the code under test does to `signal`
_PLAIN = (int, float, str, bytes, bool, type(None), complex)


class Overdue(BaseException):
    """Raised inside foreign code whose time is up; no `except Exception` there stops it."""


class Alarm(Protocol):
    """Raises `Overdue` in the main thread while a call runs for too long."""

    def set(self, seconds: float) -> None:
        """Raise after `seconds`, and again and again until `cancel`."""

    def cancel(self) -> None: ...


class TimerAlarm:
    """POSIX interval timers. Processor time is what counts, so that a busy machine changes no answer; the wall clock
    ends sleeping calls. Calls that block in C are ended by the kernel: SIGVTALRM keeps its default action."""

    def __init__(self) -> None:
        self._armed = False
        signal.signal(signal.SIGALRM, self._ring)
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)

    def set(self, seconds: float) -> None:
        self._armed = True
        _set_timer(signal.ITIMER_PROF, seconds, _AGAIN_SECONDS)
        _set_timer(signal.ITIMER_REAL, 2 * seconds + 0.2, _AGAIN_SECONDS)
        _set_timer(signal.ITIMER_VIRTUAL, 2 * seconds + 0.5)

    def cancel(self) -> None:
        self._armed = False
        _set_timer(signal.ITIMER_PROF, 0)
        _set_timer(signal.ITIMER_REAL, 0)
        _set_timer(signal.ITIMER_VIRTUAL, 0)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._armed:
            raise Overdue


class ThreadAlarm:
    """The same where there are no interval timers (Windows): a thread that interrupts the main thread."""

    def __init__(self) -> None:
        self._due: float | None = None
        self._changed = threading.Condition()
        signal.signal(signal.SIGINT, self._ring)
        threading.Thread(target=self._watch, daemon=True).start()

    def set(self, seconds: float) -> None:
        with self._changed:
            self._due = time.monotonic() + seconds
            self._changed.notify()

    def cancel(self) -> None:
        with self._changed:
            self._due = None

    def _watch(self) -> None:
        with self._changed:
            while True:
                if self._due is None:
                    self._changed.wait()
                elif self._due > time.monotonic():
                    self._changed.wait(self._due - time.monotonic())
                else:
                    self._due = time.monotonic() + _AGAIN_SECONDS
                    _thread.interrupt_main()

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._due is not None:
            raise Overdue


def system_alarm() -> Alarm:
    """The alarm that this system has."""
    return ThreadAlarm() if _set_timer is None else TimerAlarm()


@dataclass(frozen=True)
class Call:
    """What one call came to. `value` belongs to "value", `error` to "error", `refused` (what the sandbox refused,
    as in "network: socket.connect") to "blocked"."""

    kind: Literal["value", "error", "timeout", "blocked"]
    value: Any = None
    error: BaseException | None = None
    refused: str = ""

    @property
    def result(self) -> Any:
        """The value, copied so that what looks at it cannot change it."""
        return copied(self.value)


class Caller:
    """Calls foreign code with a time limit."""

    def __init__(self, alarm: Alarm, refusals: Refusals) -> None:
        self._alarm = alarm
        self._refusals = refusals

    @property
    def refused(self) -> str | None:
        """What the sandbox refused since the last call began."""
        return self._refusals.first

    def bounded(self, seconds: float, work: Callable[[], T]) -> T:
        """The value of `work()`. Raises what it raises, or `Overdue`."""
        try:
            self._alarm.set(seconds)
            return work()
        finally:
            self._alarm.cancel()

    def call(self, function: Callable[..., object], arguments: Mapping[str, Any], seconds: float) -> Call:
        """Call `function`; the values in `arguments` may be changed by it."""
        positional, keywords = bind(function, arguments)
        return self.call_bound(lambda: function(*positional, **keywords), seconds)

    def call_bound(self, work: Callable[[], object], seconds: float) -> Call:
        """Call `work` and take what came out apart from how it came out."""
        self._refusals.clear()
        try:
            value = self.bounded(seconds, lambda: materialised(work()))
            call = Call("value", value)
        except Overdue:
            call = Call("timeout")
        except BaseException as error:  # sys.exit, KeyboardInterrupt and MemoryError are errors of this call
            call = Call("error", error=error)
        refused = self._refusals.first or self._refusals.in_error(call.error)
        return call if refused is None else Call("blocked", refused=refused)


def materialised(value: object) -> object:
    """`value`, with lazy iterators of the language and of `itertools` (not of foreign classes) as lists."""
    kind: type = type(value)
    if issubclass(kind, Iterator) and kind.__module__ in ("builtins", "itertools"):
        return list(itertools.islice(cast("Iterator[object]", value), MATERIALISED))
    if issubclass(kind, ValuesView):
        return list(cast("ValuesView[object]", value))
    return value


def copied(value: Any) -> Any:
    """A deep copy, or `value` itself where it cannot be copied."""
    if type(value) in _PLAIN:
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # locks, generators, foreign __deepcopy__
        return value


def copied_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of arguments that keeps what they share; one that cannot be copied is passed on as it is."""
    if all(type(value) in _PLAIN for value in arguments.values()):
        return dict(arguments)
    try:
        return copy.deepcopy(dict(arguments))
    except Exception:  # locks, generators, foreign __deepcopy__
        return {name: copied(value) for name, value in arguments.items()}


def line_in(path: str, trace: TracebackType | None) -> int | None:
    """The one-based line of the innermost frame of `trace` that belongs to the file at `path`."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line

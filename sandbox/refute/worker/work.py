"""Carry out one request: load the module, do the work, send what is found."""

import gc
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType

from .blackbox import BlackBox
from .calls import Caller, line_in, system_alarm
from .codec import decode, encode
from .compare import Compare
from .frames import Message
from .installed import MOST, newly_imported
from .module import SetupError, Target, find_target, load_module
from .preparing import own_modules
from .protocol import (
    CompareRequest,
    Comparison,
    Drawn,
    ModuleSource,
    Outcome,
    OutcomeStatus,
    RunRequest,
    Survey,
    SurveyRequest,
    TestRequest,
    TestRun,
    Trace,
    TraceRequest,
)
from .refusals import Refusals
from .run import Run
from .surveying import Surveyor
from .testing import run_tests
from .texts import describe_error
from .tracing import follow

Send = Callable[[Message], None]


class CannotLoad(Exception):
    """The module under test, or the function in it, is not there; `status` is what that makes of every check."""

    def __init__(self, status: OutcomeStatus, detail: str) -> None:
        super().__init__(detail)
        self.status: OutcomeStatus = status
        self.detail = detail


def carry_out(message: Message, send: Send, box: BlackBox, refusals: Refusals) -> None:
    """Answer a message with a request. All that foreign code can do to this process ends here."""
    sys.setswitchinterval(0.05)
    threading.excepthook = _ignore
    caller = Caller(system_alarm(), refusals)
    kind, request = message["type"], message["request"]
    if kind == "run":
        _run(decode(RunRequest, request), send, caller, box, refusals)
    elif kind == "survey":
        _survey(decode(SurveyRequest, request), send, caller, box, refusals)
    elif kind == "trace":
        _trace(decode(TraceRequest, request), send, caller, refusals)
    elif kind == "test":
        _test(decode(TestRequest, request), send, refusals)
    else:
        _compare(decode(CompareRequest, request), send, caller, box, refusals)


def _ignore(details: object) -> None:
    """Exceptions in threads of the code under test end there."""


def _run(request: RunRequest, send: Send, caller: Caller, box: BlackBox, refusals: Refusals) -> None:
    def tell(outcomes: tuple[Outcome, ...]) -> None:
        send({"type": "outcomes", "outcomes": encode(outcomes)})

    drawn = Drawn()
    try:
        target = _load(request.module, request.qualname, send, refusals)
        run = Run(request, target, caller, box, tell)
        outcomes, drawn = run.outcomes(), Drawn(run.drawn)
    except CannotLoad as problem:
        outcomes = tuple(Outcome(check.id, problem.status, detail=problem.detail) for check in request.checks)
    except SetupError as problem:
        outcomes = tuple(Outcome(check.id, "invalid", detail=str(problem)) for check in request.checks)
    send({"type": "result", "outcomes": encode(outcomes), "drawn": encode(drawn)})


def _compare(request: CompareRequest, send: Send, caller: Caller, box: BlackBox, refusals: Refusals) -> None:
    try:
        target = _load(request.module, request.qualname, send, refusals)
        comparison = Compare(request, target, caller, box).comparison()
    except CannotLoad as problem:
        comparison = _nothing(request, problem.status, problem.detail)
    except SetupError as problem:
        comparison = _nothing(request, "invalid", str(problem))
    send({"type": "result", "comparison": encode(comparison)})


def _survey(request: SurveyRequest, send: Send, caller: Caller, box: BlackBox, refusals: Refusals) -> None:
    try:
        target = _load(request.module, request.qualname, send, refusals)
        survey = Surveyor(request, target, caller, box).survey()
    except CannotLoad as problem:
        survey = Survey(status=problem.status, detail=problem.detail)
    except SetupError as problem:
        survey = Survey(status="invalid", detail=str(problem))
    send({"type": "result", "survey": encode(survey)})


def _trace(request: TraceRequest, send: Send, caller: Caller, refusals: Refusals) -> None:
    try:
        trace = follow(request, _load(request.module, request.qualname, send, refusals), caller)
    except (CannotLoad, SetupError) as problem:
        trace = Trace((), str(problem))
    send({"type": "result", "trace": encode(trace)})


def _test(request: TestRequest, send: Send, refusals: Refusals) -> None:
    try:
        _loaded(request.module, send, refusals)
        run = run_tests(request)
    except CannotLoad as problem:
        run = TestRun((), problem.detail)
    send({"type": "result", "tests": encode(run)})


def _nothing(request: CompareRequest, status: OutcomeStatus, detail: str) -> Comparison:
    return Comparison((), ("",) * len(request.variants), status=status, detail=detail)


def _load(source: ModuleSource, qualname: str, send: Send, refusals: Refusals) -> Target:
    module = _loaded(source, send, refusals)
    try:
        target = find_target(module, qualname)
    except SetupError as error:
        raise CannotLoad("import_error", describe_error(error)) from None
    gc.collect()
    gc.freeze()
    send({"type": "stage", "stage": "calling"})
    return target


def _loaded(source: ModuleSource, send: Send, refusals: Refusals) -> ModuleType:
    send({"type": "stage", "stage": "importing"})
    refusals.clear()
    before, began = frozenset(sys.modules), time.monotonic()
    try:
        module = load_module(source)
    except BaseException as error:  # the module's code may raise anything, SystemExit too
        if refusals.first is not None:
            raise CannotLoad("blocked", f"importing it needs {refusals.first}") from None
        line = _line_of(error, source.path)
        where = f"line {line}: " if line else ""
        raise CannotLoad("import_error", where + describe_error(error)) from None
    seconds = time.monotonic() - began
    own = [name for name in own_modules(source.search_path) if name != source.name]
    send({"type": "imported", "modules": newly_imported(before), "own": own[:MOST], "seconds": seconds})
    return module


def _line_of(error: BaseException, path: str) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno if error.filename == path else None
    return line_in(path, error.__traceback__)

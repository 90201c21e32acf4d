"""The language spoken with a worker: requests and answers as frozen dataclasses.

This module is read on both sides of the process boundary, so it keeps to the standard library and to Python 3.10.
Answers come from a process that ran foreign code: `codec.decode` checks every field and cuts every string.
"""

from dataclasses import dataclass
from typing import Literal

Arguments = tuple[tuple[str, str], ...]
"""Arguments of one call: (parameter, Python expression). Where a value has no such expression, its `repr`."""

OutcomeStatus = Literal[
    "held",  # no input violated it
    "violated",  # an input did, and it was confirmed
    "unsatisfiable",  # no input fulfilled the preconditions
    "flaky",  # an input violated it once and not again
    "timed_out",  # the budget ended before it was judged at all
    "crashed",  # the process died (a segmentation fault, `os._exit`), and which call did it is in `detail`
    "blocked",  # the sandbox refused what the function tried to do
    "import_error",  # the module under test could not be imported
    "invalid",  # the property's own code failed (a NameError in the check): it says nothing about the function
]


MOST_DRAWN = 100_000
"""Characters of all drawn inputs of a run that are worth telling and keeping; more are drawn anew each time."""


@dataclass(frozen=True)
class ModuleSource:
    """The module under test. `text` is what is compiled; the file at `path` need not hold the same yet.

    `name` is its import name (`package.module`), `search_path` goes before `sys.path`.
    """

    path: str
    name: str
    text: str
    search_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A property as a worker needs it; the fields are those of `refute.properties.property.Property`."""

    id: str
    check: str
    setup: str = ""
    when: str | None = None
    must_return: bool = False
    example: Arguments | None = None
    shows: str | None = None


@dataclass(frozen=True)
class Inputs:
    """Where inputs come from: strategies per parameter (`self` included for methods), a precondition, and
    `examples` that are tried first. `seed` makes the rest repeatable: `drawn` is what came of it before, to be tried in
    place of drawing it again. Strategies are written over the names of `hypothesis.strategies`, those of the module,
    and `after_calls` (see `histories`)."""

    strategies: Arguments
    precondition: str | None = None
    examples: tuple[Arguments, ...] = ()
    max_examples: int = 100
    seed: int = 0
    drawn: tuple[Arguments, ...] = ()


@dataclass(frozen=True)
class RunRequest:
    """Judge all `checks` on calls of `qualname`: one generation run, each violation shrunk on its own.

    `call_seconds` bounds one call of the function, `seconds` the whole run, as a `Budget` counts. With `tell_drawn` the
    result tells all inputs that were drawn, where they can be written down.
    """

    module: ModuleSource
    qualname: str
    inputs: Inputs
    checks: tuple[Check, ...]
    call_seconds: float = 1.0
    seconds: float = 10.0
    tell_drawn: bool = False


@dataclass(frozen=True)
class Drawn:
    """All inputs that were drawn in a run, in their order."""

    calls: tuple[Arguments, ...] = ()


@dataclass(frozen=True)
class Counterexample:
    """One call that violates a property, shrunk.

    `result` is the `repr` of what came out, or `exception` is "Type: message"; `exact` says whether all arguments
    are Python expressions that rebuild the value. `line` is the one-based line of the module where the exception
    arose, if it did. `shown` is what the check looks at besides, as text.
    """

    arguments: Arguments
    result: str | None
    exception: str | None
    line: int | None = None
    exact: bool = True
    shown: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What one run says of one check."""

    id: str
    status: OutcomeStatus
    counterexample: Counterexample | None = None
    examples_run: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Variant:
    """Another definition of the function: `source` is a whole `def` (imports before it are allowed) that runs in
    the module's namespace in place of the original. `source=None` is the function as the module has it."""

    id: str
    source: str | None = None


@dataclass(frozen=True)
class CompareRequest:
    """Call every variant on the same inputs and say which answers are the same.

    `checks` are judged on every call too (which mutants does a property reject?).
    """

    module: ModuleSource
    qualname: str
    inputs: Inputs
    variants: tuple[Variant, ...]
    checks: tuple[Check, ...] = ()
    call_seconds: float = 0.2
    seconds: float = 20.0


@dataclass(frozen=True)
class Answer:
    """A distinct answer to one input. `kind` is "value", "error" or "timeout"; `text` the `repr` or
    "Type: message", cut at 500 characters."""

    kind: Literal["value", "error", "timeout"]
    text: str


@dataclass(frozen=True)
class ComparedInput:
    """One input and what the variants made of it.

    `answers` are the distinct answers (values by `same`, errors by type); `choice` holds for each variant, in the
    order of the request, the index of its answer, or -1 where it has none (it failed to load, or time ran out).
    `rejected` holds for each variant the indices of the checks that its call violates.
    """

    arguments: Arguments
    exact: bool
    answers: tuple[Answer, ...]
    choice: tuple[int, ...]
    rejected: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`load_errors` holds for each variant why it could not be defined, "" where it could.
    `invalid_checks` holds (check id, error) for checks whose own code failed."""

    inputs: tuple[ComparedInput, ...]
    load_errors: tuple[str, ...]
    invalid_checks: tuple[tuple[str, str], ...] = ()
    status: OutcomeStatus = "held"
    detail: str = ""


@dataclass(frozen=True)
class SurveyRequest:
    """Call the function on the inputs of a run and tell what they were; nothing is judged.

    At most `shown` inputs are told one by one, all of them are counted.
    """

    module: ModuleSource
    qualname: str
    inputs: Inputs
    shown: int = 100
    call_seconds: float = 1.0
    seconds: float = 10.0


@dataclass(frozen=True)
class TriedInput:
    """One input and what came of it; `stated` where it was given and not drawn."""

    arguments: Arguments
    answer: Answer
    stated: bool = False


@dataclass(frozen=True)
class Share:
    """How many inputs had something in common: for the parameter `name`, or for what came out where that is "", so
    many had the trait `label` ("empty", "negative", "raises ValueError")."""

    name: str
    label: str
    count: int


@dataclass(frozen=True)
class LineCount:
    """A one-based line of the function, and how many calls reached it."""

    line: int
    calls: int


@dataclass(frozen=True)
class Survey:
    """What the inputs of a run were. `discarded` were drawn but excluded from the domain, and `detail` says why the
    last one was; `distinct` of the called ones differ from each other. Where nothing could be called, `status` and
    `detail` say why."""

    calls: int = 0
    discarded: int = 0
    distinct: int = 0
    inputs: tuple[TriedInput, ...] = ()
    shares: tuple[Share, ...] = ()
    lines: tuple[LineCount, ...] = ()
    status: OutcomeStatus = "held"
    detail: str = ""


@dataclass(frozen=True)
class TraceRequest:
    """Call `qualname` once with `arguments` and follow it line by line, at most `steps` lines from each end."""

    module: ModuleSource
    qualname: str
    arguments: Arguments
    steps: int = 40
    call_seconds: float = 1.0
    seconds: float = 5.0


@dataclass(frozen=True)
class Step:
    """One line of the function that was run.

    `line` is its one-based number in the module, `after` that of the line which came next (None where the call ended).
    `assigned` holds the local variables whose values it changed, each with its new value as text. `left_out` counts the
    lines before this one that are not told.
    """

    line: int
    assigned: Arguments = ()
    after: int | None = None
    left_out: int = 0


@dataclass(frozen=True)
class Trace:
    """The lines of one call in their order; none where the call could not be followed, and `detail` says why."""

    steps: tuple[Step, ...]
    detail: str = ""


@dataclass(frozen=True)
class TestRequest:
    """Run tests of the project with its own pytest, on the module as `module` has it.

    `tests` are arguments of pytest: a path, followed by `::` and a name for a single test. `root` is the folder of the
    project, above which pytest looks at nothing.
    """

    __test__ = False

    module: ModuleSource
    tests: tuple[str, ...]
    root: str
    seconds: float = 10.0


@dataclass(frozen=True)
class TestResult:
    """What came of one test. `id` is pytest's, `detail` the last line of a failure."""

    __test__ = False

    id: str
    outcome: Literal["passed", "failed", "skipped"]
    detail: str = ""


@dataclass(frozen=True)
class TestRun:
    """What came of all tests; none where they could not be run, and `detail` says why."""

    __test__ = False

    results: tuple[TestResult, ...]
    detail: str = ""

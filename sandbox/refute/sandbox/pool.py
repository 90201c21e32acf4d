"""Workers: the one way in which the rest of Refute runs foreign code."""

import asyncio
import dataclasses
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs

from refute.sandbox.interface import Report, SandboxError
from refute.sandbox.learning import Imports
from refute.sandbox.outcomes import (
    comparison_of,
    describe_ending,
    drawn_of,
    outcomes_of,
    stage_of,
    survey_of,
    tests_of,
    trace_of,
    with_variants,
    without_variants,
)
from refute.sandbox.supervision import Request, Supervision
from refute.worker.policy import Allowance, Limits, Mode
from refute.worker.protocol import (
    Arguments,
    CompareRequest,
    Comparison,
    Outcome,
    RunRequest,
    Survey,
    SurveyRequest,
    TestRequest,
    TestRun,
    Trace,
    TraceRequest,
)

_RESTARTS = 8
"""Variants that may kill a worker before a comparison is given up."""
_CONFIRM_SECONDS = 5.0
_DEFAULT_LIMITS = Limits()
NOTHING = Allowance()
ESSENTIAL = frozenset({"fs-write", "fs-read", "network", "process"})
"""What the mode "required" requires."""

__all__ = ["Allowance", "Limits", "Mode", "SandboxError", "Workers"]


class Workers:
    """Runs requests in confined processes of the user's interpreter, several at once. Make them with `start`.

    Bad code never raises here: it is an `Outcome`. Cancelling the task that awaits an answer kills the worker.
    """

    def __init__(
        self, supervise: Callable[..., Supervision], options: dict[str, Any], required: frozenset[str], jobs: int
    ) -> None:
        self._supervise = supervise
        self._options = options
        self._required = required
        self._jobs = asyncio.Semaphore(jobs)
        self._supervisions = {NOTHING: supervise(options, required=required)}

    @classmethod
    async def start(
        cls,
        interpreter: Path,
        workspace: Path,
        *,
        limits: Limits = _DEFAULT_LIMITS,
        mode: Mode = "required",
        search_path: tuple[str, ...] = (),
        readable: tuple[str, ...] = (),
        preimport: tuple[str, ...] = (),
        learned: Path | None = None,
        jobs: int = 0,
        layers: tuple[str, ...] | None = None,
        single_use: bool = sys.platform != "linux",
    ) -> "Workers":
        """Start a zygote for `interpreter`, whose workers may read `workspace`. Raises `SandboxError`.

        `search_path` is added to `sys.path` (an overlay with Hypothesis); `readable` are further files and folders
        that may be read (not the secrets at their top). `preimport` names installed modules (never the workspace's) to
        import once, before workers are forked; others that are worth it are learned from what workers import, and kept
        in the folder `learned`. `jobs` bounds the requests at work at once, 0 means one per core. `layers` is for tests
        that show what each layer stops. With `single_use`, workers are not forked but started ahead, one for each
        request.
        """
        root = os.path.realpath(workspace)  # noqa: ASYNC240  # a few lstat calls
        options: dict[str, Any] = {
            "mode": mode,
            "limits": limits,
            "search_path": search_path,
            "readable": (root, *readable),
            "cache": _cache_folder(),
            "layers": layers,
        }
        imports = Imports.in_folder(learned, interpreter, root, preimport)
        required = ESSENTIAL if mode == "required" and layers is None else frozenset[str]()
        supervise = functools.partial(Supervision, interpreter, imports=imports, single_use=single_use)
        workers = cls(supervise, options, required, jobs or os.cpu_count() or 1)
        await workers._supervisions[NOTHING].running()
        return workers

    @property
    def enforced(self) -> frozenset[str]:
        """What is really enforced, tried out when the zygote started: "fs-write", "fs-read", "network", "process",
        "signal", "ipc", "memory", "time"."""
        return frozenset(ready.enforced) if (ready := self._supervisions[NOTHING].ready) else frozenset()

    def enforced_for(self, allowance: Allowance) -> frozenset[str]:
        """What is enforced where a function has this allowance."""
        return self.enforced - {"network"} if allowance.network else self.enforced

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not enforced on this system and why, in words for users."""
        return ready.missing if (ready := self._supervisions[NOTHING].ready) else ()

    @property
    def hypothesis(self) -> str:
        """The version of Hypothesis that workers use."""
        return ready.hypothesis if (ready := self._supervisions[NOTHING].ready) else ""

    @property
    def preimported(self) -> tuple[str, ...]:
        """The modules that were imported ahead."""
        return ready.preimported if (ready := self._supervisions[NOTHING].ready) else ()

    async def run(
        self,
        request: RunRequest,
        allowance: Allowance = NOTHING,
        on_drawn: Callable[[tuple[Arguments, ...]], None] = lambda _drawn: None,
    ) -> tuple[Outcome, ...]:
        """Judge the checks of `request`: an outcome for each, in their order. The `allowance` is for the user's own
        code only, never for code that a model wrote. `on_drawn` hears the inputs that were drawn, if the request asks
        for them."""
        if not request.checks:
            return ()
        report = await self._ask("run", request, request.seconds, allowance)
        if request.tell_drawn:
            on_drawn(drawn_of(request, report))
        return await self._confirmed(request, outcomes_of(request, report), allowance)

    async def compare(self, request: CompareRequest) -> Comparison:
        """Call every variant of `request` on the same inputs. Variants that kill a worker are left out."""
        removed: dict[int, str] = {}
        while True:
            report = await self._ask("compare", without_variants(request, removed), request.seconds)
            left = without_variants(request, removed)
            comparison = comparison_of(left, report)
            if comparison is not None:
                return with_variants(request, comparison, removed)
            status, words = describe_ending(report.ending, request.seconds, request.call_seconds)
            culprit = report.ending.variant
            if stage_of(report.frames) == "importing":
                status, words = "import_error", f"importing {request.module.name} {words}"
            if not 0 <= culprit < len(left.variants) or len(removed) >= _RESTARTS or report.ending.reason == "timeout":
                nothing = Comparison((), ("",) * len(left.variants), status=status, detail=words)
                return with_variants(request, nothing, removed)
            kept = [index for index in range(len(request.variants)) if index not in removed]
            removed[kept[culprit]] = f"crashed: it {words}"

    async def survey(self, request: SurveyRequest) -> Survey:
        """Tell what the inputs of `request` are, and which lines they reach."""
        return survey_of(request, await self._ask("survey", request, request.seconds))

    async def trace(self, request: TraceRequest) -> Trace:
        """Follow one call line by line."""
        return trace_of(await self._ask("trace", request, request.seconds))

    async def test(self, request: TestRequest) -> TestRun | None:
        """Run tests of the project; None where they do not end in time or take the worker down."""
        return tests_of(await self._ask("test", request, request.seconds))

    async def aclose(self) -> None:
        """End every process."""
        await asyncio.gather(*(supervision.aclose() for supervision in self._supervisions.values()))

    async def __aenter__(self) -> "Workers":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _confirmed(
        self, request: RunRequest, outcomes: tuple[Outcome, ...], allowance: Allowance
    ) -> tuple[Outcome, ...]:
        """`outcomes` after a second, fresh worker has tried every counterexample that can be written down."""
        checks = {check.id: check for check in request.checks}
        again = tuple(
            dataclasses.replace(checks[outcome.id], example=outcome.counterexample.arguments)
            for outcome in outcomes
            if outcome.status == "violated" and outcome.counterexample is not None and outcome.counterexample.exact
        )
        if not again:
            return outcomes
        seconds = min(request.seconds, _CONFIRM_SECONDS)
        replay = dataclasses.replace(
            request, checks=again, seconds=seconds, inputs=dataclasses.replace(request.inputs, examples=(), drawn=())
        )
        report = await self._ask("run", replay, seconds, allowance)
        second = {outcome.id: outcome for outcome in outcomes_of(replay, report)}
        return tuple(_weighed(outcome, second.get(outcome.id)) for outcome in outcomes)

    async def _ask(self, kind: str, request: Request, seconds: float, allowance: Allowance = NOTHING) -> Report:
        async with self._jobs:
            return await self._supervision(allowance).ask(kind, request, seconds)

    def _supervision(self, allowance: Allowance) -> Supervision:
        """The supervision of workers with this allowance: each has processes of its own."""
        if allowance not in self._supervisions:
            readable = (*self._options["readable"], *allowance.read)
            options = {**self._options, "readable": readable, "network": allowance.network}
            required = self._required - {"network"} if allowance.network else self._required
            self._supervisions[allowance] = self._supervise(options, required=required)
        return self._supervisions[allowance]


def _cache_folder() -> str:
    """Where zygotes keep tables that Hypothesis makes once per Unicode version, "" where that cannot be written."""
    folder = platformdirs.user_cache_path("refute") / "hypothesis"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    return os.path.realpath(folder)


def _weighed(first: Outcome, second: Outcome | None) -> Outcome:
    """A violation is one only if a fresh process sees it too."""
    if second is None or second.status not in ("held", "flaky"):
        return first
    return dataclasses.replace(first, status="flaky", detail="a fresh process did not give the same answer")

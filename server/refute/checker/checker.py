"""The checker of one workspace: what the command line and the language server talk to."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from refute.checker import messages
from refute.checker.allowances import allowance_of, unusable
from refute.checker.analysis import Analysis, FunctionReport
from refute.checker.apart import Apart
from refute.checker.case import Case
from refute.checker.earlier import Earlier
from refute.checker.function_check import FunctionCheck
from refute.checker.implementing import Implementer
from refute.checker.inference import Inference
from refute.checker.interface import CheckerStatus, Notice, Notify
from refute.checker.modules import module_source
from refute.checker.neighbourhood import Neighbourhood, Neighbourhoods
from refute.checker.recalling import VERSION, Reports
from refute.checker.settings import Settings
from refute.checker.started import StartedWorkers
from refute.checker.store import Store
from refute.checker.surveying import survey_request
from refute.checker.turns import Turns
from refute.model.interface import Model, ModelState
from refute.model.selection import open_model
from refute.properties.domain import Domain
from refute.properties.effects import effects
from refute.properties.keeping import KeptUnits
from refute.properties.modules import read_module
from refute.properties.obstacles import NO_BODY
from refute.properties.parsing import parse_units
from refute.properties.syntax import UnreadableError
from refute.properties.units import FunctionUnit, Snapshot
from refute.sandbox.pool import NOTHING, Allowance, SandboxError
from refute.worker.protocol import ModuleSource, Survey


class Checker:
    """Checks functions of one workspace; implements `refute.checker.interface.Checking`.

    The interpreter and the model are looked for on the first check, not before: opening is instant and never fails.
    """

    def __init__(self, workspace: Path, settings: Settings, notify: Notify, model: Model, store: Store) -> None:
        self._workspace = workspace
        self._settings = settings
        self._notify = notify
        self._model = model
        self._store = store
        self._turns = Turns()
        self._reports = Reports(store, settings, model)
        self._apart = Apart()
        self._started = StartedWorkers(workspace, settings, notify, self._apart)
        self._running = 0
        self._neighbourhoods = Neighbourhoods(workspace, settings.tests, settings.exclude)
        # One more than there are jobs, for the function that the user has come to while others are checked.
        self._slots = asyncio.Semaphore((settings.jobs or os.cpu_count() or 1) + 1)
        self._kept_units = KeptUnits()

    @classmethod
    async def open(
        cls, workspace: Path, settings: Settings, notify: Notify, *, store: Store | None = None
    ) -> "Checker":
        """A checker for `workspace` with the model and the caches that the settings name."""
        loop = asyncio.get_running_loop()

        def report(text: str) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(notify, Notice("warning", text))

        model = open_model(
            settings.model,
            threads=settings.threads,
            gpu_layers=settings.gpu_layers,
            context_size=settings.context_size,
            idle_seconds=settings.idle_unload_seconds,
        )
        for text in unusable(settings.allow):
            report(text)
        if store is None:
            store = await Apart()(Store.in_user_folders, report, cache=settings.cache)
        return cls(workspace, settings, notify, model, store)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def status(self) -> CheckerStatus:
        """What is in use at this moment."""
        found, pool = self._started.interpreter, self._started.workers
        hypothesis = None
        if found is not None and pool is not None:
            origin = "the project's own" if found.hypothesis else "an overlay of Refute's"
            hypothesis = f"{pool.hypothesis}, {origin}"
        return CheckerStatus(
            self._model.status,
            found.executable if found else None,
            hypothesis,
            pool.enforced if pool else frozenset(),
            self._running,
            sandbox_missing=pool.missing if pool else (),
            interpreter_problem=self._started.problem,
        )

    def analyse(self, snapshot: Snapshot) -> Analysis:
        """Parse a document, with the reports of units that were judged before."""
        around = self._neighbourhoods.of(path_of(snapshot.uri), snapshot.text)
        parsed = parse_units(snapshot, self._kept_units, around.imported)
        known = (self._reports.of(unit, snapshot.text, around.digest_of(unit)) for unit in parsed.units)
        return Analysis(snapshot, parsed.units, tuple(r for r in known if r is not None), parsed.problem)

    async def check(
        self,
        snapshot: Snapshot,
        unit: FunctionUnit,
        *,
        fix: bool = True,
        on_update: Callable[[FunctionReport], None] | None = None,
    ) -> FunctionReport:
        """Check one unit, or recall what was found when it, its spec and its surroundings were the same."""
        around, digest = await self._apart(self._looked_up, snapshot, unit)
        known = await self._apart(self._reports.of, unit, snapshot.text, digest)
        if known is not None and (known.fixes or not fix or not known.violations):
            return known
        self._running += 1
        try:
            async with self._slots:
                report, is_complete = await self._check(snapshot, unit, around, fix, on_update or _unheard)
        finally:
            self._running -= 1
        if is_complete:
            await self._apart(self._reports.keep, report, digest)
        return report

    async def implement(self, snapshot: Snapshot, unit: FunctionUnit, *, rounds: int) -> FunctionReport:
        """Write the body of a stub and check it; see `refute.checker.implementing`."""
        problem = _problem_of(snapshot) or (messages.NOT_A_STUB if unit.obstacle is None else unit.obstacle)
        if problem != NO_BODY:
            return FunctionReport(unit, "skipped", problem)
        inference = self._usable_inference()
        if inference is None:
            return FunctionReport(unit, "skipped", messages.NO_MODEL_TO_WRITE)
        self._running += 1
        try:
            async with self._slots:
                workers = await self._started.get()
                module = await self._apart(self._module, snapshot)
                return await Implementer(unit, snapshot.text, module, workers, inference, self._settings).report(rounds)
        except SandboxError as error:
            self._notify(Notice("error", str(error)))
            return FunctionReport(unit, "skipped", str(error))
        finally:
            self._running -= 1

    async def survey(self, snapshot: Snapshot, unit: FunctionUnit, domain: Domain) -> Survey:
        """What the inputs of a check of one unit are, and which of its lines they reach."""
        module = await self._apart(self._module, snapshot)
        reason = unit.obstacle or await self._apart(self._reason_not_to_call, snapshot, unit, module)
        if reason is not None:
            return Survey(status="blocked", detail=reason)
        try:
            workers = await self._started.get()
        except SandboxError as error:
            return Survey(status="crashed", detail=str(error))
        async with self._slots:
            return await workers.survey(survey_request(module, unit, domain, self._settings))

    def attend(self, unit: FunctionUnit) -> None:
        """What is asked about this function goes before what is asked about others."""
        self._turns.attend(unit.spec_digest)

    def dismiss(self, unit: FunctionUnit, property_id: str) -> None:
        """Remember, across restarts, that this property is not meant."""
        self._store.dismiss(unit.spec_digest, property_id)

    def restore(self, unit: FunctionUnit, property_id: str) -> None:
        """Undo `dismiss`."""
        self._store.restore(unit.spec_digest, property_id)

    def narrow(self, unit: FunctionUnit, condition: str) -> None:
        """Remember, across restarts, that no caller passes what does not fulfil `condition`."""
        self._store.narrow(unit.spec_digest, condition)

    def widen(self, unit: FunctionUnit, condition: str) -> None:
        """Undo `narrow`."""
        self._store.widen(unit.spec_digest, condition)

    async def aclose(self) -> None:
        """End every process and close the caches."""
        await self._started.aclose()
        await self._model.aclose()
        await Apart()(self._store.close)

    async def _check(
        self,
        snapshot: Snapshot,
        unit: FunctionUnit,
        around: Neighbourhood,
        fix: bool,
        on_update: Callable[[FunctionReport], None],
    ) -> tuple[FunctionReport, bool]:
        """The report, and whether all that was asked was answered."""
        module = around.module
        reason = unit.obstacle or await self._apart(self._reason_not_to_call, snapshot, unit, module)
        if reason is not None:
            return FunctionReport(unit, "skipped", reason), False
        try:
            workers = await self._started.get()
        except SandboxError as error:
            self._notify(Notice("error", str(error)))
            return FunctionReport(unit, "skipped", str(error)), False
        world = f"{VERSION} {workers.hypothesis} {around.surroundings}"
        earlier = await self._apart(Earlier.of, self._store, module, unit, self._settings, world)
        dismissed = await self._apart(self._store.dismissed, unit.spec_digest)
        narrowed = await self._apart(self._store.narrowed, unit.spec_digest)
        allowance = self._allowance(unit, module)
        tests = await self._apart(around.tests.of, unit)
        elsewhere = await self._apart(around.given_elsewhere, unit, tests)
        replaced = around.replaced(unit)
        case = Case(unit, snapshot.text, module, dismissed, earlier, allowance, narrowed, tests, elsewhere, replaced)
        check = FunctionCheck(case, workers, self._usable_inference(), self._settings, on_update)
        return await check.report(fix=fix), not check.lacked_model

    def _allowance(self, unit: FunctionUnit, module: ModuleSource) -> Allowance:
        return allowance_of(f"{module.name}.{unit.qualname}", self._settings.allow, self._workspace)

    def _reason_not_to_call(self, snapshot: Snapshot, unit: FunctionUnit, module: ModuleSource) -> str | None:
        """Why a function is left alone: its document cannot be read, a setting names it, or it seems to have effects
        and nothing allows them."""
        problem = _problem_of(snapshot)
        if problem is not None:
            return problem
        name = f"{module.name}.{unit.qualname}"
        for pattern in self._settings.skip:
            if fnmatchcase(name, pattern):
                return f"the setting `skip` names it ({pattern})"
        is_allowed = unit.is_allowed or self._allowance(unit, module) != NOTHING
        if is_allowed or any(fnmatchcase(name, pattern) for pattern in self._settings.check):
            return None
        effect = effects(snapshot.text, unit.qualname)
        return None if effect is None else f"{effect}; {messages.HOW_TO_ALLOW}"

    def _usable_inference(self) -> Inference | None:
        """The way to the model, or None (and a notice) where there is no model to ask."""
        status = self._model.status
        if status.state in (ModelState.MISSING, ModelState.FAILED):
            self._notify(Notice("warning", status.detail))
        if status.state in (ModelState.OFF, ModelState.MISSING):
            return None
        # One that failed is asked again: a server may be back, a process starts anew, memory may be free.
        return Inference(self._model, self._store, self._turns, self._settings.seed, self._settings.seconds)

    def _looked_up(self, snapshot: Snapshot, unit: FunctionUnit) -> tuple[Neighbourhood, str]:
        """What lies around a document, and a digest of all that one of its units depends on."""
        around = self._neighbourhoods.of(path_of(snapshot.uri), snapshot.text)
        return around, around.digest_of(unit)

    def _module(self, snapshot: Snapshot) -> ModuleSource:
        return module_source(path_of(snapshot.uri), snapshot.text, self._workspace)


def path_of(uri: str) -> Path:
    """The file that a `file:` URI names; for other schemes a path that does not exist."""
    return Path(url2pathname(unquote(urlparse(uri).path)))


def _problem_of(snapshot: Snapshot) -> str | None:
    """Why a document cannot be read, in words for users; None where it can. Editors know functions of such documents
    from before."""
    try:
        read_module(snapshot.text)
    except UnreadableError as problem:
        return f"the file cannot be read just now: {problem}"
    return None


def _unheard(report: FunctionReport) -> None:
    """For callers that wait for the final report."""

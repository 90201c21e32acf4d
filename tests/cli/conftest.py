"""A checker that says what a test tells it to, and a way to run commands with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from refute.checker.analysis import Analysis, FunctionReport, FunctionVerdict, Ruling, Verdict
from refute.checker.interface import CheckerStatus, Notice, Notify
from refute.checker.settings import Settings
from refute.cli.__main__ import cli
from refute.model.interface import ModelState, ModelStatus
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.fix import Edit, Fix
from refute.worker.protocol import Counterexample, Survey

STATUS = CheckerStatus(
    ModelStatus(ModelState.READY, "fake", backend="CPU"), Path("/usr/bin/python3"), "6.170", frozenset({"fork"}), 0
)


def property_of(unit: FunctionUnit, **changes: object) -> Property:
    """A postcondition that rests on the docstring of `unit`."""
    claim = Property(
        kind="postcondition",
        statement="the result is not negative",
        check="result >= 0",
        evidence=Evidence.DOCSTRING,
        spec_line=unit.spec.docstring_line,
    )
    return replace(claim, **changes)  # type: ignore[arg-type] # the fields are known to the test that names them


def violated(unit: FunctionUnit, *fixes: Fix, **changes: object) -> FunctionReport:
    """A report with one violation: the first parameter is 0 and -1 came out."""
    found = Counterexample(((unit.spec.parameters[-1].name, "0"),), "-1", None)
    verdict = Verdict(property_of(unit, **changes), Ruling.VIOLATED, 0.97, found, "expected 1", examples_run=200)
    domain = Domain((ParameterDomain(unit.spec.parameters[-1].name, "integers()", Evidence.TYPE),), "x >= 0")
    return FunctionReport(unit, "violated", None, domain, (verdict,), fixes, seconds=1.5)


def judged(unit: FunctionUnit, verdict: FunctionVerdict, reason: str | None = None) -> FunctionReport:
    """A report without violations."""
    return FunctionReport(unit, verdict, reason, seconds=0.5)


def replacing(snapshot: Snapshot, old: str, new: str) -> Fix:
    """The fix that replaces the one line that holds `old`."""
    lines = snapshot.text.splitlines()
    number = next(n for n, line in enumerate(lines) if old in line)
    column = lines[number].index(old)
    edit = Edit(number, column, number, column + len(old), new)
    return Fix(f"use {new}", (edit,), snapshot.text, "mutation", properties=5, examples=1000)


Judge = Callable[[Snapshot, FunctionUnit], FunctionReport]


@dataclass
class FakeChecker:
    """Judges with `judge`, or says that everything holds; records what it was asked."""

    judge: Judge = lambda snapshot, unit: judged(unit, "holds")
    status: CheckerStatus = STATUS
    notices: tuple[Notice, ...] = ()
    settings: Settings = Settings()  # noqa: RUF009 (frozen)
    workspace: Path = Path()
    checked: list[str] = field(default_factory=list[str])
    running: int = 0
    most_running: int = 0
    fixes_wanted: bool = False
    rounds: int | None = None
    closed: bool = False
    stuck_on: str = ""
    """A function whose check does not end; `reached` is set when it begins."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, workspace: Path, settings: Settings, notify: Notify) -> "FakeChecker":
        self.workspace, self.settings = workspace, settings
        for notice in self.notices:
            notify(notice)
        return self

    def analyse(self, snapshot: Snapshot) -> Analysis:
        parsed = parse_units(snapshot)
        return Analysis(snapshot, parsed.units, problem=parsed.problem)

    async def check(
        self,
        snapshot: Snapshot,
        unit: FunctionUnit,
        *,
        fix: bool = True,
        on_update: Callable[[FunctionReport], None] | None = None,
    ) -> FunctionReport:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.fixes_wanted = fix
        await asyncio.sleep(0)
        self.running -= 1
        if unit.qualname == self.stuck_on:
            self.reached.set()
            await asyncio.get_running_loop().create_future()
        self.checked.append(unit.qualname)
        return self.judge(snapshot, unit)

    async def implement(self, snapshot: Snapshot, unit: FunctionUnit, *, rounds: int) -> FunctionReport:
        self.rounds = rounds
        return await self.check(snapshot, unit)

    async def survey(self, snapshot: Snapshot, unit: FunctionUnit, domain: Domain) -> Survey:
        return Survey()

    def attend(self, unit: FunctionUnit) -> None: ...

    def dismiss(self, unit: FunctionUnit, property_id: str) -> None: ...

    def restore(self, unit: FunctionUnit, property_id: str) -> None: ...

    def narrow(self, unit: FunctionUnit, condition: str) -> None: ...

    def widen(self, unit: FunctionUnit, condition: str) -> None: ...

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def checker() -> FakeChecker:
    """The checker that `refute` uses."""
    return FakeChecker()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project that is the current folder."""
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refute(project: Path, checker: FakeChecker) -> Callable[..., Result]:
    """Run a command line in the project, with the fake checker."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments, obj=checker.open, catch_exceptions=False)

    return run

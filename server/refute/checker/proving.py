"""What a fix must pass before anyone sees it.

In this order, the cheapest first: it is refused where it changes the contract or cheats; it is screened on a few inputs
beside the function as it is, and brings no exception of its own; then everything that stands is run on fresh inputs
against the document with the fix in it, so are pinned tests with inputs of their own, and last the project's tests.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from refute.checker.analysis import Verdict
from refute.checker.earlier import Earlier
from refute.checker.judging import as_check
from refute.checker.panel import Panel
from refute.checker.pins import run_pin
from refute.checker.project_tests import UnitTests, results
from refute.properties.calls import Arguments
from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.repair.acceptance import refusal
from refute.repair.edits import apply_edits, edits_between
from refute.repair.fix import Candidate, Fix
from refute.repair.selecting import Shortcoming
from refute.sandbox.pool import Workers
from refute.worker.protocol import (
    Answer,
    ComparedInput,
    CompareRequest,
    Inputs,
    ModuleSource,
    RunRequest,
    TestResult,
    Variant,
)

EXAMPLES = 1000
SECONDS = 30.0
SCREENED_INPUTS = 60
PINNED_EXAMPLES = 100
OTHER_SEED = 0x5EED
"""Added to the seed of the check: what a fix is proved on are not the inputs that it was found on."""
NO_NEW_ERROR = "it raises no exception that it did not raise before"
NO_ANSWER = "no result in time"
_EXPECTED_ERROR = re.compile(r"isinstance\(error, (\w+)\)|base\.__name__ == '(\w+)'")


@dataclass(frozen=True)
class Wanted:
    """What a fix of `unit` must fulfil: `claims` are all properties that stand but for the pinned ones, `violated` the
    verdicts to mend, `tests` what the project's tests say and where they are.

    `must_pass` are inputs that every candidate is screened and proved on: the counterexamples of this check and of
    earlier ones, and what a panel agrees on. `earlier` remembers those that are drawn besides.
    """

    unit: FunctionUnit
    text: str
    module: ModuleSource
    domain: Domain
    claims: tuple[Property, ...]
    violated: tuple[Verdict, ...]
    must_pass: tuple[Arguments, ...]
    panel: Panel | None
    tests: UnitTests
    earlier: Earlier
    counterexamples: int = 0


@dataclass(frozen=True)
class Survivor:
    """A candidate that passed the screen. `behaviour` is the same for those that answered alike there."""

    candidate: Candidate
    behaviour: tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """An input on which a candidate does something else than another: its arguments, and what comes of each."""

    arguments: Arguments
    here: Answer
    there: Answer


class Proof:
    """Puts candidates for one function to the proof."""

    def __init__(self, wanted: Wanted, workers: Workers, seed: int) -> None:
        self._wanted = wanted
        self._workers = workers
        self._seed = seed
        self._checks = tuple(map(as_check, wanted.claims))
        self._allowed = {
            name for check in self._checks for found in _EXPECTED_ERROR.findall(check.check) for name in found
        }
        self._rows: tuple[ComparedInput, ...] = ()
        self._columns: dict[str, int] = {}
        self._before: dict[str, TestResult] | None = None
        self._tests_known = False

    def refusals(self, candidates: Sequence[Candidate]) -> tuple[str | None, ...]:
        """For each candidate why it is refused whatever it passes, None where it is not."""
        violated = (verdict.counterexample for verdict in self._wanted.violated)
        arguments = tuple(text for found in violated if found for _, text in found.arguments)
        return tuple(refusal(self._wanted.unit.source, c.source, arguments) for c in candidates)

    async def screen(self, candidates: Sequence[Candidate]) -> tuple[Survivor, ...]:
        """The candidates that answer every input in time, violate nothing that stands, and raise nothing new."""
        if not candidates:
            return ()
        wanted = self._wanted
        variants = (Variant("before"), *(Variant(str(n), c.source) for n, c in enumerate(candidates)))
        inputs = self._inputs(SCREENED_INPUTS, self._seed)
        inputs = replace(inputs, max_examples=SCREENED_INPUTS + len(inputs.examples))  # these count among all, here
        request = CompareRequest(wanted.module, wanted.unit.qualname, inputs, variants, self._checks)
        self._rows = (await wanted.earlier.screened.compare(self._workers, request, wanted.domain)).inputs
        self._columns = {candidate.source: n for n, candidate in enumerate(candidates, 1)}
        if not self._rows:
            return ()
        return tuple(
            Survivor(candidate, tuple(row.choice[n] for row in self._rows))
            for n, candidate in enumerate(candidates, 1)
            if not any(_fails(row, n, self._allowed) for row in self._rows)
        )

    def shortcoming(self, candidate: Candidate | None) -> Shortcoming | None:
        """Why a candidate did not pass the last screen, or the function as it is for None; None where it did."""
        column = 0 if candidate is None else self._columns.get(candidate.source)
        rows = [row for row in self._rows if column is not None and _fails(row, column, self._allowed)]
        if column is None or not rows:
            return None
        row = min(rows, key=lambda row: (not row.exact, sum(len(text) for _, text in row.arguments)))
        rejected = row.rejected[column] if row.rejected else ()
        statement = self._wanted.claims[rejected[0]].statement if rejected else NO_NEW_ERROR
        actual = row.answers[row.choice[column]].text if row.choice[column] >= 0 else NO_ANSWER
        return Shortcoming(len(rows), statement, row.arguments, actual, self._expected(row.arguments))

    def _expected(self, arguments: Arguments) -> str | None:
        """What a panel agrees on for an input, where it does."""
        panel = self._wanted.panel
        for index in panel.agreement.trusted if panel is not None else ():
            if panel is not None and panel.comparison.inputs[index].arguments == arguments:
                return panel.expected(index)
        return None

    def difference(self, candidate: Candidate, other: Candidate) -> Difference | None:
        """The smallest input of the screen to which two candidates give different answers."""
        here, there = self._columns[candidate.source], self._columns[other.source]
        rows = [row for row in self._rows if row.choice[here] != row.choice[there] and row.exact]
        rows.sort(key=lambda row: sum(len(text) for _, text in row.arguments))
        for row in rows:
            return Difference(row.arguments, row.answers[row.choice[here]], row.answers[row.choice[there]])
        return None

    async def prove(self, candidate: Candidate, rounds: int) -> Fix | None:
        """The fix that a candidate is, if the document with it passes everything."""
        wanted = self._wanted
        edits = edits_between(wanted.unit, wanted.text, candidate.source)
        module = replace(wanted.module, text=apply_edits(wanted.text, edits))
        inputs = self._inputs(EXAMPLES, self._seed + OTHER_SEED)
        request = RunRequest(module, wanted.unit.qualname, inputs, self._checks, seconds=SECONDS)
        outcomes = await wanted.earlier.proof.run(self._workers, request, wanted.domain) if self._checks else ()
        if any(outcome.status not in ("held", "unsatisfiable") for outcome in outcomes):
            return None
        held = [outcome for outcome in outcomes if outcome.status == "held"]
        pinned = await self._pins_held(module)
        if pinned is None or not (held or pinned):
            return None
        tests = await self._tests_passed(module)
        if tests is None:
            return None
        return Fix(
            candidate.title,
            edits,
            candidate.source,
            candidate.origin,
            properties=len(held) + pinned,
            examples=max((outcome.examples_run for outcome in held), default=0),
            rounds=rounds,
            pinned=pinned,
            tests=tests,
            counterexamples=wanted.counterexamples,
        )

    async def _pins_held(self, module: ModuleSource) -> int | None:
        """How many pinned properties hold, None where one does not."""
        wanted, count = self._wanted, 0
        for pin in wanted.tests.pins:
            outcome = await run_pin(self._workers, module, wanted.unit, pin, PINNED_EXAMPLES, self._seed + OTHER_SEED)
            if outcome.status not in ("held", "unsatisfiable"):
                return None
            count += outcome.status == "held"
        return count

    async def _tests_passed(self, module: ModuleSource) -> int | None:
        """How many tests of the project pass; None where one fails that passes without the fix."""
        tests = self._wanted.tests
        if not self._tests_known:
            self._before = await results(self._workers, self._wanted.module, tests)
            self._tests_known = True
        if self._before is None:
            return 0  # there are none, or they cannot be run here
        after = await results(self._workers, module, tests)
        if after is None:
            return None
        passed = {name for name, result in after.items() if result.outcome == "passed"}
        broken = {name for name, result in self._before.items() if result.outcome == "passed"} - passed
        return None if broken else len(passed)

    def _inputs(self, count: int, seed: int) -> Inputs:
        domain = self._wanted.domain
        strategies = tuple((p.name, p.strategy) for p in domain.parameters)
        examples = tuple(dict.fromkeys([*self._wanted.must_pass, *domain.examples]))
        return Inputs(strategies, domain.precondition, examples, count, seed)


def _fails(row: ComparedInput, column: int, allowed: set[str]) -> bool:
    """Whether a candidate has no answer to this input, violates a check, or raises what the function as it is did not
    and what nobody asks for."""
    if row.choice[column] < 0 or (row.rejected and row.rejected[column]):
        return True
    before = row.answers[row.choice[0]] if row.choice[0] >= 0 else None
    now = row.answers[row.choice[column]]
    if now.kind != "error" or before is None or before.kind == "error":
        return False
    return now.text.partition(":")[0] not in allowed

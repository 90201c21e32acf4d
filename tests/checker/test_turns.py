"""The order of questions to the model."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from refute.checker.inference import Inference
from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.fake import FakeModel
from refute.model.interface import Completion, CompletionRequest
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot


class Bench:
    """Work that ends when the test says so."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.log: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}

    def start(self, key: str) -> "asyncio.Task[str]":
        async def work() -> str:
            self.log.append(key)
            await self.ends.setdefault(key, asyncio.Event()).wait()
            return f"done {key}"

        return asyncio.create_task(self.turns.take(key, self.turns.ticket(), work))

    async def end(self, key: str) -> None:
        self.ends.setdefault(key, asyncio.Event()).set()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@given(st.permutations(range(6)))
def test_who_has_the_lowest_ticket_goes_first_whenever_it_came(arrivals: list[int]) -> None:
    async def run() -> list[int]:
        turns, order, gate = Turns(), list[int](), asyncio.Event()

        async def work(ticket: int) -> None:
            order.append(ticket)
            await gate.wait()

        tasks = [asyncio.create_task(turns.take("f", -1, partial(work, -1)))]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(turns.take("f", ticket, partial(work, ticket))) for ticket in arrivals]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == [-1, *range(6)]


async def test_who_came_first_goes_first() -> None:
    bench = Bench()
    tasks = [bench.start(key) for key in "abc"]
    for key in "abc":
        await bench.end(key)
    assert bench.log == ["a", "b", "c"]
    assert [await task for task in tasks] == ["done a", "done b", "done c"]


async def test_what_the_user_looks_at_goes_before_what_waits() -> None:
    bench = Bench()
    tasks = [bench.start(key) for key in "abcd"]
    bench.turns.attend("a")
    await bench.settle()
    bench.turns.attend("d")
    for key in "dabc":
        await bench.end(key)
    assert bench.log == ["a", "d", "a", "b", "c"]  # `a` was interrupted, and begun anew
    assert [await task for task in tasks] == [f"done {key}" for key in "abcd"]


async def test_work_that_nobody_waits_for_ends_and_the_next_begins() -> None:
    bench = Bench()
    running, waiting, last = (bench.start(key) for key in "abc")
    await bench.settle()
    waiting.cancel()
    running.cancel()
    await bench.end("c")
    assert bench.log == ["a", "c"]
    assert await last == "done c"


async def test_what_fails_lets_the_next_one_go_on() -> None:
    bench = Bench()

    async def fail() -> str:
        raise ValueError("on purpose")

    failing = asyncio.create_task(bench.turns.take("x", 0, fail))
    last = bench.start("a")
    await bench.end("a")
    with pytest.raises(ValueError, match="on purpose"):
        await failing
    assert await last == "done a"


class TurnsMachine(RuleBasedStateMachine):
    """Whatever is asked, looked at and cancelled, in whatever order: one at a time, and nobody waits for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.turns = Turns()
        self.running: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.gate: asyncio.Event | None = None

    def run(self, action: Callable[[], object]) -> None:
        async def act() -> None:
            action()
            for _ in range(10):
                await asyncio.sleep(0)

        self.loop.run_until_complete(act())

    @rule(key=st.sampled_from("abc"), ticket=st.integers(0, 5))
    def ask(self, key: str, ticket: int) -> None:
        async def work() -> None:
            self.running.append(key)
            self.gate = gate = asyncio.Event()
            try:
                await gate.wait()
            finally:
                self.running.remove(key)

        self.run(lambda: self.tasks.append(self.loop.create_task(self.turns.take(key, ticket, work))))

    @rule(key=st.sampled_from("abc"))
    def attend(self, key: str) -> None:
        self.run(lambda: self.turns.attend(key))

    @rule()
    def end(self) -> None:
        if self.gate is not None:
            self.run(self.gate.set)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.tasks:
            self.run(data.draw(st.sampled_from(self.tasks)).cancel)

    @invariant()
    def one_at_a_time_while_somebody_waits(self) -> None:
        assert len(self.running) == any(not task.done() for task in self.tasks)

    def teardown(self) -> None:
        for _ in self.tasks:
            self.end()
        assert all(task.done() for task in self.tasks)
        self.loop.close()


TestTurns = TurnsMachine.TestCase
TestTurns.settings = settings(max_examples=50, stateful_step_count=20)


@dataclass(eq=False)
class Asked:
    """A question that the model is at."""

    name: str
    end: asyncio.Event


class SlowModel(FakeModel):
    """Answers when the test says so."""

    def __init__(self) -> None:
        super().__init__(lambda _request: ("    return 1",))
        self.asked: list[Asked] = []
        self.cancelled: list[str] = []

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        name = next(name for name in ("first", "second", "third") if f"def {name}" in request.prompt.user)
        asked = Asked(name, asyncio.Event())
        self.asked.append(asked)
        try:
            await asked.end.wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise
        return await super().complete(request, on_text)


def unit(name: str) -> FunctionUnit:
    text = f'def {name}(x: int) -> int:\n    """Say it."""\n    return x\n'
    return parse_units(Snapshot("file:///a.py", 1, text)).units[0]


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what threads have a part in: what is kept is looked up apart from the loop."""
    while not happened():  # noqa: ASYNC110 - what happens is no event
        await asyncio.sleep(0.005)


def inference(model: SlowModel, turns: Turns) -> Inference:
    return Inference(model, Store(None, None, print), turns, 0, 60.0)


async def test_the_model_is_asked_first_about_the_function_that_the_user_looks_at() -> None:
    model, bench = SlowModel(), Bench()
    units = [unit(name) for name in ("first", "second", "third")]
    inferences = [inference(model, bench.turns) for _ in units]
    asking = [each.implementations(of, 1, 2) for each, of in zip(inferences, units, strict=True)]
    tasks = [asyncio.create_task(asking[0])]
    await until(lambda: len(model.asked) == 1)
    tasks += map(asyncio.create_task, asking[1:])
    bench.turns.attend(units[2].spec_digest)
    await until(lambda: model.cancelled == ["first"])
    while not all(task.done() for task in tasks):
        model.asked[-1].end.set()
        await bench.settle()
    assert [asked.name for asked in model.asked] == ["first", "third", "first", "second"]


async def test_a_question_that_nobody_waits_for_is_cancelled() -> None:
    model, bench = SlowModel(), Bench()
    asking = [inference(model, bench.turns).implementations(unit(name), 1, 2) for name in ("first", "second")]
    tasks = [asyncio.create_task(asking[0])]
    await until(lambda: len(model.asked) == 1)
    tasks.append(asyncio.create_task(asking[1]))
    tasks[0].cancel()
    await until(lambda: len(model.asked) == 2)
    assert model.cancelled == ["first"]
    assert [asked.name for asked in model.asked] == ["first", "second"]
    model.asked[1].end.set()
    assert await tasks[1]

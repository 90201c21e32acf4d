"""The order of checks, and what cancels what."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from refute.properties.units import FunctionUnit, Spec
from refute.server.scheduling import Batch, Job, Key, Scheduler

SPEC = Spec("f", "f", (), None, None, None, "def f():")
UNIT = FunctionUnit("f", "function", SPEC, "", 0, 0, (0, 4, 5), (), None, "s", "b")


class Bench:
    """A scheduler whose jobs end when the test says so."""

    def __init__(self, limit: int = 1) -> None:
        self.log: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.changes = 0
        self.scheduler = Scheduler(lambda: limit, self._changed)

    def job(self, name: str, body: str = "b") -> Job:
        unit = replace(UNIT, qualname=name, body_digest=body)

        async def work() -> None:
            self.log.append(f"start {name}")
            end = self.ends.setdefault(name, asyncio.Event())
            try:
                await end.wait()
            except asyncio.CancelledError:
                self.log.append(f"cancelled {name}")
                raise
            self.log.append(f"done {name}")

        return Job(("uri", name), unit, work)

    async def end(self, name: str) -> None:
        self.ends.setdefault(name, asyncio.Event()).set()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    def _changed(self) -> None:
        self.changes += 1


async def test_no_more_jobs_run_than_allowed() -> None:
    bench = Bench(limit=2)
    bench.scheduler.submit([bench.job("a"), bench.job("b"), bench.job("c")])
    await bench.settle()
    assert bench.log == ["start a", "start b"]
    await bench.end("b")
    assert bench.log[2:] == ["done b", "start c"]


async def test_what_the_user_looks_at_goes_first() -> None:
    bench = Bench()
    bench.scheduler.submit([bench.job(name) for name in "abcd"])
    bench.scheduler.attend(("uri", "c"))
    bench.scheduler.attend(("uri", "d"))
    for name in "acdb":
        await bench.end(name)
    assert [line for line in bench.log if "start" in line] == ["start a", "start c", "start d", "start b"]


async def test_what_the_user_has_come_to_does_not_wait_for_what_is_being_checked() -> None:
    bench = Bench()
    bench.scheduler.submit([bench.job(name) for name in "abc"])
    await bench.settle()
    bench.scheduler.attend(("uri", "c"))
    await bench.settle()
    assert bench.log == ["start a", "start c"]
    bench.scheduler.attend(("uri", "b"))
    await bench.settle()
    assert bench.log == ["start a", "start c"]  # one more, and no further
    await bench.end("c")
    assert bench.log[2:] == ["done c", "start b"]


async def test_a_new_version_of_a_function_replaces_the_old_one() -> None:
    bench = Bench(limit=2)
    old = bench.scheduler.submit([bench.job("a", "old")])
    await bench.settle()
    bench.scheduler.submit([bench.job("a", "new")])
    await bench.settle()
    assert bench.log == ["start a", "cancelled a", "start a"]
    assert old.is_done


async def test_the_same_version_is_not_started_again() -> None:
    bench = Bench(limit=2)
    bench.scheduler.submit([bench.job("a")])
    await bench.settle()
    assert bench.scheduler.submit([bench.job("a")]).is_done
    assert bench.log == ["start a"]


async def test_a_paused_scheduler_takes_nothing() -> None:
    bench = Bench()
    batch = bench.scheduler.submit([bench.job("a"), bench.job("b")])
    await bench.settle()
    bench.scheduler.pause()
    await bench.settle()
    assert batch.is_done
    assert bench.scheduler.submit([bench.job("c")]).is_done
    bench.scheduler.resume()
    bench.scheduler.submit([bench.job("c")])
    await bench.settle()
    assert bench.log == ["start a", "cancelled a", "start c"]


async def test_a_job_that_fails_lets_the_next_one_start() -> None:
    bench = Bench()

    async def fail() -> None:
        raise RuntimeError("on purpose")

    failing = Job(("uri", "x"), UNIT, fail)
    bench.scheduler.submit([failing, bench.job("a")])
    await bench.settle()
    assert bench.log == ["start a"]
    assert bench.scheduler.queued == 1


async def test_a_batch_tells_how_far_it_is() -> None:
    bench = Bench()
    batch = bench.scheduler.submit([bench.job("a"), bench.job("b")])
    await bench.end("a")
    await batch.moved()
    assert (batch.done, batch.total, batch.is_done) == (1, 2, False)
    batch.cancel()
    await bench.settle()
    assert batch.is_done


async def test_closing_a_document_cancels_its_jobs_alone() -> None:
    bench = Bench(limit=2)
    other = replace(UNIT, qualname="o")
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    bench.scheduler.submit([bench.job("a"), Job(("other", "o"), other, work)])
    bench.scheduler.forget("uri")
    await bench.settle()
    assert done.is_set()
    assert not bench.scheduler.is_busy_with(("uri", "a"))


class SchedulerMachine(RuleBasedStateMachine):
    """Whatever is submitted, cancelled, paused and ended, in whatever order: nothing is lost and nothing runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.running: list[Key] = []
        self.most = 0
        self.stops: dict[Key, list[asyncio.Event]] = {}
        self.batches: list[Batch] = []
        self.scheduler = Scheduler(lambda: 2, lambda: None)

    def job(self, name: str, body: str) -> Job:
        key = ("uri", name)
        end = asyncio.Event()
        self.stops.setdefault(key, []).append(end)

        async def work() -> None:
            self.running.append(key)
            self.most = max(self.most, len(self.running))
            try:
                await end.wait()
            finally:
                self.running.remove(key)

        return Job(key, replace(UNIT, qualname=name, body_digest=body), work)

    def run(self, action: Callable[[], object]) -> None:
        async def act() -> None:
            action()
            for _ in range(10):
                await asyncio.sleep(0)

        self.loop.run_until_complete(act())

    @rule(names=st.lists(st.sampled_from("abcd"), unique=True), body=st.sampled_from("12"))
    def submit(self, names: list[str], body: str) -> None:
        jobs = [self.job(name, body) for name in names]
        self.run(lambda: self.batches.append(self.scheduler.submit(jobs)))

    @rule(name=st.sampled_from("abcd"))
    def end(self, name: str) -> None:
        for end in self.stops.get(("uri", name), []):
            self.run(end.set)

    @rule(name=st.sampled_from("abcd"))
    def cancel(self, name: str) -> None:
        self.run(lambda: self.scheduler.cancel_where(lambda job: job.unit.qualname == name))

    @rule(name=st.sampled_from("abcd"))
    def attend(self, name: str) -> None:
        self.run(lambda: self.scheduler.attend(("uri", name)))

    @rule()
    def pause_and_resume(self) -> None:
        self.run(self.scheduler.pause)
        assert not self.running
        self.run(self.scheduler.resume)

    @invariant()
    def never_too_many_run_and_each_once(self) -> None:
        assert self.most <= 3  # one more for what the user looks at
        assert len(set(self.running)) == len(self.running)

    @invariant()
    def slots_are_used(self) -> None:
        assert min(2, self.scheduler.queued) <= len(self.running) <= min(3, self.scheduler.queued)

    @invariant()
    def batches_are_done_when_nothing_is_queued(self) -> None:
        if self.scheduler.queued == 0:
            assert all(batch.is_done for batch in self.batches)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.scheduler.aclose())
        self.loop.close()
        assert not self.running


TestScheduler = SchedulerMachine.TestCase
TestScheduler.settings = settings(max_examples=50, stateful_step_count=20)

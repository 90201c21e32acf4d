"""Work that is asked for often is done seldom, and in the end."""

import asyncio

from refute.server.pacing import Paced


class Bench:
    """Work that is counted, and can be waited for."""

    def __init__(self) -> None:
        self.times = 0
        self.done = asyncio.Event()

    def work(self) -> None:
        self.times += 1
        self.done.set()


async def test_what_has_rested_is_done_at_once() -> None:
    bench = Bench()
    Paced(bench.work).ask()
    assert bench.times == 1


async def test_what_is_asked_for_many_times_is_done_once() -> None:
    bench = Bench()
    pace = Paced(bench.work)
    for _ in range(100):
        pace.ask(0.001)
    assert bench.times == 0
    await bench.done.wait()
    assert bench.times == 1


async def test_an_earlier_wish_comes_before_a_later_one() -> None:
    bench = Bench()
    pace = Paced(bench.work)
    pace.ask(1000.0)
    pace.ask()
    assert bench.times == 1


async def test_what_was_cancelled_is_not_done() -> None:
    bench = Bench()
    pace = Paced(bench.work)
    pace.ask(0.001)
    pace.cancel()
    pace.ask(0.002)
    await bench.done.wait()
    assert bench.times == 1

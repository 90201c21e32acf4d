import asyncio

from hypothesis import given
from hypothesis import strategies as st

from refute.checker.turns import Turns


async def have(turns: Turns, ticket: int, order: list[int], work: asyncio.Event | None = None) -> None:
    async with turns.turn(ticket):
        order.append(ticket)
        if work is not None:
            await work.wait()


@given(st.permutations(range(6)))
def test_who_has_the_lowest_ticket_goes_first_whenever_it_came(arrivals: list[int]) -> None:
    async def run() -> list[int]:
        turns, order, work = Turns(), list[int](), asyncio.Event()
        first = asyncio.create_task(have(turns, -1, order, work))
        await asyncio.sleep(0)
        others = [asyncio.create_task(have(turns, ticket, order)) for ticket in arrivals]
        await asyncio.sleep(0)
        work.set()
        await asyncio.gather(first, *others)
        return order

    assert asyncio.run(run()) == [-1, *range(6)]


@given(st.sets(st.integers(0, 5)), st.integers(0, 3))
def test_who_goes_away_holds_up_nobody(leaving: set[int], steps: int) -> None:
    async def run() -> list[int]:
        turns, order, work = Turns(), list[int](), asyncio.Event()
        tasks = [asyncio.create_task(have(turns, ticket, order, work)) for ticket in range(6)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for ticket in leaving:
            tasks[ticket].cancel()
        await asyncio.sleep(0)
        work.set()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        return order

    assert set(asyncio.run(run())) >= set(range(6)) - leaving


def test_only_one_has_the_turn() -> None:
    async def run() -> int:
        turns, inside, most = Turns(), 0, 0

        async def work() -> None:
            nonlocal inside, most
            async with turns.turn(turns.ticket()):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(work() for _ in range(10)))
        return most

    assert asyncio.run(run()) == 1

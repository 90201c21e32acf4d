"""Calls in other threads."""

import asyncio
import threading

import pytest

from refute.checker.apart import Apart, in_thread


async def test_results_and_errors_belong_to_who_waits() -> None:
    apart = Apart()
    assert await apart(divmod, 7, 2) == (3, 1)
    assert await in_thread(sorted, [1, 2], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        await apart(divmod, 1, 0)
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 1, 0)


async def test_threads_are_used_again() -> None:
    apart = Apart()
    used: set[int] = set()
    for _ in range(50):
        used.add(await apart(threading.get_ident))
        used.add(await in_thread(threading.get_ident))
        await asyncio.sleep(0.001)  # a thread needs a moment until it waits again
    assert threading.get_ident() not in used
    assert len(used) < 25


async def test_what_hangs_keeps_its_slot_and_nothing_else() -> None:
    apart, hangs, began = Apart(most=1), threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        hangs.wait(30)

    waiting = asyncio.create_task(apart(hang))
    await in_thread(began.wait, 30)
    waiting.cancel()
    second = asyncio.create_task(apart(threading.get_ident))
    assert await in_thread(str, 1) == "1"  # others go on
    done, _ = await asyncio.wait([second], timeout=0.1)
    assert not done
    hangs.set()
    assert await asyncio.wait_for(second, 30)


async def test_many_calls_run_at_once() -> None:
    meeting = threading.Barrier(6)
    assert sorted(await asyncio.gather(*(in_thread(meeting.wait, 30) for _ in range(6)))) == list(range(6))


def test_a_loop_that_ended_is_not_missed() -> None:
    hangs, ended = threading.Event(), threading.Event()

    def work() -> None:
        hangs.wait(30)
        ended.set()

    async def begin() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(begin())
    hangs.set()
    assert ended.wait(30)

    async def again() -> int:
        return await in_thread(int, "1")

    assert asyncio.run(again()) == 1

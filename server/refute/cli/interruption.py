"""How signals end a command: what runs is cancelled, so that it can end its processes and say what is done so far."""

import signal
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def signal_of(error: KeyboardInterrupt) -> int:
    """The number of the signal behind an interrupt; one that Python raises itself is of SIGINT."""
    return error.number if isinstance(error, Interrupted) else signal.SIGINT


def status_of(number: int) -> int:
    """The exit status of a command that a signal ended, as shells have it."""
    return 128 + number


def interrupt(number: int, _frame: FrameType | None = None) -> NoReturn:
    """A handler of signals for what runs without an event loop."""
    raise Interrupted(number)


def run_interruptibly(work: Coroutine[Any, Any, T]) -> T:
    """What `asyncio.run` does. A signal cancels `work`, and `Interrupted` is raised once it has ended; a second one
    does not wait for that.

    An exception out of a handler would come up in whichever task runs at the moment, and end that one alone.
    """
    import asyncio

    received: list[int] = []
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[T]]] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            interrupt(number)
        for loop, task in running:
            task.cancel()
            loop.call_soon_threadsafe(lambda: None)  # or it would go on waiting for what it waits for

    async def main() -> T:
        task: asyncio.Task[T] | None = asyncio.current_task()
        assert task is not None
        running.append((asyncio.get_running_loop(), task))
        if received:
            task.cancel()
        try:
            return await work
        finally:
            running.clear()

    with _handling(handle):
        try:
            return asyncio.run(main())
        except asyncio.CancelledError:
            if not received:
                raise
            raise Interrupted(received[0]) from None


@contextmanager
def _handling(handle: Any) -> Generator[None, None, None]:
    """Let `handle` hear of the signals that are not ignored, as SIGINT is in the background of a script."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number] or signal.SIG_DFL)

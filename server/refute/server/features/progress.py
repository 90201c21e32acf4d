"""Work-done progress while functions are checked; cancelling it cancels the checks."""

import asyncio

from lsprotocol import types

from refute.server.scheduling import Batch
from refute.server.server import RefuteServer

PATIENCE_SECONDS = 0.3
"""Nothing is shown of checks that are done by then: it would only flash."""


def register(server: RefuteServer) -> None:
    """Show the progress of each batch."""

    def show(batch: Batch) -> None:
        server.tasks.start(follow(batch), "showing progress")

    async def follow(batch: Batch) -> None:
        await asyncio.sleep(PATIENCE_SECONDS)
        if batch.is_done:
            return
        functions = "1 function" if batch.total == 1 else f"{batch.total} functions"
        async with server.bars.bar(f"Refute: checking {functions}", batch.cancel) as bar:
            while not batch.is_done:
                await batch.moved()
                bar.report(f"{batch.done} of {batch.total}", 100 * batch.done // batch.total)

    server.pipeline.on_batch.append(show)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel(params: types.WorkDoneProgressCancelParams) -> None:
        server.bars.cancelled(params.token)

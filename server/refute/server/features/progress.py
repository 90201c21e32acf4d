"""Work-done progress while functions are checked; cancelling it cancels the checks."""

import asyncio
import itertools

from lsprotocol import types

from refute.server.scheduling import Batch
from refute.server.server import RefuteServer

PATIENCE_SECONDS = 0.3
"""Nothing is shown of checks that are done by then: it would only flash."""


def register(server: RefuteServer) -> None:
    """Show the progress of each batch."""
    numbers = itertools.count(1)
    shown: dict[types.ProgressToken, Batch] = {}

    def show(batch: Batch) -> None:
        if server.support.progress:
            server.tasks.start(follow(batch), "showing progress")

    async def follow(batch: Batch) -> None:
        await asyncio.sleep(PATIENCE_SECONDS)
        if batch.is_done:
            return
        token = f"refute-{next(numbers)}"
        await server.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
        shown[token] = batch
        functions = "1 function" if batch.total == 1 else f"{batch.total} functions"
        title = f"Refute: checking {functions}"
        tell(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
        try:
            while not batch.is_done:
                await batch.moved()
                percentage = 100 * batch.done // batch.total
                message = f"{batch.done} of {batch.total}"
                tell(token, types.WorkDoneProgressReport(cancellable=True, message=message, percentage=percentage))
        finally:
            del shown[token]
            tell(token, types.WorkDoneProgressEnd())

    def tell(
        token: types.ProgressToken,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        server.progress(types.ProgressParams(token, value))

    server.pipeline.on_batch.append(show)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel(params: types.WorkDoneProgressCancelParams) -> None:
        if (batch := shown.get(params.token)) is not None:
            batch.cancel()

"""Work-done progress in the client: bars with a title, which the user may cancel."""

import asyncio
import itertools
from collections.abc import Callable
from types import TracebackType

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from refute.server.support import Support
from refute.server.tasks import within

ANSWER_SECONDS = 5.0
"""How long a client may take to say that it shows a bar."""


class Bars:
    """The bars of one client; `support` says whether it shows any."""

    def __init__(self, server: LanguageServer, support: Callable[[], Support]) -> None:
        self._server = server
        self._support = support
        self._numbers = itertools.count(1)
        self._cancellers: dict[types.ProgressToken, Callable[[], None]] = {}

    def bar(self, title: str, cancel: Callable[[], None]) -> "Bar":
        """A bar to show with `async with`; `cancel` is called when the user cancels it."""
        return Bar(self, title, cancel)

    def cancelled(self, token: types.ProgressToken) -> None:
        """The user cancelled a bar."""
        if (cancel := self._cancellers.get(token)) is not None:
            cancel()

    async def begin(self, title: str, cancel: Callable[[], None]) -> types.ProgressToken | None:
        """Show a bar, if the client can."""
        if not self._support().progress:
            return None
        token = f"refute-{next(self._numbers)}"
        creation = self._server.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
        try:
            await within(ANSWER_SECONDS, creation)
        except (asyncio.TimeoutError, JsonRpcException):  # the work goes on without a bar
            return None
        self._cancellers[token] = cancel
        self.tell(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
        return token

    def tell(
        self,
        token: types.ProgressToken,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        """Send what a bar shows."""
        self._server.progress(types.ProgressParams(token, value))

    def end(self, token: types.ProgressToken) -> None:
        """Take a bar away."""
        self._cancellers.pop(token, None)
        self.tell(token, types.WorkDoneProgressEnd())


class Bar:
    """One bar, while its context lasts."""

    def __init__(self, bars: Bars, title: str, cancel: Callable[[], None]) -> None:
        self._bars = bars
        self._title = title
        self._cancel = cancel
        self._token: types.ProgressToken | None = None

    async def __aenter__(self) -> "Bar":
        self._token = await self._bars.begin(self._title, self._cancel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            self._bars.end(self._token)

    def report(self, message: str, percentage: int) -> None:
        """Say how far the work is; `percentage` is 0 to 100."""
        if self._token is not None:
            value = types.WorkDoneProgressReport(cancellable=True, message=message, percentage=percentage)
            self._bars.tell(self._token, value)

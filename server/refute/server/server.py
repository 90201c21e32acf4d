"""The server: its parts, and how they hear of each other."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from importlib.metadata import version
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, PyglsError
from pygls.lsp.server import LanguageServer

from refute.server.bars import Bars
from refute.server.documents import Document
from refute.server.folders import Folders, OpenChecker
from refute.server.notices import ClientLog, Notices
from refute.server.pipeline import Pipeline
from refute.server.power import Power
from refute.server.protocol import RefuteProtocol
from refute.server.scheduling import Scheduler
from refute.server.support import Support, json_object
from refute.server.tasks import Tasks
from refute.server.text import Encoding
from refute.server.transport import StdoutWriter, messages
from refute.server.view import FunctionView

logger = logging.getLogger(__name__)


class RefuteServer(LanguageServer):
    """One client's server. Features are added by the `register` of each module in `refute.server.features`."""

    def __init__(self, open_checker: OpenChecker, overrides: Mapping[str, object]) -> None:
        # pygls does not type what it hands through.
        super().__init__("refute", version("refute"), protocol_cls=RefuteProtocol)  # pyright: ignore[reportUnknownMemberType]
        self.conversation = cast(RefuteProtocol, self.protocol)
        self.initialize_params = types.InitializeParams(types.ClientCapabilities())
        self.support = Support()
        self.tasks = Tasks()
        self.notices = Notices(self)
        self.bars = Bars(self, lambda: self.support)
        self.folders = Folders(open_checker, overrides, self.notices)
        self.scheduler = Scheduler(lambda: self.folders.jobs, self.queue_changed)
        self.power = Power()
        self.pipeline = Pipeline(self.folders, self.scheduler, self.tasks, self.power)
        self.on_initialized: list[Callable[[], object]] = []
        self.on_folders: list[Callable[[], object]] = []
        self.on_end: list[Callable[[], object]] = []
        self.on_queue: list[Callable[[], None]] = []
        self._log = ClientLog(self)
        self._began = False

    @property
    def encoding(self) -> Encoding:
        """How client and server count columns."""
        agreed = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        return "utf-8" if agreed == "utf-8" else "utf-32" if agreed == "utf-32" else "utf-16"

    def is_checking(self, document: Document, function: FunctionView) -> bool:
        """Whether a check of this function waits or runs."""
        key = (document.uri, function.unit.qualname)
        return function.unit.obstacle is None and self.scheduler.is_busy_with(key)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter | StdoutWriter) -> int:
        """Serve until the client says `exit` or goes away. Returns the exit status that LSP asks for."""
        self.conversation.set_writer(cast(Any, writer))
        listening = asyncio.create_task(self._listen(reader))
        stopped = asyncio.create_task(self.conversation.stopped.wait())
        try:
            await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listening.cancel()
            stopped.cancel()
            await self.aclose()
        return 0 if self.conversation.was_shut_down else 1

    def begin(self) -> None:
        """Start the features, once: the client has been told what the server can do."""
        if not self._began:
            self._began = True
            for listener in self.on_initialized:
                listener()

    def ask(self, request: Coroutine[Any, Any, object], what: str) -> None:
        """Send the client a request of which the answer does not matter."""

        async def asking() -> None:
            try:
                await request
            except JsonRpcException as error:
                logger.info("the editor refused %s: %s", what, error)

        self.tasks.start(asking(), what)

    def log_to_client(self) -> None:
        """From now on the client hears the log too; before `initialize` nothing may be sent."""
        logging.getLogger("refute").addHandler(self._log)

    async def aclose(self) -> None:
        """End all work and all processes."""
        logging.getLogger("refute").removeHandler(self._log)
        for listener in self.on_end:
            listener()
        await self.scheduler.aclose()
        await self.tasks.aclose()
        await self.folders.aclose()

    def report_server_error(self, error: Exception, source: type[PyglsError] | type[JsonRpcException]) -> None:
        """What went wrong goes to the log and not in the user's way; a request was answered with it already."""
        if isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError):
            logger.info("a request was refused: %s", error)
            return
        data: object = error.data if isinstance(error, JsonRpcInternalError) else None
        lines = cast(list[str], json_object(data).get("traceback", []))
        logger.error("%s: %s\n%s", source.__name__, error, "".join(lines))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        async for body in messages(reader):
            self.conversation.receive(body)

    def queue_changed(self) -> None:
        """Tell the features that more or fewer checks wait, or wait for something else."""
        for listener in self.on_queue:
            listener()

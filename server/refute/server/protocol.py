"""The conversation with the client: pygls's protocol, made to answer every request and to end without delay."""

import asyncio
import json
import logging
from collections.abc import Generator
from typing import Any, cast

from cattrs import ClassValidationError, transform_error
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from refute.server.support import Support

logger = logging.getLogger(__name__)

OWN_METHODS = (
    # pygls's documents split lines where only Python's `str.splitlines` does (at form feeds, for one), so that
    # client and server would drift apart.
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    # These are answered once the checks' processes have ended.
    types.SHUTDOWN,
    types.EXIT,
    # The tokens of pygls are never forgotten; ours are.
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)


class RefuteProtocol(LanguageServerProtocol):
    """One conversation, from `initialize` to `exit`."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        for method in OWN_METHODS:
            cast(Any, self.fm).builtin_features.pop(method)
        self._initialized = False
        self.stopped = asyncio.Event()

    @property
    def was_shut_down(self) -> bool:
        """Whether the client took its leave as the protocol wants."""
        return self._shutdown

    def receive(self, body: bytes) -> None:
        """Take in one message. A request is answered whatever is wrong with it."""
        try:
            raw: object = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, JsonRpcParseError.of(error))
            return
        if not isinstance(raw, dict):
            self._refuse(None, JsonRpcInvalidRequest("Invalid Request: not an object"))
            return
        fields = cast(dict[str, Any], raw)
        request_id, method = fields.get("id"), fields.get("method")
        refusal = self._refusal(method) or self._take(fields)
        if refusal is None:
            return
        if request_id is not None and method is not None:
            self._refuse(request_id, refusal)
        elif method is None:
            logger.warning("ignored an answer of the editor's: %s", refusal)
        elif not isinstance(refusal, JsonRpcMethodNotFound):  # unknown ones may be passed over
            logger.warning("ignored the notification %s: %s", method, refusal)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer `initialize`; whether diagnostics can be pulled is only told to clients that want to."""
        self._initialized = True
        result = yield from super().lsp_initialize(params)
        if not Support.of(params).pull_diagnostics:
            result.capabilities.diagnostic_provider = None
        return result

    def notify_json(self, method: str, params: str) -> None:
        """Send a notification whose parameters are JSON already: large ones take long to put together."""
        body = f'{{"jsonrpc": "2.0", "method": {json.dumps(method)}, "params": {params}}}'.encode()
        if self.writer is None:
            return
        try:
            self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        except OSError as error:
            logger.warning("the client does not hear any more: %s", error)

    def shut_down(self) -> None:
        """From now on only `exit` is obeyed."""
        self._shutdown = True

    def _refusal(self, method: object) -> JsonRpcException | None:
        """Why a message does not come at the right time."""
        if method is None or method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("Invalid Request: the server was shut down")
        if method == types.INITIALIZE:
            return JsonRpcInvalidRequest("Invalid Request: initialized before") if self._initialized else None
        if not self._initialized:
            return JsonRpcServerNotInitialized()
        name, features = str(method), cast(Any, self.fm)
        is_known = name in features.features or name in features.builtin_features or name == types.CANCEL_REQUEST
        return None if is_known else JsonRpcMethodNotFound.of(name)

    def _take(self, fields: dict[str, Any]) -> JsonRpcException | None:
        """Hand a message on. Returns what is wrong with it where that cannot be done."""
        if fields.get("jsonrpc") != self.VERSION:
            return JsonRpcInvalidRequest('Invalid Request: "jsonrpc" is not "2.0"')
        try:
            self.handle_message(cast(Any, self.structure_message(fields)))
        except JsonRpcException as error:
            cause = error.__cause__
            if not isinstance(cause, ClassValidationError):
                return error
            return JsonRpcInvalidParams(f"Invalid Params: {'; '.join(transform_error(cause))}")
        except Exception as error:  # nothing that a client sends may end the conversation
            return JsonRpcInvalidRequest(f"Invalid Request: {error!r}")
        return None

    def _refuse(self, request_id: int | str | None, error: JsonRpcException) -> None:
        fields = {"code": error.code, "message": error.message}
        # Not by way of pygls, which leaves out an id that is null, though the client must be told so.
        self._send_data({"jsonrpc": self.VERSION, "id": request_id, "error": fields})

"""Messages for the user, each once, and the log."""

import logging

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from refute.checker.interface import Notice

_TYPES = {
    "info": types.MessageType.Info,
    "warning": types.MessageType.Warning,
    "error": types.MessageType.Error,
}


class Notices:
    """Shows warnings and errors as messages and writes the rest to the client's log, equal ones once."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._told: set[Notice] = set()

    def __call__(self, notice: Notice) -> None:
        """Tell the user, unless that was told before."""
        if notice in self._told:
            return
        self._told.add(notice)
        if notice.severity == "info":
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, notice.text))
        else:
            self._server.window_show_message(types.ShowMessageParams(_TYPES[notice.severity], notice.text))

    def say(self, text: str) -> None:
        """Answer what the user has just asked for, as often as it is asked."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))

    def warn(self, text: str) -> None:
        """Tell of a setting or an input that is not used as it stands."""
        self(Notice("warning", text))


class ClientLog(logging.Handler):
    """Copies Refute's own log to the client's output channel.

    Only for loggers below `refute`: those of pygls write while a message is sent, which would go on for ever.
    """

    def __init__(self, server: LanguageServer) -> None:
        super().__init__(logging.INFO)
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        kind = (
            types.MessageType.Error
            if record.levelno >= logging.ERROR
            else types.MessageType.Warning
            if record.levelno >= logging.WARNING
            else types.MessageType.Info
        )
        self._server.window_log_message(types.LogMessageParams(kind, self.format(record)))

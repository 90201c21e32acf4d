"""Bytes from and to the client."""

import asyncio
import contextlib
import logging
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Callable

CHUNK = 1 << 16
_LENGTH = re.compile(rb"content-length:\s*(\d+)\s*", re.IGNORECASE)

logger = logging.getLogger(__name__)


async def messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The bodies of the messages until the client closes its end."""
    length = 0
    try:
        while header := await reader.readline():
            if match := _LENGTH.fullmatch(header.strip()):
                length = int(match.group(1))
            elif not header.strip() and length:
                yield await reader.readexactly(length)
                length = 0
    except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
        logger.error("the client's messages cannot be read any more: %s", error)


class StdoutWriter:
    """Writes whole messages. `closed` is called when nobody reads them any more."""

    def __init__(self, descriptor: int, closed: Callable[[], None]) -> None:
        self._file = os.fdopen(descriptor, "wb")
        self._closed = closed

    def write(self, data: bytes) -> None:
        """Send one message; waits while the client does not read."""
        try:
            self._file.write(data)
            self._file.flush()
        except (OSError, ValueError):
            self._closed()

    def close(self) -> None:
        """Close the pipe."""
        with contextlib.suppress(OSError):
            self._file.close()


def stdio(closed: Callable[[], None]) -> tuple[asyncio.StreamReader, StdoutWriter]:
    """The client on standard input and output.

    Both are moved to private descriptors first: what a library prints, or a child process that inherits them writes
    and reads, goes to standard error and comes from nowhere, and never into the conversation.
    """
    source, target = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(sys.stderr.fileno(), 1)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()

    def feed() -> None:
        # A thread of our own, since Windows has no other way, and a daemon, since a read cannot be interrupted:
        # it must not keep the process from ending.
        with contextlib.suppress(RuntimeError):  # the loop was closed
            with contextlib.suppress(OSError):
                while data := os.read(source, CHUNK):
                    loop.call_soon_threadsafe(reader.feed_data, data)
            loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=feed, name="stdin", daemon=True).start()
    return reader, StdoutWriter(target, closed)


async def tcp(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The first client that connects to `host:port`. Port 0 is any free one; which, is told on standard error."""
    connected: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if connected.done():
            writer.close()
        else:
            connected.set_result((reader, writer))

    server = await asyncio.start_server(accept, host, port)
    for socket in server.sockets:
        name = socket.getsockname()
        print(f"refute serve: listening on {name[0]}:{name[1]}", file=sys.stderr, flush=True)
    try:
        return await connected
    finally:
        server.close()

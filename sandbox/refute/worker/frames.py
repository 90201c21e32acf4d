"""Frames: a length of four bytes, big-endian, then that many bytes of ASCII JSON (always an object)."""

import json
import os
import struct
from collections.abc import Iterator
from typing import Any, cast

from .codec import ProtocolError

REQUEST_BYTES = 64 << 20
"""The largest frame that the server may send: modules and variants travel in it."""
ANSWER_BYTES = 8 << 20
"""The largest frame that a worker may send."""

Message = dict[str, Any]


def pack(message: Message) -> bytes:
    """`message` as one frame."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return struct.pack("!I", len(body)) + body


class Unpacker:
    """Turns a stream of bytes into messages. `feed` raises `ProtocolError` for what is no frame."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes."""
        self._buffer += data
        while len(self._buffer) >= 4:
            (length,) = struct.unpack_from("!I", self._buffer)
            if length > self._largest:
                raise ProtocolError(f"a frame of {length} bytes is longer than {self._largest}")
            if len(self._buffer) < 4 + length:
                return
            body = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            yield parse(body)


def parse(body: bytes) -> Message:
    """The message in the body of one frame, or `ProtocolError`."""
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a frame holds no JSON: {error}") from None
    if not isinstance(message, dict) or not isinstance(cast(Message, message).get("type"), str):
        raise ProtocolError("a frame holds no object with a type")
    return cast(Message, message)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data` to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_message(descriptor: int, largest: int = REQUEST_BYTES) -> Message | None:
    """The next message of a blocking descriptor, None at its end."""
    header = _read_exactly(descriptor, 4)
    if header is None:
        return None
    (length,) = struct.unpack("!I", header)
    if length > largest:
        raise ProtocolError(f"a frame of {length} bytes is longer than {largest}")
    body = _read_exactly(descriptor, length)
    return None if body is None else parse(body)


def _read_exactly(descriptor: int, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = os.read(descriptor, min(count - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)

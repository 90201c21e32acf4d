"""The model process: `python -m refute.model --path FILE ...`, JSON lines on stdin and stdout (see `wire`).

It loads one model, answers requests in order, and ends when stdin does.
"""

import argparse
import ctypes
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from refute.model.engine import Engine
from refute.model.interface import ModelError, Prompt
from refute.model.llama import CancelledEvaluationError
from refute.model.loading import load
from refute.model.wire import Message, decode, encode, parse_completion_request

_SECONDS_BETWEEN_SIGNS_OF_LIFE = 1.0
_PR_SET_PDEATHSIG = 1


class Inbox:
    """Requests as they come on stdin, in a thread of its own so that a cancellation is heard during a request."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Message:
        """Wait for the next request."""
        return self._requests.get()

    def is_cancelled(self, request_id: int) -> bool:
        """Whether nobody waits for this answer any more."""
        return request_id in self._cancelled

    def _listen(self) -> None:
        for line in self._stream:
            message = decode(line)
            if message["kind"] == "cancel":
                self._cancelled.add(message["id"])
            else:
                self._requests.put(message)
        # The client is gone. There is nothing to save, and a batch that is being evaluated may take seconds.
        os._exit(0)


class Outbox:
    """Replies on what was stdout."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._last = time.monotonic()

    def send(self, kind: str, **fields: object) -> None:
        """Write one message."""
        self._stream.write(encode({"kind": kind, **fields}))
        self._stream.flush()
        self._last = time.monotonic()

    def sign_of_life(self) -> None:
        """Tell now and then that work goes on, so that the client can tell a long answer from a hang."""
        if time.monotonic() - self._last > _SECONDS_BETWEEN_SIGNS_OF_LIFE:
            self.send("alive")


def main() -> None:
    """Serve until stdin ends."""
    options = _parse_arguments()
    _die_with_parent()
    outbox = Outbox(_take_stdout())
    inbox = Inbox(sys.stdin.buffer)
    try:
        engine, backend = load(
            options.path, threads=options.threads, gpu_layers=options.gpu_layers, context_size=options.context_size
        )
    except ModelError as error:
        outbox.send("failed", message=str(error))
        return
    outbox.send("ready", backend=backend)
    while True:
        _answer(engine, inbox.next(), inbox, outbox)


def _answer(engine: Engine, message: Message, inbox: Inbox, outbox: Outbox) -> None:
    """Work on one request and send its last message."""
    request_id: int = message["id"]

    def interrupted() -> bool:
        outbox.sign_of_life()
        return inbox.is_cancelled(request_id)

    def on_text(sample: int, text: str) -> None:
        if message["stream"]:
            outbox.send("text", id=request_id, sample=sample, text=text)

    try:
        if message["kind"] == "complete":
            _complete(engine, message, on_text, interrupted, outbox)
        elif message["kind"] == "score":
            scores = engine.score(Prompt(**message["prompt"]), message["continuations"], interrupted)
            outbox.send("scored", id=request_id, scores=scores)
        else:
            tokens = engine.read(Prompt(**message["prompt"]), message["text"], interrupted)
            outbox.send("read", id=request_id, tokens=[asdict(token) for token in tokens])
    except (ModelError, CancelledEvaluationError) as error:
        outbox.send("error", id=request_id, message=str(error) or "cancelled")


def _complete(
    engine: Engine,
    message: Message,
    on_text: Callable[[int, str], None],
    interrupted: Callable[[], bool],
    outbox: Outbox,
) -> None:
    requests = [parse_completion_request(fields) for fields in message["requests"]]
    answers, usage = engine.complete(requests, on_text, interrupted)
    outbox.send(
        "completed",
        id=message["id"],
        completions=[[asdict(completion) for completion in completions] for completions in answers],
        usage=asdict(usage),
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m refute.model", description=__doc__)
    parser.add_argument("--path", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--gpu-layers", type=int, default=-1)
    parser.add_argument("--context-size", type=int, default=8192)
    return parser.parse_args()


def _take_stdout() -> BinaryIO:
    """A stream to the client; whatever else writes to stdout, C code included, goes to stderr from here on."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stream


def _die_with_parent() -> None:
    """Where Linux offers it, end even if the client is killed and another process holds our stdin open."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()

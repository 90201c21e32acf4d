"""What a zygote does about what workers leave behind: dead processes, live ones that escaped, and folders."""

import contextlib
import os
import time
from collections.abc import Container

from .folders import remove_folder
from .forked import Worker
from .limits import children, kill

_SECONDS = 2.0


class Reaper:
    """Clears up after workers, and knows which processes it started for that."""

    def __init__(self) -> None:
        self._removers: set[int] = set()

    def wait_for(self, worker: Worker) -> int | None:
        """The wait status of a worker that ends. Not for ever: one that closed its pipe may go on, one stuck in the
        kernel may stay; None then."""
        ends = time.monotonic() + _SECONDS
        patience = 0.0002
        while time.monotonic() < ends:
            try:
                pid, status = os.waitpid(worker.pid, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid:
                return status
            if time.monotonic() > worker.deadline or patience > 0.1:
                kill(worker.pid, group=True)
            time.sleep(patience)
            patience *= 1.5
        return None

    def clear(self, folder: str) -> None:
        """Remove a folder; where much may be in it, in a child, so that nobody waits for that."""
        with contextlib.suppress(OSError):
            os.rmdir(folder)
            return
        pid = os.fork()
        if pid:
            self._removers.add(pid)
            return
        try:
            remove_folder(folder)
        finally:
            os._exit(0)

    def look_around(self) -> None:
        """Reap the children that are done removing."""
        for pid in list(self._removers):
            with contextlib.suppress(ChildProcessError):
                if not os.waitpid(pid, os.WNOHANG)[0]:
                    continue
            self._removers.discard(pid)

    def end_strays(self, workers: Container[int]) -> None:
        """Kill and reap descendants of workers that escaped their group; they came to us as orphans."""
        for pid in children():
            if pid not in workers and pid not in self._removers:
                kill(pid, group=True)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)

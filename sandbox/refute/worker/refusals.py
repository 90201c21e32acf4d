"""What the sandbox refuses, seen from inside: an audit hook that says which wish of the code under test was refused.

It explains: a call that was refused something is never judged. Where the kernel has nothing to offer it also stops
accidents, but it is no boundary: code that calls the system directly does not pass here.
"""

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Generator, Sequence
from typing import Any

from .reading import is_secret

_NETWORK = frozenset({
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
    "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request", "ftplib.connect", "http.client.connect",
    "imaplib.open", "nntplib.connect", "poplib.connect", "smtplib.connect", "telnetlib.Telnet.open",
})  # fmt: skip
_PROCESS = frozenset({
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
    "os.startfile/2", "pty.spawn", "webbrowser.open",
})  # fmt: skip
_FILES = frozenset({
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.utime", "os.setxattr", "os.removexattr", "os.chflags", "os.lchmod", "os.lockf", "os.mkfifo", "os.mknod",
    "shutil.rmtree",
})  # fmt: skip
_TWO_PATHS = frozenset({"os.rename", "os.link", "os.symlink"})
_REFUSED = (errno.EPERM, errno.EACCES, errno.EROFS)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "nul", "NUL")


class Refusals:
    """The wishes refused since `clear`. `first` names the first one, as in "network: socket.connect"."""

    def __init__(self) -> None:
        self.first: str | None = None
        self._writable: str | None = None
        self._readable: tuple[str, ...] = ()
        self._secret: tuple[str, ...] = ()
        self._network = False
        self._read: list[str] | None = None

    @property
    def installed(self) -> bool:
        """Whether the hook is there."""
        return self._writable is not None

    def clear(self) -> None:
        """Forget what was refused."""
        self.first = None

    @contextlib.contextmanager
    def reading(self) -> Generator[list[str]]:
        """A list that grows by every file and folder that is opened to be read."""
        self._read = []
        try:
            yield self._read
        finally:
            self._read = None

    def in_error(self, error: BaseException | None) -> str | None:
        """The wish that the kernel refused, where an error looks like that; the hook does not see native code."""
        if not self._writable or not isinstance(error, OSError) or error.errno not in _REFUSED:
            return None
        return f"permission: {os.strerror(error.errno)}"

    def install(
        self, writable: str, readable: Sequence[str], workspace: Sequence[str], *, network: bool = False
    ) -> None:
        """Refuse from now on, for the life of the process: files are written below `writable` only, and read below
        `readable` but for the secrets at the top of the folders of `workspace`. With `network`, connecting is left
        to the kernel's judgement."""
        self._network = network
        self._writable = os.path.realpath(writable)
        self._readable = (*readable, self._writable)
        self._secret = tuple(
            os.path.join(root, name)
            for root in map(os.path.realpath, workspace)
            if os.path.isdir(root)
            for name in os.listdir(root)
            if is_secret(root, name)
        )
        judge = self._judge

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            # Hundreds of thousands of events, nearly all of `id`, pass here in one run; a bound method takes three
            # times as long as a function, since Python looks for an attribute on it that it does not have.
            if event in _JUDGES:
                judge(event, arguments)

        sys.addaudithook(hook)

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        need = _JUDGES[event](self, event, arguments)
        if need is not None:
            wish = f"{need}: {event.removeprefix('builtins.').replace('__new__', 'socket')}"
            if self.first is None:
                self.first = wish
            raise PermissionError(1, f"refused by Refute's sandbox ({wish})")

    def judge_network(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        if self._network and event != "socket.bind":
            return None
        if event == "socket.__new__":
            return None if arguments[1] in (_AF_UNIX, -1) else "network"
        return "network"

    def judge_process(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        return "a process"

    def judge_signal(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        return None if arguments and arguments[0] == os.getpid() else "other processes"

    def judge_terminal(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        return "a terminal"

    def judge_files(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        paths = arguments[: 2 if event in _TWO_PATHS else 1]
        return "files" if any(not self._may_write(path) for path in paths) else None

    def judge_database(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        name = (
            os.fsdecode(arguments[0])
            if hasattr(arguments[0], "__fspath__") or isinstance(arguments[0], (str, bytes))
            else ""
        )
        return None if name in ("", ":memory:") or self._may_write(name) else "a database"

    def judge_open(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        path, flags = arguments[0], arguments[2]
        if isinstance(path, int) or path is None:
            return None
        if isinstance(flags, int) and flags & _WRITING:
            return None if self._may_write(path) else "files"
        self._note(path)
        if self._inside(path, self._secret):
            return "files"
        return None if self._inside(path, self._readable) else f"reading {os.path.realpath(os.fsdecode(path))}"

    def judge_listing(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        if arguments and not isinstance(arguments[0], int):
            self._note(arguments[0] or ".")
        return None  # names of files are no secret here

    def _note(self, path: Any) -> None:
        if self._read is not None:
            self._read.append(os.path.abspath(os.fsdecode(path)))

    def _may_write(self, path: Any) -> bool:
        return isinstance(path, int) or (self._writable is not None and self._inside(path, (self._writable,)))

    def _inside(self, path: Any, roots: tuple[str, ...]) -> bool:
        real = os.path.realpath(os.fsdecode(path))
        return real in _DEVICES or any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


_AF_UNIX = 1
_Judge = Callable[[Refusals, str, tuple[Any, ...]], "str | None"]
_JUDGES: dict[str, _Judge] = {
    **dict.fromkeys(_NETWORK | {"socket.__new__"}, Refusals.judge_network),
    **dict.fromkeys(_PROCESS, Refusals.judge_process),
    **dict.fromkeys(_FILES, Refusals.judge_files),
    "os.kill": Refusals.judge_signal,
    "os.killpg": Refusals.judge_signal,
    "open": Refusals.judge_open,
    "os.listdir": Refusals.judge_listing,
    "os.scandir": Refusals.judge_listing,
    "sqlite3.connect": Refusals.judge_database,
    "builtins.input": Refusals.judge_terminal,
}

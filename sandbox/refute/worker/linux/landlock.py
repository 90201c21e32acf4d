"""Landlock: which files a process may open, for the rest of its life (plumbing: rights as bits, rules by system call).

Rules only allow. What no rule covers is refused, but only for the rights that a rule set handles; names, sizes and
permissions of files are never covered.
"""

import contextlib
import os
import stat
import struct

from .libc import syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_PATH_BENEATH = 1
_ASK_VERSION = 1
_NO_LOG = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_REFER, TRUNCATE, _IOCTL_DEV, _RESOLVE_UNIX = 1 << 13, 1 << 14, 1 << 15, 1 << 16
_FIRST_RIGHTS = (1 << 13) - 1
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | _IOCTL_DEV
_BIND_TCP, _CONNECT_TCP = 1, 2
READ = READ_FILE | READ_DIR


def version() -> int:
    """The Landlock ABI of the running kernel, 0 where it has none."""
    try:
        return syscall(_CREATE, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def file_rights(abi: int) -> int:
    """All rights to files that this ABI knows."""
    added = {2: _REFER, 3: TRUNCATE, 5: _IOCTL_DEV, 9: _RESOLVE_UNIX}
    return _FIRST_RIGHTS | sum(right for since, right in added.items() if abi >= since)


class Ruleset:
    """Rules being gathered; `apply` puts the process under them.

    Everything that the kernel can refuse is refused: files, TCP (ABI 4; with `connecting`, only binding to a port),
    abstract sockets and signals (ABI 6).
    """

    def __init__(self, abi: int | None = None, *, connecting: bool = False) -> None:
        self.abi = version() if abi is None else abi
        self._files = file_rights(self.abi)
        network = (_BIND_TCP if connecting else _BIND_TCP | _CONNECT_TCP) if self.abi >= 4 else 0
        scopes = 3 if self.abi >= 6 else 0
        size = 24 if self.abi >= 6 else 16 if self.abi >= 4 else 8
        attributes = struct.pack("QQQ", self._files, network, scopes)
        self._descriptor = syscall(_CREATE, attributes, size, 0)

    @property
    def writing(self) -> int:
        """The rights of a private folder: all but executing, device nodes and controlling devices."""
        return self._files & ~(EXECUTE | _MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)

    def allow(self, path: str, rights: int) -> None:
        """Allow `rights` to `path` and what is below; a path that is not there needs no rule."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                self.allow_opened(descriptor, rights)
            finally:
                os.close(descriptor)

    def allow_opened(self, descriptor: int, rights: int) -> None:
        """Allow `rights` to what `descriptor` is open on. Raises `OSError`."""
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        if rights & self._files:
            rule = struct.pack("=Qi", rights & self._files, descriptor)
            syscall(_ADD_RULE, self._descriptor, _PATH_BENEATH, rule, 0)

    def apply(self) -> None:
        """Put this thread, and all that comes from it, under the rules. Raises `OSError`."""
        syscall(_RESTRICT, self._descriptor, _NO_LOG if self.abi >= 7 else 0)
        os.close(self._descriptor)

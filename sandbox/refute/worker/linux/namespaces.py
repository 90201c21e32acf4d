"""Namespaces without privileges: an empty network, processes of our own, and a file system that cannot be written.

Not every system lets a user have them, and some let one begin and refuse later (AppArmor). So they are tried in a child
that can be thrown away, and never needed.
"""

import os
import pwd
import struct
from collections.abc import Iterator, Sequence

from ..reading import is_secret
from .libc import mount, syscall, unshare

_NEW_MOUNTS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_ALL = _NEW_MOUNTS | _NEW_UTS | _NEW_IPC | _NEW_USER | _NEW_PIDS | _NEW_NETWORK

_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC = 1, 2, 4, 8
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_MOUNT_SETATTR, _HERE, _AT_RECURSIVE = 442, -100, 0x8000
_TMPFS_SHARES = 4
"""The private file system is shared by the workers that run at once."""


def leave(*, network: bool = False) -> None:
    """Leave the namespaces of the user's session, with `network` all but the network's; the next fork is the first
    process of a new one. Raises `OSError`."""
    user, group = os.getuid(), os.getgid()
    unshare(_ALL & ~_NEW_NETWORK if network else _ALL)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def furnish(root: str, cache: str, folder_bytes: int, readable: Sequence[str]) -> None:
    """Make everything read-only but a new file system on `root` and the folder `cache` (if not ""), hide secrets, show
    only our own processes.

    For the first process after `leave`. Raises `OSError`.
    """
    mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None)
    if cache:
        mount(os.fsencode(cache), os.fsencode(cache), None, _BIND, None)
    attributes = struct.pack("QQQQ", _READ_ONLY | _NO_SUID, 0, 0, 0)
    syscall(_MOUNT_SETATTR, _HERE, b"/", _AT_RECURSIVE, attributes, len(attributes))
    if cache:
        attributes = struct.pack("QQQQ", 0, _READ_ONLY, 0, 0)
        syscall(_MOUNT_SETATTR, _HERE, os.fsencode(cache), 0, attributes, len(attributes))
    size = f"size={_TMPFS_SHARES * folder_bytes},mode=700".encode()
    mount(b"tmpfs", os.fsencode(root), b"tmpfs", _NO_SUID | _NO_DEVICES, size)
    mount(b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEVICES | _NO_EXEC, None)
    for path in _secrets(readable):
        if os.path.isdir(path):
            mount(b"tmpfs", os.fsencode(path), b"tmpfs", _READ_ONLY | _NO_SUID | _NO_DEVICES, b"size=4k,mode=000")
        else:
            mount(b"/dev/null", os.fsencode(path), None, _BIND, None)


def _secrets(readable: Sequence[str]) -> Iterator[str]:
    """Secrets at the top of the home folder and of folders that may be read."""
    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        home = ""
    for folder in dict.fromkeys([home, *readable]):
        if os.path.isdir(folder):
            names = sorted(name for name in os.listdir(folder) if is_secret(folder, name))
            yield from (os.path.realpath(os.path.join(folder, name)) for name in names)

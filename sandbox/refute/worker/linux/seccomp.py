"""seccomp: which system calls a process may make, as a classic BPF program written by hand.

The program is a deny list (a worker runs whatever native code the user has installed), with the arguments checked
where a call is needed for one thing and dangerous for another. Pointers cannot be looked at, so what would need that
is refused at an earlier step: datagram sockets at their making, `clone3` altogether (the C library falls back to
`clone`).
"""

import ctypes
import errno
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .libc import prctl
from .syscalls import LAST_KNOWN, numbers

Metadata = Literal["refuse", "fake", "allow"]
"""What `chmod`, `utime` and the like come to: an error, nothing at all, or what they say."""

ALLOW = 0x7FFF0000
KILL = 0x80000000
ERRNO = 0x00050000
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_PR_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ABOVE, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x25, 0x45, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_CLONE_THREAD = 0x00010000
_NEW_NAMESPACES = 0x7E020080
_METADATA = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr",
    "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "utime", "utimes",
    "futimesat", "utimensat", "file_setattr",
)  # fmt: skip
_OF_ZYGOTES = (
    "clone", "fork", "vfork", "kill", "tgkill", "setsid", "setpgid", "seccomp", "prctl", "capset", "prlimit64",
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "setpriority",
)  # fmt: skip
"""Calls that workers lack and zygotes need to make workers."""


@dataclass(frozen=True)
class Check:
    """A condition on one argument (its low 32 bits, after `mask`): allowed are only, or all but, `values`."""

    argument: int
    values: tuple[int, ...]
    allowed: bool
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Policy:
    """What a filter does with each call it names: an errno (0: pretend success), or checks that must all pass.
    Calls it does not name are allowed."""

    refused: dict[str, int]
    checked: dict[str, tuple[Check, ...]]


def worker_policy(pid: int, metadata: Metadata, *, network: bool = False) -> Policy:
    """The policy of the worker with this process id; with `network`, it may connect to TCP and UDP ports."""
    own = (0, pid)
    checked = {
        "clone": (Check(0, (_CLONE_THREAD,), True, _CLONE_THREAD), Check(0, (0,), True, _NEW_NAMESPACES)),
        "kill": (Check(0, (pid,), True),),
        "tgkill": (Check(0, (pid,), True),),
        "rt_tgsigqueueinfo": (Check(0, (pid,), True),),
        "prlimit64": (Check(0, own, True),),
        "sched_setaffinity": (Check(0, own, True),),
        "sched_setscheduler": (Check(0, own, True),),
        "sched_setparam": (Check(0, own, True),),
        "sched_setattr": (Check(0, own, True),),
        **_checked_everywhere(network),
        # PDEATHSIG, DUMPABLE, MM, CHILD_SUBREAPER, PTRACER
        "prctl": (Check(0, (1, 4, 35, 36, 0x59616D61), False),),
    }
    return Policy(_refused(checked, metadata), checked)


def zygote_policy(*, network: bool = False) -> Policy:
    """The policy of a zygote: it may fork, and confine what it forks."""
    checked = {"clone": (Check(0, (0,), True, _NEW_NAMESPACES),), **_checked_everywhere(network)}
    refused = _refused(checked, "allow")
    return Policy({name: code for name, code in refused.items() if name not in _OF_ZYGOTES}, checked)


def _checked_everywhere(network: bool) -> dict[str, tuple[Check, ...]]:
    # AF_INET and AF_INET6, streams and datagrams: no other kind reaches more than a port; and `bind` stays refused
    connecting = {"socket": (Check(0, (2, 10), True), Check(1, (1, 2), True, 0xF)), "connect": ()} if network else {}
    return {
        **connecting,
        # AF_UNIX streams only: the datagram kind can send to any socket that has a path
        "socketpair": (Check(0, (1,), True), Check(1, (1,), True, 0xF)),
        # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR
        "ioctl": (Check(1, (0x5412, 0x541C, 0x8901, 0x8902, 0x40086602, 0x401C5820), False),),
        # SETOWN, SETSIG, SETOWN_EX, SETLEASE, NOTIFY
        "fcntl": (Check(1, (8, 10, 15, 1024, 1026), False),),
    }


def _refused(checked: Iterable[str], metadata: Metadata) -> dict[str, int]:
    known = {*numbers("x86_64"), *numbers("aarch64")}
    refused = dict.fromkeys(sorted(known - set(checked)), errno.EPERM)
    refused["clone3"] = errno.ENOSYS
    for name in _METADATA:
        if metadata == "allow":
            refused.pop(name, None)
        else:
            refused[name] = 0 if metadata == "fake" else errno.EPERM
    return refused


def program(policy: Policy, machine: str) -> bytes:
    """The BPF program of `policy` for an architecture; `ValueError` for one that we have no table of."""
    table = numbers(machine)
    if not table:
        raise ValueError(f"no table of system calls for {machine}")
    code = [_op(_LOAD, _ARCHITECTURE), _jump(_EQUAL, _AUDIT[machine], 1, 0), _op(_RETURN, KILL), _op(_LOAD, _NUMBER)]
    if machine == "x86_64":
        code += [_jump(_AT_LEAST, _X32, 0, 1), _op(_RETURN, KILL)]
    code += [_jump(_ABOVE, LAST_KNOWN, 0, 1), _op(_RETURN, ERRNO | errno.ENOSYS)]
    for name, checks in policy.checked.items():
        if name in table:
            body = [instruction for check in checks for instruction in _check(check)] + [_op(_RETURN, ALLOW)]
            code += [_jump(_EQUAL, table[name], 0, len(body)), *body]
    for name, error in policy.refused.items():
        if name in table:
            code += [_jump(_EQUAL, table[name], 0, 1), _op(_RETURN, ERRNO | error)]
    return b"".join([*code, _op(_RETURN, ALLOW)])


def _check(check: Check) -> list[bytes]:
    """Falls through where the argument passes, returns EPERM where it does not."""
    refuse = _op(_RETURN, ERRNO | errno.EPERM)
    load = [_op(_LOAD, _ARGUMENTS + 8 * check.argument)]
    if check.mask != 0xFFFFFFFF:
        load.append(_op(_AND, check.mask))
    count = len(check.values)
    if check.allowed:
        tests = [_jump(_EQUAL, value, count - index, 0) for index, value in enumerate(check.values)]
        return [*load, *tests, refuse]
    tests = [instruction for value in check.values for instruction in (_jump(_EQUAL, value, 0, 1), refuse)]
    return [*load, *tests]


def _op(code: int, operand: int) -> bytes:
    return struct.pack("HBBI", code, 0, 0, operand)


def _jump(code: int, operand: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(code: bytes) -> None:
    """Put this thread, and all that comes from it, under a program. Raises `OSError`."""
    buffer = ctypes.create_string_buffer(code, len(code))
    structure = _Program(len(code) // 8, ctypes.addressof(buffer))
    prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(structure))

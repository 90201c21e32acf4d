"""System calls through the C library, with errors as `OSError`."""

import ctypes
import os
import struct

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """The result of a system call; bytes are passed by address. Raises `OSError`."""
    words = [ctypes.c_char_p(word) if isinstance(word, bytes) else ctypes.c_long(word or 0) for word in arguments]
    return checked(int(_LIBC.syscall(ctypes.c_long(number), *words)), f"system call {number}")


def prctl(option: int, *arguments: int) -> int:
    """The result of `prctl`. Raises `OSError`."""
    words = [ctypes.c_ulong(word) for word in (*arguments, 0, 0, 0, 0)[:4]]
    return checked(int(_LIBC.prctl(ctypes.c_int(option), *words)), f"prctl({option})")


def checked(result: int, what: str) -> int:
    """`result`, or `OSError` where it says that the call failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def mount(source: bytes | None, target: bytes, kind: bytes | None, flags: int, data: bytes | None) -> None:
    """`mount(2)`. Raises `OSError`."""
    words = [ctypes.c_char_p(word) for word in (source, target, kind)]
    result = _LIBC.mount(*words, ctypes.c_ulong(flags), ctypes.c_char_p(data))
    checked(int(result), f"mount on {target.decode(errors='replace')}")


def unshare(flags: int) -> None:
    """`unshare(2)`. Raises `OSError`."""
    checked(int(_LIBC.unshare(ctypes.c_int(flags))), "unshare")


def drop_privileges() -> None:
    """Give up all capabilities, and the chance to gain new ones by executing something."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _LIBC.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break
    _LIBC.prctl(_PR_CAP_AMBIENT, ctypes.c_ulong(_PR_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    checked(int(_LIBC.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24)))), "capset")
    forbid_new_privileges()


def forbid_new_privileges() -> None:
    """What Landlock and seccomp ask for first."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)

"""The standard streams of a process whose parent closed some of them."""

import errno
import os
import sys

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})
_FLAGS = ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY))


def fill_closed() -> None:
    """Put something in the place of closed standard streams, or the next file or socket would get their numbers, and be
    taken for them. Reading from and writing to what is there fails, but what is told on stderr is lost."""
    for number, flags in _FLAGS:
        try:
            os.fstat(number)
        except OSError:
            descriptor = os.open(os.devnull, flags)
            os.dup2(descriptor, number)
            if descriptor != number:
                os.close(descriptor)
            os.set_inheritable(number, True)
    if sys.__stdout__ is None:
        sys.stdout = os.fdopen(1, "w", closefd=False)
    if sys.__stderr__ is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)


def can_converse() -> bool:
    """Whether the process was given something to read from and to write to."""
    return sys.__stdin__ is not None and sys.__stdout__ is not None


def is_of_results(error: OSError) -> bool:
    """Whether stdout did not take what was written, as on a full disk. Where a file cannot be opened, the error names
    it, and other files that are written to are looked after where that is done."""
    is_closed = error.errno == errno.EBADF and sys.__stdout__ is None
    return error.filename is None and (is_closed or error.errno in _FULL)

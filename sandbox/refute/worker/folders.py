"""Private folders: how much is in them, and getting rid of them, however they were left."""

import contextlib
import os
import shutil
import stat
import sys

_LEAST_BYTES = 4096
"""What an entry counts for, so that empty files and folders are bounded too."""


def folder_bytes(folder: str, enough: int) -> int:
    """The space that files below `folder` take; counting stops above `enough`."""
    total = 0
    pending = [folder]
    while pending and total <= enough:
        with contextlib.suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    total += max(_LEAST_BYTES, entry.stat(follow_symlinks=False).st_blocks * 512)
    return total


def remove_folder(folder: str) -> None:
    """Remove `folder` and all below it; what cannot be removed stays.

    It goes down and up one level at a time, so neither depth nor the length of a path matters.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # nearly always it is empty
        return
    if sys.platform == "win32":  # where folders have no descriptors
        shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        os.chmod(folder, stat.S_IRWXU)
        descriptor = os.open(folder, _FOLDER)
        try:
            descriptor = _empty(descriptor)
        finally:
            os.close(descriptor)
        os.rmdir(folder)


_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


def _empty(descriptor: int) -> int:
    """Empty the folder that `descriptor` is open on, which is closed. A descriptor of the same folder."""
    below: list[str] = []
    stuck: set[tuple[int, str]] = set()
    while True:
        number = os.fstat(descriptor).st_ino
        name = next((name for name in _cleared(descriptor) if (number, name) not in stuck), None)
        if name is not None:
            stuck.add((number, name))  # so that what does not go away is not tried again
            with contextlib.suppress(OSError):
                os.chmod(name, stat.S_IRWXU, dir_fd=descriptor)
                inner = os.open(name, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
                below.append(name)
        elif below:
            parent = os.open("..", _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = parent
            with contextlib.suppress(OSError):
                os.rmdir(below.pop(), dir_fd=descriptor)
        else:
            return descriptor


def _cleared(descriptor: int) -> list[str]:
    """The names of folders that are not empty, after removing everything else."""
    folders: list[str] = []
    with os.scandir(descriptor) as scan:
        entries = list(scan)
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        try:
            (os.rmdir if is_folder else os.unlink)(entry.name, dir_fd=descriptor)
        except OSError:
            folders += [entry.name] if is_folder else []
    return folders

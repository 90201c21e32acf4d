"""Private folders: how much is in them, and getting rid of them."""

import contextlib
import os
import shutil
import stat


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
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def remove_folder(folder: str) -> None:
    """Remove `folder` and all below it, also where its permissions were taken away."""
    try:
        os.rmdir(folder)  # nearly always it is empty
    except OSError:
        with contextlib.suppress(OSError):
            os.chmod(folder, stat.S_IRWXU)
        for parent, folders, _ in os.walk(folder):
            for name in folders:
                with contextlib.suppress(OSError):
                    path = os.path.join(parent, name)
                    if not os.path.islink(path):
                        os.chmod(path, stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)

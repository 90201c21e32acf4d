"""A folder that the user may not search, for tests that root may run as well, whom nothing is forbidden."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system say of all that is in `folder` what it says to those who may not search it."""

    def forbidding(call: Callable[..., Any], *, itself: bool) -> Callable[..., Any]:
        def forbidden(path: Any = ".", *arguments: Any, **options: Any) -> Any:
            if isinstance(path, (str, os.PathLike)):
                asked = Path(os.fspath(path))
                if folder in asked.parents or (itself and asked == folder):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(asked))
            return call(path, *arguments, **options)

        return forbidden

    for name in ("stat", "lstat", "mkdir"):
        monkeypatch.setattr(os, name, forbidding(getattr(os, name), itself=False))
    monkeypatch.setattr(os, "scandir", forbidding(os.scandir, itself=True))

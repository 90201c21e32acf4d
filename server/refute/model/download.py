"""Fetching, verifying and removing model files.

A file gets its final name only after its SHA-256 was found right. Until then it grows beside it as `*.part`, which a
later pull continues, from whichever source.
"""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from refute.model.catalogue import ModelFile, Source
from refute.model.sources import TEMPORARY_PREFIX, SourceError, stream

_CHUNK = 1 << 20
_SPARE_BYTES = 256 << 20
"""Room for a packed slice of the file, and so that the disk is not filled to the brim."""

OnProgress = Callable[[int, int], None]
OnSource = Callable[[Source, int], None]


class DownloadError(Exception):
    """The file could not be fetched; the message says what is so and what to do."""


def pull(model: ModelFile, *, on_source: OnSource | None = None, on_progress: OnProgress | None = None) -> Path:
    """Bring `model` to its place and return that. A file that is there is verified first and kept if right.

    `on_source(source, start)` hears which source is tried and how many bytes are already there;
    `on_progress(done, total)` hears bytes. An exception raised from either stops the pull, and the next one goes on
    from there. Blocks; raises `DownloadError`.
    """
    folder = model.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(folder):
            if not is_intact(model):
                _refuse_if_offline(model)
                _check_space(model)
                _remove_leftovers(folder)
                _fetch(model, on_source or (lambda _source, _start: None), on_progress or (lambda _done, _total: None))
    except OSError as error:
        raise DownloadError(f"{folder} cannot be written to: {error.strerror or error}") from error
    return model.path


def is_intact(model: ModelFile) -> bool:
    """Whether the file is there and its SHA-256 is right. Reads all of it: about a second for a gigabyte."""
    if not model.is_present:
        return False
    digest = hashlib.sha256()
    for chunk in _chunks(model.path):
        digest.update(chunk)
    return digest.hexdigest() == model.sha256


def remove(model: ModelFile) -> bool:
    """Delete the file, and a half one; whether there was anything."""
    found = [path for path in (model.path, model.part_path) if path.exists()]
    for path in found:
        path.unlink()
    return bool(found)


def _fetch(model: ModelFile, on_source: OnSource, on_progress: OnProgress) -> None:
    """Try the sources in turn until the file is complete and right."""
    reasons: list[str] = []
    for source in model.sources:
        try:
            _fetch_from(source, model, on_source, on_progress)
        except SourceError as error:
            reasons.append(f"{source}: {error}")
            continue
        model.part_path.replace(model.path)
        return
    listed = "\n".join(f"  {reason}" for reason in reasons)
    raise DownloadError(
        f"{model.name} could not be fetched:\n{listed}\n"
        f"Try again where there is a network (it goes on where it stopped), or put the file at {model.path}"
    )


def _fetch_from(source: Source, model: ModelFile, on_source: OnSource, on_progress: OnProgress) -> None:
    """Complete the part file from one source; SourceError where that fails."""
    part = model.part_path
    if part.exists() and part.stat().st_size > model.size:
        part.unlink()
    digest, done = hashlib.sha256(), 0
    for chunk in _chunks(part):
        digest.update(chunk)
        done += len(chunk)
    on_source(source, done)
    with part.open("ab") as file:
        if done < model.size:
            with contextlib.closing(stream(source, done, part.parent)) as chunks:
                for chunk in chunks:
                    file.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    on_progress(min(done, model.size), model.size)
                    if done > model.size:
                        break
        file.flush()
        os.fsync(file.fileno())
    if done < model.size:
        raise SourceError(f"it ended after {done} of {model.size} bytes")
    if done > model.size or digest.hexdigest() != model.sha256:
        part.unlink()
        raise SourceError("what it gave is another file (SHA-256 differs); it was deleted")


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file; none where there is no file."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _refuse_if_offline(model: ModelFile) -> None:
    if os.environ.get("REFUTE_OFFLINE"):
        raise DownloadError(f"REFUTE_OFFLINE is set, so nothing is fetched; unset it or put the file at {model.path}")


def _remove_leftovers(folder: Path) -> None:
    """Temporary folders of a pull that was killed."""
    for leftover in folder.glob(f"{TEMPORARY_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _check_space(model: ModelFile) -> None:
    there = model.part_path.stat().st_size if model.part_path.exists() else 0
    needed, free = model.size - there + _SPARE_BYTES, shutil.disk_usage(model.path.parent).free
    if needed > free:
        raise DownloadError(
            f"{model.path.parent} has {free / 1e9:.1f} GB free and {model.name} needs {needed / 1e9:.1f} GB; "
            "make room, or set REFUTE_MODELS to a folder on another disk"
        )


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Generator[None, None, None]:
    """Hold the folder's lock; the system lets go of it even if we are killed."""
    with (folder / ".lock").open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise DownloadError(f"another pull into {folder} is under way; wait for it to end") from error
        yield


def _lock(descriptor: int) -> None:
    """Lock without waiting; OSError where another process holds the lock."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

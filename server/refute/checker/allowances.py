"""What users let functions do beyond the sandbox: the setting `allow`, and what to put there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from refute.checker import messages
from refute.sandbox.pool import Allowance

_NEEDS = re.compile(r"needs (?:(network)|reading (.+?)): [\w./]+$")


@dataclass(frozen=True)
class Allowed:
    """One entry of the setting: "network: shop.rates.*" or "read data: shop.*". `folder` is None for the network."""

    pattern: str
    folder: str | None


def read_entry(entry: str) -> Allowed | None:
    """What an entry says, None where it is not of the form."""
    what, colon, pattern = entry.rpartition(":")
    what, pattern = what.strip(), pattern.strip()
    if not colon or not pattern:
        return None
    if what == "network":
        return Allowed(pattern, None)
    word, _, folder = what.partition(" ")
    return Allowed(pattern, folder.strip()) if word == "read" and folder.strip() else None


def unusable(entries: Sequence[str]) -> Iterator[str]:
    """What to say of entries that mean nothing."""
    for entry in entries:
        if read_entry(entry) is None:
            yield f'allow: {entry!r} is not usable; say "network: PATTERN" or "read FOLDER: PATTERN"'


def allowance_of(name: str, entries: Sequence[str], workspace: Path) -> Allowance:
    """What the function called `name` (with its module) may do. Folders are relative to the workspace."""
    mine = [found for found in map(read_entry, entries) if found is not None and fnmatchcase(name, found.pattern)]
    folders = [str(workspace / Path(found.folder).expanduser()) for found in mine if found.folder is not None]
    return Allowance(any(found.folder is None for found in mine), tuple(dict.fromkeys(folders)))


def how_to_allow(detail: str, name: str) -> str:
    """What would let the function called `name` do what the sandbox refused, as the worker told it."""
    needs = _NEEDS.search(detail)
    if needs is None:
        return messages.HOW_TO_TRUST
    what = "network" if needs[1] else f"read {Path(needs[2]).parent}"
    return f'`allow = ["{what}: {name}"]` in [tool.refute] would let it; {messages.HOW_TO_END_THIS}'

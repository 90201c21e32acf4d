"""Which installed modules are worth importing ahead: learned from what workers imported, kept between sessions."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refute.sandbox.interface import Report
from refute.worker.codec import ProtocolError, decode, encode
from refute.worker.installed import MOST, is_name
from refute.worker.policy import Ahead
from refute.worker.protocol import ModuleSource

WORTH_SECONDS = 0.03
"""Imports that take a worker less are not worth another zygote."""
MOST_OWN = 500
"""Modules of the workspace that a worker imports ahead."""
KEPT_SECONDS = 7 * 86400.0
"""After this long, learning begins anew: what is imported ahead is not seen to be needed any more."""


class Imports:
    """The modules to import ahead for one interpreter and workspace. With a `file`, they outlive this process."""

    def __init__(self, file: Path | None = None, names: tuple[str, ...] = ()) -> None:
        self._file = file
        self._began = time.time()
        self._names = names
        self._refused: frozenset[str] = frozenset()
        self._load()
        self._seen = set(self._names)

    @classmethod
    def in_folder(cls, folder: Path | None, interpreter: Path, workspace: str, names: tuple[str, ...]) -> "Imports":
        """Those kept in `folder` (nowhere without one), after these `names`."""
        digest = hashlib.sha256(f"{interpreter}\0{workspace}".encode("utf-8", "surrogateescape")).hexdigest()
        return cls(None if folder is None else folder / f"{digest[:24]}.json", names)

    @property
    def names(self) -> tuple[str, ...]:
        """What to import ahead, in this order."""
        return self._names

    def learn(self, report: Report) -> bool:
        """Take in what a worker imported. Whether a zygote that has it already is worth starting."""
        told = _told(report)
        seconds = told.seconds
        fresh = [
            name
            for name in filter(is_name, told.modules[:MOST])
            if name not in self._seen and name not in self._refused
        ]
        if seconds < WORTH_SECONDS or not fresh:
            return False
        self._seen.update(fresh)
        self._names = (*self._names, *fresh)
        return True

    def settle(self, asked: Sequence[str], imported: Sequence[str]) -> None:
        """A zygote that was `asked` for some imported these, and they brought all others with them."""
        gone = set(asked) - set(imported)
        if asked:
            self._names = tuple(name for name in self._names if name not in gone)
            self._save()

    def refuse(self, name: str) -> None:
        """A module cannot be imported ahead; "" says so of all that are known."""
        gone = set(self._names) if not name else {name}
        self._names = tuple(known for known in self._names if known not in gone)
        self._refused |= gone
        self._save()

    def _load(self) -> None:
        if self._file is None:
            return
        with contextlib.suppress(OSError, ValueError, ProtocolError):
            kept = decode(_Kept, json.loads(self._file.read_text("utf-8")), longest=200)
            if time.time() - kept.began < KEPT_SECONDS:
                self._began = kept.began
                self._names = tuple(dict.fromkeys([*self._names, *filter(is_name, kept.modules)]))
                self._refused = frozenset(kept.refused)

    def _save(self) -> None:
        if self._file is None:
            return
        kept = _Kept(self._began, self._names, tuple(sorted(self._refused)))
        with contextlib.suppress(OSError):  # then it is learned again next time
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(f".{os.getpid()}")
            beside.write_text(json.dumps(encode(kept)), "utf-8")
            beside.replace(self._file)


@dataclass(frozen=True)
class _Kept:
    began: float
    modules: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Imported:
    modules: tuple[str, ...] = ()
    seconds: float = 0.0
    own: tuple[str, ...] = ()


def of_workspace(report: Report, source: ModuleSource) -> Ahead | None:
    """What workers should import before the next request about the module `source`, None where that is not worth it."""
    told = _told(report)
    names = tuple(filter(is_name, told.own[:MOST_OWN]))
    if told.seconds < WORTH_SECONDS or not names:
        return None
    return Ahead(source.name, source.path, source.search_path, names)


def _told(report: Report) -> _Imported:
    """What a worker says it imported: installed modules, those of the workspace, and in which time. It may say
    anything."""
    for frame in report.frames:
        if frame["type"] == "imported":
            with contextlib.suppress(ProtocolError):
                return decode(_Imported, {name: value for name, value in frame.items() if name != "type"}, longest=200)
    return _Imported()

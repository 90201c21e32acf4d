"""What is remembered between runs: answers of the model, reports, and what the user decided.

Two SQLite files, since they deserve different care. The cache may be deleted at any time and is thrown away when it
is damaged or of another version; for the decisions see `refute.checker.decisions`.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from refute.checker.apart import Apart
from refute.checker.databases import NOT_DAMAGED, NewerSchemaError, Report, connect, is_to_blame, remove
from refute.checker.decisions import Decisions

ROWS_KEPT = 20_000
BUSY_SECONDS = 0.1
"""How long to wait for another process that writes to the cache; what is not written then is found out again."""

_TABLES = """
CREATE TABLE IF NOT EXISTS cache (
    kind TEXT, key TEXT, value BLOB NOT NULL, written REAL NOT NULL, PRIMARY KEY (kind, key)
)
"""

T = TypeVar("T")


class Store:
    """A key-value cache of JSON values, and what the user decided: dismissed properties and narrowed domains.

    Nothing here raises for a full disk, a locked or a damaged file: `report`, which is called in any thread, is told.
    `cache_file` and `decisions_file` are None for a store that forgets everything. For any thread. The cache never
    waits long; where decisions are concerned, another process may be waited for.
    """

    def __init__(self, cache_file: Path | None, decisions_file: Path | None, report: Report) -> None:
        self._report = report
        self._cache_file = cache_file
        self._lock = threading.RLock()
        self._closed = False
        self._apart = Apart()
        self._cache = _open_cache(cache_file, report)
        self._decisions = Decisions(decisions_file, report)
        self._prune()

    @classmethod
    def in_user_folders(cls, report: Report, *, cache: bool = True) -> "Store":
        """The store in the user's cache and data folders; without `cache`, nothing is remembered but decisions."""
        return cls(
            platformdirs.user_cache_path("refute") / "cache.sqlite" if cache else None,
            platformdirs.user_data_path("refute") / "decisions.sqlite",
            report,
        )

    def get(self, kind: str, key: str, type_: type[T]) -> T | None:
        """The cached value, or None where there is none or it does not have the form of `type_` any more."""
        row = None
        with self._guarded():
            row = self._cache.execute("SELECT value FROM cache WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        try:
            return None if row is None else msgspec.json.decode(row[0], type=type_)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def put(self, kind: str, key: str, value: object) -> None:
        """Cache `value`, a dataclass of plain fields."""
        row = kind, key, msgspec.json.encode(value), time.time()
        with self._guarded(), self._cache:
            self._cache.execute("INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?)", row)

    async def look_up(self, kind: str, key: str, type_: type[T]) -> T | None:
        """`get` for an event loop, which must not wait for a slow disk or another process."""
        return await self._apart(lambda: self.get(kind, key, type_))

    async def keep(self, kind: str, key: str, value: object) -> None:
        """`put` for an event loop, which must not wait for a slow disk or another process."""
        await self._apart(self.put, kind, key, value)

    def dismissed(self, function: str) -> frozenset[str]:
        """The properties of `function` (a spec digest) that the user dismissed."""
        return frozenset(self._decisions.of("dismissed", function))

    def dismiss(self, function: str, property_id: str) -> None:
        """Remember that the user does not mean this property."""
        self._decisions.decide("dismissed", function, property_id, stated=True)

    def restore(self, function: str, property_id: str) -> None:
        """Undo `dismiss`."""
        self._decisions.decide("dismissed", function, property_id, stated=False)

    def narrowed(self, function: str) -> tuple[str, ...]:
        """The conditions by which the user narrowed the domain of `function` (a spec digest), the oldest first."""
        return self._decisions.of("narrowed", function)

    def narrow(self, function: str, condition: str) -> None:
        """Remember that no caller of `function` passes what does not fulfil `condition`."""
        self._decisions.decide("narrowed", function, condition, stated=True)

    def widen(self, function: str, condition: str) -> None:
        """Undo `narrow`."""
        self._decisions.decide("narrowed", function, condition, stated=False)

    def close(self) -> None:
        """Close both files; a closed store remembers nothing."""
        with self._lock:
            self._closed = True
            self._cache.close()
        self._decisions.close()

    def _prune(self) -> None:
        """Forget what was written long ago. By the order of writing: clocks are set back."""
        with self._guarded(), self._cache:
            self._cache.execute(
                "DELETE FROM cache WHERE rowid NOT IN (SELECT rowid FROM cache ORDER BY rowid DESC LIMIT ?)",
                (ROWS_KEPT,),
            )

    @contextlib.contextmanager
    def _guarded(self) -> Generator[None]:
        """Under the lock; whatever fails is told, and a damaged file begun anew."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                if self._closed:
                    return
                self._report(f"The cache cannot be used just now ({error}); results of this run are not kept.")
                is_damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, NOT_DAMAGED)
                if is_damaged and self._cache_file is not None:
                    self._cache.close()
                    remove(self._cache_file)
                    self._cache = _open_cache(self._cache_file, self._report)


def _open_cache(path: Path | None, report: Report) -> sqlite3.Connection:
    """A connection to the cache, which is begun anew where it is damaged or of another version; to memory where the
    file cannot be used."""
    try:
        return connect(path, _TABLES, BUSY_SECONDS)
    except (NewerSchemaError, sqlite3.DatabaseError, OSError) as error:
        if path is not None and is_to_blame(error):
            with contextlib.suppress(sqlite3.Error, OSError):
                remove(path)
                return connect(path, _TABLES, BUSY_SECONDS)
        report(f"{path} cannot be used ({error}); results of this run are not kept.")
        return connect(None, _TABLES, BUSY_SECONDS)

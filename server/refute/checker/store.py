"""What is remembered between runs: answers of the model, reports, and what the user decided.

Two SQLite files, since they deserve different care. The cache may be deleted at any time and is thrown away when it
is damaged or of another version. The decisions are the user's: they lie in the data folder and are never
deleted; a damaged file is put aside under another name.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

SCHEMA = 1
ROWS_KEPT = 20_000
BUSY_SECONDS = 2.0

T = TypeVar("T")
Report = Callable[[str], None]


class Store:
    """A key-value cache of JSON values, and the set of dismissed properties.

    Nothing here raises for a full disk, a locked or a damaged file: `report` is told once, and the store goes on in
    memory. `cache_file` and `decisions_file` are None for a store that forgets everything.
    """

    def __init__(self, cache_file: Path | None, decisions_file: Path | None, report: Report) -> None:
        self._report = report
        self._cache = _open(cache_file, _CACHE_TABLES, report, keep_damaged=False)
        self._decisions = _open(decisions_file, _DECISION_TABLES, report, keep_damaged=True)
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
        with self._guarded():
            row = self._cache.execute("SELECT value FROM cache WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            if row is not None:
                try:
                    return msgspec.json.decode(row[0], type=type_)
                except (msgspec.DecodeError, msgspec.ValidationError):
                    return None
        return None

    def put(self, kind: str, key: str, value: object) -> None:
        """Cache `value`, a dataclass of plain fields."""
        with self._guarded(), self._cache:
            self._cache.execute(
                "INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?)",
                (kind, key, msgspec.json.encode(value), time.time()),
            )

    def dismissed(self, function: str) -> frozenset[str]:
        """The properties of `function` (a spec digest) that the user dismissed."""
        with self._guarded():
            rows = self._decisions.execute("SELECT property FROM dismissed WHERE function = ?", (function,))
            return frozenset(row[0] for row in rows)
        return frozenset()

    def dismiss(self, function: str, property_id: str) -> None:
        """Remember that the user does not mean this property."""
        with self._guarded(), self._decisions:
            self._decisions.execute(
                "INSERT OR REPLACE INTO dismissed VALUES (?, ?, ?)", (function, property_id, time.time())
            )

    def restore(self, function: str, property_id: str) -> None:
        """Undo `dismiss`."""
        with self._guarded(), self._decisions:
            self._decisions.execute(
                "DELETE FROM dismissed WHERE function = ? AND property = ?", (function, property_id)
            )

    def close(self) -> None:
        """Close both files; a closed store remembers nothing."""
        self._cache.close()
        self._decisions.close()

    def _prune(self) -> None:
        with self._guarded(), self._cache:
            self._cache.execute(
                "DELETE FROM cache WHERE rowid NOT IN (SELECT rowid FROM cache ORDER BY written DESC LIMIT ?)",
                (ROWS_KEPT,),
            )

    @contextlib.contextmanager
    def _guarded(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._report(f"The cache cannot be used just now ({error}); results of this run are not kept.")


_CACHE_TABLES = """
CREATE TABLE IF NOT EXISTS cache (
    kind TEXT, key TEXT, value BLOB NOT NULL, written REAL NOT NULL, PRIMARY KEY (kind, key)
)
"""
_DECISION_TABLES = """
CREATE TABLE IF NOT EXISTS dismissed (
    function TEXT, property TEXT, written REAL NOT NULL, PRIMARY KEY (function, property)
)
"""


def _open(path: Path | None, tables: str, report: Report, *, keep_damaged: bool) -> sqlite3.Connection:
    """A connection to `path` with `tables`, or to memory where the file cannot be used."""
    if path is None:
        return _connect(":memory:", tables)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connect(str(path), tables)
    except sqlite3.OperationalError as error:  # locked, read-only, disk full: the file itself is not to blame
        report(f"{path} cannot be opened ({error}); results of this run are not kept.")
    except sqlite3.DatabaseError as error:
        aside = path.with_suffix(".damaged")
        path.replace(aside)
        if keep_damaged:
            report(f"{path} is damaged ({error}). It was put aside as {aside.name}, and a new one begun.")
        return _connect(str(path), tables)
    except OSError as error:
        report(f"{path.parent} cannot be used ({error}); results of this run are not kept.")
    return _connect(":memory:", tables)


def _connect(target: str, tables: str) -> sqlite3.Connection:
    connection = sqlite3.connect(target, timeout=BUSY_SECONDS)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, SCHEMA):
            raise sqlite3.DatabaseError(f"it has schema {found}, this version of Refute reads {SCHEMA}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute(tables)
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection

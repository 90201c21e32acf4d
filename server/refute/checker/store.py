"""What is remembered between runs: answers of the model, reports, and what the user decided.

Two SQLite files, since they deserve different care. The cache may be deleted at any time and is thrown away when it
is damaged or of another version. The decisions are the user's: they lie in the data folder and are never
deleted. A damaged file of them is put aside under a name of its own, with what can still be read taken over; one of a
newer version is left alone.
"""

import contextlib
import itertools
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
    """A key-value cache of JSON values, and what the user decided: dismissed properties and narrowed domains.

    Nothing here raises for a full disk, a locked or a damaged file: `report` is told once, and the store goes on in
    memory. `cache_file` and `decisions_file` are None for a store that forgets everything.
    """

    def __init__(self, cache_file: Path | None, decisions_file: Path | None, report: Report) -> None:
        self._report = report
        self._cache_file = cache_file
        self._cache = _open_cache(cache_file, report)
        self._decisions = _open_decisions(decisions_file, report)
        self._undecided: dict[tuple[str, str], bool] = {}
        """Decisions that could not be written yet: whether (function, property) was dismissed."""
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
        found = {claim for (of, claim), is_dismissed in self._undecided.items() if of == function and is_dismissed}
        with self._guarded("decisions"):
            rows = self._decisions.execute("SELECT property FROM dismissed WHERE function = ?", (function,))
            found.update(row[0] for row in rows if self._undecided.get((function, row[0]), True))
        return frozenset(found)

    def dismiss(self, function: str, property_id: str) -> None:
        """Remember that the user does not mean this property."""
        self._decide(function, property_id, is_dismissed=True)

    def restore(self, function: str, property_id: str) -> None:
        """Undo `dismiss`."""
        self._decide(function, property_id, is_dismissed=False)

    def _decide(self, function: str, property_id: str, *, is_dismissed: bool) -> None:
        """Write a decision, and those that could not be written before (the disk was full, the file was locked)."""
        self._undecided[function, property_id] = is_dismissed
        with self._guarded("decisions"):
            with self._decisions:
                for (of, claim), dismissed in self._undecided.items():
                    self._decisions.execute("DELETE FROM dismissed WHERE function = ? AND property = ?", (of, claim))
                    if dismissed:
                        self._decisions.execute("INSERT INTO dismissed VALUES (?, ?, ?)", (of, claim, time.time()))
            self._undecided.clear()

    def narrowed(self, function: str) -> tuple[str, ...]:
        """The conditions by which the user narrowed the domain of `function` (a spec digest), the oldest first."""
        with self._guarded("decisions"):
            rows = self._decisions.execute(
                "SELECT condition FROM narrowed WHERE function = ? ORDER BY written, rowid", (function,)
            )
            return tuple(row[0] for row in rows)
        return ()

    def narrow(self, function: str, condition: str) -> None:
        """Remember that no caller of `function` passes what does not fulfil `condition`."""
        with self._guarded("decisions"), self._decisions:
            self._decisions.execute(
                "INSERT OR REPLACE INTO narrowed VALUES (?, ?, ?)", (function, condition, time.time())
            )

    def widen(self, function: str, condition: str) -> None:
        """Undo `narrow`."""
        with self._guarded("decisions"), self._decisions:
            self._decisions.execute("DELETE FROM narrowed WHERE function = ? AND condition = ?", (function, condition))

    def close(self) -> None:
        """Close both files; a closed store remembers nothing."""
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
    def _guarded(self, what: str = "cache") -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._report(f"The {what} cannot be used just now ({error}); results of this run are not kept.")
            is_damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _NOT_DAMAGED)
            if what == "cache" and is_damaged and self._cache_file is not None:
                self._cache.close()
                _remove(self._cache_file)
                self._cache = _open_cache(self._cache_file, self._report)


_NOT_DAMAGED = (sqlite3.OperationalError, sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
_CACHE_TABLES = """
CREATE TABLE IF NOT EXISTS cache (
    kind TEXT, key TEXT, value BLOB NOT NULL, written REAL NOT NULL, PRIMARY KEY (kind, key)
)
"""
_DECISION_TABLES = """
CREATE TABLE IF NOT EXISTS dismissed (
    function TEXT, property TEXT, written REAL NOT NULL, PRIMARY KEY (function, property)
);
CREATE TABLE IF NOT EXISTS narrowed (
    function TEXT, condition TEXT, written REAL NOT NULL, PRIMARY KEY (function, condition)
);
"""


class _NewerSchemaError(Exception):
    """A file was written by a later version of Refute."""


def _open_cache(path: Path | None, report: Report) -> sqlite3.Connection:
    """A connection to the cache, which is begun anew where it is damaged or of another version; to memory where the
    file cannot be used."""
    try:
        return _connect(path, _CACHE_TABLES)
    except (_NewerSchemaError, sqlite3.DatabaseError, OSError) as error:
        if path is not None and _is_to_blame(error):
            with contextlib.suppress(sqlite3.Error, OSError):
                _remove(path)
                return _connect(path, _CACHE_TABLES)
        return _in_memory(path, error, _CACHE_TABLES, report)


def _open_decisions(path: Path | None, report: Report) -> sqlite3.Connection:
    """A connection to the decisions; to memory where the file cannot be used, or is of a newer version."""
    try:
        return _connect(path, _DECISION_TABLES)
    except (_NewerSchemaError, sqlite3.DatabaseError, OSError) as error:
        if path is not None and _is_to_blame(error) and not isinstance(error, _NewerSchemaError):
            with contextlib.suppress(sqlite3.Error, OSError):
                aside = _put_aside(path)
                connection = _connect(path, _DECISION_TABLES)
                count = _salvage(aside, connection)
                report(
                    f"{path} is damaged ({error}). It was put aside as {aside.name}, and a new one begun with the "
                    f"{count} decisions that could be read."
                )
                return connection
        return _in_memory(path, error, _DECISION_TABLES, report)


def _is_to_blame(error: Exception) -> bool:
    """Whether the file itself is wrong. That it is locked, read-only or on a full disk is not its fault."""
    return not isinstance(error, (OSError, sqlite3.OperationalError))


def _in_memory(path: Path | None, error: Exception, tables: str, report: Report) -> sqlite3.Connection:
    report(f"{path} cannot be used ({error}); results of this run are not kept.")
    return _connect(None, tables)


def _connect(path: Path | None, tables: str) -> sqlite3.Connection:
    """A connection with `tables` and `SCHEMA`. Raises `sqlite3.Error`, `OSError` or `_NewerSchemaError`."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(":memory:" if path is None else path, timeout=BUSY_SECONDS)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise _NewerSchemaError(f"it has schema {found}, this version of Refute reads {SCHEMA}")
        if found not in (0, SCHEMA):
            raise sqlite3.DatabaseError(f"it has schema {found}, this version of Refute reads {SCHEMA}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(tables)
        with connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if tables is _DECISION_TABLES else "ok"
        if problem != "ok":
            raise sqlite3.DatabaseError(problem)
    except BaseException:
        connection.close()
        raise
    return connection


def _with_companions(path: Path) -> tuple[Path, ...]:
    """A file of SQLite's, and those beside it that hold what was written last."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _remove(path: Path) -> None:
    for part in _with_companions(path):
        part.unlink(missing_ok=True)


def _put_aside(path: Path) -> Path:
    """Rename a damaged file, to a name that no earlier one has."""
    names = (path.with_suffix(f".damaged{number or ''}") for number in itertools.count())
    aside = next(name for name in names if not name.exists())
    for part, target in zip(_with_companions(path), _with_companions(aside), strict=True):
        if part.exists():
            part.rename(target)
    return aside


def _salvage(damaged: Path, target: sqlite3.Connection) -> int:
    """Take over the decisions that can still be read; how many."""
    count = 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(damaged)) as source:
        for row in source.execute("SELECT function, property, written FROM dismissed"):
            target.execute("INSERT OR REPLACE INTO dismissed VALUES (?, ?, ?)", row)
            count += 1
        for row in source.execute("SELECT function, condition, written FROM narrowed"):
            target.execute("INSERT OR REPLACE INTO narrowed VALUES (?, ?, ?)", row)
            count += 1
    target.commit()
    return count

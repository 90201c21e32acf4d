"""SQLite files that outlive damage, other versions and full disks: opened, put aside, or replaced by memory."""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable
from pathlib import Path

SCHEMA = 1

Report = Callable[[str], None]

NOT_DAMAGED = (sqlite3.OperationalError, sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
"""Errors that are not the file's fault: it is locked, read-only, or on a full disk."""


class NewerSchemaError(Exception):
    """A file was written by a later version of Refute."""


def connect(path: Path | None, tables: str, busy_seconds: float, *, check: bool = False) -> sqlite3.Connection:
    """A connection with `tables` and `SCHEMA`, to be used under a lock; `None` is memory. With `check`, all of the file
    is looked at. Raises `sqlite3.Error`, `OSError` or `NewerSchemaError`."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    name = ":memory:" if path is None else path
    connection = sqlite3.connect(name, timeout=busy_seconds, check_same_thread=False)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise NewerSchemaError(f"it has schema {found}, this version of Refute reads {SCHEMA}")
        if found not in (0, SCHEMA):
            raise sqlite3.DatabaseError(f"it has schema {found}, this version of Refute reads {SCHEMA}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(tables)
        with connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if check else "ok"
        if problem != "ok":
            raise sqlite3.DatabaseError(problem)
    except BaseException:
        connection.close()
        raise
    return connection


def is_to_blame(error: Exception) -> bool:
    """Whether the file itself is wrong. That it is locked, read-only or on a full disk is not its fault."""
    return not isinstance(error, (OSError, sqlite3.OperationalError))


def remove(path: Path) -> None:
    """Delete a file of SQLite's and those beside it."""
    for part in _with_companions(path):
        part.unlink(missing_ok=True)


def put_aside(path: Path) -> Path:
    """Rename a damaged file, to a name that no earlier one has."""
    names = (path.with_suffix(f".damaged{number or ''}") for number in itertools.count())
    aside = next(name for name in names if not name.exists())
    for part, target in zip(_with_companions(path), _with_companions(aside), strict=True):
        if part.exists():
            part.rename(target)
    return aside


def copied_rows(damaged: Path, target: sqlite3.Connection, tables: tuple[str, ...]) -> int:
    """Take over the rows of `tables` that can still be read; how many."""
    count = 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(damaged)) as source:
        for table in tables:
            for row in source.execute(f"SELECT * FROM {table}"):  # the names are ours
                marks = ", ".join("?" * len(row))
                target.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)
                count += 1
    target.commit()
    return count


def _with_companions(path: Path) -> tuple[Path, ...]:
    """A file of SQLite's, and those beside it that hold what was written last."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")

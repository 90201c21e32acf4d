"""What the user decided: dismissed properties and narrowed domains.

They lie in the data folder and are never deleted. A damaged file is put aside under a name of its own, with what can
still be read taken over; one of a newer version is left alone.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Generator
from pathlib import Path

from refute.checker.databases import NewerSchemaError, Report, connect, copied_rows, is_to_blame, put_aside

BUSY_SECONDS = 2.0
RETRY_SECONDS = 5.0
"""How long after a decision could not be written it is tried again."""

_COLUMNS = {"dismissed": "property", "narrowed": "condition"}
_TABLES = "\n".join(
    f"CREATE TABLE IF NOT EXISTS {table} ("
    f"function TEXT, {column} TEXT, written REAL NOT NULL, PRIMARY KEY (function, {column}));"
    for table, column in _COLUMNS.items()
)


class Decisions:
    """Facts about functions (spec digests) that the user stated or took back; `path` is None to forget them.

    A decision that cannot be written (the disk is full, the file is locked) is in force all the same, `report` hears of
    it, and it is written as soon as that can be done. For any thread. A call may wait for another process that writes,
    so an event loop should make it elsewhere.
    """

    def __init__(self, path: Path | None, report: Report) -> None:
        self._path = path
        self._report = report
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._unwritten: dict[tuple[str, str, str], bool] = {}
        """By table, function and value: whether it was stated, or taken back."""
        self._retry: threading.Timer | None = None
        self._failure: tuple[float, Exception] | None = None
        """When the file was last tried to be opened, and why that failed."""
        self._closed = False
        with self._guarded():
            self._opened()

    def of(self, table: str, function: str) -> tuple[str, ...]:
        """What stands of `function`, the oldest first."""
        with self._lock:
            rows: list[str] = []
            with self._guarded():
                query = f"SELECT {_COLUMNS[table]} FROM {table} WHERE function = ? ORDER BY written, rowid"
                rows = [row[0] for row in self._opened().execute(query, (function,))]
            fresh = {value: stated for (t, f, value), stated in self._unwritten.items() if (t, f) == (table, function)}
        kept = [value for value in rows if value not in fresh]
        return (*kept, *(value for value, stated in fresh.items() if stated))

    def decide(self, table: str, function: str, value: str, *, stated: bool) -> None:
        """Write a decision, and those that could not be written before."""
        with self._lock:
            self._unwritten.pop((table, function, value), None)  # so that the latest comes last
            self._unwritten[table, function, value] = stated
            self._write()

    def close(self) -> None:
        """Close the file, after a last try to write what is not written yet."""
        with self._lock:
            if self._retry is not None:
                self._retry.cancel()
            self._closed = True
            if self._unwritten:
                self._write()
            if self._connection is not None:
                self._connection.close()

    def _write(self) -> None:
        """Write all that is not written yet, or try again later. Under the lock."""
        with self._guarded():
            connection = self._opened()
            with connection:
                for (table, function, value), stated in self._unwritten.items():
                    row = function, value
                    connection.execute(f"DELETE FROM {table} WHERE function = ? AND {_COLUMNS[table]} = ?", row)
                    if stated:
                        connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", (*row, time.time()))
            self._unwritten.clear()
        if self._unwritten and not self._closed and self._retry is None:
            self._retry = threading.Timer(RETRY_SECONDS, self._try_again)
            self._retry.daemon = True
            self._retry.start()

    def _try_again(self) -> None:
        with self._lock:
            self._retry = None
            if not self._closed:
                self._write()

    def _opened(self) -> sqlite3.Connection:
        """The file, opened if it is not yet; one of a newer version is left alone. Raises `sqlite3.Error` or
        `OSError`."""
        if self._connection is None:
            if self._failure is not None and time.monotonic() < self._failure[0] + RETRY_SECONDS:
                raise self._failure[1]
            try:
                self._connection = _open(self._path, self._report)
            except NewerSchemaError as error:
                self._report(f"{self._path} cannot be used ({error}); what you decide now is not kept.")
                self._connection = connect(None, _TABLES, BUSY_SECONDS)
            except (sqlite3.Error, OSError) as error:
                self._failure = time.monotonic(), error
                raise
        return self._connection

    @contextlib.contextmanager
    def _guarded(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if not self._closed:
                self._report(
                    f"Your decisions in {self._path} cannot be read or written just now ({error}). What you decide is "
                    "in force, and written as soon as that can be done."
                )


def _open(path: Path | None, report: Report) -> sqlite3.Connection:
    """A connection to the decisions. Raises `sqlite3.Error`, `OSError` or `NewerSchemaError`."""
    try:
        return connect(path, _TABLES, BUSY_SECONDS, check=True)
    except sqlite3.DatabaseError as error:
        if path is None or not is_to_blame(error):
            raise
        aside = put_aside(path)
        connection = connect(path, _TABLES, BUSY_SECONDS)
        count = copied_rows(aside, connection, tuple(_COLUMNS))
        report(
            f"{path} is damaged ({error}). It was put aside as {aside.name}, and a new one begun with the "
            f"{count} decisions that could be read."
        )
        return connection

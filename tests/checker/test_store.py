import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.checker.store import Store


@dataclass(frozen=True)
class Point:
    x: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Other:
    label: str


def store_in(folder: Path, said: list[str]) -> Store:
    return Store(folder / "cache.sqlite", folder / "decisions.sqlite", said.append)


def test_values_outlive_the_store(tmp_path: Path) -> None:
    first = store_in(tmp_path, [])
    first.put("point", "a", Point(1, ("é",)))
    first.close()
    assert store_in(tmp_path, []).get("point", "a", Point) == Point(1, ("é",))


@given(st.integers(-(2**53), 2**53), st.lists(st.text()).map(tuple))
def test_what_is_put_comes_back(x: int, names: tuple[str, ...]) -> None:
    store = Store(None, None, print)
    store.put("point", "key", Point(x, names))
    assert store.get("point", "key", Point) == Point(x, names)
    store.close()


def test_a_value_of_another_form_is_no_value(tmp_path: Path) -> None:
    store = store_in(tmp_path, [])
    store.put("point", "a", Other("x"))
    assert store.get("point", "a", Point) is None


def test_dismissals_outlive_the_store_and_can_be_undone(tmp_path: Path) -> None:
    first = store_in(tmp_path, [])
    first.dismiss("f", "p1")
    first.dismiss("f", "p2")
    first.restore("f", "p1")
    first.close()
    assert store_in(tmp_path, []).dismissed("f") == {"p2"}


def test_a_damaged_cache_is_begun_anew_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "cache.sqlite").write_bytes(b"not a database" * 100)
    store = store_in(tmp_path, said)
    store.put("point", "a", Point(1, ()))
    assert store.get("point", "a", Point) == Point(1, ())
    assert said == []


def test_damaged_decisions_are_put_aside_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "decisions.sqlite").write_bytes(b"not a database" * 100)
    store_in(tmp_path, said)
    assert (tmp_path / "decisions.damaged").read_bytes().startswith(b"not a database")
    assert "put aside" in said[0]


def test_a_cache_of_another_schema_is_not_read(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "cache.sqlite")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    store = store_in(tmp_path, [])
    store.put("point", "a", Point(1, ()))
    assert store.get("point", "a", Point) == Point(1, ())


def test_a_folder_that_cannot_be_made_leaves_a_store_in_memory(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache.sqlite", None, said.append)
    store.put("point", "a", Point(1, ()))
    assert store.get("point", "a", Point) == Point(1, ())
    assert "not kept" in said[0]


def test_decisions_that_were_put_aside_before_are_kept_too(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "decisions.sqlite").write_bytes(b"not a database %d" % number * 100)
        store_in(tmp_path, []).close()
    aside = [path.read_bytes()[:16] for path in sorted(tmp_path.glob("decisions.damaged*"))]
    assert aside == [b"not a database 1", b"not a database 2"]


def test_what_can_be_read_of_damaged_decisions_is_taken_over(tmp_path: Path) -> None:
    first = store_in(tmp_path, [])
    for number in range(500):
        first.dismiss("f", f"p{number}")
    first.close()
    path = tmp_path / "decisions.sqlite"
    path.write_bytes(path.read_bytes()[:-4096] + bytes(4096))
    said: list[str] = []
    assert len(store_in(tmp_path, said).dismissed("f")) > 100
    assert "put aside" in said[0]


def test_decisions_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "decisions.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = path.read_bytes()
    said: list[str] = []
    store = store_in(tmp_path, said)
    store.dismiss("f", "p1")
    assert store.dismissed("f") == {"p1"}
    assert path.read_bytes() == before
    assert "schema 999" in said[0]


def test_a_decision_that_cannot_be_written_now_is_written_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refute.checker.decisions.BUSY_SECONDS", 0.0)
    said: list[str] = []
    store = store_in(tmp_path, said)
    store.dismiss("f", "p0")
    other = sqlite3.connect(tmp_path / "decisions.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store.dismiss("f", "p1")
    store.restore("f", "p0")
    assert store.dismissed("f") == {"p1"}
    assert "locked" in said[0]
    other.execute("ROLLBACK")
    store.dismiss("f", "p2")
    assert store_in(tmp_path, []).dismissed("f") == {"p1", "p2"}


def test_a_cache_that_is_damaged_while_it_is_used_is_begun_anew(tmp_path: Path) -> None:
    first = store_in(tmp_path, [])
    for number in range(500):
        first.put("point", str(number), Point(number, ("x" * 100,)))
    first.close()
    path = tmp_path / "cache.sqlite"
    store = store_in(tmp_path, [])
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"?" * (path.stat().st_size - 4096))
    assert store.get("point", "7", Point) is None
    store.put("point", "a", Point(1, ()))
    assert store.get("point", "a", Point) == Point(1, ())


def test_a_clock_that_is_set_back_does_not_drop_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store_in(tmp_path, [])
    for key, now in (("old", 100.0), ("new", 50.0)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        first.put("point", key, Point(1, ()))
    first.close()
    monkeypatch.setattr("refute.checker.store.ROWS_KEPT", 1)
    second = store_in(tmp_path, [])
    assert second.get("point", "old", Point) is None
    assert second.get("point", "new", Point) == Point(1, ())


def test_two_servers_share_what_the_user_decides(tmp_path: Path) -> None:
    one, other = store_in(tmp_path, []), store_in(tmp_path, [])
    one.dismiss("f", "p1")
    other.dismiss("f", "p2")
    assert one.dismissed("f") == other.dismissed("f") == {"p1", "p2"}


def test_narrowed_domains_outlive_the_store_and_can_be_undone(tmp_path: Path) -> None:
    first = store_in(tmp_path, [])
    for condition in ("x > 0", "y > 0", "z > 0"):
        first.narrow("f", condition)
    first.widen("f", "y > 0")
    first.close()
    assert store_in(tmp_path, []).narrowed("f") == ("x > 0", "z > 0")

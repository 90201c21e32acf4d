import sqlite3
from dataclasses import dataclass
from pathlib import Path

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

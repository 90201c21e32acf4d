"""Getting rid of private folders."""

import os
from pathlib import Path

from refute.worker.folders import folder_bytes, remove_folder


def test_a_folder_is_removed_however_it_was_left(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "file").write_text("x")
    (folder / "link").symlink_to(tmp_path)
    (folder / "a" / "b").chmod(0)
    (folder / "a").chmod(0)
    remove_folder(str(folder))
    assert list(tmp_path.iterdir()) == []


def test_depth_beyond_any_path_does_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    before = Path.cwd()
    os.chdir(folder)
    for _ in range(1500):
        os.mkdir("dd")  # noqa: PTH102  # relative to where we are
        os.chdir("dd")
    os.chdir(before)
    remove_folder(str(folder))
    assert not folder.exists()


def test_what_links_point_to_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    remove_folder(str(folder))
    assert (kept / "file").read_text() == "x"


def test_the_space_of_a_folder_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(os.urandom(100_000))
    assert 100_000 <= folder_bytes(str(tmp_path), 1 << 30) < 200_000
    assert folder_bytes(str(tmp_path / "absent"), 1) == 0

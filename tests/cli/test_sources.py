import codecs
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.cli.sources import SourceError, SourceFile, apply_edits, read, without_overlaps, write
from refute.repair.fix import Edit

NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])


def read_bytes(folder: Path, data: bytes) -> SourceFile:
    path = folder / "a.py"
    path.write_bytes(data)
    return read(path, "a.py")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\r\n", "x = 1\r\n"),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"", ""),
    ],
)
def test_a_file_is_read_as_python_reads_it_and_written_back_as_it_was(tmp_path: Path, data: bytes, text: str) -> None:
    source = read_bytes(tmp_path, data)
    assert source.text == text
    write(source, source.text)
    assert source.path.read_bytes() == data


@pytest.mark.parametrize("data", [b"'\xe9'\n", b"\n\n\n'\xe9'\n", b"# coding: no-such-thing\n"])
def test_a_file_that_cannot_be_decoded_says_what_to_do(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError, match="save it as UTF-8"):
        read_bytes(tmp_path, data)


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="it cannot be read"):
        read(tmp_path, "folder")


def test_writing_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    source = read_bytes(tmp_path, b"x = 1\n")
    source.path.chmod(0o751)
    write(source, "x = 2\n")
    assert stat.S_IMODE(source.path.stat().st_mode) == 0o751
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_writing_goes_through_a_symbolic_link(tmp_path: Path) -> None:
    source = read_bytes(tmp_path, b"x = 1\n")
    link = tmp_path / "link.py"
    link.symlink_to(source.path)
    write(read(link, "link.py"), "x = 2\n")
    assert link.is_symlink()
    assert source.path.read_text() == "x = 2\n"


def test_writing_refuses_a_file_that_changed(tmp_path: Path) -> None:
    source = read_bytes(tmp_path, b"x = 1\n")
    source.path.write_bytes(b"x = 3\n")
    with pytest.raises(SourceError, match="it changed"):
        write(source, "x = 2\n")
    assert source.path.read_bytes() == b"x = 3\n"


def test_writing_refuses_a_text_that_the_encoding_cannot_hold(tmp_path: Path) -> None:
    source = read_bytes(tmp_path, b"# coding: ascii\nx = 1\n")
    with pytest.raises(SourceError, match="ascii, cannot hold 'é'"):
        write(source, "# coding: ascii\nx = 'é'\n")


@given(newline=NEWLINES, inserted=NEWLINES)
def test_inserted_lines_get_the_line_endings_of_the_file(newline: str, inserted: str) -> None:
    text = newline.join(["a", "b", "c", ""])
    edit = Edit(1, 0, 1, 1, f"x{inserted}y")
    assert apply_edits(text, [edit]) == newline.join(["a", "x", "y", "c", ""])


@given(st.data())
def test_edits_are_independent_of_their_order(data: st.DataObject) -> None:
    text = "".join(f"{n}{n}\n" for n in range(6))
    lines = data.draw(st.lists(st.integers(0, 5), unique=True))
    edits = [Edit(n, 0, n, 1, "x\ny") for n in lines]
    assert apply_edits(text, edits) == apply_edits(text, sorted(edits, key=lambda edit: edit.start_line))


def test_of_groups_that_overlap_the_first_stays() -> None:
    first, second, third = (Edit(0, 0, 1, 4, ""),), (Edit(1, 2, 1, 6, ""),), (Edit(1, 4, 1, 9, ""),)
    assert without_overlaps([first, second, third]) == (first, third)

"""The server's copy of a text, against the plainest possible editor."""

import io
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from refute.server.text import Encoding, Text

TEXTS = st.text(st.sampled_from("ab \n\r\t\x0c\x85\u2028é😀𝔘"), max_size=40)
ENCODINGS = st.sampled_from(get_args(Encoding))
PYTHON_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def places_of(text: str) -> list[tuple[int, int, int]]:
    """Every (offset, line, column) that an editor's cursor can be at: not inside of a line ending."""
    places: list[tuple[int, int, int]] = []
    start = 0
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    for number, line in enumerate(lines):
        places += [(start + column, number, column) for column in range(len(line.rstrip("\r\n")) + 1)]
        start += len(line)
    return places


def position_of(text: str, place: tuple[int, int, int], encoding: Encoding) -> types.Position:
    offset, line, column = place
    codec, width = PYTHON_CODECS[encoding]
    return types.Position(line, len(text[offset - column : offset].encode(codec)) // width)


@given(text=TEXTS, news=st.lists(TEXTS, max_size=4), encoding=ENCODINGS, data=st.data())
def test_incremental_edits_keep_server_and_client_equal(
    text: str, news: list[str], encoding: Encoding, data: st.DataObject
) -> None:
    server, changes = Text(text, encoding), list[types.TextDocumentContentChangeEvent]()
    for new in news:
        places = places_of(text)
        one, other = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
        start, end = min(one, other), max(one, other)
        place = types.Range(position_of(text, start, encoding), position_of(text, end, encoding))
        changes.append(types.TextDocumentContentChangePartial(place, new))
        text = text[: start[0]] + new + text[end[0] :]
    after = server.changed(*changes)
    assert after == Text(text, encoding)


@given(text=TEXTS, encoding=ENCODINGS, data=st.data())
def test_positions_are_those_of_the_client(text: str, encoding: Encoding, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(places_of(text)))
    server = Text(text, encoding)
    position = server.position(place[1], place[2])
    assert position == position_of(text, place, encoding)
    assert server.column(position) == place[2]


@given(text=TEXTS, encoding=ENCODINGS, line=st.integers(0, 50), units=st.integers(0, 50))
def test_positions_outside_of_the_text_mean_the_nearest_inside(
    text: str, encoding: Encoding, line: int, units: int
) -> None:
    place = types.Position(line, units)
    change = types.TextDocumentContentChangePartial(types.Range(place, place), "#")
    inserted = {text[:offset] + "#" + text[offset:] for offset, _, _ in places_of(text)}
    assert Text(text, encoding).changed(change).content in inserted


def test_a_change_without_a_range_replaces_everything() -> None:
    assert Text("old").changed(types.TextDocumentContentChangeWholeDocument("new")).content == "new"


def test_the_line_ending_is_that_of_the_first_line() -> None:
    assert [Text(text).newline for text in ("a", "a\n", "a\r\nb\n", "a\rb")] == ["\n", "\n", "\r\n", "\r"]

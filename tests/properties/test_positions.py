from hypothesis import given
from hypothesis import strategies as st

from refute.properties.positions import LineIndex, from_utf8, from_utf16, split_lines, to_utf16, without_ending

LINES = st.text(alphabet=st.sampled_from("aé😀\t\f\u2028 "), max_size=8)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r"])), max_size=5).map(
    lambda lines: "".join(text + ending for text, ending in lines)
)


@given(LINES, st.integers(0, 8))
def test_utf16_columns_round_trip(line: str, column: int) -> None:
    column = min(column, len(line))
    assert from_utf16(line, to_utf16(line, column)) == column


@given(LINES, st.integers(0, 8))
def test_utf8_columns_count_bytes(line: str, column: int) -> None:
    column = min(column, len(line))
    assert from_utf8(line, len(line[:column].encode())) == column


def test_a_column_inside_a_surrogate_pair_means_its_start() -> None:
    assert from_utf16("😀x", 1) == 0


@given(TEXTS)
def test_lines_join_to_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(TEXTS, st.integers(0, 60))
def test_offsets_round_trip_outside_line_endings(text: str, offset: int) -> None:
    index = LineIndex(text)
    offset = min(offset, len(text))
    inside_ending = text[offset - 1 : offset + 1] == "\r\n"
    assert inside_ending or index.offset(*index.position(offset)) == offset


def test_form_feeds_and_unicode_separators_end_no_line() -> None:
    assert LineIndex("a\fb\u2028c\nd").line_count == 2


def test_a_text_that_ends_with_a_line_ending_has_an_empty_last_line() -> None:
    index = LineIndex("a\r\n")
    assert (index.line_count, index.position(3), index.offset(1, 5)) == (2, (1, 0), 3)


def test_an_empty_text_has_one_line() -> None:
    assert (LineIndex("").line_count, LineIndex("").position(4)) == (1, (0, 0))


def test_places_outside_mean_the_nearest_end() -> None:
    index = LineIndex("ab\ncd")
    assert (index.offset(0, 99), index.offset(9, 0), index.offset(-1, 0)) == (2, 5, 0)


@given(TEXTS)
def test_a_line_comes_without_its_ending(text: str) -> None:
    index = LineIndex(text)
    assert [index.line(i) for i, _ in enumerate(split_lines(text))] == [without_ending(x) for x in split_lines(text)]

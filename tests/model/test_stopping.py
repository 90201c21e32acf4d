from hypothesis import given
from hypothesis import strategies as st

from refute.model.stopping import StopFilter

TEXTS = st.text("ab`", max_size=30)
STOPS = st.lists(st.text("ab`", min_size=1, max_size=4), max_size=3)


def filtered(pieces: list[str], stops: list[str]) -> str:
    stop = StopFilter(stops)
    return "".join([stop.feed(piece) for piece in pieces] + [stop.finish()])


def test_text_without_stop_strings_passes_at_once() -> None:
    stop = StopFilter(["```"])
    assert stop.feed("return x") == "return x"


def test_a_stop_string_spread_over_pieces_is_found() -> None:
    assert filtered(["x = 1\n`", "`", "`\nmore"], ["```"]) == "x = 1\n"


def test_what_only_looked_like_a_stop_string_is_passed_on() -> None:
    assert filtered(["a``", "b"], ["```"]) == "a``b"


@given(text=TEXTS, stops=STOPS)
def test_no_stop_string_is_ever_passed_on(text: str, stops: list[str]) -> None:
    assert not any(stop in filtered([text], stops) for stop in stops)


@given(text=TEXTS, stops=STOPS)
def test_the_result_is_the_beginning_of_the_text_and_all_of_it_where_nothing_stops(text: str, stops: list[str]) -> None:
    result = filtered([text], stops)
    assert text.startswith(result)
    assert result == text or any(stop in text for stop in stops)


@given(pieces=st.lists(TEXTS), stops=STOPS)
def test_it_makes_no_difference_how_text_is_cut_into_pieces(pieces: list[str], stops: list[str]) -> None:
    assert filtered(pieces, stops) == filtered(["".join(pieces)], stops)

"""Messages between processes: what is sent arrives, what is malformed is refused."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.worker.codec import ProtocolError, clean, decode, encode
from refute.worker.frames import Unpacker, pack
from refute.worker.protocol import (
    Answer,
    ComparedInput,
    CompareRequest,
    Comparison,
    Counterexample,
    Outcome,
    RunRequest,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MESSAGES = st.dictionaries(st.text(max_size=5), JSON, max_size=4).map(lambda fields: {**fields, "type": "any"})
KINDS = [RunRequest, CompareRequest, Outcome, Comparison]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_encoded_decodes_to_the_same(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    wire = json.loads(json.dumps(encode(value)))
    assert decode(kind, wire) == value


@pytest.mark.parametrize("kind", KINDS)
@given(wire=JSON)
def test_anything_else_is_refused_and_nothing_else_is_raised(kind: type[Any], wire: object) -> None:
    with pytest.raises(ProtocolError):
        decode(kind, wire)


@given(data=st.data())
def test_a_field_of_another_type_is_refused(data: st.DataObject) -> None:
    wire = encode(Outcome("a", "violated", Counterexample((("x", "1"),), None, None), 3))
    field = data.draw(st.sampled_from(["id", "status", "examples_run", "detail", "counterexample"]))
    wire[field] = data.draw(JSON.filter(lambda value: not isinstance(value, str | int) and value is not None))
    with pytest.raises(ProtocolError):
        decode(Outcome, wire)


@pytest.mark.parametrize("change", [{"extra": 1}, {"status": "fine"}, {"examples_run": True}, {"id": 3}])
def test_unknown_fields_and_values_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode(Outcome, {**encode(Outcome("a", "held")), **change})


@given(st.text())
def test_foreign_text_is_cut_and_cannot_steer_a_terminal(text: str) -> None:
    outcome = decode(Outcome, encode(Outcome("a", "held", detail=text * 3)), longest=50)
    assert len(outcome.detail) <= 50 * 6
    assert not any(character in outcome.detail for character in "\x1b\x07\u202e\x9b\r")
    outcome.detail.encode("utf-8")


def test_clean_keeps_ordinary_text() -> None:
    assert clean("größe: [1, 2]\n\tок", 100) == "größe: [1, 2]\n\tок"
    assert clean("x" * 100, 10) == "xxxxxxx..."
    assert clean("\x1b[2J\ud800", 100) == "\\u001b[2J\\ud800"


def test_an_answer_has_a_known_kind() -> None:
    compared = ComparedInput((("x", "1"),), True, (Answer("value", "1"),), (0,))
    wire = encode(compared)
    wire["answers"][0]["kind"] = "forged"
    with pytest.raises(ProtocolError):
        decode(ComparedInput, wire)


@given(st.lists(MESSAGES, max_size=5), st.data())
def test_frames_arrive_whole_however_they_are_torn(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    stream = b"".join(pack(message) for message in messages)
    unpacker = Unpacker(1 << 20)
    received: list[dict[str, Any]] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        received += unpacker.feed(stream[:size])
        stream = stream[size:]
    assert received == messages


@given(st.binary(min_size=1, max_size=200))
def test_bytes_that_are_no_frames_raise_only_protocol_errors(noise: bytes) -> None:
    unpacker = Unpacker(100)
    try:
        for message in unpacker.feed(noise):
            assert isinstance(message["type"], str)
    except ProtocolError:
        pass


def test_a_frame_that_claims_to_be_huge_is_refused_before_it_comes() -> None:
    with pytest.raises(ProtocolError):
        list(Unpacker(1000).feed(struct.pack("!I", 1 << 31)))


def test_deeply_nested_json_is_refused() -> None:
    body = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(ProtocolError):
        list(Unpacker(1 << 20).feed(struct.pack("!I", len(body)) + body))

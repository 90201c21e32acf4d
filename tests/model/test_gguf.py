from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refute.model.gguf import Header, read_header
from refute.model.interface import ModelError

VALUES: dict[str, str | int] = {
    "general.architecture": "qwen2",
    "general.name": "a name",
    "qwen2.block_count": 28,
    "qwen2.context_length": 32768,
    "qwen2.embedding_length": 1536,
    "qwen2.attention.head_count": 12,
    "qwen2.attention.head_count_kv": 2,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.gguf"


@pytest.fixture(scope="session")
def header(gguf: Callable[..., bytes]) -> bytes:
    return gguf(VALUES)


def test_the_header_tells_the_trained_context_and_the_price_of_a_token(file: Path, header: bytes) -> None:
    file.write_bytes(header)
    assert read_header(file) == Header("qwen2", trained_context=32768, layers=28, cache_bytes_per_token=28672)


def test_a_file_of_another_kind_is_named_as_such(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ModelError, match="no GGUF file"):
        read_header(file)


def test_a_version_from_the_future_is_refused(file: Path, gguf: Callable[..., bytes]) -> None:
    file.write_bytes(gguf(VALUES, version=9))
    with pytest.raises(ModelError, match="version 9"):
        read_header(file)


def test_a_missing_file_is_said_to_be_missing(file: Path) -> None:
    with pytest.raises(ModelError, match="there is no file"):
        read_header(file)


@given(share=st.floats(0, 1, exclude_max=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_header_that_ends_early_is_said_to_be_incomplete(file: Path, header: bytes, share: float) -> None:
    file.write_bytes(header[: 4 + int(share * (len(header) - 4))])
    with pytest.raises(ModelError, match="incomplete"):
        read_header(file)


@given(noise=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_behind_the_magic_never_raises_anything_else(file: Path, noise: bytes) -> None:
    file.write_bytes(b"GGUF\x03\x00\x00\x00" + noise)
    with pytest.raises(ModelError):
        read_header(file)

import struct
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from refute.model import catalogue, download
from refute.model.local import LocalModel

GgufValue = int | str


@pytest.fixture(scope="session")
def gguf() -> Callable[..., bytes]:
    """Makes the bytes of a GGUF header that has some values and no tensors."""
    return _gguf


def _gguf(values: Mapping[str, GgufValue], version: int = 3) -> bytes:
    data = b"GGUF" + struct.pack("<IQQ", version, 0, len(values))
    for key, value in values.items():
        data += _string(key)
        data += struct.pack("<II", 4, value) if isinstance(value, int) else struct.pack("<I", 8) + _string(value)
    return data


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


@pytest.fixture(scope="session")
def small_model_path() -> Path:
    """A real model: small, and no good at anything but being one."""
    model = catalogue.find("smollm2-135m")
    assert model is not None
    return download.pull(model)


@pytest.fixture
async def model(small_model_path: Path) -> AsyncIterator[LocalModel]:
    opened = LocalModel(small_model_path, context_size=1024)
    yield opened
    await opened.aclose()


@pytest.fixture
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("REFUTE_MODELS", str(folder))
    monkeypatch.delenv("REFUTE_OFFLINE", raising=False)
    return folder

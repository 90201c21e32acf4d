"""The header of a GGUF file: enough to refuse what cannot be loaded, and to know what loading costs."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from refute.model.interface import ModelError

_MAGIC = b"GGUF"
_LONGEST_STRING = 1 << 24
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_BYTES_OF_CACHE_VALUE = 2

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Header:
    """What the header says of a model. Counts that it does not give are 0.

    `cache_bytes_per_token` is what one token of context costs in the KV cache, at 16 bits a value.
    """

    architecture: str
    trained_context: int
    layers: int
    cache_bytes_per_token: int


def read_header(path: Path) -> Header:
    """The header of the file at `path`; `ModelError` where it is no GGUF file or ends too early."""
    try:
        with path.open("rb") as file:
            values = _read_values(file)
    except FileNotFoundError:
        raise ModelError(f"there is no file {path}") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, struct.error, UnicodeDecodeError, ValueError) as error:
        raise ModelError(f"{path} is damaged or incomplete ({error}); fetch it again") from error
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str):
        raise ModelError(f"{path} holds no language model: its header names no architecture")

    def count(key: str) -> int:
        value = values.get(f"{architecture}.{key}")
        return value if isinstance(value, int) else 0

    heads = count("attention.head_count")
    head_size = count("attention.key_length") or (count("embedding_length") // heads if heads else 0)
    per_layer = 2 * (count("attention.head_count_kv") or heads) * head_size * _BYTES_OF_CACHE_VALUE
    layers = count("block_count")
    return Header(architecture, count("context_length"), layers, layers * per_layer)


def _read_values(file: BinaryIO) -> dict[str, Value]:
    magic = file.read(4)
    if magic != _MAGIC:
        raise ModelError(f"{file.name} is no GGUF file (it begins with {magic!r}); llama.cpp reads GGUF only")
    version = _scalar(file, "<I")
    if version not in (2, 3):
        raise ModelError(f"{file.name} has GGUF version {version}; versions 2 and 3 can be read")
    _scalar(file, "<Q")  # the number of tensors
    pairs = _scalar(file, "<Q")
    values: dict[str, Value] = {}
    for _ in range(int(pairs)):
        key = _string(file)
        if key.startswith("tokenizer."):
            break  # long lists, written after what is asked for here
        values[key] = _value(file, int(_scalar(file, "<I")))
    return values


def _value(file: BinaryIO, kind: int) -> Value:
    """One value; arrays are skipped and read as None."""
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        return _scalar(file, _format(kind))
    item_kind, length = int(_scalar(file, "<I")), int(_scalar(file, "<Q"))
    if item_kind in (_STRING, _ARRAY):
        for _ in range(length):
            _value(file, item_kind)
    else:
        file.seek(length * struct.calcsize(_format(item_kind)), 1)
    return None


def _format(kind: int) -> str:
    if kind not in _SCALARS:
        raise ValueError(f"a value of unknown type {kind}")
    return _SCALARS[kind]


def _scalar(file: BinaryIO, form: str) -> int | float | bool:
    size = struct.calcsize(form)
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the header ends too early")
    value: int | float | bool = struct.unpack(form, data)[0]
    return value


def _string(file: BinaryIO) -> str:
    length = int(_scalar(file, "<Q"))
    if length > _LONGEST_STRING:
        raise ValueError(f"a string of {length} bytes")
    data = file.read(length)
    if len(data) < length:
        raise EOFError("the header ends too early")
    return data.decode("utf-8")

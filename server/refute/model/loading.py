"""Loading a model file: refuse with a clear message what would fail or swap, then hand it to llama.cpp."""

from pathlib import Path

from refute.model.engine import Engine
from refute.model.gguf import Header, read_header
from refute.model.interface import ModelError
from refute.model.llama import Llama
from refute.model.machine import available_memory

_WORKING_BYTES = 400 << 20
"""Python, compute buffers and logits."""


def load(path: Path, *, threads: int, gpu_layers: int, context_size: int) -> tuple[Engine, str]:
    """A ready engine, and the backend that it really uses. See `Llama` for the parameters.

    Raises `ModelError`, which says what is so and what to do.
    """
    header = read_header(path)
    check_context(header, context_size, path)
    if gpu_layers == 0 or not _gpu_is_possible():
        check_memory(path, header, context_size, available_memory())
    llama = Llama(path, threads=threads, gpu_layers=gpu_layers, context_size=context_size)
    return Engine(llama), llama.backend


def check_context(header: Header, context_size: int, path: Path) -> None:
    """`ModelError` where `context_size` is more than the model was trained for."""
    if header.trained_context and context_size > header.trained_context:
        raise ModelError(
            f"{path.name} was trained for a context of {header.trained_context} tokens and context_size is "
            f"{context_size}; set it to {header.trained_context} or less"
        )


def check_memory(path: Path, header: Header, context_size: int, available: int | None) -> None:
    """`ModelError` where loading into main memory would need more than `available` bytes (None: unknown)."""
    needed = path.stat().st_size + header.cache_bytes_per_token * context_size + _WORKING_BYTES
    if available is not None and needed > available:
        raise ModelError(
            f"{path.name} needs about {_gigabytes(needed)} of memory and {_gigabytes(available)} is free; close other "
            "programs, set context_size lower, or choose a smaller model (refute model list)"
        )


def _gpu_is_possible() -> bool:
    """Whether this build of llama.cpp can use a GPU at all."""
    try:
        import llama_cpp
    except ImportError:
        return False  # `Llama` says what to do
    return bool(llama_cpp.llama_supports_gpu_offload())


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"

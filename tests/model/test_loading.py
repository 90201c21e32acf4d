from collections.abc import Callable
from pathlib import Path

import pytest

from refute.model.backend import backend_in_use
from refute.model.gguf import Header
from refute.model.interface import ModelError
from refute.model.loading import check_context, check_memory, load
from refute.model.machine import available_memory, usable_cores

HEADER = Header("qwen2", trained_context=2048, layers=28, cache_bytes_per_token=1 << 20)


@pytest.fixture
def file(tmp_path: Path, gguf: Callable[..., bytes]) -> Path:
    path = tmp_path / "some.gguf"
    path.write_bytes(gguf({"general.architecture": "qwen2", "qwen2.context_length": 2048}))
    return path


def test_a_context_beyond_the_trained_one_is_refused_with_the_largest_that_works(file: Path) -> None:
    check_context(HEADER, 2048, file)
    with pytest.raises(ModelError, match="2048 or less"):
        check_context(HEADER, 2049, file)


def test_a_model_that_does_not_fit_into_memory_is_refused_before_loading(file: Path) -> None:
    with pytest.raises(ModelError, match=r"needs about 2\.6 GB of memory and 2\.0 GB is free"):
        check_memory(file, HEADER, 2048, 2_000_000_000)


def test_memory_that_suffices_or_is_not_known_lets_the_load_go_on(file: Path) -> None:
    check_memory(file, HEADER, 2048, 4_000_000_000)
    check_memory(file, HEADER, 2048, None)


def test_a_header_without_a_model_behind_it_fails_with_llama_cpps_reason(file: Path) -> None:
    with pytest.raises(ModelError, match="cannot load"):
        load(file, threads=1, gpu_layers=0, context_size=512)


def test_this_machine_has_a_core_and_memory() -> None:
    assert usable_cores() >= 1
    memory = available_memory()
    assert memory is None or memory > 0


def test_a_build_that_moved_no_layer_computes_on_the_cpu() -> None:
    assert backend_in_use(["load_tensors: offloading 0 repeating layers\n", "offloaded 0/29 layers to GPU\n"]) == "CPU"
    assert backend_in_use([]) == "CPU"


def test_a_gpu_is_named_with_its_kind_and_model() -> None:
    log = [
        "llama_model_load_from_file_impl: using device CUDA0 (NVIDIA GeForce RTX 4090) - 23000 MiB free\n",
        "load_tensors: offloaded 29/29 layers to GPU\n",
    ]
    assert backend_in_use(log) == "CUDA (NVIDIA GeForce RTX 4090)"


def test_a_model_that_is_partly_on_the_gpu_says_how_far() -> None:
    log = [
        "x: using device MTL0 (Apple M2) (unknown id) - 1 MiB free\n",
        "load_tensors: offloaded 10/29 layers to GPU\n",
    ]
    assert backend_in_use(log) == "Metal (Apple M2), 10 of 29 layers"

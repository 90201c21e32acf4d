"""Which device really computes, read from what llama.cpp says while it loads.

A build with GPU support falls back to the CPU without an error, so the settings prove nothing.
"""

import re
from collections.abc import Iterable

_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_DEVICE = re.compile(r"using device ([A-Za-z]+)\d* \(([^)]*)\)")
_NAMES = {"MTL": "Metal", "SYCL": "SYCL", "CUDA": "CUDA", "ROCm": "ROCm", "Vulkan": "Vulkan", "Metal": "Metal"}


def backend_in_use(log: Iterable[str]) -> str:
    """The kind and names of the GPUs, "CUDA (NVIDIA RTX 4090)" or "Metal (Apple M2), 10 of 29 layers"; else "CPU"."""
    text = "".join(log)
    offloaded: list[tuple[str, str]] = _OFFLOADED.findall(text)
    if not offloaded or offloaded[-1][0] == "0":
        return "CPU"
    layers, total = offloaded[-1]
    found: list[tuple[str, str]] = _DEVICE.findall(text)
    devices = dict.fromkeys(found)
    kinds = dict.fromkeys(_NAMES.get(kind, kind) for kind, _ in devices)
    name = " + ".join(kinds) or "GPU"
    described = ", ".join(description for _, description in devices)
    share = "" if layers == total else f", {layers} of {total} layers"
    return (f"{name} ({described})" if described else name) + share

"""The hostile and the benign corpus, with the kernel's layers on and off.

With the layers off every snippet must do its harm, or it proves nothing; with them on, only what is written down as a
residual may show. The audit hook is off throughout: it explains, it is no boundary.
"""

import functools
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the layers are of Linux"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="snippets make system calls by their x86_64 numbers"),
]
DRIVER = Path(__file__).parent / "corpus" / "driver.py"
ORDINARY_USER = 54321
RUNS = [("base", "ordinary"), ("full", "ordinary"), *([("base", "root")] if os.getuid() == 0 else [])]
"""Root gives up its rights in the zygote; that is worth a run where we are root."""


def load_driver() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_driver", DRIVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus_driver"] = module
    spec.loader.exec_module(module)
    return module


SNIPPETS = load_driver().snippets()
HARMFUL = [snippet for snippet in SNIPPETS if snippet.harm != "-"]


def as_user(user: str) -> tuple[list[str], dict[str, str]]:
    """A command and environment that run Python as "root" or as an "ordinary" user; as ourselves where we are one
    already."""
    packages = [entry for entry in sys.path if "packages" in entry or not entry.startswith((sys.base_prefix, "/usr"))]
    path = os.pathsep.join(entry for entry in packages if Path(entry).is_dir())
    if os.getuid() != 0 or user == "root":
        return [sys.executable], {"PYTHONPATH": path}
    same = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    drop = ["setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups", "--"]
    for python in (sys.executable, f"/usr/bin/{same}", f"/usr/local/bin/{same}"):
        if shutil.which("setpriv") and Path(python).exists():
            again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
            tried = subprocess.run([*drop, python, "-c", again], capture_output=True, check=False)
            if tried.returncode == 0:
                return [*drop, python], {"PYTHONPATH": path}
    return [sys.executable], {"PYTHONPATH": path}


@functools.cache
def run_driver(layers: str, user: str) -> subprocess.CompletedProcess[str]:
    """One run of the whole corpus."""
    command, extra = as_user(user)
    with tempfile.TemporaryDirectory(prefix="refute-corpus-") as folder:
        Path(folder).chmod(0o777)
        environment = {**os.environ, **extra, "HOME": folder, "XDG_CACHE_HOME": f"{folder}/cache", "TMPDIR": folder}
        whole = [*command, str(DRIVER), f"{folder}/arena", layers]
        try:
            return subprocess.run(whole, env=environment, capture_output=True, text=True, timeout=290, check=False)
        except subprocess.TimeoutExpired as error:
            return subprocess.CompletedProcess(whole, 1, "", str(error))


def report(layers: str, user: str = "ordinary") -> dict[str, Any]:
    """What every snippet did under these layers."""
    run = run_driver(layers, user)
    assert run.returncode == 0, run.stderr[-3000:]
    loaded: dict[str, Any] = json.loads(run.stdout)
    return loaded


def test_the_corpus_is_as_large_as_we_say() -> None:
    names = [snippet.name for snippet in SNIPPETS]
    assert len(names) == len(set(names)) >= 116


@pytest.mark.parametrize("snippet", HARMFUL, ids=lambda snippet: snippet.name)
def test_with_the_layers_off_the_harm_shows(snippet: Any) -> None:
    entry = report("none")[snippet.name]
    assert snippet.harm in entry["harm"], entry["said"]


@pytest.mark.parametrize(("layers", "user"), RUNS)
@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_with_the_layers_on_nothing_shows_but_known_residuals(snippet: Any, layers: str, user: str) -> None:
    answers = report(layers, user)
    if layers == "full" and "namespaces" not in answers[""]["said"].split(";")[0]:
        pytest.skip(f"no namespaces here: {answers['']['said']}")
    residual = snippet.residual.get(layers, "-")
    assert answers[snippet.name]["harm"] == ([] if residual == "-" else [residual]), answers[snippet.name]["said"]


@pytest.mark.parametrize("layers", ["none", "base", "full"])
def test_benign_snippets_work(layers: str) -> None:
    answers = report(layers)
    benign = [snippet.name for snippet in SNIPPETS if snippet.name.startswith("benign_")]
    failed = {name: answers[name]["said"] for name in benign if "BENIGN-OK" not in answers[name]["said"]}
    assert not failed

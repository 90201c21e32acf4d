"""The commands beside `check`, and what they have in common."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.locked import lock

from refute.cli.__main__ import cli
from refute.model.catalogue import HubSource, ModelFile, Source

Refute = Callable[..., Result]
REFUTE = (sys.executable, "-m", "refute.cli")
HEAVY = ("rich", "llama_cpp", "pygls", "httpx", "hypothesis", "asyncio", "refute.checker")


def test_the_version_is_shown(refute: Refute) -> None:
    assert refute("--version").stdout.startswith("refute ")


def test_every_command_says_what_it_does(refute: Refute) -> None:
    listed = refute("--help").stdout
    assert all(name in listed for name in ("check", "watch", "serve", "model", "doctor"))
    assert "No such command" in refute("frobnicate").stderr


def test_the_version_needs_nothing_heavy() -> None:
    script = (
        "import sys; from refute.cli.__main__ import cli; cli.main(['--version'], standalone_mode=False); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows close in another way")
def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run([*REFUTE, "model", "list"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (run.returncode, run.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("arguments", [["model", "list"], ["check"], ["check", "--format", "sarif"]])
def test_a_full_disk_is_told(project: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run([*REFUTE, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.stderr.strip() == "error: the results cannot be written: No space left on device"
    assert run.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX closes the streams")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-"])
def test_a_server_needs_somebody_to_talk_to(closed: str) -> None:
    run = with_closed(closed, "serve")
    assert run.stderr == "error: standard input or output is closed, and editors talk through them; or use --tcp\n"
    assert run.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX closes the streams")
def test_results_that_nobody_can_get_are_an_error() -> None:
    run = with_closed(">&-", "model", "list")
    assert (run.returncode, run.stderr) == (2, "error: the results cannot be written: Bad file descriptor\n")
    assert with_closed("2>&-", "model", "list").stdout


def with_closed(closed: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What a command says where a shell has closed some of its streams."""
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *REFUTE, *arguments]
    return subprocess.run(command, stdin=subprocess.PIPE, capture_output=True, text=True, check=False, timeout=60)


def test_models_are_listed_with_where_they_are(refute: Refute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUTE_MODELS", str(tmp_path))
    models = [json.loads(line) for line in refute("model", "list", "--format", "jsonl").stdout.splitlines()]
    assert [model["name"] for model in models if model["default"]] == ["qwen2.5-coder-1.5b"]
    assert not any(model["present"] for model in models)
    assert refute("model", "path").stdout.strip() == next(model["path"] for model in models if model["default"])


def test_an_unknown_model_is_wrong_usage(refute: Refute) -> None:
    result = refute("model", "path", "gpt")
    assert result.exit_code == 2
    assert "there is no model 'gpt'; choose from qwen2.5-coder-1.5b" in result.stderr


def test_a_model_is_removed_after_a_question(refute: Refute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUTE_MODELS", str(tmp_path))
    path = Path(refute("model", "path").stdout.strip())
    path.write_bytes(b"GGUF")
    assert refute("model", "remove").exit_code == 1
    assert path.exists()
    assert refute("model", "remove", "--yes").exit_code == 0
    assert not path.exists()


@pytest.fixture
def slice_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFile:
    """A small model whose only source gives it in four pieces."""
    content = bytes(range(200)) * 5
    model = ModelFile(
        "small", "small.gguf", len(content), sha256(content).hexdigest(), "MIT", (HubSource("x", "y"),), ""
    )

    def stream(source: Source, offset: int, folder: Path) -> Iterator[bytes]:
        yield from (content[start : start + 250] for start in range(offset, len(content), 250))

    monkeypatch.setenv("REFUTE_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("refute.model.download.stream", stream)
    monkeypatch.setattr("refute.model.catalogue.CATALOGUE", (model,))
    return model


def test_a_pull_says_what_comes_from_where_first(refute: Refute, slice_model: ModelFile) -> None:
    result = refute("model", "pull", "small")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "small: 0 MB, from Hugging Face (x)",
        f"  into {slice_model.path.parent}",
        "25 % of 0 MB",
        "50 % of 0 MB",
        "75 % of 0 MB",
        "100 % of 0 MB",
        f"small is at {slice_model.path}",
    ]


def test_a_pull_tells_programs_how_far_it_is(refute: Refute, slice_model: ModelFile) -> None:
    lines = [json.loads(line) for line in refute("model", "pull", "small", "--format", "jsonl").stdout.splitlines()]
    assert [line["received"] for line in lines] == [250, 500, 750, 1000]


def test_a_model_that_is_here_is_not_fetched_again(refute: Refute, slice_model: ModelFile) -> None:
    refute("model", "pull", "small")
    assert refute("model", "pull", "small").stderr == f"small is at {slice_model.path}\n"


def test_a_pull_that_fails_says_why(refute: Refute, slice_model: ModelFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUTE_OFFLINE", "1")
    result = refute("model", "pull", "small")
    assert result.exit_code == 1
    assert "REFUTE_OFFLINE is set" in result.stderr


@pytest.mark.parametrize("address", ["4711x", "localhost", "localhost:99999"])
def test_the_address_of_the_server_must_be_one(refute: Refute, address: str) -> None:
    result = refute("serve", "--tcp", address)
    assert result.exit_code == 2
    assert "is not HOST:PORT" in result.stderr


def test_the_doctor_says_what_a_check_would_use(refute: Refute, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.refute]\nsandbox = "best-effort"\n')
    result = refute("doctor", "--python", sys.executable, "--model", "none")
    lines = {line.split()[1]: line for line in result.stdout.splitlines()}
    assert result.exit_code == 0
    assert list(lines) == ["Python", "Hypothesis", "sandbox", "model", "cache"]
    assert sys.executable in lines["Python"]
    assert "the project's own" in lines["Hypothesis"]


@pytest.mark.skipif(os.name == "nt", reason="environments of Windows hold no links")
def test_a_broken_environment_is_told(refute: Refute, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (project / "pyproject.toml").write_text('[tool.refute]\nsandbox = "best-effort"\n')
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to(project / "removed")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    told = f"{project / '.venv/bin/python'} cannot be started (No such file or directory)"
    examined = refute("doctor", "--model", "none").stdout
    assert examined.startswith("note     Python")
    assert told in examined
    (project / "a.py").write_text(
        'def f(n: int) -> int:\n    """Return n.\n\n    >>> f(1)\n    1\n    """\n    return n\n'
    )
    checked = CliRunner().invoke(cli, ["check", "--model", "none", "--no-cache"])
    assert f"warning: {told}" in checked.stderr
    assert checked.exit_code == 0


def test_the_doctor_says_that_nothing_can_be_checked_without_a_python(refute: Refute) -> None:
    result = refute("doctor", "--python", "/nowhere/python", "--model", "none")
    assert result.exit_code == 3
    assert result.stdout.startswith("MISSING  Python")


@pytest.mark.skipif(os.name == "nt", reason="homes of Windows are elsewhere")
def test_the_doctor_says_that_nothing_is_kept_where_the_home_may_not_be_searched(
    refute: Refute, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "home").mkdir(mode=0o500)
    monkeypatch.setenv("HOME", str(project / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    lock(project / "home", monkeypatch)

    def refused(path: str, mode: int) -> bool:
        return False

    monkeypatch.setattr(os, "access", refused)
    result = refute("doctor", "--python", "/nowhere/python")
    assert f"nothing is kept, since {project / 'home'} may not be written to" in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="homes of Windows are elsewhere")
def test_a_user_without_a_home_is_served() -> None:
    script = """
import pwd, sys
from refute.cli.__main__ import main

def unknown(number):
    raise KeyError(number)

pwd.getpwuid = unknown
main()
"""
    homeless = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME")}
    homeless.pop("REFUTE_MODELS", None)
    command = [sys.executable, "-c", script, "model", "path"]
    run = subprocess.run(command, env=homeless, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("/")

"""Finding the user's interpreter, and Hypothesis for it."""

import asyncio
import dataclasses
import sys
from pathlib import Path

import pytest
from tests.locked import lock

from refute.sandbox import interpreters
from refute.sandbox.interface import SandboxError
from refute.sandbox.interpreters import candidates, find_interpreter, probe, search_path_of
from refute.sandbox.overlay import overlay_for


def fake_python(folder: Path, script: str) -> Path:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    path = folder / "bin" / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_environments_come_in_the_order_that_users_expect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    active, near, above = tmp_path / "active", tmp_path / "project" / "src" / ".venv", tmp_path / "project" / "venv"
    pythons = [fake_python(folder, "exit 0") for folder in (active, near, above)]
    (tmp_path / "project" / "pyproject.toml").touch()
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    found = [path for path, _ in candidates(tmp_path / "project" / "src")]
    assert found[:3] == pythons
    assert found[-1] == Path(sys.executable)


def test_the_search_stops_at_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    outside = fake_python(tmp_path / ".venv", "exit 0")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    assert outside not in [path for path, _ in candidates(tmp_path / "project")]


def test_the_setting_excludes_all_others(tmp_path: Path) -> None:
    assert [path for path, _ in candidates(tmp_path, "/opt/python")] == [Path("/opt/python")]


async def test_our_own_interpreter_is_usable() -> None:
    found = await probe(Path(sys.executable))
    assert found.version == sys.version_info[:3]
    assert found.hypothesis
    assert found.tag == f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}"
    assert any("site-packages" in entry or "dist-packages" in entry for entry in search_path_of(found))


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo broken >&2; exit 3", "broken"),
        ("echo not json", "does not answer as a Python does"),
        (
            'echo \'{"executable": "p", "version": [3, 8, 1], "implementation": "cpython", "prefix": "", '
            '"base_prefix": "", "path": [], "hypothesis": null}\'',
            r"is Python 3\.8\.1; workers need 3\.10 or newer",
        ),
    ],
)
async def test_what_is_no_usable_python_is_explained(tmp_path: Path, script: str, message: str) -> None:
    python = fake_python(tmp_path, script)
    with pytest.raises(SandboxError, match=message):
        await find_interpreter(tmp_path, str(python))


async def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "PROBE_SECONDS", 0.5)
    python = fake_python(tmp_path, "sleep 60\nexit 1")
    with pytest.raises(SandboxError, match=r"did not answer within 0\.5 s"):
        await asyncio.wait_for(find_interpreter(tmp_path, str(python)), 40)


async def test_what_is_used_in_the_place_of_a_broken_environment_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    gone = tmp_path / ".venv" / "bin" / "python"
    gone.parent.mkdir(parents=True)
    gone.symlink_to(tmp_path / "removed")
    fake_python(tmp_path / "venv", "echo broken >&2; exit 3")
    found = await find_interpreter(tmp_path, root=tmp_path)
    assert found.passed_over == (
        f"{gone} cannot be started (No such file or directory)",
        f"{tmp_path / 'venv/bin/python'} fails (broken)",
    )
    assert found.instead is not None
    assert f"{found.executable} ({found.found}) is used instead" in found.instead


async def test_an_interpreter_with_hypothesis_needs_no_overlay(tmp_path: Path) -> None:
    notices: list[str] = []
    assert await overlay_for(await probe(Path(sys.executable)), notices.append, tmp_path) is None
    assert notices == []


async def test_an_overlay_that_is_there_is_used(tmp_path: Path) -> None:
    bare = dataclasses.replace(await probe(Path(sys.executable)), hypothesis=None)
    package = tmp_path / bare.tag / "hypothesis"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    notices: list[str] = []
    assert await overlay_for(bare, notices.append, tmp_path) == tmp_path / bare.tag
    assert notices == []


async def test_an_overlay_that_cannot_be_made_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = fake_python(tmp_path / "bare", "echo no network >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", "/nowhere")
    bare = dataclasses.replace(
        await probe(Path(sys.base_prefix) / "bin" / "python3"), executable=python, hypothesis=None
    )
    notices: list[str] = []
    with pytest.raises(SandboxError, match=r"no network.*-m pip install hypothesis"):
        await overlay_for(bare, notices.append, tmp_path / "overlays")
    assert notices == [
        f"installing Hypothesis for Python {bare.version[0]}.{bare.version[1]} into {tmp_path / 'overlays' / bare.tag}"
    ]
    assert list((tmp_path / "overlays").iterdir()) == []


@pytest.mark.parametrize("place", ["locked/cache", "locked"])
async def test_a_cache_that_may_not_be_used_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    bare = dataclasses.replace(await probe(Path(sys.executable)), hypothesis=None)
    (tmp_path / "locked").mkdir()
    lock(tmp_path / "locked", monkeypatch)
    with pytest.raises(SandboxError, match=r"\(Permission denied\)\. Install it there yourself"):
        await overlay_for(bare, lambda text: None, tmp_path / place)


async def test_an_environment_that_may_not_be_searched_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = fake_python(tmp_path / ".venv", "exit 0")
    lock(tmp_path / ".venv", monkeypatch)
    assert locked not in [path for path, _ in candidates(tmp_path)]

"""The plan of the house: where code may be, and what may stand in it."""

import dataclasses
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from refute.checker.settings import Settings

ROOT = Path(__file__).parents[1]
PARTS = {
    "server": {"cli", "server", "checker", "model"},
    "properties": {"properties", "repair"},
    "sandbox": {"sandbox", "worker"},
}
# Written in pieces, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [".".join(parts) for parts in (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("crates", "io"),
    ("proxy", "golang", "org"),
)]  # fmt: skip


def tracked_files() -> list[Path]:
    """The files that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for name in os.fsdecode(listing.stdout).split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("folder", PARTS)
def test_the_import_name_is_a_namespace(folder: str) -> None:
    assert not (ROOT / folder / "refute" / "__init__.py").exists()
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("folder", PARTS)
def test_each_folder_holds_its_parts_and_nothing_else(folder: str) -> None:
    parts = {path.name for path in (ROOT / folder / "refute").iterdir() if path.name != "__pycache__"}
    assert parts == PARTS[folder]


@pytest.mark.parametrize(
    "part", [ROOT / folder / "refute" / part for folder in PARTS for part in PARTS[folder]], ids=lambda path: path.name
)
def test_each_part_states_its_rule(part: Path) -> None:
    assert (part / "__init__.py").read_text("utf-8").startswith('"""')


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:`(.*?)`)? ?\|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    documented = {name.replace("-", "_"): json.loads(default or "null") for name, default in rows}
    assert documented == json.loads(json.dumps(dataclasses.asdict(Settings())))


def test_no_file_names_the_host_of_a_package_registry() -> None:
    pattern = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)).encode())
    assert [path for path in tracked_files() if pattern.search(path.read_bytes())] == []


def test_python_is_parsed_in_one_place() -> None:
    """Only there is it safe beside other threads (see `refute.properties.syntax.parse_source`)."""
    sources = [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "server")]
    sources += [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "properties")]
    parsing = [path.name for path in sources if "ast.parse(" in path.read_text("utf-8")]
    assert parsing == ["syntax.py"]

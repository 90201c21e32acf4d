"""The configurations of other editors that docs/lsp.md shows; Neovim and Emacs run theirs in tests/e2e."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import tomli

from refute.checker.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "lsp.md").read_text("utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(lua|toml|elisp)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_helix_is_told_how_to_start_the_server_and_where_to_use_it() -> None:
    (text,) = (text for language, text in BLOCKS if language == "toml")
    configuration: dict[str, Any] = tomli.loads(text)
    server = configuration["language-server"]["refute"]
    assert [server["command"], *server["args"]] == ["refute", "serve"]
    (python,) = configuration["language"]
    assert python["name"] == "python"
    assert "refute" in python["language-servers"]
    assert set(server["config"]["refute"]) <= {field.name for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_every_configuration_starts_the_same_command(language: str, text: str) -> None:
    assert re.search(r'"refute",? "serve"|command = "refute"\nargs = \["serve"\]', text), language

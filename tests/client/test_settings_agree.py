"""The extension's settings are those of the server, and say the same of them."""

import dataclasses
import json
import re
import types
import typing
from pathlib import Path
from typing import Any, Literal

import pytest

from refute.checker.settings import Settings

CLIENT = Path(__file__).parents[2] / "client-vscode"
MANIFEST: dict[str, Any] = json.loads((CLIENT / "package.json").read_text("utf-8"))
SECTIONS: list[dict[str, Any]] = MANIFEST["contributes"]["configuration"]
IN_EDITOR: dict[str, dict[str, Any]] = {
    name.removeprefix("refute."): setting for section in SECTIONS for name, setting in section["properties"].items()
}
CLIENT_ONLY = {"inlineValues", "server.path", "trace.server"}
FIELDS = {field.name: field for field in dataclasses.fields(Settings)}
HINTS = typing.get_type_hints(Settings)
JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", tuple: "array"}


def editor_name(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def test_the_editor_knows_every_setting_of_the_server_and_no_other() -> None:
    assert set(IN_EDITOR) == {editor_name(name) for name in FIELDS} | CLIENT_ONLY


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_has_the_same_default_in_the_editor(name: str) -> None:
    default = json.loads(json.dumps(FIELDS[name].default))
    assert IN_EDITOR[editor_name(name)]["default"] == default


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_has_the_same_type_in_the_editor(name: str) -> None:
    setting, hint = IN_EDITOR[editor_name(name)], HINTS[name]
    if typing.get_origin(hint) is Literal:
        assert tuple(setting["enum"]) == typing.get_args(hint)
    elif typing.get_origin(hint) is types.UnionType:
        assert setting["type"] == [JSON_TYPES[typing.get_args(hint)[0]], "null"]
    else:
        assert setting["type"] == JSON_TYPES[typing.get_origin(hint) or hint]


@pytest.mark.parametrize("name", IN_EDITOR)
def test_a_setting_is_described(name: str) -> None:
    setting = IN_EDITOR[name]
    assert setting["markdownDescription"].endswith(".")
    assert len(setting.get("enumDescriptions", setting.get("enum", ()))) == len(setting.get("enum", ()))


def test_the_readme_describes_every_setting_as_the_editor_does() -> None:
    readme = (CLIENT / "README.md").read_text("utf-8").replace("\\|", "|")
    undescribed = [
        name
        for name, setting in IN_EDITOR.items()
        if not re.search(
            rf"^\| `refute\.{re.escape(name)}` \|.*{re.escape(setting['markdownDescription'])} \|$",
            readme,
            re.MULTILINE,
        )
    ]
    assert undescribed == []


def test_settings_that_choose_what_runs_are_not_taken_from_an_untrusted_workspace() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {"refute.server.path", "refute.python", "refute.model", "refute.sandbox"} <= set(restricted)

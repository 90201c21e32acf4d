"""Checks on a laptop."""

import pytest
from tests.server.conftest import Editor, StartEditor

from refute.server.power import Power

WRONG = 'def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n'


@pytest.fixture
async def on_battery(connect: StartEditor, monkeypatch: pytest.MonkeyPatch) -> Editor:
    monkeypatch.setattr("refute.server.features.power.LOOK_SECONDS", 0.01)
    editor = await connect()
    assert editor.server is not None
    editor.server.power.read = lambda: True
    return editor


def plug_in(editor: Editor) -> None:
    assert editor.server is not None
    editor.server.power.read = lambda: False


async def waiting(editor: Editor) -> str:
    return await editor.until(lambda: editor.statuses[-1]["waiting"] if editor.statuses else None)


async def test_checks_wait_until_the_machine_is_plugged_in(on_battery: Editor) -> None:
    on_battery.settings = {"onBattery": "wait"}
    await on_battery.begin()
    file = on_battery.open("a.py", WRONG)
    await file.read()
    assert "battery" in await waiting(on_battery)
    assert on_battery.checks() == []
    plug_in(on_battery)
    assert len(await file.checked()) == 1


async def test_what_is_asked_for_is_checked_on_battery_too(on_battery: Editor) -> None:
    on_battery.settings = {"onBattery": "wait"}
    await on_battery.begin()
    file = on_battery.open("a.py", WRONG)
    await file.read()
    await file.command("check")
    assert len(await file.checked()) == 1


async def test_without_the_setting_a_battery_changes_nothing(on_battery: Editor) -> None:
    await on_battery.begin()
    assert len(await on_battery.open("a.py", WRONG).checked()) == 1
    assert on_battery.statuses[-1]["waiting"] is None


def test_only_a_change_of_power_is_news() -> None:
    answers = iter([True, True, False])
    power = Power(lambda: next(answers))
    assert [power.look(), power.look(), power.look()] == [True, False, True]

"""The setting `allow`: what it says, and what to put there."""

from pathlib import Path

import pytest

from refute.checker.allowances import allowance_of, how_to_allow, unusable
from refute.sandbox.pool import NOTHING, Allowance

WORKSPACE = Path("/work space")


@pytest.mark.parametrize(
    ("entries", "allowance"),
    [
        ((), NOTHING),
        (("network: shop.rates.*",), Allowance(network=True)),
        (("network: shop.orders.*",), NOTHING),
        (("read data: shop.*", "read /srv/x y: *.fetch"), Allowance(read=("/work space/data", "/srv/x y"))),
        (("network", "read: shop.*", "write data: shop.*", "network:"), NOTHING),
    ],
)
def test_an_entry_is_for_the_functions_that_its_pattern_names(entries: tuple[str, ...], allowance: Allowance) -> None:
    assert allowance_of("shop.rates.fetch", entries, WORKSPACE) == allowance


def test_what_an_entry_cannot_say_is_told() -> None:
    (told,) = unusable(("network: shop.*", "write data: shop.*"))
    assert "'write data: shop.*'" in told


@pytest.mark.parametrize(
    ("detail", "setting"),
    [
        ("needs network: socket.connect", 'allow = ["network: shop.fetch"]'),
        ("importing it needs network: socket.connect", 'allow = ["network: shop.fetch"]'),
        ("needs reading /srv/some data/a.csv: open", 'allow = ["read /srv/some data: shop.fetch"]'),
        ("needs a process: subprocess.Popen", 'sandbox = "off"'),
        ("needs files: open", 'sandbox = "off"'),
    ],
)
def test_the_setting_that_would_allow_it_is_named(detail: str, setting: str) -> None:
    assert setting in how_to_allow(detail, "shop.fetch")


def test_following_the_advice_gives_the_allowance() -> None:
    entry = how_to_allow("needs reading /srv/data/a.csv: open", "shop.fetch").split('"')[1]
    assert allowance_of("shop.fetch", (entry,), WORKSPACE) == Allowance(read=("/srv/data",))

"""The profile for macOS, as text: it was never tried there."""

from refute.sandbox.seatbelt import profile


def made(*, network: bool = False) -> list[str]:
    return profile(["/py"], ["/ws", '/a "b"\\c'], ["/ws/.env"], ["/tmp/w"], network=network).splitlines()


def test_everything_is_denied_but_what_is_named() -> None:
    lines = made()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert [line for line in lines if "file-write*" in line] == ['(allow file-read* file-write* (subpath "/tmp/w"))']
    assert [line for line in lines if "process-exec" in line] == ['(allow process-exec (subpath "/py"))']
    assert not any("network" in line or "process-fork" in line for line in lines)


def test_what_is_secret_is_denied_after_all_that_is_allowed() -> None:
    assert made(network=True)[-1] == '(deny file-read* (subpath "/ws/.env"))'


def test_paths_cannot_add_rules() -> None:
    assert any(r'(subpath "/a \"b\"\\c")' in line for line in made())


def test_connecting_can_be_allowed_and_listening_cannot() -> None:
    allowed = [line for line in made(network=True) if "network" in line]
    assert allowed == ["(allow network-outbound (remote ip))"]

"""Comments that say which functions may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.directives import FILE_SKIPPED, SKIPPED, read_directives
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot


def unit(text: str) -> FunctionUnit:
    return parse_units(Snapshot("file:///a.py", 1, text)).units[-1]


@pytest.mark.parametrize(
    "text",
    [
        "# refute: skip\ndef f(x):\n    return x\n",
        "def f(x):  # refute: skip\n    return x\n",
        "def f(x): return x  # refute: skip\n",
        "@decorator\n# refute: skip\ndef f(x):\n    return x\n",
        "# refute: skip\n@decorator\ndef f(x):\n    return x\n",
        "def f(  # Refute:skip, it takes hours\n    x,\n):\n    return x\n",
        "def f(x):\n    # refute: skip\n    return x\n",
        "class A:\n    # refute: skip\n    def f(self, x):\n        return x\n",
    ],
)
def test_a_comment_in_or_above_the_header_skips_a_function(text: str) -> None:
    assert unit(text).obstacle == SKIPPED


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # refute: skip\ndef f(x):\n    return x\n",
        "# refute: skip\n\ndef f(x):\n    return x\n",
        'S = "# refute: skip"\ndef f(x):\n    return x\n',
        "# refute: skipping\ndef f(x):\n    return x\n",
        "def g(x):  # refute: skip\n    return x\ndef f(x):\n    return x\n",
    ],
)
def test_a_comment_elsewhere_is_about_something_else(text: str) -> None:
    assert unit(text).obstacle is None


def test_a_file_can_be_skipped_as_a_whole() -> None:
    text = "import os  # refute: skip-file\n\ndef f(x):\n    return x\n"
    assert unit(text).obstacle is None
    assert unit("# refute: skip-file\n" + text).obstacle == FILE_SKIPPED


def test_a_function_can_be_allowed() -> None:
    assert unit("# refute: check\ndef f(x):\n    return x\n").is_allowed
    assert not unit("def f(x):\n    return x\n").is_allowed


def test_a_directive_changes_no_digest() -> None:
    plain, allowed = unit("def f(x):\n    return x\n"), unit("# refute: check\ndef f(x):\n    return x\n")
    assert (plain.spec_digest, plain.body_digest) == (allowed.spec_digest, allowed.body_digest)


@given(st.text(alphabet="# refute:skipch\n\t'\"\\()", max_size=40))
def test_any_text_is_read(text: str) -> None:
    read_directives(text)

"""Documents that are read again: the same is found as when they are read for the first time, with less work."""

from hypothesis import example, given
from hypothesis import strategies as st

from refute.properties.keeping import KeptUnits
from refute.properties.parsing import ParsedDocument, parse_units
from refute.properties.units import Snapshot

PIECES = (
    "import math\n",
    "from abc import abstractmethod as staticmethod\n",
    "LIMIT = 3\n",
    "LIMIT = 4\n",
    "LIMIT = 3; OTHER = 4\n",
    "\n",
    "# refute: skip\n",
    "\ufeff",
    "# refute: skip-file\n",
    'def f(x: int = LIMIT) -> "A":\n    """See `g`."""\n    return g(x)\n',
    "def g(x):\n    return x + LIMIT\n",
    "def g(x):\n    return x - LIMIT\n",
    "if LIMIT:\n    def g(x): return f(x)\n",
    "class A:\n    @staticmethod\n    def m(x):\n        return g(x)\n    def n(self): return self.m(1)\n",
    "class A:\n    def m(self, x):\n        return g(x)\n",
    "class B(A):\n    # refute: check\n    def m(self, x):\n        return g(x)\n    class C:\n        def m(x): 1\n",
    'LIMIT["a"] = g(1)\n',
    "for x in g(1):\n    f(x)\n",
    "f = g\n",
    "def (:\n",
)
DOCUMENTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def read(text: str, kept: KeptUnits | None = None) -> ParsedDocument:
    return parse_units(Snapshot("file:///a.py", None, text), kept)


@given(st.lists(DOCUMENTS, max_size=4))
@example(["def f(): return g()\n", "def f(): return g()\ndef g(): return 1\n"])
@example(
    [
        "class A:\n    def m(self): return 1\nclass B(A):\n    def n(self): return self.m()\n",
        "class B(A):\n    def n(self): return self.m()\n",
    ]
)
@example(
    [
        "LIMIT = 3\ndef f(x=LIMIT):\n    return g(x)\ndef g(x):\n    return x\n",
        "def f(x=LIMIT):\n    return g(x)\ndef g(x):\n    return x\nLIMIT = 3\n",
    ]
)
def test_a_document_is_read_as_if_for_the_first_time(versions: list[str]) -> None:
    kept = KeptUnits()
    for text in versions:
        assert read(text, kept) == read(text)


def test_only_what_an_edit_bears_on_is_read_again() -> None:
    kept = KeptUnits()
    text = "def f(x):\n    return g(x)\n\ndef g(x):\n    return x\n\ndef h(x):\n    return x\n"
    before = read(text, kept).units
    after = read(text.replace("return x\n\ndef h", "return 1\n\ndef h"), kept).units
    assert [new.qualname for old, new in zip(before, after, strict=True) if new is old] == ["h"]

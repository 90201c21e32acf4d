from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

STATEMENTS = (
    "total = 0",
    "total += a * b - 1  # grows",
    "if a < b and not items:\n    return [total]\nelif b == 3:\n    total = -a\nelse:\n    total -= 1",
    "for i, x in enumerate(items[1:]):\n    if x in seen:\n        continue\n    seen.append(x)",
    "while total >= a:\n    total //= 2\n    break",
    "text = f'{a!r} and {b}'",
    "text = '''first\nsecond'''",
    "text = text.strip().lower() + 'äöü' * 2",
    "pairs = {key: sorted(value, reverse=True) for key, value in table.items() if value}",
    "try:\n    total = int(text)\nexcept ValueError:\n    total = None",
    "total = (\n    a  # first\n    + b\n)",
    "x = items[0] if items else items[-1][::2]",
    "def inner(y, z=1):\n    return y % z",
    "assert all(x > 0 for x in items), 'positive'",
    "with lock:\n    table[a] = any(not x for x in range(1, len(items) + 1))",
    "match a:\n    case [0, *rest]:\n        return rest\n    case _:\n        pass",
    "raise ValueError(a)",
    "return sum(x ** 2 for x in items) / len(items)",
    "return lambda n: -n | a & ~b ^ 1 << 2",
    "# only a comment\ntotal = a if a is not None else b",
    "",
)
HEADERS = (
    "def f(a, b, items=()):",
    "def f(a: int, b: float, items: list[int], *, table=None) -> float:",
    "def f(\n    a,\n    b,  # the second\n    *items,\n):",
)
DOCSTRINGS = ("", '"""Says what it does."""\n', '"""Says more.\n\n    Over two lines: äß.\n    """\n')


@pytest.fixture(scope="session")
def definitions() -> st.SearchStrategy[str]:
    """Sources of function definitions, dedented, each with a line end."""

    def source(header: str, docstring: str, statements: list[str], step: str) -> str:
        body = docstring + "\n".join([*statements, "return total"])
        lines = [step + line.replace("    ", step) if line else line for line in body.split("\n")]
        return header + "\n" + "\n".join(lines) + "\n"

    return st.builds(
        source,
        st.sampled_from(HEADERS),
        st.sampled_from(DOCSTRINGS),
        st.lists(st.sampled_from(STATEMENTS), max_size=6),
        st.sampled_from(("    ", "  ", "\t")),
    )


@pytest.fixture(scope="session")
def unit_of() -> Callable[[str, str], FunctionUnit]:
    """The unit of a document by its qualified name."""

    def find(text: str, qualname: str) -> FunctionUnit:
        units = parse_units(Snapshot("file:///m.py", 1, text)).units
        return next(unit for unit in units if unit.qualname == qualname)

    return find

"""Functions of unusual size are read like others: no part of the reading goes through all pairs, or all paths."""

import pytest

from refute.properties.domains import infer_domain
from refute.properties.effects import effects
from refute.properties.parsing import parse_units
from refute.properties.proposers.every import propose
from refute.properties.units import Snapshot
from refute.repair.mutations import mutants

HEAD = 'def f(x: int, y: str, items: list[int]) -> int:\n    """Do it."""\n'
SOURCES = {
    "nested branches": HEAD
    + "".join(f"{'    ' * depth}if x > {depth}:\n" for depth in range(1, 60)) + "    " * 60 + "return x\n",
    "a long chain": HEAD + "    if x < 0:\n        return 0\n" + "".join(
        f"    elif x == {n}:\n        return {n + 1}\n" for n in range(300)
    ) + "    return x\n",
    "a long condition": HEAD + "    return " + " or ".join(f"x == {n}" for n in range(400)) + "\n",
    "a long table": HEAD + "    return {" + ", ".join(f'"k{n}": {n}' for n in range(3000)) + "}[y]\n",
    "what doubles": HEAD + "    x = x + x\n" * 200 + "    return x\n",
    "a long sentence": HEAD.replace("Do it.", "Return " + "x, y, items, " * 2000 + "all of them.") + "    return x\n",
}  # fmt: skip


@pytest.mark.parametrize("text", SOURCES.values(), ids=SOURCES.keys())
def test_a_function_of_unusual_size_is_read(text: str) -> None:
    (unit,) = parse_units(Snapshot("file:///m.py", None, text)).units
    assert [p.name for p in infer_domain(unit, text).parameters] == ["x", "y", "items"]
    propose(unit, text)
    assert effects(text, "f") is None
    assert len(list(mutants(unit.source, limit=50))) == 50

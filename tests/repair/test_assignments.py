import pytest

from refute.repair.mutations import mutants

LOOP = """\
def count(names):
    counts = {{}}
    for name in names:
        {statement}
    return counts
"""


@pytest.mark.parametrize(
    ("statement", "repaired"),
    [
        ("counts[name] = +1", "counts[name] += 1"),
        ("counts[name] =- 1", "counts[name] -= 1"),
        ("counts[name] = 1", "counts[name] += 1"),
    ],
)
def test_an_assignment_in_a_loop_may_be_meant_to_add(statement: str, repaired: str) -> None:
    sources = {candidate.source for candidate in mutants(LOOP.format(statement=statement))}
    assert LOOP.format(statement=repaired) in sources

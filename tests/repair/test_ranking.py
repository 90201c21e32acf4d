from refute.repair.fix import Candidate
from refute.repair.ranking import ranked


def candidate(source: str, cost: float) -> Candidate:
    return Candidate(source, source, "mutation", cost)


def test_smaller_changes_come_first() -> None:
    small, large = candidate("b", 1.0), candidate("a", 3.0)
    assert ranked((large, small), {"a": -1.0, "b": -90.0}) == (small, large)


def test_among_changes_of_a_size_the_likelier_comes_first() -> None:
    one, two, three = candidate("a", 1.0), candidate("b", 1.1), candidate("c", 1.05)
    assert ranked((one, two, three), {"a": -9.0, "b": -2.0}) == (two, one, three)


def test_without_likelihoods_the_cost_alone_decides() -> None:
    one, two = candidate("a", 1.1), candidate("b", 1.0)
    assert ranked((one, two)) == (two, one)

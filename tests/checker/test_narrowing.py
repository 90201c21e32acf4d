"""What the user says of the inputs counts, and can be taken back."""

from tests.checker.conftest import Bench, MakeBench

from refute.model.absent import NoModel
from refute.properties.units import Snapshot

FIRST = '''\
def first(items: list[int]) -> int:
    """Return the first item.

    Raises:
        KeyError: if items is empty.
    """
    return items[0]
'''


async def narrowed(bench: Bench, condition: str) -> None:
    snapshot = Snapshot((bench.workspace / "module.py").as_uri(), 1, FIRST)
    (unit,) = bench.checker.analyse(snapshot).units
    bench.checker.narrow(unit, condition)


async def test_inputs_that_no_caller_passes_violate_nothing(bench: MakeBench) -> None:
    made = await bench(NoModel())
    report = await made.check(FIRST, "first")
    assert report.verdict == "violated"
    await narrowed(made, "len(items) > 0")
    report = await made.check(FIRST, "first")
    assert report.verdict != "violated"
    assert report.domain is not None
    assert report.domain.narrowed == ("len(items) > 0",)


async def test_a_domain_that_is_wide_again_finds_the_violation_again(bench: MakeBench) -> None:
    made = await bench(NoModel())
    await narrowed(made, "len(items) > 0")
    await made.check(FIRST, "first")
    snapshot = Snapshot((made.workspace / "module.py").as_uri(), 1, FIRST)
    (unit,) = made.checker.analyse(snapshot).units
    made.checker.widen(unit, "len(items) > 0")
    assert (await made.check(FIRST, "first")).verdict == "violated"

"""What reviewers who saw a function's body say about it."""

from dataclasses import replace

import pytest
from tests.checker.conftest import MakeBench, Script

from refute.checker.inference import LONGEST_REVIEWED, Inference
from refute.checker.reviews import REVIEWERS, Reviews, read_reviews
from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.fake import FakeModel
from refute.model.interface import Completion, CompletionRequest
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot

SOURCE = '''\
def clamp(x: int, low: int, high: int) -> int:
    """Keep x between low and high."""
    if x < low:
        return low
    return max(x, high)  # the upper end
'''
RIGHT = SOURCE.replace("max", "min")


def unit(source: str = SOURCE) -> FunctionUnit:
    (found,) = parse_units(Snapshot("file:///numbers.py", None, source)).units
    return found


def test_who_repeats_the_function_approves_of_it() -> None:
    assert read_reviews(unit(), [SOURCE, SOURCE.replace("  # the upper end", "")]) == Reviews(approvals=2)


@pytest.mark.parametrize(
    ("definitions", "are_content"),
    [([SOURCE] * 4, True), ([SOURCE] * 3, True), ([SOURCE] * 2, False), ([SOURCE] * 3 + [RIGHT], False), ([], False)],
)
def test_reviewers_are_content_where_enough_of_them_change_nothing(definitions: list[str], are_content: bool) -> None:
    assert read_reviews(unit(), definitions).are_content == are_content


def test_corrections_are_counted_and_carried_over_into_the_users_text() -> None:
    reviews = read_reviews(unit(), [RIGHT.replace("  # the upper end", ""), RIGHT.replace('"Keep', '"We keep'), SOURCE])
    ((edit, count),) = reviews.corrections
    assert (reviews.approvals, count, reviews.reviewers) == (1, 2, 3)
    assert "return min(x, high)" in edit.source
    assert "We keep" not in edit.source
    assert reviews.of([edit.source, "something else"]) == 2


def test_another_signature_is_no_review() -> None:
    assert read_reviews(unit(), ["def clamp(x):\n    return x\n"]) == Reviews()


def test_a_correction_that_changes_nothing_is_an_approval() -> None:
    reordered = SOURCE.replace("max(x, high)", "max(high, x)")
    reviews = read_reviews(unit(), [reordered, RIGHT])
    approving = reviews.approving([edit.source for edit in reviews.edits if "max" in edit.source])
    assert approving.approvals == 1
    assert [count for _, count in approving.corrections] == [1]
    assert approving.reviewers == reviews.reviewers


class Hasty(FakeModel):
    """A model whose second answer is cut off."""

    async def complete(self, request: CompletionRequest, on_text: object = None) -> tuple[Completion, ...]:
        first, second, *others = await super().complete(request)
        return (first, replace(second, finish="length"), *others)


def asking(model: FakeModel) -> Inference:
    return Inference(model, Store(None, None, print), Turns(), seed=0, seconds=60.0)


async def test_a_review_that_is_cut_off_does_not_count() -> None:
    body = "    if x < low:\n        return low\n    return min(x, high)\n"
    beginning = body.partition("    return min")[0]
    model = Hasty([[body, beginning, body, body]])
    reviews = read_reviews(unit(), await asking(model).reviews(unit(), REVIEWERS))
    ((edit, count),) = reviews.corrections
    assert "min" in edit.source
    assert (count, reviews.reviewers) == (3, 3)


async def test_reviews_are_asked_for_once_and_have_room_to_repeat_the_function() -> None:
    model = FakeModel(lambda request: ["    return x\n"])
    inference = asking(model)
    long = unit(SOURCE.replace("    return max", "    x = min(x, high)\n" * 200 + "    return max"))
    assert await inference.reviews(long, REVIEWERS) == await inference.reviews(long, REVIEWERS)
    (request,) = model.requests
    assert request.max_tokens >= len(long.source) / 3


async def test_a_function_that_is_too_long_has_no_reviewers() -> None:
    model = FakeModel(lambda request: ["    return x\n"])
    long = unit(
        SOURCE.replace("    return max", "    x = min(x, high)\n" * (LONGEST_REVIEWED // 20) + "    return max")
    )
    assert await asking(model).reviews(long, REVIEWERS) == ()
    assert not model.requests


BROKEN = '''\
def f(x: int, low: int, high: int) -> int:
    """Keep x between low and high, where low is not above high."""
    if x < low:
        return low
    return max(x, high)
'''
MENDED = "    if x < low:\n        return low\n    return min(x, high)\n"
KEPT = MENDED.replace("min", "max")


@pytest.mark.parametrize(("review", "corrections"), [(MENDED, REVIEWERS), (KEPT, 0)])
async def test_reviewers_decide_where_implementations_do_not(bench: MakeBench, review: str, corrections: int) -> None:
    """Nobody could write the function; but its reviewers agree, or are content."""
    calls = ["1, 0, 2)", "-3, 0, 2)", "7, 0, 2)", "5, 5, 5)"]
    bodies = [f"    return x + {n}\n" for n in range(100, 112)]
    script = Script(calls, bodies, repairs=[review], likely="min(x, high)")
    made = await bench(script.model())
    report = await made.check(BROKEN)
    assert (report.verdict == "violated") == (corrections > 0)
    assert report.testimony is None or report.testimony.corrections == corrections

"""Which edits of a function the model prefers so clearly that they count alone."""

import pytest

from refute.checker.contest import LIKELY_ALONE, Gains
from refute.repair.fix import Candidate

SOURCE = "def f(n):\n    if n % 2 == 0:\n        return n // 2\n    return 3 * n + 1\n"


async def gains(edit: str, nats: float) -> tuple[Gains, Candidate]:
    """What is known once the model found `edit` likelier than `SOURCE` by `nats`."""

    async def likelihoods(sources: tuple[str, ...]) -> tuple[float, ...]:
        return tuple(nats * (source == edit) for source in sources)

    known = Gains(SOURCE, likelihoods)
    await known.weigh([edit])
    return known, Candidate(edit, "an edit", "mutation", 1.0, 1)


@pytest.mark.parametrize("nats", [LIKELY_ALONE - 1, LIKELY_ALONE + 1])
async def test_a_change_counts_alone_where_the_model_clearly_prefers_it(nats: float) -> None:
    known, edit = await gains(SOURCE.replace("// 2", "// 3"), nats)
    assert known.is_likely(edit) == (nats > LIKELY_ALONE)


async def test_a_branch_that_is_left_out_does_not_count_alone() -> None:
    known, edit = await gains("def f(n):\n    return 3 * n + 1\n", LIKELY_ALONE + 5)
    assert not known.is_likely(edit)

"""Importing Hypothesis and running it once, so that no request pays for that."""

import contextlib
from collections.abc import Callable
from typing import cast

from hypothesis import HealthCheck, Phase, Verbosity, given, settings, strategies


class _Wanted(Exception):
    pass


def warm_up() -> None:
    """Draw from the usual strategies and shrink something small."""
    quiet = settings(
        max_examples=5,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )

    def draw(values: tuple[object, ...]) -> None:
        del values

    def shrink(value: int) -> None:
        if value > 3:
            raise _Wanted

    usual = strategies.tuples(
        strategies.integers(),
        strategies.text(),
        strategies.floats(),
        strategies.lists(strategies.integers()),
        strategies.dictionaries(strategies.text(), strategies.booleans()),
        strategies.one_of(strategies.none(), strategies.sampled_from([1, 2])),
        strategies.from_type(int),
    )
    cast("Callable[[], None]", quiet(given(usual)(draw)))()
    with contextlib.suppress(_Wanted):
        cast("Callable[[], None]", quiet(given(strategies.integers())(shrink)))()

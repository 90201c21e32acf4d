from collections.abc import Callable

import pytest

from refute.properties.evidence import Evidence
from refute.properties.property import Property

ClaimsOf = Callable[..., tuple[Property, ...]]


@pytest.mark.parametrize(
    ("source", "check"),
    [
        ("def mean(values): return 1", "same(mean(values[::-1]), result)"),
        ("def running_total(values): return 1", "same(running_total([2 * v for v in values]), 2 * result)"),
        ("def invert(text): return text", "same(invert(result), text)"),
        ("def f(text):\n    'Compare, ignoring case.'\n    return text", "same(f(text.swapcase()), result)"),
    ],
)
def test_words_suggest_relations_that_need_confirmation(source: str, check: str, claims_of: ClaimsOf) -> None:
    (claim,) = [claim for claim in claims_of(source) if claim.check == check]
    assert (claim.kind, claim.evidence) == ("metamorphic", Evidence.GUESS)


@pytest.mark.parametrize(
    "source", ["def mean(a, b): return a", "def mean(*values): return 1", "def means(x): return x"]
)
def test_other_functions_get_no_relations(source: str, claims_of: ClaimsOf) -> None:
    assert not [claim for claim in claims_of(source) if claim.kind == "metamorphic"]

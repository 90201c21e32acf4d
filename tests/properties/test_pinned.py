"""Tests that were pinned are read back as the properties that they were made of."""

import re
from collections.abc import Callable

import pytest
from tests.properties.test_rendering import FORMS, MODULE

from refute.properties.domain import Domain, ParameterDomain
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.observed import TestFile
from refute.properties.pinned import Pinned, pinned_properties
from refute.properties.property import Property
from refute.properties.proposers.every import propose
from refute.properties.rendering import render_test
from refute.properties.units import FunctionUnit

UnitOf = Callable[..., FunctionUnit]


def read(text: str, unit: FunctionUnit) -> tuple[Pinned, ...]:
    return pinned_properties(TestFile("/w/tests/test_kept.py", "tests/test_kept.py", text), unit, "shop")


def rewritten(pinned: Pinned, unit: FunctionUnit) -> str:
    """The test that the property of a test becomes, under the name of that test."""
    parameters = tuple(ParameterDomain(name, strategy, Evidence.CONTRACT) for name, strategy in pinned.strategies)
    example = pinned.examples[0] if pinned.examples else None
    text = render_test(unit, "shop", pinned.claim, Domain(parameters, pinned.precondition), example)
    return text.replace(pinned.claim.id, pinned.of)


def domain(strategies: dict[str, str]) -> Domain:
    return Domain(tuple(ParameterDomain(name, strategy, Evidence.TYPE) for name, strategy in strategies.items()))


@pytest.mark.parametrize(("qualname", "strategies", "claim"), FORMS)
def test_every_form_of_test_is_read_back(
    unit_of: UnitOf, qualname: str, strategies: dict[str, str], claim: Property
) -> None:
    unit = unit_of(MODULE, qualname)
    text = render_test(unit, "shop", claim, domain(strategies))
    (pinned,) = read(text, unit)
    assert pinned.of == claim.id
    assert pinned.claim.evidence is Evidence.CONTRACT
    assert dict(pinned.strategies).keys() == ({} if claim.example else strategies).keys()
    assert re.sub(r"[()]", "", rewritten(pinned, unit)) == re.sub(r"[()]", "", text)


@pytest.mark.parametrize("qualname", ["sort", "text", "Stack.grow", "Stack.twice"])
def test_every_proposed_property_is_read_back(unit_of: UnitOf, qualname: str) -> None:
    unit = unit_of(MODULE, qualname)
    for proposed in propose(unit, MODULE):
        text = render_test(unit, "shop", proposed, infer_domain(unit, MODULE))
        (pinned,) = read(text, unit)
        assert (pinned.of, pinned.claim.kind, pinned.claim.example) == (proposed.id, proposed.kind, proposed.example)


def test_what_its_owner_changed_counts(unit_of: UnitOf) -> None:
    unit = unit_of(MODULE, "text")
    claim = Property("postcondition", "the result is small", "result < 9", Evidence.DOCSTRING)
    text = render_test(unit, "shop", claim, domain({"text": "text(max_size=5)"}))
    (pinned,) = read(text.replace("max_size=5", "max_size=3").replace("< 9", "<= 3"), unit)
    assert pinned.strategies == (("text", "text(max_size=3)"),)
    assert pinned.claim.check == "result <= 3"


def test_a_test_of_another_form_is_a_test_like_any_other(unit_of: UnitOf) -> None:
    unit = unit_of(MODULE, "text")
    claim = Property("postcondition", "the result is small", "result < 9", Evidence.DOCSTRING)
    text = render_test(unit, "shop", claim, domain({"text": "text(max_size=5)"}))
    assert read(text.replace("    assert ", "    print(result)\n    assert "), unit) == ()
    assert read(text.replace("from shop", "from store"), unit) == ()


def test_a_counterexample_is_tried_first(unit_of: UnitOf) -> None:
    unit = unit_of(MODULE, "text")
    claim = Property("postcondition", "the result is small", "result < 9", Evidence.DOCSTRING)
    text = render_test(unit, "shop", claim, domain({"text": "text()"}), (("text", "'a'"),))
    assert read(text, unit)[0].examples == ((("text", "'a'"),),)

"""What the tests of `refute.properties` share: units from source, and strategies that really run."""

import textwrap
from collections.abc import Callable, Mapping

import hypothesis.strategies
import pytest
from hypothesis.strategies import SearchStrategy

from refute.properties.domain import Domain
from refute.properties.domains import infer_domain
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.proposers import propose
from refute.properties.units import FunctionUnit, Snapshot
from refute.worker.histories import Histories

UnitOf = Callable[..., FunctionUnit]
DomainOf = Callable[..., Domain]
ClaimsOf = Callable[..., tuple[Property, ...]]
Evaluated = Callable[..., SearchStrategy[object]]


def _unit(source: str, qualname: str | None = None) -> FunctionUnit:
    parsed = parse_units(Snapshot("file:///m.py", None, textwrap.dedent(source)))
    assert parsed.problem is None
    return next(unit for unit in reversed(parsed.units) if qualname in (None, unit.qualname))


@pytest.fixture
def unit_of() -> UnitOf:
    """The unit called `qualname`, or the last one, of dedented source."""
    return _unit


@pytest.fixture
def domain_of() -> DomainOf:
    """The domain of the unit called `qualname`, or of the last one, of dedented source."""

    def infer(source: str, qualname: str | None = None) -> Domain:
        return infer_domain(_unit(source, qualname), textwrap.dedent(source))

    return infer


@pytest.fixture
def claims_of() -> ClaimsOf:
    """The properties proposed for the unit called `qualname`, or for the last one, of dedented source."""

    def claim(source: str, qualname: str | None = None) -> tuple[Property, ...]:
        return propose(_unit(source, qualname), textwrap.dedent(source))

    return claim


@pytest.fixture
def evaluated() -> Evaluated:
    """A strategy expression as a strategy, evaluated beside the names of `module`."""

    def evaluate(expression: str, module: Mapping[str, object] | None = None) -> SearchStrategy[object]:
        names = {name: getattr(hypothesis.strategies, name) for name in hypothesis.strategies.__all__}
        names["after_calls"] = Histories(lambda work: work()).after_calls
        strategy: SearchStrategy[object] = eval(expression, {**(module or {}), **names})
        strategy.validate()
        return strategy

    return evaluate

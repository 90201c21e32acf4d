"""Domains: which inputs a function promises something about."""

from dataclasses import dataclass

from refute.properties.evidence import Evidence


@dataclass(frozen=True)
class ParameterDomain:
    """The inputs of one parameter.

    `strategy` is a Python expression over the public names of `hypothesis.strategies` (written bare, as in
    `lists(integers())`), the names of the module under test, and `after_calls`: instances (a strategy) after a few
    calls (a strategy of methods with their keyword arguments). `evidence` says where it comes from. `low` and `high`
    are the bounds of a number that the docstring, a guard or a contract gives; None where they give none.
    """

    name: str
    strategy: str
    evidence: Evidence
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Domain:
    """The inputs of a function: a strategy for each parameter, and a precondition over all of them.

    `precondition` is a Python expression over the parameters' names, or None. `examples` are argument lists
    known to be inside the domain (from docstring examples, call sites, or the model), each a tuple of
    (parameter, Python expression); they are always tried first. `narrowed` are conditions that the user added; they are
    part of `precondition`.
    """

    parameters: tuple[ParameterDomain, ...]
    precondition: str | None = None
    examples: tuple[tuple[tuple[str, str], ...], ...] = ()
    narrowed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether of some parameter nothing is known that could be passed."""
        return not self.examples and any(parameter.strategy == "nothing()" for parameter in self.parameters)

    def speaks_of(self, arguments: tuple[tuple[str, str], ...]) -> bool:
        """Whether `arguments` are for its parameters alone. A call that a person wrote may give `*args` besides, which
        properties over all inputs leave empty."""
        return {name for name, _ in arguments} <= {parameter.name for parameter in self.parameters}

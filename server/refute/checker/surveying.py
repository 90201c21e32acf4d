"""What the inputs of a function are: asked for by people who want to judge a check by them."""

from refute.checker.settings import Settings
from refute.properties.domain import Domain
from refute.properties.units import FunctionUnit
from refute.worker.protocol import Inputs, ModuleSource, SurveyRequest

SECONDS = 20.0
CALL_SECONDS = 2.0
"""More than a check gives a call, since its lines are traced."""


def survey_request(module: ModuleSource, unit: FunctionUnit, domain: Domain, settings: Settings) -> SurveyRequest:
    """The request for a survey of the inputs that a check draws from `domain`: the same seed, as many examples."""
    strategies = tuple((parameter.name, parameter.strategy) for parameter in domain.parameters)
    inputs = Inputs(strategies, domain.precondition, domain.examples, settings.examples, settings.seed)
    return SurveyRequest(module, unit.qualname, inputs, call_seconds=CALL_SECONDS, seconds=SECONDS)

"""How Hypothesis runs in all tests, whichever of them are run: timing is not what they are about, and the machine may
be busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("tests", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

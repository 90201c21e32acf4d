"""Timing is not what these tests are about, and the machine may be busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("worker", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("worker")

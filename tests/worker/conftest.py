"""Timing is not what these tests are about, and the machine may be busy."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

settings.register_profile("worker", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("worker")

# Times in requests are finite, and the codec refuses others.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))

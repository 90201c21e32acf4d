"""Times in requests are finite, and the codec refuses others."""

from hypothesis import strategies as st

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))

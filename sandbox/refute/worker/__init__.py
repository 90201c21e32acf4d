"""What runs inside the user's interpreter: the standard library and the user's own Hypothesis, nothing else.

This folder is loaded twice. The server imports `refute.worker.protocol` and `refute.worker.codec` to speak with a
worker. A worker is started as `PYTHON -I -B .../worker/__main__.py`, which loads the folder under a private name, so
that nothing of ours can be imported by the code under test. That is why the modules here import each other relatively.
"""

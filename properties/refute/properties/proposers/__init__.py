"""Proposers: one module per source of properties, each with `propose`, which claims only what its source says.

A proposer that is not sure proposes nothing; whether a property stands is decided elsewhere.
"""

from refute.properties.proposers.every import propose

__all__ = ["propose"]

"""Mutations of a user's function: small edits of its text, each of which may be the repair.

Each module knows one kind of mistake and yields `Change`s; `search` orders them. Nothing here knows what the
function should do: candidates are judged by running them.
"""

from refute.repair.mutations.search import mutants, second_order

__all__ = ["mutants", "second_order"]

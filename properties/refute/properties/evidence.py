"""Evidence: what a domain or a property rests on, from strong to weak."""

from enum import IntEnum


class Evidence(IntEnum):
    """Where a claim about a function comes from. Larger is stronger; the order decides rulings.

    The order is that of the design: what a person wrote as a rule, then what a person wrote as an example, then
    what the docstring says in words and independent implementations confirm, then types, names, and guesses.
    """

    GUESS = 0
    """The model's or a heuristic's lone word."""
    NAME = 1
    """A name pattern, such as `encode` beside `decode`."""
    TYPE = 2
    """An annotation or a default value."""
    AGREEMENT = 3
    """Independent implementations written from the spec agree."""
    DOCSTRING = 4
    """A sentence or a section of the docstring."""
    EXAMPLE = 5
    """An example in the docstring."""
    CONTRACT = 6
    """An assert, a guard that raises, a contract decorator, or a property that the user pinned."""

    @property
    def label(self) -> str:
        """The word for it in output and settings, such as "docstring"."""
        return self.name.lower()

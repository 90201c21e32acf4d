"""All proposers that need no model, asked in turn."""

from refute.properties.property import Property
from refute.properties.proposers import classes, contracts, examples, metamorphic, names, raises, types, unchanged
from refute.properties.units import FunctionUnit

_PROPOSERS = (
    contracts.propose,
    examples.propose,
    raises.propose,
    unchanged.propose,
    types.propose,
    names.propose,
    classes.propose,
    metamorphic.propose,
)
_OF_CONSTRUCTORS = (contracts.propose, examples.propose, raises.propose)
"""Others speak of results, and a constructor has none of its own."""


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """Every property that the text of the document claims of `unit`, each once, strongest evidence first.

    Raises `UnreadableError` where `module_text` is not a module.
    """
    found: dict[str, Property] = {}
    for ask in _PROPOSERS if unit.kind != "constructor" else _OF_CONSTRUCTORS:
        for claim in ask(unit, module_text):
            found.setdefault(claim.id, claim)
    return tuple(sorted(found.values(), key=lambda claim: -claim.evidence))

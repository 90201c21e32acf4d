"""Sentences about the state of things, for users: what is so, and what to do."""

NO_MODEL = "no model: only examples, types, names and declared exceptions are checked (`refute model pull` gets one)"
NO_DOCSTRING = "no docstring: only types, names and contracts are checked"
NOTHING_STOOD = "no property could be inferred that says anything; an example in the docstring would help"
NO_AGREEMENT = "independent implementations of the docstring do not agree; say more there, or give an example"
NO_INPUTS = "no inputs are known: annotate the parameters or give an example in the docstring"
WEAK_EVIDENCE = "it differs from implementations of its docstring, but the evidence is too weak for a warning"

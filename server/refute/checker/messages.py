"""Sentences about the state of things, for users: what is so, and what to do."""

NO_MODEL = "no model: only examples, types, names and declared exceptions are checked (`refute model pull` gets one)"
NO_DOCSTRING = "no docstring: only types, names and contracts are checked"
NOTHING_STOOD = "no property could be inferred that says anything; an example in the docstring would help"
NO_AGREEMENT = "independent implementations of the docstring do not agree; say more there, or give an example"
NO_INPUTS = "no inputs are known: annotate the parameters or give an example in the docstring"
WEAK_EVIDENCE = "it differs from implementations of its docstring, but the evidence is too weak for a warning"
NO_IMPLEMENTATION = "the model wrote no usable body; say more in the docstring, or try a larger model"
UNCHECKED = "the model's first answer, as it came: nothing was checked"
NOT_A_STUB = "it has a body already; `refute check --fix` looks for what is wrong with it"
NO_MODEL_TO_WRITE = "writing a body takes a model (`refute model pull` gets one)"
HOW_TO_ALLOW = "`# refute: check` above it lets it be called in the sandbox"
HOW_TO_TRUST = 'only `sandbox = "off"` in [tool.refute] would let it; `# refute: skip` above it ends this message'

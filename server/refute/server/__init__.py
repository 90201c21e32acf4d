"""The language server: translates between LSP and the checker.

The rule here: handlers read the current `View` of a document and answer at once; all work happens in tasks of one
event loop. Nothing in this part imports user code, Hypothesis or a model.
"""

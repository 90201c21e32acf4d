"""The loop itself, free of LSP: from a document's functions to rulings and fixes, with what is remembered of them.

Nothing here runs user code or loads a model: that is asked of the worker pool and of the model process.
"""

"""Ways to mend a function: mutations, carried implementations, repair prompts, edits, ranking.

Pure: text in, text out. Nothing here runs code, reads files or a clock, or knows a model.
"""

"""Function units, specs, domains and properties: pure code.

Nothing in here reads or writes files, starts processes, asks a clock, or imports Hypothesis: text goes in, values
come out. Strategies and checks are Python expressions as text; only a worker evaluates them.
"""

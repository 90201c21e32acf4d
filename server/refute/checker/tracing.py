"""Explanations of violations: a run of the counterexample, followed line by line."""

from collections.abc import Sequence
from dataclasses import replace

from refute.checker.analysis import Ruling, Verdict
from refute.properties.tracing import TraceLine, tell_trace
from refute.properties.units import FunctionUnit
from refute.sandbox.pool import Workers
from refute.worker.protocol import ModuleSource, TraceRequest

TRACED = 3
"""Violations that are followed; those after them have mostly the same cause."""


async def traced(
    workers: Workers, module: ModuleSource, unit: FunctionUnit, verdicts: Sequence[Verdict]
) -> tuple[Verdict, ...]:
    """`verdicts`, the violated ones with the trace of their counterexamples."""
    told: list[Verdict] = []
    followed: dict[tuple[tuple[str, str], ...], tuple[TraceLine, ...]] = {}
    for verdict in verdicts:
        found = verdict.counterexample
        if verdict.ruling is Ruling.VIOLATED and found is not None and found.exact:
            if found.arguments not in followed and len(followed) < TRACED:
                trace = await workers.trace(TraceRequest(module, unit.qualname, found.arguments))
                outcome = f"raises {found.exception}" if found.exception else f"returns {found.result}"
                followed[found.arguments] = tell_trace(trace.steps, unit.source, unit.first_line, outcome)
            told.append(replace(verdict, trace=followed.get(found.arguments, ())))
        else:
            told.append(verdict)
    return tuple(told)

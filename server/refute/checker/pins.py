"""Pinned properties: run on the inputs of their own tests, and believed."""

from collections.abc import Sequence

from refute.checker.analysis import Verdict
from refute.checker.judging import as_check, judge
from refute.properties.pinned import Pinned
from refute.properties.units import FunctionUnit
from refute.sandbox.pool import Workers
from refute.worker.protocol import Inputs, ModuleSource, Outcome, RunRequest


async def run_pin(
    workers: Workers, module: ModuleSource, unit: FunctionUnit, pin: Pinned, examples: int, seed: int
) -> Outcome:
    """What comes of one pinned property with `module` as it is given."""
    inputs = Inputs(pin.strategies, pin.precondition, pin.examples, examples, seed)
    (outcome,) = await workers.run(RunRequest(module, unit.qualname, inputs, (as_check(pin.claim),)))
    return outcome


async def judge_pins(
    workers: Workers, module: ModuleSource, unit: FunctionUnit, pins: Sequence[Pinned], examples: int, seed: int
) -> tuple[Verdict, ...]:
    """Verdicts on `pins`."""
    outcomes = [(pin.claim, await run_pin(workers, module, unit, pin, examples, seed)) for pin in pins]
    return tuple(judge(unit, claim, outcome) for claim, outcome in outcomes)

"""What came of a change: inputs on which a function no longer returns what its earlier definition does."""

from refute.checker.analysis import Ruling, Verdict
from refute.properties.explaining import explain_change
from refute.properties.property import Property
from refute.properties.ruling import RULE_CONFIDENCE
from refute.properties.units import FunctionUnit
from refute.sandbox.pool import Workers
from refute.worker.protocol import ComparedInput, CompareRequest, Counterexample, Inputs, ModuleSource, Variant


async def changed_result(
    workers: Workers, module: ModuleSource, unit: FunctionUnit, inputs: Inputs, earlier: str, claim: Property
) -> Verdict | None:
    """A suggestion about the smallest input on which `unit` answers otherwise than its `earlier` definition; None where
    there is none. Inputs on which the latter does not return, or either answers twice differently, say nothing."""
    twice = (Variant("now"), Variant("then", earlier), Variant("now again"), Variant("then again", earlier))
    comparison = await workers.compare(CompareRequest(module, unit.qualname, inputs, twice))
    changed = [row for row in comparison.inputs if _is_changed(row)]
    if not changed:
        return None
    row = min(changed, key=lambda each: sum(len(text) for _, text in each.arguments))
    now, then = (row.answers[row.choice[index]] for index in (0, 1))
    result, exception = (now.text, None) if now.kind == "value" else (None, now.text)
    found = Counterexample(row.arguments, result, exception, exact=row.exact)
    return Verdict(
        claim,
        Ruling.SUGGESTED,
        RULE_CONFIDENCE[claim.evidence],
        found,
        explain_change(found, unit.qualname, then.text),
        len(comparison.inputs),
        expected=then.text,
    )


def _is_changed(row: ComparedInput) -> bool:
    now, then, again, then_again = row.choice
    if min(row.choice) < 0 or now != again or then != then_again or now == then:
        return False
    return row.answers[then].kind == "value" and row.answers[now].kind != "timeout"

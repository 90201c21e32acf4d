"""Words that the output formats share: calls, what came of them, evidence, counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from refute.checker.analysis import FunctionReport, FunctionVerdict, Verdict
from refute.properties.evidence import Evidence
from refute.properties.explaining import call_on
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.repair.fix import Fix
from refute.worker.protocol import Counterexample

VERDICTS: tuple[FunctionVerdict, ...] = ("violated", "holds", "unknown", "skipped")
_STANDS_ON = {
    Evidence.CONTRACT: "contract",
    Evidence.EXAMPLE: "docstring example",
    Evidence.DOCSTRING: "docstring",
    Evidence.AGREEMENT: "docstring, as independent implementations of it agree",
    Evidence.TYPE: "types",
    Evidence.NAME: "names",
    Evidence.GUESS: "a guess",
}


def call(unit: FunctionUnit, found: Counterexample) -> str:
    """The call that violates a property, such as `f(items=[1, 0])`; a method is called on its `self`, after the calls
    that this went through."""
    arguments = dict(found.arguments)
    kinds = {parameter.name: parameter.kind for parameter in unit.spec.parameters}
    owner = arguments.pop(unit.spec.parameters[0].name, None) if unit.kind == "method" and kinds else None
    prefixes = {"positional_only": "", "var_positional": "*", "var_keyword": "**"}
    if any(kinds.get(name) == "var_positional" for name in arguments):
        prefixes["positional_or_keyword"] = ""  # what comes before `*args` is given by position
    written = (prefixes.get(kinds.get(n, "keyword_only"), f"{n}=") + value for n, value in arguments.items())
    if owner is None:
        return f"{unit.callee}({', '.join(written)})"
    name = unit.spec.name
    return call_on(owner, name if unit.is_property else f"{name}({', '.join(written)})")


def outcome(verdict: Verdict, found: Counterexample) -> str:
    """What came of the call: `returned [1, 0]` or `raised IndexError: list index out of range, in line 12`."""
    if found.exception is None:
        shows = verdict.property.shows
        then = "" if shows is None or found.shown is None else f", then {shows[0]} gave {found.shown}"
        return f"returned {found.result}{then}"
    return f"raised {found.exception}" + (f", in line {found.line}" if found.line else "")


def evidence(claim: Property) -> str:
    """What a property rests on: `docstring, line 12`."""
    if claim.stated_at is not None:
        kind = "pinned test" if claim.evidence is Evidence.CONTRACT else "test"
        return f"{kind}, {claim.stated_at.path}, line {claim.stated_at.line + 1}"
    where = "" if claim.spec_line is None else f", line {claim.spec_line + 1}"
    return _STANDS_ON[claim.evidence] + where


def message(unit: FunctionUnit, verdict: Verdict) -> str:
    """A violation in a few sentences: what does not hold, for which call, and what that rests on."""
    found = verdict.counterexample
    lines = [
        f"violated: {verdict.property.statement}",
        "" if found is None else f"{call(unit, found)} {outcome(verdict, found)}",
        f"evidence: {evidence(verdict.property)}",
    ]
    return "\n".join(line for line in lines if line)


def checked(fix: Fix) -> str:
    """What a fix was checked against: `passes 5 properties on 1000 inputs and 3 tests`."""
    tests = f" and {count(fix.tests, 'test')}" if fix.tests else ""
    return f"passes {count(fix.properties, 'property', 'properties')} on {count(fix.examples, 'input')}{tests}"


def leading(report: FunctionReport) -> tuple[Verdict, ...]:
    """The violations of a function, the surest first."""
    return tuple(sorted(report.violations, key=lambda verdict: -verdict.confidence))


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 input`, `3 inputs`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def tally(reports: Iterable[FunctionReport]) -> str:
    """`4 violated, 8 hold, 2 unknown`; verdicts that did not occur are left out."""
    counts = Counter(report.verdict for report in reports)
    plural = {"holds": "hold"}
    return ", ".join(
        f"{counts[verdict]} {verdict if counts[verdict] == 1 else plural.get(verdict, verdict)}"
        for verdict in VERDICTS
        if counts[verdict]
    )


def some(names: Sequence[str], most: int = 4) -> str:
    """`a, b, c and 7 more`."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def duration(seconds: float) -> str:
    """`0.4 s`, `34 s`, `3 min 20 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size(number: int) -> str:
    """Bytes in decimal units: `1.12 GB`, `98 MB`."""
    return f"{number / 1e9:.2f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"

"""What is said of functions, in words for users. Pure."""

import re

from refute.checker.analysis import FunctionReport, Ruling, Verdict
from refute.properties.domain import Domain
from refute.properties.explaining import rests_on
from refute.properties.units import FunctionUnit
from refute.repair.fix import Fix
from refute.server.view import FunctionView

SIGNS = {
    Ruling.VIOLATED: "**violated:**",
    Ruling.SUGGESTED: "perhaps violated:",
    Ruling.HOLDS: "holds:",
    Ruling.DISMISSED: "dismissed:",
}
SHOWN = tuple(SIGNS)


def violation(verdict: Verdict, unit: FunctionUnit) -> str:
    """One sentence about a refuted property of `unit`, with its smallest counterexample and the line it rests on."""
    rest = rests_on(verdict.property, unit)
    if verdict.explanation:
        return verdict.explanation + rest
    sentence = f"violated: {verdict.property.statement}{rest}"
    found = verdict.counterexample
    if found is None:
        return sentence
    arguments = ", ".join(f"{name}={value}" for name, value in found.arguments)
    came = f"raises {found.exception}" if found.exception else f"gives {found.result}"
    return f"{sentence}. {arguments or 'The call'} {came}"


def summary(function: FunctionView, is_running: bool, document_obstacle: str | None = None) -> str:
    """A few words for a code lens: `1 violated`, `4 properties hold`, `not checked: it is a coroutine`."""
    if is_running:
        return "checking…"
    obstacle = function.unit.obstacle or document_obstacle
    report = function.report
    if report is None:
        return f"not checked: {obstacle}" if obstacle else "not checked yet"
    words = _verdict(report)
    return f"{words} (outdated)" if function.outdated else words


def details(function: FunctionView, is_running: bool, document_obstacle: str | None = None) -> str:
    """All that is known of a function, as Markdown."""
    report = function.report
    head = f"**Refute:** {summary(function, is_running, document_obstacle)}"
    if report is None:
        return head
    blocks = [head, _domain(report.domain) if report.domain is not None else "", _properties(report)]
    if not function.outdated:
        blocks += [_trace(report), *map(_fix, report.fixes)]
    if report.seconds and report.final:
        blocks.append(f"Checked in {_seconds(report.seconds)}")
    return "\n\n".join(block for block in blocks if block)


def plain(markdown: str) -> str:
    """The same for a client that shows plain text only."""
    return markdown.replace("**", "").replace("`", "")


def _domain(domain: Domain) -> str:
    lines = [f"- {code(p.name)}: {code(p.strategy)} ({p.evidence.label})" for p in domain.parameters]
    if domain.precondition is not None:
        lines.append(f"- where {code(domain.precondition)}")
    if domain.narrowed:
        lines.append(f"- narrowed by you: {', '.join(map(code, domain.narrowed))}")
    return "\n".join(("Inputs:", "", *lines)) if lines else ""


def _properties(report: FunctionReport) -> str:
    shown = [verdict for verdict in report.verdicts if verdict.ruling in SHOWN]
    lines = [_property(verdict, report.unit) for verdict in sorted(shown, key=lambda v: SHOWN.index(v.ruling))]
    return "\n".join(("Properties:", "", *lines)) if lines else ""


def _trace(report: FunctionReport) -> str:
    """How the first counterexample came about."""
    verdict = next((verdict for verdict in report.violations if verdict.trace), None)
    if verdict is None or verdict.counterexample is None:
        return ""
    arguments = ", ".join(f"{name}={value}" for name, value in verdict.counterexample.arguments)
    lines = [
        f"- line {report.unit.first_line + step.offset + 1}: {code(step.text)}" if step.offset is not None else "- …"
        for step in verdict.trace
    ]
    return "\n".join((f"How {code(arguments or 'the call')} came to this:", "", *lines))


def _fix(fix: Fix) -> str:
    words = f"{'Another checked fix' if fix.difference else 'A checked fix'}: {fix.title} ({checked(fix)})"
    return f"{words}  \n{fix.difference}" if fix.difference else words


def checked(fix: Fix) -> str:
    """What a fix was checked against: `5 properties, 1000 examples, 3 tests`."""
    parts = [f"{fix.properties} properties", _examples(fix.examples)]
    further = (
        (fix.counterexamples, "known counterexamples"),
        (fix.pinned, "pinned properties"),
        (fix.tests, "tests of the project"),
    )
    return ", ".join([*parts, *(f"{count} {what}" for count, what in further if count)])


def _property(verdict: Verdict, unit: FunctionUnit) -> str:
    claim = verdict.property
    line = f"- {SIGNS[verdict.ruling]} {claim.statement} ({claim.evidence.label}"
    line += f", {_examples(verdict.examples_run)})" if verdict.examples_run else ")"
    if verdict.ruling in (Ruling.VIOLATED, Ruling.SUGGESTED):
        return f"{line}  \n  {violation(verdict, unit)}"
    return line


def _examples(count: int) -> str:
    return "1 example" if count == 1 else f"{count} examples"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def code(source: str) -> str:
    """Source as inline code, whatever backticks it holds."""
    fence = "`" * (max((len(run) for run in re.findall("`+", source)), default=0) + 1)
    padding = " " if source.startswith("`") or source.endswith("`") else ""
    return f"{fence}{padding}{source}{padding}{fence}"


def _verdict(report: FunctionReport) -> str:
    if report.violations:
        return f"{len(report.violations)} violated"
    holding = sum(verdict.ruling is Ruling.HOLDS for verdict in report.verdicts)
    if report.verdict == "holds" and holding:
        changed = any(v.ruling is Ruling.SUGGESTED and v.property.kind == "committed" for v in report.verdicts)
        words = "1 property holds" if holding == 1 else f"{holding} properties hold"
        return f"{words}, the result changed since the last commit" if changed else words
    return f"not checked: {report.reason or 'no property stood'}"

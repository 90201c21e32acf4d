"""What the Generator asks the model about a function's body: to repair it, or to review it.

A repair round is in the form of PGS: one violated property, its smallest counterexample, no more. What goes back to the
model is what PGS found to work: the property in words, the one smallest input that violates it, and what came out
against what should have. Earlier attempts are shown as code only, so that they are not repeated.
"""

from dataclasses import dataclass

from refute.properties.prompts import Question, header
from refute.properties.units import FunctionUnit
from refute.repair.answers import parse_definition

__all__ = ["RepairPrompt", "ask_review", "parse_definition", "repair_prompt"]

_SYSTEM = (
    "You repair Python functions. You are given a function with a bug, one property that it violates, and the smallest"
    " input that shows it. Find the mistake and change as little as possible: keep the signature and the names, do not"
    " treat that input as a special case. Answer with the whole corrected function and nothing else."
)
_REVIEWER = (
    "You are an expert Python programmer. You review functions and correct them so that they do exactly what the "
    "docstring says."
)
_ATTEMPTS_SHOWN = 2
_CHARACTERS_IN_A_TOKEN = 2
"""At least, in code; mostly there are three or four."""
_MORE_TOKENS = 100


@dataclass(frozen=True)
class RepairPrompt:
    """A chat prompt whose answer is already begun: `opening` ends with the line of the signature."""

    system: str
    user: str
    opening: str


def repair_prompt(
    unit: FunctionUnit,
    statement: str,
    counterexample: tuple[tuple[str, str], ...],
    actual: str,
    expected: str | None = None,
    earlier_attempts: tuple[str, ...] = (),
) -> RepairPrompt:
    """The prompt of one repair round.

    `statement` is the violated property in words, `counterexample` its smallest input as (parameter, expression),
    `actual` what the call gave (a `repr`, or "Type: message"), `expected` what it should have given where that is
    known. Of `earlier_attempts`, sources that failed as well, the newest are shown.
    """
    call = ", ".join(f"{name}={value}" for name, value in counterexample if name not in ("self", "cls"))
    parts = [f"```python\n{_context(unit)}{unit.source.rstrip()}\n```", f"Violated property: {statement}"]
    if counterexample:
        parts.append(f"Smallest input that violates it: {unit.spec.name}({call})")
    if actual:
        parts.append(f"Actual result: {actual}")
    if expected is not None:
        parts.append(f"Expected result: {expected}")
    shown = [attempt.strip() for attempt in earlier_attempts if attempt.strip() != unit.source.strip()]
    again = "This attempt is wrong too, do not repeat it:"
    parts += [f"{again}\n```python\n{attempt}\n```" for attempt in shown[-_ATTEMPTS_SHOWN:]]
    parts.append(f"Write `{unit.spec.name}` again, corrected.")
    return RepairPrompt(_SYSTEM, "\n\n".join(parts), f"```python\n{unit.spec.signature.rstrip()}\n")


def ask_review(unit: FunctionUnit) -> Question:
    """Ask for the body of the function once more, corrected where the model finds a mistake, else as it is."""
    return Question(
        _REVIEWER,
        f"```python\n{_context(unit)}{unit.source.rstrip()}\n```\n\n"
        f"This function may have a mistake. Write `{unit.spec.name}` again: correct the mistake with as small a change "
        "as possible, or repeat the function as it is if it does what the docstring says.",
        f"```python\n{header(unit.spec)}\n",
        max_tokens=len(unit.source) // _CHARACTERS_IN_A_TOKEN + _MORE_TOKENS,
    )


def _context(unit: FunctionUnit) -> str:
    context = unit.spec.context.strip()
    return f"{context}\n\n\n" if context else ""

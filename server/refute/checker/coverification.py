"""Co-verification of one function, as far as workers do it: implementations answer the same inputs, and conjectures are
judged on them. See `docs/method.md`."""

from dataclasses import dataclass, replace

from refute.checker.panel import FUNCTION, Panel, are_values, columns_of
from refute.properties.agreement import agree, disagreements
from refute.sandbox.pool import Workers
from refute.worker.protocol import (
    Answer,
    Arguments,
    Check,
    ComparedInput,
    CompareRequest,
    Comparison,
    Inputs,
    ModuleSource,
    Variant,
)

EXAMINED_INPUTS = 40


async def convene(
    workers: Workers,
    module: ModuleSource,
    qualname: str,
    inputs: Inputs,
    implementations: tuple[str, ...],
    stated: tuple[Check, ...],
    refusals: frozenset[str],
    function: str | None = None,
) -> Panel:
    """Let the function and `implementations` answer the same inputs, and see what the latter agree on.

    `refusals` are the exceptions that the function raises by itself: an input that it refuses is outside its domain.
    `function` is the definition to compare with, None for the one that the module has.

    Implementations that cannot be loaded, or that violate one of `stated`, what a person wrote, have no vote.
    """
    variants = (Variant("function", function), *(Variant(f"i{n}", source) for n, source in enumerate(implementations)))
    comparison = await workers.compare(CompareRequest(module, qualname, inputs, variants, stated))
    offences = tuple(_offences(comparison, n + 1, len(stated)) for n in range(len(implementations)))
    voters = [n for n, count in enumerate(offences) if not count]
    kept = replace(
        comparison,
        inputs=tuple(columns_of(row, [FUNCTION, *(n + 1 for n in voters)]) for row in comparison.inputs),
        load_errors=tuple(comparison.load_errors[i] for i in [FUNCTION, *(n + 1 for n in voters)])
        if comparison.load_errors
        else (),
    )
    choices = [row.choice[1:] for row in kept.inputs]
    agreement = agree(choices, are_values(kept.inputs, refusals), len(voters))
    differing = disagreements(agreement, [row.choice for row in kept.inputs], FUNCTION)
    voting = tuple(implementations[n] for n in voters)
    return Panel(inputs, voting, kept, agreement, differing, offences, refusals=refusals)


@dataclass(frozen=True)
class CrossExamination:
    """What members and their mutants make of conjectures, by the numbers of these: `refuted` by a member, `killed` by a
    mutant (so that they say something), or `invalid`, with the reason why their code fails. It is not `complete` where
    time ran out, for all or for a member."""

    refuted: frozenset[int]
    killed: frozenset[int]
    invalid: dict[str, str]
    complete: bool = True


def to_examine(
    module: ModuleSource, qualname: str, panel: Panel, conjectures: tuple[Check, ...], mutants: tuple[str, ...]
) -> CompareRequest:
    """A request to judge `conjectures` on the members and on `mutants` of a member, on inputs that are trusted."""
    variants = tuple(Variant(str(n), source) for n, source in enumerate((*panel.references, *mutants)))
    return CompareRequest(module, qualname, panel.inputs_of(panel.trusted[:EXAMINED_INPUTS]), variants, conjectures)


async def cross_examine(workers: Workers, panel: Panel, request: CompareRequest) -> CrossExamination:
    """Do what `request`, made by `to_examine`, asks for."""
    members = len(panel.references)
    comparison = await workers.compare(request)
    rows = [row.rejected for row in comparison.inputs if row.rejected]
    return CrossExamination(
        refuted=frozenset(check for row in rows for rejected in row[:members] for check in rejected),
        killed=frozenset(check for row in rows for rejected in row[members:] for check in rejected),
        invalid=dict(comparison.invalid_checks),
        complete=not comparison.detail and all(min(row.choice[:members], default=0) >= 0 for row in comparison.inputs),
    )


async def unrejected_variants(
    workers: Workers,
    module: ModuleSource,
    qualname: str,
    inputs: Inputs,
    sources: tuple[str, ...],
    checks: tuple[Check, ...],
) -> tuple[int, ...]:
    """Indices of the definitions in `sources` that answer every input in time and violate none of `checks`."""
    if not sources:
        return ()
    variants = tuple(Variant(str(n), source) for n, source in enumerate(sources))
    comparison = await workers.compare(CompareRequest(module, qualname, inputs, variants, checks))
    if not comparison.inputs:
        return ()
    return tuple(
        n for n in range(len(sources)) if not any(row.choice[n] < 0 or row.rejected[n] for row in comparison.inputs)
    )


async def expected_answer(
    workers: Workers, module: ModuleSource, qualname: str, panel: Panel, arguments: Arguments
) -> str | None:
    """What the members return for `arguments`, or None where they do not agree or raise."""
    variants = tuple(Variant(str(n), source) for n, source in enumerate(panel.references))
    request = CompareRequest(module, qualname, Inputs((), None, (arguments,), max_examples=1), variants)
    for row in (await workers.compare(request)).inputs:
        if len(set(row.choice)) == 1 and row.choice[0] >= 0 and row.answers[row.choice[0]].kind == "value":
            return row.answers[row.choice[0]].text
    return None


def _answer(row: ComparedInput, column: int) -> Answer | None:
    """What a variant answered, None where time ran out before."""
    return row.answers[row.choice[column]] if row.choice[column] >= 0 else None


def _offences(comparison: Comparison, variant: int, stated: int) -> int:
    """How many of the `stated` checks a variant violates; one more than there are where it could not be loaded, or
    lacks a name that it thinks is there."""
    if comparison.load_errors and comparison.load_errors[variant]:
        return stated + 1
    answers = (_answer(row, variant) for row in comparison.inputs)
    if any(one is not None and one.kind == "error" and one.text.startswith("NameError") for one in answers):
        return stated + 1
    rows = (row.rejected[variant] for row in comparison.inputs if row.rejected)
    return len({check for rejected in rows for check in rejected})

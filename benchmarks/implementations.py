"""How good and how long the model's implementations are: with comments and without, at several temperatures.

    python -m benchmarks.implementations TASKS.jsonl [--limit N] [--samples N] [--temperatures 0.6,0.8]

Each line of TASKS.jsonl holds `id`, `entry_point`, `stub` (a module whose function has only a docstring) and `tests`
(code that raises where the module above it is wrong). Every setting writes the same number of implementations of each
task, the first greedily. Printed for each: the share that passes the tests, the share of tasks with at least one that
does, tokens and seconds for one implementation. The reference is the first row: comments, temperature 0.8.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, replace
from typing import Any, TextIO

from benchmarks.tasks import chosen_tasks, passes, task_arguments

from refute.checker.settings import Settings
from refute.model.interface import CompletionRequest, Model, Prompt
from refute.model.selection import open_model
from refute.properties.parsing import parse_units
from refute.properties.prompts import Question, ask_implementation, header
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.carrying import carry_over
from refute.repair.edits import apply_edits, edits_between
from refute.repair.prompts import parse_definition


@dataclass(frozen=True)
class Way:
    """One way to ask: whether the answer may hold comments, and how warm all samples but the first are."""

    comments: bool
    temperature: float

    @property
    def name(self) -> str:
        """For the table."""
        return f"T={self.temperature:g}{'' if self.comments else ', no comments'}"

    def question(self, unit: FunctionUnit) -> Question:
        """The question of the checker, with or without its grammar."""
        question = ask_implementation(unit.spec)
        return replace(question, grammar=None) if self.comments else question


@dataclass
class Tally:
    """What one way gave so far."""

    tasks: int = 0
    solved: int = 0
    samples: int = 0
    passed: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def row(self) -> str:
        """A line of the table."""
        return (
            f"passes {100 * self.passed / self.samples:5.1f} %   tasks with one {100 * self.solved / self.tasks:5.1f} %"
            f"   {self.tokens / self.samples:6.1f} tokens, {self.seconds / self.samples:5.2f} s each"
        )


async def try_way(model: Model, task: dict[str, Any], way: Way, samples: int, tally: Tally) -> None:
    """Ask for `samples` implementations of one task, and test them."""
    snapshot = Snapshot("file:///task.py", None, task["stub"])
    unit = next(u for u in parse_units(snapshot).units if u.qualname == task["entry_point"])
    question = way.question(unit)
    request = CompletionRequest(
        Prompt(question.system, question.user, question.opening),
        (0.0,) + (way.temperature,) * (samples - 1),
        question.max_tokens,
        question.stop,
        question.grammar,
    )
    began = time.monotonic()
    completions = await model.complete(request)
    tally.seconds += time.monotonic() - began
    tally.tokens += sum(completion.tokens for completion in completions)
    passing = [solves(unit, task, f"{header(unit.spec)}\n{completion.text}") for completion in completions]
    tally.tasks += 1
    tally.solved += any(passing)
    tally.samples += samples
    tally.passed += sum(passing)


def solves(unit: FunctionUnit, task: dict[str, Any], text: str) -> bool:
    """Whether the module with this definition in the place of the stub passes its tests."""
    definition = parse_definition(text, unit.spec.name)
    candidate = carry_over(unit, definition) if definition is not None else None
    if candidate is None:
        return False
    module = apply_edits(task["stub"], edits_between(unit, task["stub"], candidate.source))
    return passes(module, task["tests"])


async def measure(tasks: list[dict[str, Any]], ways: list[Way], samples: int, model_name: str) -> None:
    """Try every way on every task and print the table."""
    model = open_model(model_name)
    tallies = {way: Tally() for way in ways}
    try:
        for number, task in enumerate(tasks, 1):
            for way, tally in tallies.items():
                await try_way(model, task, way, samples, tally)
            print(f"{number} of {len(tasks)} tasks", file=sys.stderr)
            show(tallies, sys.stderr)
    finally:
        await model.aclose()
    show(tallies, sys.stdout)


def show(tallies: dict[Way, Tally], out: TextIO) -> None:
    """Print the table as it stands."""
    for way, tally in tallies.items():
        print(f"{way.name:22} {tally.row()}", file=out)


def main() -> None:
    parser = task_arguments(__doc__)
    parser.add_argument("--samples", type=int, default=Settings().samples)
    parser.add_argument("--temperatures", default="0.8")
    args = parser.parse_args()
    warmths = [float(text) for text in args.temperatures.split(",")]
    ways = [Way(comments, warmth) for warmth in warmths for comments in (True, False)]
    asyncio.run(measure(chosen_tasks(args), ways, args.samples, args.model))


if __name__ == "__main__":
    main()

"""Ways to ask the model for a repair, side by side: the same model, and the same number of generated tokens for each.

    python -m benchmarks.repair_ways TASKS.jsonl [--limit N] [--tokens N]

Each line of TASKS.jsonl holds `id`, `entry_point`, `buggy` and `tests` (code that raises where the file above it is
wrong; no way sees it). Every buggy file is checked once; where a violation is found, each way starts from it:

  one shot          the code with its docstring, nothing of what was found; the first answer that changes something
  failing examples  as tests do it: three inputs that fail with what came and what should have, as they were drawn; the
                    first answer that passes these
  again             the smallest counterexample; each round shows the failed attempts at the user's code
  parallel          the smallest counterexample; the same question until the tokens are spent
  newest            each round goes on from the newest attempt
  best first        each round goes on from the attempt that fails least
  all of it         mutations and implementations first, which cost no tokens, then best first

All but the first two offer only what is proved on the properties. Printed: how many of the violated files each way
mends, by the tests, and how many of its offers are wrong.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine
from benchmarks.tasks import chosen_tasks, passes, task_arguments

from refute.checker.case import Case
from refute.checker.earlier import Earlier
from refute.checker.fixing import Generator, Wanted
from refute.checker.function_check import FunctionCheck
from refute.checker.inference import Inference
from refute.checker.modules import module_source
from refute.checker.polling import MUTANTS
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.interface import Completion, CompletionRequest, Model, ModelError, Prompt
from refute.model.selection import open_model
from refute.properties.parsing import parse_units
from refute.properties.units import FunctionUnit, Snapshot
from refute.repair.carrying import carry_over
from refute.repair.edits import apply_edits, edits_between
from refute.repair.mutations import mutants
from refute.repair.prompts import parse_definition
from refute.repair.selecting import History, Policy, best_first
from refute.sandbox.pool import NOTHING, Workers
from refute.worker.protocol import CompareRequest, Variant

SECONDS = 600.0
ROUNDS = 20
"""More than the tokens allow."""
EXAMPLES_SHOWN = 3
SYSTEM = "You repair Python functions. Answer with the whole corrected function and nothing else."


class Budget:
    """A model that generates at most so many tokens; what else is asked of it goes to `model`."""

    def __init__(self, model: Model, tokens: int) -> None:
        self._model = model
        self._left = tokens
        self.score, self.read, self.status, self.aclose = model.score, model.read, model.status, model.aclose
        self.identity = model.identity

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        """Raises `ModelError` once the tokens are spent; the last answers are cut off."""
        if self._left <= 0:
            raise ModelError("the tokens are spent")
        most = min(request.max_tokens, max(1, self._left // len(request.temperatures)))
        completions = await self._model.complete(replace(request, max_tokens=most), on_text)
        self._left -= sum(completion.tokens for completion in completions)
        return completions

    async def complete_together(self, requests: Sequence[CompletionRequest]) -> tuple[tuple[Completion, ...], ...]:
        """One after the other."""
        return tuple([await self.complete(request) for request in requests])


@dataclass
class Bench:
    """What all ways share."""

    workers: Workers
    model: Model
    store: Store
    tokens: int
    turns: Turns = field(default_factory=Turns)

    def inference(self, model: Model) -> Inference:
        return Inference(model, self.store, self.turns, 0, SECONDS)

    async def ask(self, unit: FunctionUnit, user: str) -> list[str]:
        """Bodies in the form of the user's function, as many as the tokens allow."""
        budget = Budget(self.model, self.tokens)
        opening = f"```python\n{unit.spec.signature.rstrip()}\n"
        found: list[str] = []
        for seed in range(ROUNDS):
            temperatures = (0.8,) * 4 if seed else (0.0, 0.8, 0.8, 0.8)
            request = CompletionRequest(
                Prompt(SYSTEM, user, opening), temperatures, 500, ("```",), seed=seed, copies=True
            )
            try:
                completions = await budget.complete(request)
            except ModelError:
                break
            definitions = (parse_definition(opening + c.text, unit.spec.name) for c in completions)
            carried = (carry_over(unit, definition, origin="model") for definition in definitions if definition)
            found += [candidate.source for candidate in carried if candidate is not None]
        return [source for source in dict.fromkeys(found) if source.strip() != unit.source.strip()]

    async def rounds(self, wanted: Wanted, policy: Policy) -> str | None:
        """What repair rounds with `policy` offer."""
        inference = self.inference(Budget(self.model, self.tokens))
        generator = Generator(wanted, self.workers, inference, 0, time.monotonic() + SECONDS, policy)
        fixes = await generator.rounds(ROUNDS)
        return fixes[0].source if fixes else None


def again(_history: History) -> int:
    """Always the user's code, with what failed below it."""
    return 0


def newest(history: History) -> int:
    return len(history.tried) - 1


def parallel(history: History) -> int:
    """The first question again: what failed is forgotten."""
    del history.tried[1:]
    return 0


async def one_shot(bench: Bench, wanted: Wanted) -> str | None:
    unit = wanted.unit
    question = (
        f"```python\n{unit.source.rstrip()}\n```\n\nThe function does not do what its docstring says. Correct it."
    )
    return next(iter(await bench.ask(unit, question)), None)


async def failing_examples(bench: Bench, wanted: Wanted) -> str | None:
    unit, panel = wanted.unit, wanted.panel
    lines: list[str] = []
    for index in panel.differing[:EXAMPLES_SHOWN] if panel else ():
        assert panel is not None
        row = panel.comparison.inputs[index]
        call = ", ".join(f"{name}={value}" for name, value in row.arguments)
        came = row.answers[row.choice[0]].text if row.choice[0] >= 0 else "nothing in time"
        lines.append(f"{unit.spec.name}({call}) gives {came}, not {panel.expected(index)}")
    failing = "\n".join(lines)
    question = f"```python\n{unit.source.rstrip()}\n```\n\nThese tests fail:\n{failing}\n\nCorrect the function."
    answers = await bench.ask(unit, question)
    for source in answers:
        if panel is not None and await passes_examples(bench, wanted, source):
            return source
    return answers[0] if answers else None


async def passes_examples(bench: Bench, wanted: Wanted, source: str) -> bool:
    """Whether a definition gives what the panel does on the inputs that were shown."""
    panel = wanted.panel
    assert panel is not None
    rows = [panel.comparison.inputs[index] for index in panel.differing[:EXAMPLES_SHOWN]]
    variants = (Variant("new", source), Variant("reference", panel.references[0]))
    request = CompareRequest(wanted.module, wanted.unit.qualname, panel.inputs_of(rows), variants)
    compared = await bench.workers.compare(request)
    return all(row.choice[0] == row.choice[1] for row in compared.inputs)


async def all_of_it(bench: Bench, wanted: Wanted) -> str | None:
    inference = bench.inference(Budget(bench.model, bench.tokens))
    generator = Generator(wanted, bench.workers, inference, 0, time.monotonic() + SECONDS)
    fixes = await generator.fixes(mutants(wanted.unit.source, limit=MUTANTS), ROUNDS)
    return fixes[0].source if fixes else None


WAYS: dict[str, Callable[[Bench, Wanted], Awaitable[str | None]]] = {
    "one shot": one_shot,
    "failing examples": failing_examples,
    "again": lambda bench, wanted: bench.rounds(wanted, again),
    "parallel": lambda bench, wanted: bench.rounds(wanted, parallel),
    "newest": lambda bench, wanted: bench.rounds(wanted, newest),
    "best first": lambda bench, wanted: bench.rounds(wanted, best_first),
    "all of it": all_of_it,
}


def mends(unit: FunctionUnit, task: dict[str, Any], source: str) -> bool:
    """Whether the file with `source` in it passes the task's tests."""
    return passes(apply_edits(task["buggy"], edits_between(unit, task["buggy"], source)), task["tests"])


async def violation(bench: Bench, folder: Path, task: dict[str, Any]) -> Wanted | None:
    """What is to be mended in a task, None where nothing is found."""
    path = folder / "task.py"
    path.write_text(task["buggy"])
    snapshot = Snapshot(path.as_uri(), None, task["buggy"])
    unit = next(u for u in parse_units(snapshot).units if u.qualname == task["entry_point"])
    module = module_source(path, task["buggy"], folder)
    settings = Settings(seconds=SECONDS)
    earlier = Earlier.of(bench.store, module, unit, settings, task["id"])
    case = Case(unit, task["buggy"], module, frozenset(), earlier, NOTHING)
    check = FunctionCheck(case, bench.workers, bench.inference(bench.model), settings, lambda _report: None)
    wanted = await check.wanted(await check.findings())
    return wanted if wanted.violated else None


async def measure(tasks: list[dict[str, Any]], tokens: int, model_name: str) -> None:
    """Try every way on every violated task, and print the table after each."""
    model, store = open_model(model_name), Store.in_user_folders(print)
    mended, wrong, violated = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            async with await Workers.start(Path(sys.executable), folder, mode="best-effort") as workers:
                bench = Bench(workers, model, store, tokens)
                for number, task in enumerate(tasks, 1):
                    wanted = await violation(bench, folder, task)
                    violated += wanted is not None
                    for way, ask in WAYS.items() if wanted else ():
                        assert wanted is not None
                        source = await ask(bench, wanted)
                        is_right = source is not None and mends(wanted.unit, task, source)
                        mended[way] += is_right
                        wrong[way] += source is not None and not is_right
                    print(f"\n{number} of {len(tasks)} files, {violated} violated, {tokens} tokens each; {machine()}")
                    for way in WAYS:
                        print(f"{way:18} mended {mended[way]:3}  wrong {wrong[way]:3}", flush=True)
        finally:
            await model.aclose()
            store.close()


def main() -> None:
    parser = task_arguments(__doc__)
    parser.add_argument("--tokens", type=int, default=800)
    args = parser.parse_args()
    asyncio.run(measure(chosen_tasks(args), args.tokens, args.model))


if __name__ == "__main__":
    main()

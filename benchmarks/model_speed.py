"""What the model costs: five samples against five single ones, a shared prompt, and repairs that copy.

    python -m benchmarks.model_speed MODEL.gguf [ROUNDS]

Processor time of one thread is told beside wall-clock time: on a busy machine it is the one to compare.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.measuring import machine, told

from refute.model.engine import Engine
from refute.model.interface import Completion, CompletionRequest, Prompt
from refute.model.loading import load
from refute.model.wire import Usage

FUNCTION = '''def merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge intervals that overlap or touch.

    The result is sorted, and no two intervals of it overlap.
    """
    result: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if result and start < result[-1][1]:
            previous_start, previous_end = result.pop()
            result.append((previous_start, max(previous_end, end)))
        else:
            result.append((start, end))
    return result
'''
SYSTEM = "You repair Python functions. Answer with the whole corrected function and nothing else."
REPAIR = CompletionRequest(
    Prompt(
        SYSTEM,
        f"```python\n{FUNCTION}```\n\nSmallest input that shows a mistake: merged([(0, 1), (1, 2)])\n"
        "Actual result: [(0, 1), (1, 2)]\nExpected result: [(0, 2)]\n\nWrite `merged` again, corrected.",
        f"```python\n{FUNCTION.splitlines()[0]}\n",
    ),
    max_tokens=220,
    stop=("```",),
)
SAMPLED = replace(REPAIR, temperatures=(0.8,) * 5, max_tokens=40, stop=())


@dataclass(frozen=True)
class Cost:
    """Seconds of one request."""

    wall: float
    cpu: float


def costs(work: Callable[[], object]) -> Cost:
    """What `work` takes."""
    wall, cpu = time.monotonic(), time.process_time()
    work()
    return Cost(time.monotonic() - wall, time.process_time() - cpu)


def compare(label: str, one: list[Cost], reference: list[Cost]) -> None:
    """Print both kinds of time of `one` against `reference`."""
    print(told(f"{label}, processor", [c.cpu for c in one], [c.cpu for c in reference]))
    print(told(f"{label}, wall", [c.wall for c in one], [c.wall for c in reference]))


def main(path: Path, rounds: int) -> None:
    """Print the figures."""
    print(f"{path.name}; {machine()}")
    engine, _ = load(path, threads=1, gpu_layers=0, context_size=4096)
    usage = answer(engine, replace(REPAIR, max_tokens=1))[1]
    again = answer(engine, replace(REPAIR, max_tokens=1))[1]
    print(
        f"a prompt of {usage.prompt_tokens} tokens: {usage.evaluated_tokens} evaluated, then {again.evaluated_tokens}"
    )
    plain: list[Cost] = []
    drafted: list[Cost] = []
    texts: set[str] = set()
    for _ in range(rounds):
        for request, found in ((REPAIR, plain), (replace(REPAIR, copies=True), drafted)):
            heard: list[str] = []
            found.append(costs(partial(hear, engine, request, heard)))
            texts.update(heard)
    print(f"repairs with and without drafts: {'equal' if len(texts) == 1 else 'different'} answers")
    compare("a repair with drafts, without = 1", drafted, plain)
    batched = [costs(lambda: answer(engine, SAMPLED)) for _ in range(rounds)]
    single = [costs(lambda: five_single(engine)) for _ in range(rounds)]
    compare("five samples together, apart = 1", batched, single)
    print(machine())


def answer(engine: Engine, request: CompletionRequest) -> tuple[tuple[Completion, ...], Usage]:
    """Ask, without listening or cancelling."""
    (completions,), usage = engine.complete((request,), lambda _sample, _text: None, lambda: False)
    return completions, usage


def hear(engine: Engine, request: CompletionRequest, heard: list[str]) -> None:
    """Ask, and note the text of the first answer."""
    heard.append(answer(engine, request)[0][0].text)


def five_single(engine: Engine) -> None:
    """The samples of `SAMPLED`, one after the other."""
    for index in range(len(SAMPLED.temperatures)):
        answer(engine, replace(SAMPLED, temperatures=SAMPLED.temperatures[:1], seed=SAMPLED.seed + index))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)

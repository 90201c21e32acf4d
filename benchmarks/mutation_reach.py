"""How many bugs one edit repairs, and how early that edit comes in the order of candidates.

    python -m benchmarks.mutation_reach TASKS.jsonl [--limit 600] [--only ID]

Each line of TASKS.jsonl holds `id`, `entry_point`, `bug` (its kind), `buggy` and `correct` (whole modules) and `tests`
(code that raises where the function is wrong). A bug counts as reached where a mutant has the syntax tree of the
correct function, or passes the tests. The mutants run in forked children with a time limit, but not in a sandbox.
"""

import argparse
import ast
import contextlib
import io
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from refute.repair.fix import Candidate
from refute.repair.mutations import mutants

SECONDS_PER_MUTANT = 0.1  # of processor time, so that a busy machine changes no result
MEMORY = 2 * 1024**3


def definition(module: str, name: str) -> tuple[int, int, str]:
    """The first and last line (zero-based, inclusive) and the source of the function `name` in a module."""
    for node in ast.parse(module).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            return first, last, "\n".join(module.split("\n")[first : last + 1])
    raise SystemExit(f"no function {name!r} in the task")


def substituted(module: str, span: tuple[int, int], source: str) -> str:
    lines = module.split("\n")
    return "\n".join([*lines[: span[0]], source, *lines[span[1] + 1 :]])


def passes(module: str, tests: str) -> bool:
    """Whether the tests pass, within the time limit."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_PER_MUTANT, SECONDS_PER_MUTANT)
    signal.setitimer(signal.ITIMER_VIRTUAL, 10 * SECONDS_PER_MUTANT)  # ends the process where Python cannot be stopped
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(module + "\n" + tests, "<task>", "exec"), {"__name__": "task"})
        return True
    except BaseException:  # whatever a mutant raises, SystemExit included, it has failed
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def first_passing(modules: Sequence[str], tests: str) -> int | None:
    """The index of the first module that passes. A child process tries one after the other; where one kills it, the
    next child goes on behind that one."""
    begin = 0
    while begin < len(modules):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            for index in range(begin, len(modules)):
                os.write(writing, f"{index}\n".encode())
                if passes(modules[index], tests):
                    os.write(writing, b"passes\n")
                    os._exit(0)
            os.write(writing, b"none\n")
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answers:
            *_, tried, last = ["0", *answers.read().split()]
        os.waitpid(child, 0)
        if last == "passes":
            return int(tried)
        if last == "none":
            return None
        begin = int(last) + 1
    return None


def equal_tree(candidates: Sequence[Candidate], correct: str) -> int | None:
    wanted = ast.dump(ast.parse(correct))
    return next((rank for rank, c in enumerate(candidates) if ast.dump(ast.parse(c.source)) == wanted), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--limit", type=int, default=600, help="mutants of one function")
    parser.add_argument("--only", default=None, help="the task with this id")
    options = parser.parse_args()
    ranks: list[int] = []
    kinds: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    total = seconds = made = exact = 0.0
    for line in options.tasks.read_text("utf-8").splitlines():
        task = json.loads(line)
        if options.only not in (None, task["id"]):
            continue
        first, last, source = definition(task["buggy"], task["entry_point"])
        begin = time.process_time()
        candidates = mutants(source, limit=options.limit)
        seconds += time.process_time() - begin
        made += len(candidates)
        total += 1
        kinds[task["bug"]] += 1
        same = equal_tree(candidates, definition(task["correct"], task["entry_point"])[2])
        exact += same is not None
        modules = [substituted(task["buggy"], (first, last), c.source) for c in candidates]
        rank = first_passing(modules, task["tests"])
        if rank is not None:
            ranks.append(rank)
            reached[task["bug"]] += 1
        title = candidates[rank].title if rank is not None else "-"
        print(f"{task['id']:<20} {task['bug']:<16} {len(candidates):>4} mutants  exact {same}  passing {rank}  {title}")
    print(f"{len(ranks)} of {total:.0f} bugs reached ({exact:.0f} with the very tree of the correct function)")
    print("within the first:", ", ".join(f"{n}: {sum(r < n for r in ranks)}" for n in (25, 50, 100, 200, 400, 600)))
    print("by kind:", ", ".join(f"{kind} {reached[kind]}/{count}" for kind, count in sorted(kinds.items())))
    print(f"{made / max(total, 1):.0f} mutants and {1000 * seconds / max(total, 1):.0f} ms a function")


if __name__ == "__main__":
    main()

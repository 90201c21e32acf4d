"""What is shown while a model file is fetched. Progress of jsonl goes to stdout, the rest to stderr."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import click

from refute.cli.wording import size
from refute.model.catalogue import ModelFile

OnProgress = Callable[[int, int], None]


@contextmanager
def shown_progress(model: ModelFile, form: str) -> Generator[OnProgress, None, None]:
    """A function to tell bytes to, which prints JSON, draws a bar in a terminal, or prints a line now and then."""
    if form == "jsonl":
        yield in_steps(100, lambda done, total: click.echo(json.dumps({"received": done, "total": total})))
    elif sys.stderr.isatty():
        with _bar(model) as on_progress:
            yield on_progress
    else:
        yield in_steps(10, lambda done, total: click.echo(f"{100 * done // total} % of {size(total)}", err=True))


def in_steps(steps: int, tell: OnProgress) -> OnProgress:
    """`tell`, but only when another of `steps` equal parts is done."""
    told = -1

    def on_progress(done: int, total: int) -> None:
        nonlocal told
        if (step := steps * done // total) > told:
            told = step
            tell(done, total)

    return on_progress


@contextmanager
def _bar(model: ModelFile) -> Generator[OnProgress, None, None]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(model.name, total=model.size)
        yield lambda done, total: progress.update(task, completed=done, total=total)

"""`--fix --write`: the best fix of each function goes into its file, and what was done is said."""

from collections.abc import Sequence
from pathlib import Path

import click

from refute.cli.checking import Done
from refute.cli.diffs import unified
from refute.cli.sources import SourceError, apply_edits, without_overlaps, write
from refute.cli.wording import count, leading

FIXES = ("fix", "fixes")
BODIES = ("body", "bodies")


def write_fixes(done: Sequence[Done], *, show: bool, words: tuple[str, str] = FIXES) -> None:
    """Write the fixes in `done`, a file at a time, and say on stderr what was done; with `show`, the diff too.

    `words` are what one of them and several are called.
    """
    files: dict[Path, list[Done]] = {}
    for item in done:
        if item.report.fixes:
            files.setdefault(item.source.path, []).append(item)
    for _, items in sorted(files.items()):
        _write_file(items, show, words)


def _write_file(items: Sequence[Done], show: bool, words: tuple[str, str]) -> None:
    """Write the fixes of one file; where two of them touch the same text, the one of the surer violation stays."""
    source = items[0].source
    surest = sorted(items, key=lambda item: [-verdict.confidence for verdict in leading(item.report)])
    wanted = [item.report.fixes[0].edits for item in surest]
    chosen = without_overlaps(wanted)
    text = apply_edits(source.text, [edit for edits in chosen for edit in edits])
    try:
        write(source, text)
    except SourceError as error:
        click.echo(f"error: {source.shown}: {error}", err=True)
        return
    if show:
        click.echo(unified(source.shown, source.text, text), err=True, nl=False)
    click.echo(f"{source.shown}: {count(len(chosen), *words)} written", err=True)
    if len(chosen) < len(wanted):
        click.echo(
            f"{source.shown}: {len(wanted) - len(chosen)} left out, since another touches the same lines; check again",
            err=True,
        )

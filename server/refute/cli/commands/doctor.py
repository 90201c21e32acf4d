"""`refute doctor`: what a check would use, and what to do where something is missing."""

from pathlib import Path
from typing import Any

import click

from refute.cli.interruption import run_interruptibly
from refute.cli.options import machine_options, settings_for
from refute.cli.workspaces import find_workspace

MARKS = {"ok": "ok", "note": "note", "missing": "MISSING"}


@click.command("doctor")
@click.option("--load", is_flag=True, help="Load the model too, and tell the device that it really uses.")
@machine_options
@click.pass_context
def command(ctx: click.Context, /, load: bool, **options: Any) -> None:
    """Show what will be used here: interpreter, Hypothesis, sandbox, model, backend.

    A worker is started to see what the system really enforces. Exit status: 0 functions can be checked, 3 they cannot.
    """
    workspace = find_workspace([], Path.cwd())
    states = run_interruptibly(_examine(workspace, options, load))
    ctx.exit(3 if "missing" in states else 0)


async def _examine(workspace: Path, options: dict[str, Any], load: bool) -> set[str]:
    """Print each finding as it comes; returns the states found."""
    from refute.cli.examination import examine

    states: set[str] = set()
    settings = settings_for(workspace, options)
    async for finding in examine(workspace, settings, load=load, notice=lambda text: click.echo(text, err=True)):
        click.echo(f"{MARKS[finding.state]:8} {finding.topic:11} {finding.text}")
        states.add(finding.state)
    return states

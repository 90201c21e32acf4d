"""`refute watch`: what `refute check` does, again and again."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from refute.cli.interruption import run_interruptibly
from refute.cli.options import checking_options, settings_for
from refute.cli.workspaces import find_targets, find_workspace, split_target


@click.command("watch")
@click.argument("paths", nargs=-1, metavar="[PATH | FILE::FUNCTION]...")
@click.option("--fix", is_flag=True, help="Also look for fixes.")
@click.option(
    "--format", "form", type=click.Choice(("human", "jsonl")), default="human", help="The form of the results."
)
@checking_options
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], fix: bool, form: str, **options: Any) -> None:
    """Check functions, and check again what changes on disk, until interrupted.

    PATH and FILE::FUNCTION are those of `refute check`. Only functions that changed, or that use what changed, are run.
    """
    from refute.cli.formats import make_output
    from refute.cli.opening import open_checker
    from refute.cli.progress import ProgressBar
    from refute.cli.rechecking import Rechecking

    arguments = paths or (".",)
    workspace = find_workspace([split_target(argument)[0] for argument in arguments], Path.cwd())
    find_targets(arguments, workspace, ())
    progress = ProgressBar()

    async def watch() -> None:
        rechecking = Rechecking(
            arguments,
            workspace,
            fix=fix,
            read_settings=lambda: settings_for(workspace, options),
            make_output=lambda: make_output(form, fix=fix, write=False),
            listener=progress,
        )
        await rechecking.forever(ctx.obj or open_checker)

    try:
        with suppress(KeyboardInterrupt):  # it is how a watch ends
            run_interruptibly(watch())
    finally:
        progress.close()

"""`refute check`: infer properties, try to refute them, report."""

from pathlib import Path
from typing import Any

import click

from refute.cli.interruption import run_interruptibly, signal_of
from refute.cli.options import checking_options, format_option, settings_for
from refute.cli.workspaces import find_targets, find_workspace, split_target


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH | FILE::FUNCTION]...")
@click.option("--fix", is_flag=True, help="Also look for fixes; each one offered passes every property that stands.")
@click.option("--write", is_flag=True, help="With --fix: put the best fix of each function into its file.")
@format_option
@checking_options
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], fix: bool, write: bool, form: str, **options: Any) -> None:
    """Check functions and report the properties that were refuted.

    PATH is a file or a folder (default: the current one), FILE::FUNCTION a single function. In folders, files that
    git ignores, hidden folders, virtual environments and test files are left out.

    Exit status: 0 nothing violated, 1 something violated, 2 wrong usage, 3 nothing could be checked,
    130 interrupted, 143 terminated.
    """
    from refute.cli.checking import Run, check_targets
    from refute.cli.formats import make_output
    from refute.cli.opening import Notices, open_checker, opened
    from refute.cli.progress import ProgressBar
    from refute.cli.writing import write_fixes

    if write and not fix:
        raise click.UsageError("--write puts fixes into files; it needs --fix.", ctx)
    arguments = paths or (".",)
    workspace = find_workspace([split_target(argument)[0] for argument in arguments], Path.cwd())
    settings = settings_for(workspace, options)
    run, output, progress = Run(), make_output(form, fix=fix, write=write), ProgressBar()
    notices = Notices(progress.tell)

    async def check() -> None:
        targets = find_targets(arguments, workspace, settings.exclude)
        async with opened(ctx.obj or open_checker, workspace, settings, notices) as checker:
            await check_targets(checker, run, targets, fix=fix, output=output, listener=progress)

    try:
        run_interruptibly(check())
    except KeyboardInterrupt as interrupt:
        run.ended_by = signal_of(interrupt)
    finally:
        progress.close()
    run.failed = notices.failed
    output.end(run)
    if run.interrupted:
        click.echo(f"interrupted: {len(run.done)} of {len(run.jobs)} functions were checked", err=True)
    if write and not run.interrupted:
        write_fixes(run.done, show=form != "human")
    ctx.exit(run.exit_status)

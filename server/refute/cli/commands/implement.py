"""`refute implement`: write the bodies of stubs from their specs, checked."""

from pathlib import Path
from typing import Any

import click

from refute.cli.interruption import run_interruptibly, signal_of
from refute.cli.options import checking_options, settings_for
from refute.cli.workspaces import find_targets, find_workspace, split_target


@click.command("implement")
@click.argument("targets", nargs=-1, required=True, metavar="FILE[::FUNCTION]...")
@click.option("--write", is_flag=True, help="Put the bodies into the files.")
@click.option(
    "--rounds",
    "repair_rounds",
    type=click.IntRange(min=0),
    metavar="N",
    help="Rounds of sampling and repair after the first answers (0: the first answer, unchecked).",
)
@click.option("--format", "form", type=click.Choice(("human", "jsonl")), default="human", show_default=True)
@checking_options
@click.pass_context
def command(ctx: click.Context, /, targets: tuple[str, ...], write: bool, form: str, **options: Any) -> None:
    """Write the bodies of stubs: functions with a docstring whose body is `...`, `pass` or `raise NotImplementedError`.

    Several bodies are sampled from the signature and the docstring; examples in the docstring, declared exceptions and
    the agreement of the bodies choose among them, and what was chosen runs on a thousand inputs.

    Exit status: 0 every body passes, 1 one of them violates something, 2 wrong usage, 3 nothing was written.
    """
    from refute.cli.checking import Run
    from refute.cli.implementing import implement_targets, make_output
    from refute.cli.opening import Notices, open_checker, opened
    from refute.cli.progress import ProgressBar
    from refute.cli.writing import BODIES, write_fixes

    workspace = find_workspace([split_target(argument)[0] for argument in targets], Path.cwd())
    settings = settings_for(workspace, options)
    run, output, progress = Run(), make_output(form, write=write), ProgressBar()
    notices = Notices(progress.tell)

    async def implement() -> None:
        found = find_targets(targets, workspace, settings.exclude)
        async with opened(ctx.obj or open_checker, workspace, settings, notices) as checker:
            await implement_targets(checker, run, found, settings.repair_rounds, output=output, listener=progress)

    try:
        run_interruptibly(implement())
    except KeyboardInterrupt as interrupt:
        run.ended_by = signal_of(interrupt)
    finally:
        progress.close()
    output.end(run)
    if write and not run.interrupted:
        write_fixes(run.done, show=False, words=BODIES)
    run.failed = notices.failed or not any(done.report.fixes for done in run.done)
    ctx.exit(run.exit_status)

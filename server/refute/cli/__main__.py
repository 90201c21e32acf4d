"""`refute` and `python -m refute.cli`."""

import errno
import importlib
import io
import os
import signal
import sys
import traceback

import click

from refute.cli.interruption import interrupt, signal_of, status_of
from refute.cli.streams import fill_closed, is_of_results

COMMANDS = ("check", "watch", "implement", "serve", "model", "doctor")
CLOSED_PIPE = 141
FAILED = 2


class Commands(click.Group):
    """A group that imports the module of a command when that command is asked for, and ends quietly when the user
    interrupts it, when the reader of its output goes away or when the disk is full."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: object = importlib.import_module(f"refute.cli.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as error:
            click.echo("interrupted", err=True)
            ctx.exit(status_of(signal_of(error)))
        except OSError as error:
            on_windows = os.name == "nt" and error.errno == errno.EINVAL
            nobody_reads = isinstance(error, BrokenPipeError) or on_windows  # as with `| head`
            if not nobody_reads:
                if not is_of_results(error):
                    raise
                click.echo(f"error: the results cannot be written: {error.strerror}", err=True)
            # This keeps the interpreter from failing again as it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(CLOSED_PIPE if nobody_reads else FAILED)


def show_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from importlib.metadata import version

        click.echo(f"refute {version('refute')}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Show the version."
)
def cli() -> None:
    """Hunt bugs in Python functions.

    A local model conjectures properties of each function from its docstring and signature, Hypothesis tries to refute
    them in a sandbox, and what is refuted is shown with its smallest counterexample. Nothing leaves this machine.
    """


def main() -> None:
    """Run the command line; never returns."""
    fill_closed()
    if os.name == "posix" and not os.path.isabs(os.path.expanduser("~")):  # noqa: PTH111, PTH117 (`Path` raises)
        os.environ["HOME"] = os.sep  # as containers have it for a user that the system does not know
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # source may hold what the terminal's encoding does not
    signal.signal(signal.SIGTERM, interrupt)  # who ends us that way wants clean work too
    try:
        cli.main(prog_name="refute")
    except Exception:  # a bug of ours; Python's own status for that, 1, would say that something is violated
        traceback.print_exc()
        sys.exit(FAILED)


if __name__ == "__main__":
    main()

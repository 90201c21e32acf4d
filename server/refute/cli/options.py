"""The options that several commands share, and the settings they add up to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from refute.checker.settings import Settings, from_pyproject, with_values

Command = TypeVar("Command", bound=Callable[..., object])
FORMATS = ("human", "jsonl", "sarif", "github", "junit")
_MODEL = click.option(
    "--model",
    metavar="NAME|PATH|URL|none",
    help="A model of `refute model list`, a GGUF file, an OpenAI-compatible server, or none.",
)
_PYTHON = click.option("--python", metavar="PATH", help="The interpreter that runs your code.")
_SHARED = (
    _MODEL,
    _PYTHON,
    click.option(
        "--jobs", type=click.IntRange(min=0), metavar="N", help="Functions checked at once (0: one per core)."
    ),
    click.option("--examples", type=click.IntRange(min=1), metavar="N", help="Inputs tried per function and run."),
    click.option("--seconds", type=click.FloatRange(min=1), metavar="N", help="Budget for one function."),
    click.option("--seed", type=int, metavar="N", help="Makes a run repeatable."),
    click.option("--no-cache", "cache", flag_value=False, default=None, help="Forget what earlier runs found."),
)

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="human", show_default=True, help="The form of the results."
)


def checking_options(command: Command) -> Command:
    """Decorate a click command with the options that override settings of a check."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def machine_options(command: Command) -> Command:
    """Decorate a click command with the options that say what runs code and what completes text."""
    return _MODEL(_PYTHON(command))


def settings_for(workspace: Path, overrides: Mapping[str, Any]) -> Settings:
    """The defaults, then `[tool.refute]` of `workspace`, then the options that were given (those not None).

    Bad values in the file are told on stderr and ignored, as `refute.checker.settings` says.
    """

    def complain(text: str) -> None:
        click.echo(f"warning: {text}", err=True)

    settings = from_pyproject(Settings(), workspace, complain)
    return with_values(settings, {k: v for k, v in overrides.items() if v is not None}, "command line", complain)

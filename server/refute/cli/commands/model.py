"""`refute model`: the model files that Refute knows by name."""

import json

import click

from refute.cli.wording import size
from refute.model.catalogue import CATALOGUE, DEFAULT_NAME, ModelFile, Source, find


def find_model(_ctx: click.Context, _parameter: click.Parameter, name: str) -> ModelFile:
    """The model called `name`, or a complaint that names those there are."""
    model = find(name)
    if model is None:
        names = ", ".join(known.name for known in CATALOGUE)
        raise click.BadParameter(f"there is no model {name!r}; choose from {names}, or use any GGUF file by its path")
    return model


name_argument = click.argument("model", metavar="[NAME]", default=DEFAULT_NAME, callback=find_model)
format_option = click.option(
    "--format", "form", type=click.Choice(("human", "jsonl")), default="human", help="jsonl is for other programs."
)


@click.group("model")
def command() -> None:
    """Fetch and remove model files. NAME is one that `refute model list` shows; the default is used without one."""


@command.command("list")
@format_option
def list_models(form: str) -> None:
    """Show the models that can be fetched, and which ones are here."""
    for model in CATALOGUE:
        click.echo(json.dumps(record(model)) if form == "jsonl" else describe(model))


def record(model: ModelFile) -> dict[str, object]:
    """A model as a line of `--format jsonl`."""
    return {
        "name": model.name,
        "path": str(model.path),
        "bytes": model.size,
        "present": model.is_present,
        "default": model.name == DEFAULT_NAME,
        "license": model.license,
    }


def describe(model: ModelFile) -> str:
    """A model as a line for people."""
    mark = "*" if model.is_present else " "
    here = "here" if model.is_present else "not fetched"
    return f"{mark} {model.name:20} {size(model.size):>7}  {here:11}  {model.note} ({model.license})"


@command.command("path")
@name_argument
def show_path(model: ModelFile) -> None:
    """Print where a model file is, or will be."""
    click.echo(model.path)


@command.command("pull")
@name_argument
@format_option
def pull(model: ModelFile, form: str) -> None:
    """Fetch a model file, unless it is here and right.

    Says what comes from where first. It is checked against the SHA-256 that its makers publish, and a pull that was
    cut off goes on where it stopped.
    """
    from refute.cli.pulling import shown_progress
    from refute.model.download import DownloadError
    from refute.model.download import pull as fetch

    def say(source: Source, start: int) -> None:
        rest = f", {size(start)} of it are here" if start else ""
        click.echo(f"{model.name}: {size(model.size)}{rest}, from {source}\n  into {model.path.parent}", err=True)

    try:
        with shown_progress(model, form) as on_progress:
            path = fetch(model, on_source=say, on_progress=on_progress)
    except DownloadError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{model.name} is at {path}", err=True)


@command.command("remove")
@name_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(model: ModelFile, yes: bool) -> None:
    """Delete a model file, and what a pull that was cut off has left of it."""
    from refute.model.download import remove as delete

    if not yes:
        click.confirm(f"Delete {model.path}?", abort=True, err=True)
    click.echo(f"{model.path} {'is deleted' if delete(model) else 'is not here'}.", err=True)

"""`refute model`: the model files that Refute knows by name."""

import json

import click

from refute.cli.wording import size
from refute.model.catalogue import CATALOGUE, DEFAULT_NAME, ModelFile, find


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


@command.command("remove")
@name_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(model: ModelFile, yes: bool) -> None:
    """Delete a model file."""
    if not model.path.exists():
        click.echo(f"{model.name} is not here ({model.path}).", err=True)
        return
    if not yes:
        click.confirm(f"Delete {model.path} ({size(model.path.stat().st_size)})?", abort=True, err=True)
    model.path.unlink()
    click.echo(f"{model.path} is deleted.", err=True)

"""`--format github`: workflow commands, which GitHub shows beside the lines of a pull request."""

from collections.abc import Sequence

import click

from refute.cli import wording
from refute.cli.checking import Done, Job, Run


class GithubOutput:
    """Prints an annotation for each violation as soon as it is known, and a summary for the log."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nothing comes before the first annotation."""

    def add(self, done: Done) -> None:
        """Print the annotations of one function."""
        for verdict in wording.leading(done.report):
            click.echo(
                annotation(
                    done.source.shown,
                    done.report.unit.first_line + 1,
                    f"{done.report.unit.qualname}: {verdict.property.statement}",
                    wording.message(done.report.unit, verdict),
                )
            )

    def end(self, run: Run) -> None:
        """Print the summary."""
        click.echo(wording.tally(done.report for done in run.done) or "nothing was checked")


def annotation(file: str, line: int, title: str, message: str) -> str:
    """A `::warning` command; what would end a field or the line is escaped as the runner expects."""
    fields = f"file={_field(file)},line={line},title={_field(title)}"
    return f"::warning {fields}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _field(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""What is shown on stderr while functions are checked: a bar in a terminal, and complaints."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from refute.cli.checking import Job

STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


class ProgressBar:
    """How many functions are done, and which ones are being checked. It draws only where stderr is a terminal."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            BarColumn(24, complete_style="cyan", finished_style="cyan"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", style="dim"),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=0)
        self._running: list[str] = []
        self._visible = False

    def planned(self, jobs: int) -> None:
        """Draw the bar for so many functions, none of which is done."""
        self._running.clear()
        self._bar.reset(self._task, total=jobs, description="")
        if self._console.is_interactive and sys.stderr.isatty() and jobs:
            self._visible = True
            self._bar.start()

    def started(self, job: Job) -> None:
        """Name the function."""
        self._running.append(job.unit.qualname)
        self._describe()

    def finished(self, job: Job) -> None:
        """Count the function."""
        self._running.remove(job.unit.qualname)
        self._bar.advance(self._task)
        self._describe()

    def tell(self, severity: str, text: str) -> None:
        """Print one line on stderr."""
        with self.hidden():
            self._console.print(Text.assemble((f"{severity}: ", STYLES.get(severity, "")), text), soft_wrap=True)

    @contextmanager
    def hidden(self) -> Generator[None, None, None]:
        """Take the bar off the terminal for a while."""
        if not self._visible:
            yield
            return
        self._bar.stop()
        try:
            yield
            sys.stdout.flush()
        finally:
            self._bar.start()

    def close(self) -> None:
        """Take the bar away until something is planned again."""
        self._visible = False
        self._bar.stop()

    def _describe(self) -> None:
        self._bar.update(self._task, description=", ".join(self._running[:2]))

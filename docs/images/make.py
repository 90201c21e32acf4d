"""Draw the picture of the README from a real run: `python docs/images/make.py`.

It checks a file of `demo/` with the default model and saves what `refute check --fix` prints as `check.svg`.
"""

import asyncio
import os
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from refute.checker.settings import Settings
from refute.cli.checking import Run, check_targets
from refute.cli.human import HumanOutput
from refute.cli.opening import Notices, open_checker, opened
from refute.cli.progress import ProgressBar
from refute.cli.workspaces import find_targets

FOLDER = Path(__file__).parent
DEMO = FOLDER.parents[1] / "demo"
TARGET = "shop/figures.py"
THEME = TerminalTheme(
    (13, 17, 23),
    (201, 209, 217),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (177, 186, 196),
    ],
)
FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)


async def check(output: HumanOutput) -> None:
    """Check the file, and print what came out."""
    run, progress = Run(), ProgressBar()
    targets = find_targets([TARGET], DEMO, ())
    async with opened(open_checker, DEMO, Settings(), Notices(progress.tell)) as checker:
        await check_targets(checker, run, targets, fix=True, output=output, listener=progress)
    progress.close()
    output.end(run)


def main() -> None:
    """Check, and draw what was printed."""
    os.chdir(DEMO)
    console = Console(record=True, force_terminal=True, color_system="standard", width=96, highlight=False)
    console.print("$ refute check --fix " + TARGET, style="bold")
    asyncio.run(check(HumanOutput(console, fix=True, write=False)))
    picture = console.export_svg(title="refute", theme=THEME, unique_id="check")
    # Rich names a font on a server of others; a picture must not fetch anything.
    (FOLDER / "check.svg").write_text(FONT_FACE.sub("", picture), "utf-8")


if __name__ == "__main__":
    main()

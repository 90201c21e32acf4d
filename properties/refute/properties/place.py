"""Where something is written, outside of the document that is checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A line of a file: `path` as the workspace has it, `line` zero-based."""

    path: str
    line: int

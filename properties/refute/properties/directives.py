"""What comments tell Refute about a function: `# refute: skip` and `# refute: check`.

A directive stands in the header of a function, from the first decorator to the line before the body, or alone on the
line above.
`# refute: skip-file` anywhere in the outermost level of a file is for all of its functions.
"""

import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Directive = Literal["skip", "check"]

SKIPPED = "the comment `# refute: skip` says so"
FILE_SKIPPED = "the comment `# refute: skip-file` says so"
_DIRECTIVE = re.compile(r"#\s*refute:\s*(skip-file|skip|check)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Directives:
    """The directives of a document. `by_line` are zero-based; `alone` are lines that hold nothing but the comment."""

    whole_file: bool = False
    by_line: Mapping[int, Directive] = field(default_factory=dict[int, Directive])
    alone: frozenset[int] = frozenset()

    def of(self, first: int, last: int) -> Directive | None:
        """The directive of a function whose header, decorators included, covers the lines `first` to `last`."""
        above = [first - 1] if first - 1 in self.alone else []
        found: list[Directive] = [
            self.by_line[line] for line in (*above, *range(first, last + 1)) if line in self.by_line
        ]
        return found[-1] if found else None


def read_directives(text: str) -> Directives:
    """The directives in `text`; none where it cannot be read as Python. Strings that look like one are none."""
    if _DIRECTIVE.search(text) is None:
        return Directives()
    whole_file, by_line, alone = False, dict[int, Directive](), set[int]()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found = _DIRECTIVE.match(token.string) if token.type == tokenize.COMMENT else None
            if found is None:
                continue
            line, word = token.start[0] - 1, found.group(1).lower()
            if word == "skip-file":
                whole_file = whole_file or token.start[1] == 0
                continue
            by_line[line] = "skip" if word == "skip" else "check"
            if not token.line[: token.start[1]].strip():
                alone.add(line)
    except (tokenize.TokenError, SyntaxError):
        return Directives()
    return Directives(whole_file, by_line, frozenset(alone))

"""Results of which doctests show only parts: `[1, ..., 9]`."""

import re


def matching(text: str, want: str, is_loose: bool) -> str | None:
    """The check for `text`, an expression, to be `want` with any text in place of each `...`; None where that would say
    nothing."""
    if is_loose:
        text, want = f"' '.join({text}.split())", " ".join(want.split())
    first, *between, last = want.split("...")
    conditions = [f"{text}.startswith({first!r})"] if first else []
    conditions += [f"{text}.endswith({last!r})"] if last else []
    conditions += [f"len({text}) >= {len(first + last)}"] if first and last else []
    rest = f"{text}[{len(first)}:len({text}) - {len(last)}]"
    for part in filter(None, between):
        conditions.append(f"{part!r} in {rest}")
        rest = f"{rest}.partition({part!r})[2]"
    is_plain = is_loose or all(map(str.strip, want.split("\n")))  # doctest takes lines of blanks for empty ones
    return " and ".join(conditions) if is_plain and re.search(r"\w", want) else None

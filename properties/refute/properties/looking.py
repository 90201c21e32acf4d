"""Checks of what can be seen of an instance before and after a call, written as Python."""

from dataclasses import dataclass

from refute.properties.collaborators import Method

_MOST_DRAINED = 50
_SETUP = '''\
from copy import deepcopy
from itertools import takewhile

looks = [{looks}]


def seen_in({given}, act=lambda own: None):
    """What is seen of a copy of an instance once something was done to it, exceptions of looking too."""
    seen = []
    for look in looks:
        own = deepcopy({receiver})
        act(own)
        try:
            seen.append(look(own{more}))
        except Exception as error:
            seen.append(error)
    return seen if len(seen) > 1 else seen[0]


def seen_after({given}):
    """What is seen once it was called."""

    def call(own):
        {call}

    return seen_in({given}, call)


def unless_it_raises(claim):
    """Nothing is claimed of calls that raise."""
    try:
        return claim()
    except Exception:
        return True
'''


@dataclass(frozen=True)
class Seen:
    """What is looked at: expressions over `own`, an instance that each may change, and words for people."""

    sources: tuple[str, ...]
    shown: str


@dataclass(frozen=True)
class WrittenCheck:
    """The parts of a property that are code; see `refute.properties.property.Property`."""

    check: str
    setup: str
    shows: tuple[str, str]


def look_at(method: Method, *arguments: str) -> Seen:
    """What `method` says when it is called with `arguments`."""
    return Seen((method.on("own", *arguments),), method.shown(*arguments))


def drain(remover: Method, emptiness: str) -> Seen:
    """Everything that `remover` takes out, in this order; `emptiness` is true of `own` once there is nothing left."""
    more = f"takewhile(lambda _: not ({emptiness}), range({_MOST_DRAINED}))"
    return Seen((f"[{remover.on('own')} for _ in {more}]",), f"what {remover.shown()} gives")


def together(parts: list[Seen]) -> Seen | None:
    """All of `parts` at once; None where there are none."""
    words = [part.shown for part in parts]
    if len(parts) < 2:
        return parts[0] if parts else None
    return Seen(tuple(source for part in parts for source in part.sources), f"{', '.join(words[:-1])} and {words[-1]}")


def look_after(method: Method, receiver: str, seen: Seen, check: str, then: str | None) -> WrittenCheck:
    """The check of a call of `method` on `receiver` that `check` holds of what is `{seen}` after it and `{before}` it.

    `then` is done to `own` after the call, before it is looked at. What says another thing each time says nothing of
    the call.
    """
    given = ", ".join((receiver, *method.required))
    call = f"own.{method.name}" + ("" if method.is_read else f"({', '.join(method.required)})")
    more = "".join(f", {name}" for name in method.required)
    setup = _SETUP.format(
        looks=", ".join(f"lambda own{more}: {source}" for source in seen.sources),
        given=given,
        more=more,
        receiver=receiver,
        call=call if then is None else f"{call}\n        {then}",
    )
    after, before = f"seen_after({given})", f"seen_in({given})"
    written = check.format(seen=after, before=before)
    if before in written:
        written = f"unless_it_raises(lambda: not same({before}, {before}) or {written})"
    elif "result" in check:
        written = f"unless_it_raises(lambda: {written})"
    return WrittenCheck(written, setup, (seen.shown, after))

"""Where text that arrives in pieces ends: at stop strings, and where it only repeats itself."""

from collections.abc import Sequence

from refute.model.repetition import Repetition


class StopFilter:
    """Lets text through up to, and without, the stop string that is complete first, or up to where more than `repeats`
    lines have one structure.

    A stop string may be spread over pieces, so the end of what was fed is held back while it could still be the
    beginning of one.
    """

    def __init__(self, stops: Sequence[str], repeats: int | None = None) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._repetition = None if repeats is None else Repetition(repeats)
        self._held = ""
        self.stopped = False

    def feed(self, piece: str) -> str:
        """The text that can now be passed on; nothing after a stop string was seen."""
        if self.stopped:
            return ""
        text = self._held + piece
        # The one that is complete first, so that it makes no difference how the text is cut into pieces.
        found = [(index + len(stop), index) for stop in self._stops if (index := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return self._new(text[: min(found)[1]])
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        return self._new(text[: len(text) - keep])

    def _new(self, text: str) -> str:
        """`text` as far as it is not more of the same."""
        kept = None if self._repetition is None else self._repetition.feed(text)
        if kept is None:
            return text
        self.stopped, self._held = True, ""
        return text[:kept]

    def finish(self) -> str:
        """What was held back, once nothing more will come."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` could begin `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(stop[:size])), 0)

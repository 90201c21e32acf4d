"""What the operating system itself refuses a worker, and saying honestly what that is."""

from .policy import Start


class Confinement:
    """The layers in force for the workers of one zygote.

    `enforced` holds what was tried out and is refused, `readable` the folders that may be read (None: all),
    `descriptors` what workers need to keep open until they are confined.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self.enforced: frozenset[str] = frozenset({"memory", "time"})
        self.readable: tuple[str, ...] | None = None
        self.descriptors: tuple[int, ...] = ()
        self.missing: tuple[str, ...] = ()

    def confine_zygote(self) -> None:
        """Confine this process and all that it forks."""

    def test_itself(self) -> None:
        """Try what must be refused, in a child."""

    def confine_worker(self, folder: str) -> None:
        """Confine this worker further, to writing in `folder`."""

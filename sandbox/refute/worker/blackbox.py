"""The black box: what a worker was doing when it died, in memory that its supervisor can read."""

import mmap
import struct

from .protocol import Arguments

SIZE = 1 << 14


class BlackBox:
    """Holds the call being made: a variant's index (0 for the function itself) and its arguments."""

    def __init__(self, memory: mmap.mmap | None = None) -> None:
        self.memory = mmap.mmap(-1, SIZE) if memory is None else memory

    @classmethod
    def in_file(cls, path: str) -> "BlackBox":
        """The black box in a file of `SIZE` bytes, for processes that are not forked from each other."""
        with open(path, "r+b") as file:
            return cls(mmap.mmap(file.fileno(), SIZE))

    def record(self, variant: int, arguments: Arguments) -> None:
        """Note what is about to be called."""
        words = [word for argument in arguments for word in argument]
        data = "\0".join(word.replace("\0", "\\0") for word in words).encode("utf-8", "backslashreplace")[: SIZE - 12]
        self.memory[12 : 12 + len(data)] = data
        self.memory[:12] = struct.pack("!iii", 1, variant, len(data))

    def record_variant(self, variant: int) -> None:
        """Note that the same input goes to another variant."""
        self.memory[4:8] = struct.pack("!i", variant)

    def clear(self) -> None:
        """Note that no call is being made."""
        self.memory[:4] = bytes(4)

    def read(self) -> tuple[int, Arguments] | None:
        """The call being made, if there is one. What a worker left here may be anything."""
        busy, variant, length = struct.unpack("!iii", self.memory[:12])
        if busy != 1 or not 0 <= length <= SIZE - 12:
            return None
        words = bytes(self.memory[12 : 12 + length]).decode("utf-8", "replace").split("\0")
        return variant, tuple(zip(words[::2], words[1::2], strict=False))

"""Memory of a device whose driver hands out buffers, kept for reuse.

One that nobody refers to any more waits for the next request of its size. What is running may still
use it: on a device that carries out commands in order, nothing that is started later comes before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from smelt.util import memory

_SMALLEST = 256  # bytes
_MOST_WAITING = 1 << 26  # the bytes of buffers of one size that may wait, unless there are just two


class DeviceMemory:
    """A buffer, or the first part of one. It waits for the next user when this one is gone."""

    __slots__ = ("__weakref__", "_give_back", "buffer", "nbytes")

    def __init__(self, buffer: Any, nbytes: int, give_back: Callable[[Any], None]):
        self.buffer = buffer
        self.nbytes = nbytes
        self._give_back = give_back

    def __del__(self) -> None:
        self._give_back(self.buffer)


class Buffers:
    """Where DeviceMemory comes from: buffers by their size, those that nobody has for reuse.

    `fresh` has the driver make a buffer of a size, or raises MemoryError.
    """

    def __init__(self, fresh: Callable[[int], Any]):
        self._fresh = fresh
        self._free: dict[int, deque[Any]] = {}

    def allocate(self, nbytes: int) -> DeviceMemory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""
        # to an eighth of a power of two, so that sizes meet again
        step = max(_SMALLEST, 1 << max(0, nbytes.bit_length() - 4))
        size = max(1, -(-nbytes // step)) * step
        waiting = self._free.setdefault(size, deque(maxlen=max(2, _MOST_WAITING // size)))
        try:
            buffer = waiting.pop()
        except IndexError:
            buffer = self._make(size, nbytes)
        return DeviceMemory(buffer, nbytes, waiting.append)

    def _make(self, size: int, nbytes: int) -> Any:
        try:
            return self._fresh(size)
        except MemoryError:
            self._free.clear()
        try:
            return self._fresh(size)
        except MemoryError as error:
            raise memory.out_of_memory(nbytes, "allocate", f"less ({error})") from None

"""Memory of the host in blocks: aligned, and kept for reuse.

Fresh pages cost about as much as writing them four times over, so a large block that is dropped
waits in a free list for the next one of its size. Sizes are rounded up to an eighth of their power
of two for that. The list holds at most an eighth of the memory that was available at first, oldest
out first, and is emptied before a request fails. A few smaller blocks of each size wait beside it,
where no lock is needed: a step that is replayed takes as many as it drops, and making them is what
would take it longest.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import mmap
import sys
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from smelt.util import memory
from smelt.util.locks import fork_lock

ALIGNMENT = 64
LARGE = 1 << 15  # from here on pages of their own, and kept for reuse
_SMALL_WAITING = 1 << 17  # the bytes of small blocks of one size that may wait for reuse
_AT_HAND = 1 << 20  # up to here a few large blocks of each size wait where no lock is needed
_FEW = 2
_HUGE_PAGE = 1 << 21
_UNCHECKED = 1 << 24  # how much may be allocated between two looks at what the machine has left

Bytes = npt.NDArray[np.uint8]
Buffer = Any  # a ctypes array or an mmap: what owns the bytes
Block = tuple[Buffer, int]  # and where they start, aligned


class HostMemory:
    """Bytes on the host, for others to use when nothing refers to this."""

    __slots__ = ("__weakref__", "_buffer", "_give_back", "address", "nbytes")

    def __init__(self, block: Block, nbytes: int, give_back: Callable[[Block], None] | None = None):
        self._buffer, self.address = block
        self.nbytes = nbytes
        self._give_back = give_back

    @property
    def array(self) -> Bytes:
        """The bytes as numpy sees them, to be used only as long as this is held."""
        offset = self.address - _address(self._buffer)
        return np.frombuffer(self._buffer, np.uint8, self.nbytes, offset)

    def __del__(self) -> None:
        if self._give_back is not None:
            self._give_back((self._buffer, self.address))


class Blocks:
    """Where HostMemory comes from."""

    def __init__(self) -> None:
        # __del__ may run at any moment, also within this thread while it holds the lock: dropped
        # blocks go here first.
        self._dropped: deque[Block] = deque()
        self._free: OrderedDict[int, list[Block]] = OrderedDict()  # by size
        # By size in units of ALIGNMENT. Taking and giving back are atomic: no lock.
        self._small: list[deque[Block]] = [
            deque(maxlen=max(2, _SMALL_WAITING // (ALIGNMENT * max(1, units))))
            for units in range(LARGE // ALIGNMENT + 1)
        ]
        self._at_hand: dict[int, tuple[deque[Block], Callable[[Block], None]]] = {}  # by size
        self.free_nbytes = 0
        self.live_nbytes = 0  # in large blocks that are in use, or at hand
        self._unchecked_nbytes = 0

    def allocate(self, nbytes: int) -> HostMemory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""
        if nbytes < LARGE:
            units = -(-nbytes // ALIGNMENT)
            small = self._small[units]
            try:
                block = small.pop()
            except IndexError:
                block = _fresh_small(max(1, units) * ALIGNMENT)
            return HostMemory(block, nbytes, small.append)
        size = _rounded(nbytes)
        if size <= _AT_HAND:
            waiting, give_back = self._at_hand.get(size) or self._counter(size)
            try:
                block = waiting.pop()
            except IndexError:
                block = self._large(size)
            return HostMemory(block, nbytes, give_back)
        return HostMemory(self._large(size), nbytes, self._take_back)

    def _large(self, size: int) -> Block:
        with fork_lock:
            self._settle()
            waiting = self._free.get(size)
            if waiting:
                block = waiting.pop()
                self.free_nbytes -= size
            else:
                block = self._fresh(size)
            self.live_nbytes += size
        return block

    def _counter(self, size: int) -> tuple[deque[Block], Callable[[Block], None]]:
        """Where blocks of a size wait at hand, and how they come there."""
        waiting: deque[Block] = deque()

        def give_back(block: Block, few: int = _FEW) -> None:
            if len(waiting) < few:
                waiting.append(block)
            else:
                self._take_back(block)

        return self._at_hand.setdefault(size, (waiting, give_back))

    def _take_back(self, block: Block, is_exiting: Callable[[], bool] = sys.is_finalizing) -> None:
        if is_exiting():  # modules have lost their names
            return
        self._dropped.append(block)
        # Whoever holds the lock settles these when it asks for memory next.
        if fork_lock.acquire(blocking=False):
            try:
                self._settle()
            finally:
                fork_lock.release()

    def trim(self, most_nbytes: int = 0) -> None:
        """Give free large blocks back to the system until at most `most_nbytes` are left."""
        with fork_lock:
            for waiting, _ in list(self._at_hand.values()):
                with contextlib.suppress(IndexError):
                    while True:
                        self._dropped.append(waiting.pop())
            self._settle()
            self._shrink(most_nbytes)

    def _settle(self) -> None:
        while self._dropped:
            block = self._dropped.popleft()
            size = len(block[0])
            self._free.setdefault(size, []).append(block)
            self._free.move_to_end(size)
            self.free_nbytes += size
            self.live_nbytes -= size
        if self.free_nbytes > _most_free_nbytes():
            self._shrink(_most_free_nbytes())

    def _shrink(self, most_nbytes: int) -> None:
        while self.free_nbytes > most_nbytes:
            size, waiting = next(iter(self._free.items()))
            if waiting:
                waiting.pop()
                self.free_nbytes -= size
            else:
                del self._free[size]

    def _fresh(self, size: int) -> Block:
        self._unchecked_nbytes += size
        if self._unchecked_nbytes >= _UNCHECKED:
            self._check(size)
            self._unchecked_nbytes = 0
        try:
            return _pages(size)
        except (OSError, ValueError, OverflowError, MemoryError):
            self.trim()
        try:
            return _pages(size)
        except (OSError, ValueError, OverflowError, MemoryError) as error:
            raise memory.out_of_memory(
                size, "allocate", f"what the system grants ({error})"
            ) from None

    def _check(self, size: int) -> None:
        """Raise AllocationError if the machine would have to kill somebody for this much."""
        left = self._left()
        if left is not None and size > left:
            self._shrink(0)
            left = self._left()
        if left is not None and size > left:
            at_most = f"at most {memory.readable_bytes(max(0, left))}"
            raise memory.out_of_memory(size, "allocate", at_most)

    def _left(self) -> int | None:
        """What is available, less what was handed out but never touched, at the least."""
        available = memory.available_bytes()
        untouched = max(0, self.live_nbytes + self.free_nbytes - _resident_nbytes())
        return None if available is None else available - untouched


def _rounded(nbytes: int) -> int:
    step = max(mmap.PAGESIZE, 1 << (nbytes.bit_length() - 4))
    return -(-nbytes // step) * step


@functools.cache
def _small_type(size: int) -> type[ctypes.Array[ctypes.c_char]]:
    return ctypes.c_char * (size + ALIGNMENT)


def _fresh_small(size: int) -> Block:
    buffer = _small_type(size)()
    address = ctypes.addressof(buffer)
    return buffer, address + -address % ALIGNMENT


def _pages(size: int) -> Block:
    pages = mmap.mmap(-1, size)
    if size >= _HUGE_PAGE and hasattr(mmap, "MADV_HUGEPAGE"):
        pages.madvise(mmap.MADV_HUGEPAGE)
    return pages, _address(pages)


def _address(buffer: Buffer) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


@functools.cache
def _most_free_nbytes() -> int:
    return (memory.available_bytes() or _UNCHECKED) // 8


def _resident_nbytes() -> int:
    """What this process has touched; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


_blocks = Blocks()
allocate = _blocks.allocate
trim = _blocks.trim

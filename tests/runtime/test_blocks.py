"""Host memory: alignment, reuse, bounds, errors."""

from __future__ import annotations

import gc
import mmap
import threading
import time

import pytest

from smelt.runtime import blocks
from smelt.runtime.blocks import LARGE, Blocks
from smelt.util import memory
from smelt.util.errors import AllocationError
from smelt.util.locks import fork_lock

MIB = 1 << 20


@pytest.mark.parametrize("nbytes", [0, 1, 63, 64, 1000, LARGE - 1, LARGE, 100_001, 5 * MIB + 1])
def test_aligned_and_large_enough(nbytes: int) -> None:
    block = Blocks().allocate(nbytes)
    assert block.nbytes == nbytes
    assert block.array.size == nbytes
    assert nbytes == 0 or block.address == block.array.ctypes.data
    assert block.address % (mmap.PAGESIZE if nbytes >= LARGE else blocks.ALIGNMENT) == 0
    block.array[:] = 255  # all of it can be written


@pytest.mark.parametrize("nbytes", [LARGE, LARGE + 1, 3 * MIB, 5 * MIB + 12345, (1 << 40) + 1])
def test_sizes_are_rounded_by_an_eighth_at_most(nbytes: int) -> None:
    size = blocks._rounded(nbytes)
    assert nbytes <= size <= nbytes * 9 / 8 + mmap.PAGESIZE
    assert size % mmap.PAGESIZE == 0
    assert blocks._rounded(size) == size


def test_a_dropped_block_is_used_again() -> None:
    source = Blocks()
    block = source.allocate(3 * MIB)
    address = block.address
    assert source.live_nbytes == 3 * MIB
    del block
    assert (source.live_nbytes, source.free_nbytes) == (0, 3 * MIB)
    again = source.allocate(3 * MIB - 100)
    assert again.address == address
    assert (source.live_nbytes, source.free_nbytes) == (3 * MIB, 0)
    other = source.allocate(3 * MIB)
    assert other.address != address


def test_the_free_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_most_free_nbytes", lambda: 10 * MIB)
    source = Blocks()
    held = [source.allocate(size * MIB) for size in (4, 4, 2, 2, 8)]
    while held:
        held.pop(0)
        assert source.free_nbytes <= 10 * MIB
    assert source.free_nbytes == 10 * MIB  # the two oldest, of 4, are gone
    source.trim(3 * MIB)
    assert source.free_nbytes <= 3 * MIB
    source.trim()
    assert (source.free_nbytes, source.live_nbytes) == (0, 0)


def test_a_block_dropped_while_the_lock_is_held_is_not_lost() -> None:
    source = Blocks()
    block = [source.allocate(3 * MIB)]
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with fork_lock:
            held.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    block.clear()  # does not wait for the lock
    release.set()
    holder.join()
    source.allocate(2 * MIB)
    source.trim()
    assert (source.free_nbytes, source.live_nbytes) == (0, 0)


def test_a_few_blocks_of_a_size_wait_at_hand() -> None:
    source = Blocks()
    held = [source.allocate(MIB // 4) for _ in range(5)]
    addresses = {block.address for block in held}
    held.clear()
    assert source.free_nbytes == (5 - blocks._FEW) * MIB // 4
    held = [source.allocate(MIB // 4 - i) for i in range(5)]
    assert {block.address for block in held} == addresses
    held.clear()
    source.trim()
    assert (source.free_nbytes, source.live_nbytes) == (0, 0)


def test_many_threads_allocate_and_drop() -> None:
    source = Blocks()
    failures: list[str] = []

    def work(number: int) -> None:
        kept = []
        for i in range(500):
            block = source.allocate(LARGE * (1 + i % 3) + i)
            block.array[:8] = number
            block.array[-8:] = number
            kept.append(block)
            if len(kept) > 4:
                old = kept.pop(0)
                if old.array[0] != number or old.array[-1] != number:
                    failures.append("a block was given out twice")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    source.trim()
    assert failures == []
    assert (source.free_nbytes, source.live_nbytes) == (0, 0)


@pytest.mark.parametrize(
    ("nbytes", "unit"), [(1 << 45, "32.0 TiB"), (1 << 62, "TiB"), (1 << 80, "TiB")]
)
def test_what_cannot_be_had_is_an_error_that_names_the_size(nbytes: int, unit: str) -> None:
    source = Blocks()
    with pytest.raises(AllocationError, match=unit):
        source.allocate(nbytes)
    assert source.live_nbytes == 0
    source.allocate(MIB)  # the next request is fine


def test_memory_that_was_promised_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    # Untouched memory is still "available" to the system; handing it out twice would get killed.
    monkeypatch.setattr(memory, "available_bytes", lambda: 100 * MIB)
    monkeypatch.setattr(blocks, "_resident_nbytes", lambda: 0)
    source = Blocks()
    first = source.allocate(60 * MIB)
    with pytest.raises(AllocationError, match="at most 40"):
        source.allocate(60 * MIB)
    del first
    assert source.allocate(96 * MIB).nbytes == 96 * MIB  # what was kept for reuse makes room


def test_many_small_requests_are_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 100 * MIB)
    monkeypatch.setattr(blocks, "_resident_nbytes", lambda: 0)
    source = Blocks()
    held = []
    with pytest.raises(AllocationError):
        while len(held) < 200:
            held.append(source.allocate(MIB))
    assert 80 <= len(held) <= 120


def test_reuse_spares_the_page_faults() -> None:
    source = Blocks()

    def fill() -> float:
        block = source.allocate(64 * MIB)
        start = time.perf_counter()
        block.array[::4096] = 1
        return time.perf_counter() - start

    first = fill()
    assert min(fill() for _ in range(5)) < first

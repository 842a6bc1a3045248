"""The memory plan: values of a program share one arena where their lives do not meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT = 64  # bytes: a cache line, and a whole AVX-512 register


@dataclass(frozen=True)
class Life:
    """How long a value is needed: from the step that writes it to the last that reads it."""

    nbytes: int
    first: int
    last: int


def plan(lives: Sequence[Life]) -> tuple[list[int], int]:
    """An offset in the arena for each value, and the size of the arena.

    Largest first, each at the lowest offset where it meets no value that lives at the same time.

    >>> plan([Life(64, 0, 1), Life(64, 1, 2), Life(64, 2, 3)])
    ([0, 64, 0], 128)
    """
    offsets = [0] * len(lives)
    placed: list[int] = []
    total = 0
    for i in sorted(range(len(lives)), key=lambda i: (-lives[i].nbytes, i)):
        life = lives[i]
        meets = [j for j in placed if lives[j].first <= life.last and life.first <= lives[j].last]
        offset = 0
        for j in sorted(meets, key=lambda j: offsets[j]):
            if offset + life.nbytes <= offsets[j]:
                break
            offset = max(offset, _aligned(offsets[j] + lives[j].nbytes))
        offsets[i] = offset
        placed.append(i)
        total = max(total, _aligned(offset + life.nbytes))
    return offsets, total


def largest_live(lives: Sequence[Life]) -> int:
    """The largest sum of the sizes of values that live at one time: no plan can need less."""
    steps = {life.first for life in lives}
    return max((sum(v.nbytes for v in lives if v.first <= s <= v.last) for s in steps), default=0)


def _aligned(nbytes: int) -> int:
    return -(-nbytes // ALIGNMENT) * ALIGNMENT

"""Chains: kernels that are carried out one after the other for a piece of their loops at a time.

The scores of attention, the powers in its softmax: each kernel would write megabytes that the next
one reads, from memory by then. Where a piece of the next kernel needs no more than the same piece
of this one, a thread does both for a piece before it goes on. What they hand on stays in the cache
and takes the room of one piece for each thread. Results are bit for bit the same. What all pieces
need, such as the weights that they are multiplied by, is read for each of them: if that is more
than what is handed on, the kernels stay apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from smelt.ir.node import Node
from smelt.kernel.pieces import divisions, read_again
from smelt.schedule.lower import ScheduledKernel

WORTH_NBYTES = 1 << 20  # handed on in all: what is less stays in the caches anyway
ROOM_NBYTES = 1 << 20  # handed on in a piece: half of a core's second-level cache, if possible
PASSES = 2  # what is handed on is written and read, which may be spent on reading more instead
LEAST_PIECES = 8  # to share out evenly
LEAST_PIECE_S = 2e-5  # what is shorter is better cut into fewer pieces
MOST_MEMBERS = 16


@dataclass(frozen=True)
class Link:
    """A kernel that may become part of a chain."""

    scheduled: ScheduledKernel
    seconds: float  # about what one core takes
    parallel: bool

    @property
    def kernel(self) -> Node:
        return self.scheduled.kernel

    @property
    def memories(self) -> tuple[Node, ...]:
        return self.scheduled.memories


@dataclass(frozen=True)
class Chain:
    """Steps [first, last), done in `pieces`; `inner` is memory that nobody else uses."""

    first: int
    last: int
    pieces: int
    inner: frozenset[Node]


def chains(links: Sequence[Link], nbytes: Mapping[Node, int]) -> list[Chain]:
    """The chains of a program, in order. `nbytes` are those of the memory that is its own."""
    uses: dict[Node, list[int]] = {}
    for number, link in enumerate(links):
        for memory in link.memories:
            uses.setdefault(memory, []).append(number)
    known: dict[Node, dict[int, frozenset[int]]] = {}
    found: list[Chain] = []
    first = 0
    while first < len(links):
        chain = _best_from(first, links, uses, nbytes, known)
        found += [chain] if chain else []
        first = chain.last if chain else first + 1
    return found


def _best_from(
    first: int,
    links: Sequence[Link],
    uses: Mapping[Node, list[int]],
    nbytes: Mapping[Node, int],
    known: dict[Node, dict[int, frozenset[int]]],
) -> Chain | None:
    """The chain from a step on that hands on most, if that is worth it."""
    best: Chain | None = None
    most = WORTH_NBYTES - 1
    own = [m for m in links[first].memories if nbytes.get(m, 0) > 0]
    if not any(uses[m][0] == first for m in own) or sum(nbytes[m] for m in own) <= most:
        return None
    for last in range(first + 2, min(first + MOST_MEMBERS, len(links)) + 1):
        part = links[first:last]
        if not part[-1].parallel or not part[0].parallel or not _reads_on(part):
            break
        counts = _counts(part, known)
        if not counts:
            break
        touched = dict.fromkeys(m for link in part for m in link.memories)
        inner = frozenset(m for m in touched if m in nbytes and _within(uses[m], first, last))
        total = sum(nbytes[m] for m in inner)
        if total > most:
            pieces = next((n for n in sorted(counts) if total <= n * ROOM_NBYTES), max(counts))
            if sum(read_again(link.kernel, pieces) for link in part) <= PASSES * total:
                best, most = Chain(first, last, pieces, inner), total
    return best


def _within(uses: Sequence[int], first: int, last: int) -> bool:
    return first <= uses[0] and uses[-1] < last


def _reads_on(part: Sequence[Link]) -> bool:
    """Whether the last step needs what some other one has stored."""
    stored = {m for link in part[:-1] for m in link.scheduled.written}
    return not stored.isdisjoint(part[-1].memories)


def _counts(part: Sequence[Link], known: dict[Node, dict[int, frozenset[int]]]) -> frozenset[int]:
    """The numbers of pieces for which no step needs another piece of what the others store."""
    written = {m for link in part for m in link.scheduled.written}
    allowed = []
    for link in part:
        if link.kernel not in known:
            known[link.kernel] = divisions(link.kernel)
        counts = known[link.kernel]
        allowed += [counts[n] for n, m in enumerate(link.memories) if m in written]
    common = reduce(frozenset.__and__, allowed)
    seconds = sum(link.seconds for link in part)
    return frozenset(n for n in common if n >= LEAST_PIECES and seconds >= n * LEAST_PIECE_S)

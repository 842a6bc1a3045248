"""What reads and writes memory in a kernel, and what that costs a core, in load slots.

A core of a CPU has two in each cycle. One takes a vector, or a scalar; the others stand for the
time in which a core waits for a line or looks for a page and has nothing else to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.symbolic import linear
from smelt.kernel.lines import LINE, NEAR_BYTES, PAGE, line_rate
from smelt.kernel.local_memory import TURNED_BYTES
from smelt.kernel.loops import lanes_for, trips
from smelt.program import SHUFFLED_STEPS

GATHER_LANE = 1.5  # of one lane of a gather
ALONE_LANE = 2.5  # of one that is read on its own, where there are no masks and no gathers
SHUFFLED = 2.0  # a vector that lanes further apart are taken out of
MASKED_SHUFFLE = 4.0
MASKED_SCALAR = 4.0  # of a scalar under a condition, which has to be computed
MASKED_VECTOR = 1.25
MISS = ((1 << 20, 10.0), (1 << 15, 6.0), (0, 0.0))  # of a line, by the bytes around it
NEXT = ((1 << 20, 6.0), (1 << 15, 2.0), (0, 0.0))  # where it follows the line before
SEQUENTIAL = 0.3  # of a miss where vectors of a sum follow each other
WALK = ((1024, 50.0), (96, 14.0), (0, 0.0))  # to find a page, by how many take turns
COPIED = 2.0  # to copy one vector, or one scalar
TURNED = 0.5  # an element of a square that is transposed on the way
FROM_L2 = 2.0  # more for a vector that does not come from the first-level cache
STREAMS = 32  # walks through pages that the processor reads ahead in at the same time


@dataclass(frozen=True, eq=False)
class Access:
    """A LOAD or STORE: by how many elements each loop moves it, and how often it is carried out."""

    node: Node
    strides: dict[Node, int]  # of the loops that its index is linear in
    loops: frozenset[Node]  # all that its index depends on
    around: frozenset[Node]  # all loops that run around it
    outer: tuple[Node, ...] = ()  # the outermost loops that move it, around one that does not
    masks: bool = True  # whether a part of a vector costs as much as a whole one
    known: dict[object, float] = field(default_factory=dict, repr=False)  # prices

    @cached_property
    def itemsize(self) -> int:
        return self.node.dtype.itemsize

    @cached_property
    def is_masked(self) -> bool:
        return len(self.node.src) > (2 if self.node.op is Op.LOAD else 3)

    @cached_property
    def line_miss(self) -> float:
        """What waiting for a line takes, by the size of what is walked through."""
        return by_size(MISS, self._nbytes(self.loops))

    def _nbytes(self, loops: frozenset[Node]) -> int:
        """The size of what is walked through in some of its loops."""
        elements = points(loops)
        if all(n in self.strides for n in loops):  # windows overlap
            span = 1 + sum(abs(self.strides[n]) * (trips(n) - 1) for n in loops)
            elements = min(elements, span)
        return elements * self.itemsize

    def slots(self, vector: Node | None, lanes: int) -> float:
        """One vector of values along `vector`, or `lanes` scalars, whatever is around it."""
        if vector is None or vector not in self.loops:
            return MASKED_SCALAR if self.is_masked else 1.0
        stride = self.strides.get(vector, 0)
        if self.is_shuffled(stride):
            return stride * (MASKED_SHUFFLE if self.is_masked else SHUFFLED)
        if stride != 1:
            return lanes * (GATHER_LANE if self.masks else ALONE_LANE)
        return (MASKED_VECTOR if self.is_masked else 1.0) + self._crossing(vector, lanes)

    def is_shuffled(self, stride: int) -> bool:
        """Whether lanes so far apart are taken out of whole vectors."""
        able = self.masks or not self.is_masked
        return stride in SHUFFLED_STEPS and self.node.op is Op.LOAD and able

    def far_lanes(self, vector: Node | None, lanes: int) -> float:
        """What the lanes of a vector, or a scalar, wait for where each has a line of its own."""
        stride = self.strides.get(vector, 0) if vector is not None else 0  # 0: computed
        far = abs(stride) * self.itemsize >= LINE
        return lanes * self.line_miss if far else 0.0

    def is_turned(self, vector: Node, across: Node) -> bool:
        """Whether squares of vectors are read or written whole, if need be transposed."""
        if self.is_masked:
            return False
        stored_across = self.node.op is Op.STORE and self.strides.get(across) == 1
        return self.strides.get(vector) == 1 or (stored_across and self.node.arg == "set")

    def _crossing(self, vector: Node, lanes: int) -> float:
        """The share of the vectors that begin in one line and end in the next."""
        key = vector, lanes
        if key not in self.known:
            terms, constant = linear(self.node.src[1])
            steps = [abs(factor) for term, factor in terms.items() if term is not vector]
            whole = math.gcd(lanes, constant, *steps)
            self.known[key] = (1 - whole / lanes) * lanes * self.itemsize / LINE
        return self.known[key]

    def use(self, tile: Mapping[Node, int]) -> float:
        """Registers that one step of a tile takes of the operand."""
        return math.prod([f for n, f in tile.items() if n in self.loops])

    def direct_slots(
        self,
        tile: Mapping[Node, int],
        along: Node | None,
        lanes: int,
        walk: Mapping[Node, int],
        onward: bool = False,
    ) -> float:
        """One step of a tile, with the wait for lines from far away.

        `walk` has the loops of the sum from the outermost on, and how many steps they have.
        `onward` says that the next tile along the vector follows at once.
        """
        own = tuple([(n, f) for n, f in tile.items() if n in self.loops])
        key = own, along, lanes, tuple(walk.items()), onward
        if key not in self.known:
            self.known[key] = self._direct_slots(dict(own), along, lanes, walk, onward)
        return self.known[key]

    def _direct_slots(
        self,
        tile: Mapping[Node, int],
        along: Node | None,
        lanes: int,
        walk: Mapping[Node, int],
        onward: bool,
    ) -> float:
        slots = self.slots(along, lanes) * self.use(tile)
        # What it comes to again is as near as what is read in between: one image, not all of them.
        once = takewhile(lambda n: n not in tile and n is not along, self.outer)
        around = self._nbytes(self.loops.difference(once))
        miss, next_line = by_size(MISS, around), by_size(NEXT, around)
        inner = [c for c in walk if c in self.loops and walk[c] > 1]
        if along in inner and self.strides.get(along) == 1:
            return slots + SEQUENTIAL * miss * slots * lanes * self.itemsize / LINE
        rows, run = 1.0, self.itemsize  # walks side by side, and what a step of one reads in order
        for axis, factor in tile.items():
            if self.strides.get(axis) != 1:
                rows *= factor
        if along in self.loops and self.strides.get(along) == 1:
            run *= lanes * tile.get(along, 1)
        elif along in self.loops:
            rows *= lanes
        steps = {c: abs(self.strides.get(c, PAGE)) * self.itemsize for c in inner}
        streams = rows * math.prod(walk[c] for c in inner if steps[c] >= LINE)
        if onward and streams <= STREAMS and along is not None and self.strides.get(along) == 1:
            lines = max(run / LINE, 1.0)
            jumps = run / PAGE * (1 if PAGE % run == 0 else 2)
            return slots + rows * miss * (SEQUENTIAL * lines + jumps)
        lines, runs = line_rate([(step, walk[c]) for c, step in steps.items()], run, rows)
        wait = miss * runs + next_line * (lines - runs)
        far = by_size(WALK, math.prod(walk[c] for c in inner if steps[c] >= PAGE))
        return slots + rows * (wait + runs * far)

    def staged_slots(self, tile: Mapping[Node, int], along: Node | None, nbytes: int) -> float:
        """One step of a tile, of a copy of which the tile takes that much."""
        far = along in self.loops and not stays_near(nbytes)
        return self.use(tile) * (1 + far * FROM_L2)

    def stays(self, extents: Mapping[Node, int]) -> bool:
        """Whether what is read in loops of these extents is still near when it is read again.

        That is so where it is at least half of what it lies in.
        """
        own = {n: extent for n, extent in extents.items() if n in self.loops}
        elements = math.prod(own.values())
        apart = {n: abs(self.strides.get(n, elements)) for n in own}
        compact = all(own[n] * apart[n] <= 2 * elements for n in own)
        return compact and stays_near(elements * self.itemsize)

    def _turns(self, lanes: int, extents: Mapping[Node, int]) -> bool:
        """Whether a copy is read along one loop and written along another: squares in registers."""
        near = [n for n, extent in extents.items() if self.strides.get(n) == 1 and extent >= lanes]
        return bool(near) and lanes * self.itemsize == TURNED_BYTES

    def copy_slots(
        self,
        tile: Mapping[Node, int],
        along: Node | None,
        lanes: int,
        extents: Mapping[Node, int],
    ) -> float:
        """To copy what one step of a tile reads, for a copy of these extents."""
        elements = self.use(tile) * (lanes if along in self.loops else 1)
        in_a_row = next((n for n in (along, *tile) if n and self.strides.get(n) == 1), None)
        if in_a_row is not None:
            width = tile.get(in_a_row, 1) * (lanes if in_a_row is along else 1)
            each = COPIED / (lanes if self.masks else lanes_for(width, lanes, False))
        elif along in self.loops and self._turns(lanes, extents):
            each = TURNED
        elif along is not None and self.is_shuffled(self.strides.get(along, 0)):
            each = (self.slots(along, lanes) + COPIED) / lanes
        else:
            each = GATHER_LANE if along in self.loops else COPIED
        run, turns = self.itemsize, 1
        for loop, extent in extents.items():
            stride = self.strides.get(loop, 0)
            if stride == 1:
                run = extent * self.itemsize
            elif loop in self.loops and stride * self.itemsize >= PAGE:
                turns *= extent
        lines = elements * self.itemsize / LINE
        walks = by_size(WALK, turns) * max(LINE / run, 1 / 64) if run >= LINE else 0.0
        return elements * each + lines * (self.line_miss + walks)


def stays_near(nbytes: int) -> bool:
    """Whether so much of a copy stays in the first-level cache, where it is not alone."""
    return nbytes <= NEAR_BYTES // 2


def by_size(table: Sequence[tuple[int, float]], size: int) -> float:
    """The price in a table for things of that size."""
    return next(cost for least, cost in table if size >= least)


def points(loops: Iterable[Node]) -> int:
    return math.prod([trips(r) for r in loops])

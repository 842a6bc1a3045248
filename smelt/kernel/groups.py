"""The default transformations of a kernel for devices of work-groups, such as GPUs.

The loops that every STORE and every reduction depends on are independent: they become work-groups,
a piece of the innermost the work-items of a group, so that neighbours read neighbouring elements.
Where that would leave a device idle, each group does a whole row, its reductions together.
"""

from __future__ import annotations

import math

from smelt.ir.node import Node
from smelt.ir.op import AxisKind
from smelt.kernel.optimize import Optimizer
from smelt.kernel.transforms import Reorder, SetKind, Share, Transform, apply, trips
from smelt.program import Target

LEAST_ITEMS = 64  # of a group, so that the lanes of a processor are busy
FEW_POINTS = 1 << 12  # of a result, with which not all of a device would be busy
LONG_ROW = 64  # steps of a reduction that is worth sharing out


class GroupOptimizer(Optimizer):
    """Works out the list of transformations for one kernel."""

    def run(self) -> list[Transform]:
        """The transformations, in the order of their application."""
        parallel = self._parallel()
        shared = self._shared(parallel)
        saving = [] if shared else self._saving(parallel)
        items = self._row_items(parallel, shared) if shared else self._items(parallel, saving)
        tile = self._tile(saving, items)
        locals_ = [self._split(n, size, AxisKind.LOCAL) for n, size in items.items()]
        inner = [self._split(n, size, AxisKind.UNROLL) for n, size in tile.items()]
        parts = [self._split(n, self._group_size(parallel), AxisKind.LOCAL) for n in shared]
        for counters in dict.fromkeys(r.src[1:] for r in self.reduces):
            inner += self._cascade(counters)
        grid = [n.arg[0] for n in parallel]
        rest = [n.arg[0] for n in self.nest if n not in parallel]
        rest += [r.arg[0] for r in self._reduce_order() if r.arg[0] not in rest]
        self.transforms.append(Reorder((*grid, *locals_, *rest, *inner, *parts)))
        self.transforms += [SetKind(n, AxisKind.GRID) for n in grid]
        self.transforms += [Share(n) for n in parts]
        return self.transforms

    # ---- a group for each element or row of the result -------------------------------------------

    def _shared(self, parallel: list[Node]) -> list[Node]:
        """A counter of each long reduction that a group shares out, if it is to do so.

        It is for results of few elements, and where several elements need the same reduction.
        """
        rows = any(n not in parallel and n not in self.serial for n in self.nest)
        points = math.prod(map(trips, parallel))
        if points > FEW_POINTS and not rows:
            return []
        found: dict[Node, None] = {}
        for reduce in self.reduces:
            counters = frozenset(reduce.src[1:])
            along = self._row_vector(counters)
            if along is None and points < LEAST_ITEMS:
                along = max(counters, key=trips)
            outside = self.free[reduce] <= set(parallel)
            if outside and along is not None and trips(along) >= LONG_ROW:
                found[along] = None
        return list(found)

    def _row_items(self, parallel: list[Node], shared: list[Node]) -> dict[Node, int]:
        """The loop over a row's elements, if there is one: the same work-items carry it out."""
        rest = [n for n in self.nest if n not in parallel and n not in self.serial]
        rest = [n for n in rest if any(a.strides.get(n) == 1 for a in self.accesses)]
        return {n: self._group_size(parallel) for n in rest[-1:]}

    def _group_size(self, parallel: list[Node]) -> int:
        """More work-items where there are few groups."""
        many = math.prod(map(trips, parallel)) >= LEAST_ITEMS
        return min(self.target.group_size, LEAST_ITEMS if many else 4 * LEAST_ITEMS)

    # ---- an element of the result for each work-item ---------------------------------------------

    def _parallel(self) -> list[Node]:
        """The loops whose iterations are independent and share no reduction."""
        if not self.stores:
            return []
        common = frozenset.intersection(*(self.free[s] for s in (*self.stores, *self.reduces)))
        return [n for n in self.nest if n in common and n not in self.serial]

    def _saving(self, parallel: list[Node]) -> list[Node]:
        """The last two loops along which copies of a long reduction would share loads."""
        main = max(self.reduces, key=lambda r: math.prod(map(trips, r.src[1:])), default=None)
        if main is None:
            return []
        loads = [a for a in self.accesses if set(main.src[1:]) & a.around]
        return [n for n in parallel if any(n not in a.loops for a in loads)][-2:]

    def _items(self, parallel: list[Node], saving: list[Node]) -> dict[Node, int]:
        """How many iterations of which loops the work-items of a group carry out."""

        def neighbours(counter: Node) -> tuple[int, int]:
            steps = sum(a.strides.get(counter) == 1 for a in self.accesses)
            return steps, parallel.index(counter)

        most = LEAST_ITEMS if saving else self.target.group_size
        items: dict[Node, int] = {}
        for counter in sorted(parallel, key=neighbours, reverse=True):
            count = math.prod(items.values())
            if count >= LEAST_ITEMS or trips(counter) == 1:
                break
            items[counter] = _piece(trips(counter), max(1, most // count))
        return {n: items[n] for n in parallel if items.get(n, 1) > 1}

    def _tile(self, saving: list[Node], items: dict[Node, int]) -> dict[Node, int]:
        """How many copies of the code along which loops."""
        tile = {}
        for counter in saving:
            left = trips(counter) // items.get(counter, 1)
            size = next((f for f in (4, 2) if left >= f and left % f == 0), 1)
            if size > 1:
                tile[counter] = size
        return tile


def _piece(count: int, most: int) -> int:
    """A divisor of `count` if there is a good one, else a power of two: the rest is masked."""
    if count <= most:
        return count
    whole = next((n for n in range(most, LEAST_ITEMS - 1, -1) if count % n == 0), 0)
    return whole or 1 << (most.bit_length() - 1)


def optimized(built: Node, target: Target) -> tuple[Node, list[Transform]]:
    """The KERNEL `built` with its default transformations on `target`, and these."""
    optimizer = GroupOptimizer(built, target)
    merged, merges = optimizer.built, len(optimizer.transforms)  # these it had to carry out
    transforms = optimizer.run()
    return apply(merged, transforms[merges:]), transforms

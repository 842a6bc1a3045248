"""Random lists of transformations that a kernel may have."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from smelt.dtype import dtypes
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.ranges import OWNERS, dependencies, own_ranges
from smelt.ir.symbolic import linear
from smelt.kernel.transforms import (
    Carry,
    Keep,
    Merge,
    Reorder,
    SetKind,
    Split,
    Stage,
    Transform,
    apply,
    ranges_of,
    trips,
)
from tests.fuzz.graphs import Number

INSIDE = (AxisKind.LOOP, AxisKind.UNROLL, AxisKind.VECTOR)
LANES = (1, 2, 3, 4, 5, 7, 8, 16)
MOST_COPIES = 48


def serial_loops(built: Node) -> set[Node]:
    """Loops that must stay in order, as their iterations may write the same element."""
    free = dependencies(toposort([built]))
    found: set[Node] = set()
    for owner in (n for n in free if n.op in (Op.KERNEL, Op.BARRIER)):
        for stored in (n for n in owner.src if n.op is Op.STORE):
            terms, _ = linear(stored.src[1])
            plain = {t for t in terms if t.op is Op.RANGE}
            plain -= {r for t in terms if t.op is not Op.RANGE for r in free[t]}
            found |= (free[stored] & {*own_ranges(owner)}) - plain
    return found


def loops_around(built: Node) -> set[Node]:
    """Loops for each of whose iterations LOCAL memory is filled: no copies of the code."""
    free = dependencies(toposort([built]))
    return {r for n in free if n.op is Op.BARRIER for r in free[n]}


def _lanes(loops: Iterable[Node]) -> bool:
    return any(r.arg[1] in (AxisKind.UNROLL, AxisKind.VECTOR) for r in loops)


class Transforms:
    """Grows a list of transformations of `built`, of which `now` is the result so far."""

    def __init__(self, number: Number, built: Node):
        self.number = number
        self.built = self.now = built
        self.made: list[Transform] = []

    def grow(self, steps: int) -> list[Transform]:
        if self.number(0, 3) == 3:
            keep = self._keep()
            if keep is not None:
                self._add(keep)
        self._loops(steps, (self._split, self._split, self._merge, self._reorder, self._unroll))
        if self.number(0, 2) == 2:
            carry = self._carry()
            if carry is not None:
                self._add(carry)
                self._loops(self.number(0, 3), (self._split, self._unroll))
        self._grid()
        if self.number(0, 1):
            stage = self._stage()
            if stage is not None:
                self._add(stage)
        return self.made

    def _loops(self, steps: int, makers: Sequence[Callable[[], Transform | None]]) -> None:
        for _ in range(steps):
            made = makers[self.number(0, len(makers) - 1)]()
            if made is not None:
                self._add(made)

    def _add(self, made: Transform) -> None:
        self.made.append(made)
        self.now = apply(self.now, [made])

    def _free_loops(self) -> list[Node]:
        fixed = serial_loops(self.now) | loops_around(self.now)
        found = [r for r in ranges_of(self.now).values() if r not in fixed]
        return sorted(found, key=lambda r: r.arg[0])

    def _kinds(self, counter: Node, size: int) -> list[AxisKind]:
        """The kinds that the loop may have, or a piece of it of that size."""
        kinds = [AxisKind.LOOP]
        counters = ranges_of(self.now).values()
        copies = math.prod(trips(r) for r in counters if r.arg[1] is AxisKind.UNROLL)
        if copies * size <= MOST_COPIES:
            kinds.append(AxisKind.UNROLL)
        free = dependencies(toposort([self.now]))
        together = [free[n] | {*own_ranges(n)} for n in free]  # no value has lanes of two loops
        vectors = {
            r for loops in together if counter in loops
            for r in loops if r.arg[1] is AxisKind.VECTOR
        }  # fmt: skip
        if size <= LANES[-1] and not vectors:
            kinds.append(AxisKind.VECTOR)
        return kinds

    def _split(self) -> Transform | None:
        loops = [r for r in self._free_loops() if r.arg[1] is AxisKind.LOOP]
        if not loops:
            return None
        counter = loops[self.number(0, len(loops) - 1)]
        factor = LANES[self.number(0, len(LANES) - 1)]
        kinds = self._kinds(counter, factor)
        kind = kinds[self.number(0, len(kinds) - 1)]
        clamped, again = bool(self.number(0, 1)), bool(self.number(0, 1))
        again = again and factor <= trips(counter) and self._may_repeat(counter)
        made = (t.inner for t in self.made if isinstance(t, Split))  # some run once, and are gone
        inner = 1 + max((*ranges_of(self.now), *made))
        return Split(counter.arg[0], factor, inner, kind, clamped, again)

    def _may_repeat(self, counter: Node) -> bool:
        """Whether an iteration of a loop may be carried out once more."""
        nodes = toposort([self.now])
        summed = any(counter in n.src for n in nodes if n.op is Op.REDUCE)
        return not summed and all(n.arg == "set" for n in nodes if n.op is Op.STORE)

    def _unroll(self) -> Transform | None:
        loops = [
            r for r in self._free_loops()
            if r.arg[1] is AxisKind.LOOP and r.src[0].op is Op.CONST and trips(r)
        ]  # fmt: skip
        if not loops:
            return None
        counter = loops[self.number(0, len(loops) - 1)]
        kinds = self._kinds(counter, trips(counter))
        return SetKind(counter.arg[0], kinds[self.number(0, len(kinds) - 1)])

    def _merge(self) -> Transform | None:
        serial = serial_loops(self.now)
        pairs = [
            (a, b)
            for owner in toposort([self.now]) if owner.op in OWNERS
            for a, b in pairwise(own_ranges(owner))
            if a.arg[1] is b.arg[1] is AxisKind.LOOP and not {a, b} & serial
        ]  # fmt: skip
        if not pairs:
            return None
        outer, inner = pairs[self.number(0, len(pairs) - 1)]
        return Merge(outer.arg[0], inner.arg[0])

    def _reorder(self) -> Transform | None:
        if serial_loops(self.now):
            return None
        left = sorted(ranges_of(self.now))
        order = [left.pop(self.number(0, len(left) - 1)) for _ in range(len(left))]
        return Reorder(tuple(order))

    def _stage(self) -> Transform | None:
        """A copy of what one LOAD reads, in any layout, in any of the loops around it."""
        order = toposort([self.now])
        free = dependencies(order)
        loads = [n for n in order if n.op is Op.LOAD and n.src[0].op is Op.PARAM]
        params = [n.src[0].arg for n in loads]
        candidates = [
            n for n in loads
            if params.count(n.src[0].arg) == 1 and free[n]
            and all(r.src[0].op is Op.CONST and r.src[0].arg for r in free[n])
            and math.prod(trips(r) for r in free[n]) <= 1 << 14
        ]  # fmt: skip
        if not candidates:
            return None
        chosen = candidates[self.number(0, len(candidates) - 1)]
        loops = sorted(free[chosen], key=lambda r: r.arg[0])
        inside = [r for r in loops if r.arg[1] is AxisKind.VECTOR or self.number(0, 2)]
        inside = [inside.pop(self.number(0, len(inside) - 1)) for _ in range(len(inside))]
        if not inside:
            return None
        counters = tuple(r.arg[0] for r in inside)
        lanes = (1, 4, 16)[self.number(0, 2)]
        return Stage(chosen.src[0].arg, counters, lanes, max(ranges_of(self.now)) + 1)

    def _keep(self) -> Transform | None:
        """What a reduction takes in memory, and for a loop of the nest as long as its own."""
        free = dependencies(toposort([self.now]))
        candidates = [
            (n.src[1], r)
            for n in free if n.op is Op.REDUCE and len(n.src) == 2 and n.dtype is not dtypes.index
            for r in own_ranges(self.now)
            if r.src[0] is n.src[1].src[0] and r.src[0].op is Op.CONST and trips(r)
            and r not in free[n]
        ]  # fmt: skip
        if not candidates:
            return None
        counter, again = candidates[self.number(0, len(candidates) - 1)]
        return Keep(counter.arg[0], again.arg[0], max(ranges_of(self.now)) + 1)

    def _carry(self) -> Transform | None:
        """A sum in blocks, for some of the loops that it stands in."""
        order = toposort([self.now])
        free = dependencies(order)
        nest = [r for r in own_ranges(self.now) if r.arg[1] is AxisKind.LOOP]
        candidates = [
            (n, r) for n in order if n.op is Op.REDUCE and n.arg == (Op.ADD, False)
            and free[n] <= frozenset(own_ranges(self.now)) and not _lanes(free[n])
            for r in n.src[1:]
            if r.arg[1] is AxisKind.LOOP and all(s.src[0].op is Op.CONST for s in n.src[1:])
            and trips(r)
        ]  # fmt: skip
        if not candidates:
            return None
        total, counter = candidates[self.number(0, len(candidates) - 1)]
        over = [
            r.arg[0] for r in nest
            if r in free[total] and r.src[0].op is Op.CONST and trips(r) and self.number(0, 1)
        ]  # fmt: skip
        steps = self.number(1, trips(counter))
        return Carry(
            counter.arg[0], steps, tuple(over), (1, 4, 16)[self.number(0, 2)],
            max(ranges_of(self.now)) + 1,
        )  # fmt: skip

    def _grid(self) -> None:
        """The outermost loops of the nest, as many as may be shared out."""
        free = dependencies(toposort([self.now]))
        stores = [s for s in self.now.src if s.op is Op.STORE]
        common = frozenset.intersection(*(free[s] for s in stores)) - serial_loops(self.now)
        for counter in own_ranges(self.now)[: self.number(0, 2)]:
            if counter not in common or counter.arg[1] is not AxisKind.LOOP:
                break
            self._add(SetKind(counter.arg[0], AxisKind.GRID))

"""The default transformations of a kernel: proposed and ranked by a small cost model.

The model counts, for one pass through the innermost loop, what the vector units and the load ports
of one core have to do. It knows no kinds of kernel: a matrix product gets its register tile because
its operands do not depend on all of the loops, a row sum its vector accumulators because its input
is contiguous along the reduction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from smelt.dtype import dtypes
from smelt.ir.node import Node, toposort
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.ir.symbolic import linear
from smelt.kernel.transforms import Merge, Reorder, SetKind, Split, Transform, apply, trips
from smelt.program import Target

GRID_POINTS = 64  # pieces of work enough to share out evenly between threads
TILES = (1, 2, 3, 4, 6, 8)
FMA_LATENCY = 4  # cycles before a sum can be added to again
GATHER_LANE = 1.5  # load slots that one lane of a gather takes
REGISTERS_FOR_LOADS = 6
LONG_LOOP = 2048  # steps of a sum from which on it is split in two
CASCADED_TILE = 8  # accumulators up to which there are registers for partial sums


@dataclass(frozen=True)
class Access:
    """A LOAD or STORE: by how many elements each loop moves it, and how often it is carried out."""

    node: Node
    strides: dict[Node, int]  # of the loops that its index is linear in
    loops: frozenset[Node]  # all that its index depends on
    around: frozenset[Node]  # all loops that run around it

    def slots(self, vector: Node | None, lanes: int) -> float:
        """Load or store slots for one vector of values along `vector` (or `lanes` scalars)."""
        if vector is None or vector not in self.loops:
            return 1.0
        stride = self.strides.get(vector)
        masked = len(self.node.src) > (2 if self.node.op is Op.LOAD else 3)
        return (1.25 if masked else 1.0) if stride == 1 else lanes * GATHER_LANE


@dataclass(frozen=True)
class Plan:
    """A candidate: the loop for the vector, tiles (loop, factor) for registers, and its price."""

    vector: Node | None
    lanes: int
    tiles: tuple[tuple[Node, int], ...]
    cycles: float  # for one point of the innermost loop


class Optimizer:
    """Works out the list of transformations for one kernel."""

    def __init__(self, built: Node, target: Target):
        self.target = target
        self.transforms: list[Transform] = []
        self.built = built
        self._merge_loops()
        self.free = dependencies(toposort([self.built]))
        self.nest = [n for n in self.built.src if n.op is Op.RANGE]
        self.stores = [n for n in self.built.src if n.op is Op.STORE]
        nodes = toposort([self.built])
        self.reduces = [n for n in nodes if n.op is Op.REDUCE]
        self.accesses = self._accesses(nodes)
        self.serial = self._serial_loops()
        self.lanes = self._lanes(nodes)
        self.next_number = 1 + max((n.arg[0] for n in nodes if n.op is Op.RANGE), default=-1)

    # ---- merging -------------------------------------------------------------------------------

    def _merge_loops(self) -> None:
        """Neighbouring loops that every access walks through as if they were one become one."""
        changed = True
        while changed:
            changed = False
            for outer, inner in _neighbours(self.built):
                if _mergeable(self.built, outer, inner):
                    merge = Merge(outer.arg[0], inner.arg[0])
                    self.built = apply(self.built, [merge])
                    self.transforms.append(merge)
                    changed = True
                    break

    # ---- facts ---------------------------------------------------------------------------------

    def _accesses(self, nodes: Sequence[Node]) -> list[Access]:
        around: dict[Node, frozenset[Node]] = {}
        for node in reversed(nodes):  # users before sources
            inside = around.get(node, frozenset())
            if node.op is Op.STORE:
                inside = self.free[node]
            inside |= frozenset(node.src[1:]) if node.op is Op.REDUCE else frozenset()
            for source in node.src:
                around[source] = around.get(source, frozenset()) | inside
        result = []
        for node in nodes:
            if node.op in (Op.LOAD, Op.STORE):
                terms, _ = linear(node.src[1])
                strides = {t: c for t, c in terms.items() if t.op is Op.RANGE}
                for term in terms:
                    if term.op is not Op.RANGE:
                        strides = {r: c for r, c in strides.items() if r not in self.free[term]}
                scope = around.get(node, frozenset()) | self.free[node]
                result.append(Access(node, strides, self.free[node.src[1]], scope))
        return result

    def _serial_loops(self) -> frozenset[Node]:
        """Loops whose iterations may write the same element: they stay in order."""
        serial: set[Node] = set()
        for access in self.accesses:
            if access.node.op is Op.STORE:
                serial |= {r for r in self.free[access.node] if not access.strides.get(r)}
        return frozenset(serial)

    def _lanes(self, nodes: Sequence[Node]) -> int:
        sizes = [a.node.dtype.itemsize for a in self.accesses]
        sizes += [n.dtype.itemsize for n in nodes if n.op in ELEMENTWISE and n.dtype.is_float]
        return max(1, self.target.vector_bytes // max(sizes, default=4))

    def _full(self, reduce: Node) -> bool:
        """Whether a reduction is computed anew for each iteration of the innermost loop."""
        return not self.nest or self.nest[-1] in self.free[reduce]

    # ---- the decision --------------------------------------------------------------------------

    def run(self) -> list[Transform]:
        """The transformations, in the order of their application."""
        plan = self._best_plan()
        self._apply_plan(plan)
        return self.transforms

    def _best_plan(self) -> Plan:
        full = [r for r in self.reduces if self._full(r)]
        main = max(full, key=lambda r: _points(self.free[r] | set(r.src[1:])), default=None)
        candidates = [n for n in self.nest if n not in self.serial and trips(n) > 1]
        vectors: list[Node | None] = [None]
        vectors += [n for n in candidates if any(a.strides.get(n) == 1 for a in self.accesses)]
        plans = []
        for vector in vectors:
            if main is None:
                plans.append(self._map_plan(vector))
            else:
                plans += self._tile_plans(main, vector, candidates)
        return min(plans, key=lambda p: p.cycles)

    def _map_plan(self, vector: Node | None) -> Plan:
        """A kernel whose reductions, if any, are of whole rows: what all of its accesses cost."""
        lanes = self._vector_lanes(vector)
        total = 0.0
        for access in self.accesses:
            own = vector if vector in access.around else self._row_vector(access.around)
            points = _points(access.around)
            wide = self._vector_lanes(own)
            total += access.slots(own, wide) * points / (wide * self._filled(own, wide))
        return Plan(vector, lanes, (), total)

    def _tile_plans(
        self, main: Node, vector: Node | None, candidates: Sequence[Node]
    ) -> Iterable[Plan]:
        """Register tiles for a reduction that is computed for each element of the result."""
        counters = main.src[1:]
        along = vector if vector is not None and vector in self.free[main] else None
        if along is None:
            along = self._row_vector(frozenset(counters))
            if vector is not None and along is not None:
                return
        lanes = self._vector_lanes(along)
        body = [a for a in self.accesses if set(counters) & a.around and a.node.op is Op.LOAD]
        work = _body_operations(main, self.free, counters)
        depth = _points(counters)
        tileable = [n for n in candidates if n in self.free[main]]
        pairs: list[tuple[Node, ...]] = [*combinations(tileable[-4:], 2)]
        pairs += [(n,) for n in tileable[-1:] if not pairs] or ([()] if not pairs else [])
        for axes in pairs:
            for factors in product(TILES, repeat=len(axes)):
                tile = dict(zip(axes, factors, strict=True))
                if self._tile_fits(tile, along, lanes):
                    cycles = self._tile_cycles(tile, along, lanes, body, work, depth)
                    tiles = tuple((a, f) for a, f in tile.items() if f > 1)
                    yield Plan(along, lanes, tiles, cycles)

    def _tile_fits(self, tile: dict[Node, int], along: Node | None, lanes: int) -> bool:
        for axis, factor in tile.items():
            pieces = trips(axis)
            if axis is along:
                pieces = -(-pieces // lanes)
            if factor > pieces:
                return False
        accumulators = math.prod(tile.values())
        return accumulators <= self.target.vector_registers - REGISTERS_FOR_LOADS

    def _tile_cycles(
        self,
        tile: dict[Node, int],
        along: Node | None,
        lanes: int,
        body: Sequence[Access],
        work: float,
        depth: int,
    ) -> float:
        """Cycles of one core for one point (an element of the result, a step of the reduction)."""
        copies = math.prod(tile.values())
        slots = sum(
            a.slots(along, lanes) * math.prod(f for n, f in tile.items() if n in a.loops)
            for a in body
        )
        chain = FMA_LATENCY if along is None or along in tile or along not in self.nest else 4
        step = max(copies * work / 2, slots / 2, chain) + 0.05 * slots
        horizontal = 0.0 if along is None or along in self.nest else 8.0 * copies
        useful = copies * lanes * self._filled(along, lanes)
        for axis, factor in tile.items():
            extent = trips(axis) if axis is not along else -(-trips(axis) // lanes)
            useful *= extent / (-(-extent // factor) * factor)
        steps = depth if along in self.nest or along is None else -(-depth // lanes)
        stored = self._store_slots(along, lanes) * copies
        per_step = step + (horizontal + stored) / max(steps, 1)
        return per_step / useful

    def _store_slots(self, along: Node | None, lanes: int) -> float:
        stores = [a for a in self.accesses if a.node.op is Op.STORE]
        return sum(a.slots(along, lanes) for a in stores)

    def _row_vector(self, counters: frozenset[Node]) -> Node | None:
        """The counter of a reduction along which its input is contiguous."""
        inner = [r for r in counters if r not in self.nest and trips(r) > 1]
        inner = [r for r in inner if any(a.strides.get(r) == 1 for a in self.accesses)]
        return max(inner, key=trips, default=None)

    def _vector_lanes(self, counter: Node | None) -> int:
        """Lanes for a loop: a register's, fewer where the loop is shorter."""
        if counter is None or self.lanes == 1:
            return 1
        extent = trips(counter)
        if not self.target.has_masks:
            whole = extent & -extent
            return min(self.lanes, whole) if counter.src[0].op is Op.CONST else 1
        return min(self.lanes, 1 << max(extent - 1, 0).bit_length())

    def _filled(self, counter: Node | None, lanes: int) -> float:
        if counter is None:
            return 1.0
        extent = trips(counter)
        return extent / (-(-extent // lanes) * lanes)

    # ---- writing it down -----------------------------------------------------------------------

    def _split(self, counter: Node, factor: int, kind: AxisKind) -> int:
        number = self.next_number
        self.next_number += 1
        self.transforms.append(Split(counter.arg[0], factor, number, kind))
        return number

    def _apply_plan(self, plan: Plan) -> None:
        inner: list[int] = []  # numbers of the loops inside of all others
        vectors: list[int] = []
        if plan.vector is not None and plan.lanes > 1:
            vectors.append(self._split(plan.vector, plan.lanes, AxisKind.VECTOR))
        for reduce_counters in dict.fromkeys(r.src[1:] for r in self.reduces):
            self._vectorise_rows(reduce_counters, plan, vectors)
            if math.prod(factor for _, factor in plan.tiles) <= CASCADED_TILE:
                inner += self._cascade(reduce_counters)
        inner += [self._split(axis, factor, AxisKind.UNROLL) for axis, factor in plan.tiles]
        grid = self._grid(plan)
        order = [n.arg[0] for n in self.nest]
        order += [r.arg[0] for r in self._reduce_order() if r.arg[0] not in order]
        if len(order) + len(inner) + len(vectors) > 1:
            self.transforms.append(Reorder((*order, *inner, *vectors)))
        self.transforms += [SetKind(n, AxisKind.GRID) for n in grid]

    def _vectorise_rows(self, counters: Sequence[Node], plan: Plan, vectors: list[int]) -> None:
        """Vector accumulators for a reduction that the plan's vector does not run through."""
        users = [r for r in self.reduces if r.src[1:] == tuple(counters)]
        if plan.vector in self.nest and any(plan.vector in self.free[r] for r in users):
            return
        along = self._row_vector(frozenset(counters))
        if along is None or any(t.counter == along.arg[0] for t in self._splits()):
            return
        lanes = self._vector_lanes(along)
        if lanes == 1:
            return
        vectors.append(self._split(along, lanes, AxisKind.VECTOR))
        pieces = -(-trips(along) // lanes)
        unroll = next((u for u in (4, 2) if pieces % u == 0), 1)
        if unroll > 1 and not plan.tiles:
            vectors.insert(0, self._split(along, unroll, AxisKind.UNROLL))

    def _cascade(self, counters: Sequence[Node]) -> list[int]:
        """A long loop in two: partial sums are added up, so that rounding errors stay small."""
        for counter in counters:
            steps = trips(counter)
            for split in self._splits():
                steps //= split.factor if split.counter == counter.arg[0] else 1
            if steps >= LONG_LOOP and counter.src[0].op is Op.CONST:
                near = range(LONG_LOOP // 8, LONG_LOOP)
                factor = max((f for f in near if steps % f == 0), default=None)
                if factor is not None:
                    return [self._split(counter, factor, AxisKind.LOOP)]
        return []

    def _splits(self) -> list[Split]:
        return [t for t in self.transforms if isinstance(t, Split)]

    def _grid(self, plan: Plan) -> list[int]:
        """The outer loops that are shared out between threads."""
        if not self.stores:
            return []
        common = frozenset.intersection(*(self.free[s] for s in self.stores)) - self.serial
        result: list[int] = []
        points = 1
        factors = dict(plan.tiles)
        for counter in self.nest:
            if counter not in common or points >= GRID_POINTS:
                break
            pieces = trips(counter) / factors.get(counter, 1)
            points *= math.ceil(pieces / (plan.lanes if counter is plan.vector else 1))
            result.append(counter.arg[0])
        return result

    def _reduce_order(self) -> list[Node]:
        """Counters that a mask depends on outside, so that it changes seldom."""
        counters = list(dict.fromkeys(c for r in self.reduces for c in r.src[1:]))
        masks = [
            a.node.src[-1] for a in self.accesses if a.node.op is Op.LOAD and len(a.node.src) == 3
        ]
        masked = frozenset().union(*(self.free[m] for m in masks))
        return sorted(counters, key=lambda c: c not in masked)


def _points(loops: Iterable[Node]) -> int:
    return math.prod(trips(r) for r in loops)


def _neighbours(built: Node) -> list[tuple[Node, Node]]:
    nests = [[n for n in built.src if n.op is Op.RANGE]]
    nests += [list(n.src[1:]) for n in toposort([built]) if n.op is Op.REDUCE]
    return list(dict.fromkeys((a, b) for nest in nests for a, b in pairwise(nest)))


def _mergeable(built: Node, outer: Node, inner: Node) -> bool:
    """Whether no address and no value needs a division if the two loops run as one.

    Masks may need one: they are computed outside of the loops that do the work.
    """
    if inner.src[0].op is not Op.CONST:
        return False
    for node in toposort([built]):
        if node.op in (Op.KERNEL, Op.REDUCE):
            loops = [n for n in node.src if n.op is Op.RANGE]
            if (outer in loops) != (inner in loops):
                return False
            if outer in loops and loops.index(inner) != loops.index(outer) + 1:
                return False
    for expression in _index_expressions(built):
        terms, _ = linear(expression)
        if terms.get(outer, 0) != terms.get(inner, 0) * inner.src[0].arg:
            return False
        if {outer, inner} & set(toposort(t for t in terms if t.op is not Op.RANGE)):
            return False
    return True


def _index_expressions(built: Node) -> list[Node]:
    """The addresses of a kernel, and the counters that are used as values."""
    found = [n.src[1] for n in toposort([built]) if n.op in (Op.LOAD, Op.STORE)]
    seen: set[Node] = set()
    stack = [n.src[2] for n in built.src if n.op is Op.STORE]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.dtype is dtypes.index and node.op is not Op.LOAD:
            found.append(node)
        elif node.op is Op.REDUCE:
            stack.append(node.src[0])
        elif node.op is not Op.LOAD:
            stack.extend(node.src)
    return found


def _body_operations(
    main: Node, free: dict[Node, frozenset[Node]], counters: Sequence[Node]
) -> float:
    """Vector operations for one step of a reduction; a product that is added is one."""
    inside = [
        n for n in toposort([main.src[0]], stop=lambda n: n.op is Op.LOAD)
        if n.op in ELEMENTWISE and free[n] & set(counters) and not n.dtype.is_int
    ]  # fmt: skip
    return max(1.0, float(len(inside)))


def optimize(built: Node, target: Target) -> list[Transform]:
    """The default transformations of the KERNEL `built` on `target`."""
    return optimized(built, target)[1]


def optimized(built: Node, target: Target) -> tuple[Node, list[Transform]]:
    """The KERNEL `built` with its default transformations on `target`, and these."""
    optimizer = Optimizer(built, target)
    merged, merges = optimizer.built, len(optimizer.transforms)  # these it had to carry out
    transforms = optimizer.run()
    return apply(merged, transforms[merges:]), transforms

"""The plan of a kernel on a CPU: candidates, ranked by a small cost model.

The model counts, for one pass through the innermost loop, what the vector units and the load ports
of one core have to do. It knows no kinds of kernel: a matrix product gets its register tile because
its operands do not depend on all of the loops, a row sum its vector accumulators because its input
is contiguous along the reduction, and an operand is copied to where it can be read in order because
its lines would come from far away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from smelt.ir.node import Node, toposort
from smelt.ir.op import ELEMENTWISE, Op
from smelt.ir.ranges import dependencies
from smelt.ir.symbolic import linear
from smelt.kernel.transforms import trips
from smelt.program import Target

TILES = (1, 2, 3, 4, 6, 8)
FMA_LATENCY = 4  # cycles before a sum can be added to again
GATHER_LANE = 1.5  # load slots that one lane of a gather takes
REGISTERS_FOR_LOADS = 6
LINE = 64  # bytes
MISS = ((1 << 20, 10.0), (1 << 15, 6.0), (0, 0.0))  # load slots of a line, by the bytes around it
STAGED_BYTES = 1 << 20  # what a copy may take: half of a core's second-level cache
COPIED = 2.0  # load slots to copy one vector, or one scalar


@dataclass(frozen=True, eq=False)
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
class Staging:
    """Operands of a reduction that are read from copies."""

    slots: float  # that one step of the tile takes for all that it loads
    operands: tuple[Access, ...] = ()  # first the one that the vector runs through, if it is copied
    block: int = 1  # tiles along the vector that share one copy of that
    rows: int = 1  # tiles across it that share one copy of the other one


@dataclass(frozen=True)
class Plan:
    """A candidate: the loop for the vector, tiles (loop, factor) for registers, and its price."""

    vector: Node | None
    lanes: int
    tiles: tuple[tuple[Node, int], ...]
    cycles: float  # for one point of the innermost loop
    staging: Staging = Staging(0.0)


class Planner:
    """What is known about a kernel, and the plan that follows from it."""

    def __init__(self, built: Node, target: Target):
        self.built = built
        self.target = target
        nodes = toposort([built])
        self.free = dependencies(nodes)
        self.nest = [n for n in built.src if n.op is Op.RANGE]
        self.stores = [n for n in built.src if n.op is Op.STORE]
        self.reduces = [n for n in nodes if n.op is Op.REDUCE]
        self.accesses = self._accesses(nodes)
        self.serial = self._serial_loops()
        self.lanes = self._lanes(nodes)

    # ---- facts ---------------------------------------------------------------------------------

    def _accesses(self, nodes: Sequence[Node]) -> list[Access]:
        around: dict[Node, frozenset[Node]] = {}
        for node in reversed(nodes):  # users before sources
            inside = around.get(node, frozenset())
            if node.op in (Op.STORE, Op.REDUCE):  # these run in the loops that they depend on
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

    def best_plan(self) -> Plan:
        full = [r for r in self.reduces if self._full(r)]
        main = max(full, key=lambda r: points(self.free[r] | set(r.src[1:])), default=None)
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
            wide = self._vector_lanes(own)
            vectors = points(access.around) / (wide * self._filled(own, wide))
            total += access.slots(own, wide) * vectors
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
        depth = points(counters)
        tileable = [n for n in candidates if n in self.free[main]]
        pairs: list[tuple[Node, ...]] = [*combinations(tileable[-4:], 2)]
        pairs += [(n,) for n in tileable[-1:] if not pairs] or ([()] if not pairs else [])
        best, seen = math.inf, set()
        for axes in pairs:
            for factors in product(TILES, repeat=len(axes)):
                tile = dict(zip(axes, factors, strict=True))
                tiles = tuple((a, f) for a, f in tile.items() if f > 1)
                if tiles in seen or not self._tile_fits(tile, along, lanes):
                    continue
                seen.add(tiles)
                least = sum(self._use(a, tile) for a in body)  # if no operand had to be waited for
                if self._tile_cycles(tile, along, lanes, least, work, depth) >= best:
                    continue
                staging = self._staging(main, tile, along, lanes, body)
                cycles = self._tile_cycles(tile, along, lanes, staging.slots, work, depth)
                best = min(best, cycles)
                yield Plan(along, lanes, tiles, cycles, staging)

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
        slots: float,
        work: float,
        depth: int,
    ) -> float:
        """Cycles of one core for one point (an element of the result, a step of the reduction)."""
        copies = math.prod(tile.values())
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

    def _staging(
        self,
        main: Node,
        tile: dict[Node, int],
        along: Node | None,
        lanes: int,
        body: Sequence[Access],
    ) -> Staging:
        """Which operands to read from copies, and the load slots of one step of the tile then.

        A copy pays where its elements are used many times and would otherwise come lane by lane or
        line by line from far away.
        """
        direct = {a: self._direct_slots(main, a, tile, along, lanes) for a in body}
        result = Staging(sum(direct.values()))
        if along is None or not self._may_stage(main, along):
            return result
        candidates = [a for a in body if self._can_stage(a)]
        pieces = -(-trips(along) // (lanes * tile.get(along, 1)))
        depth = points(main.src[1:])
        for access in (a for a in candidates if along in a.loops and not result.operands):
            column = lanes * tile.get(along, 1)
            block = _share(pieces, depth * column * access.node.dtype.itemsize, STAGED_BYTES)
            reuse = points(n for n in self.nest if n not in self.free[access.node])
            steps = reuse / math.prod(f for n, f in tile.items() if n not in access.loops)
            price = self._use(access, tile) + self._copy_slots(access, tile, along, lanes) / steps
            if block and price < direct[access]:
                result = Staging(result.slots - direct[access] + price, (access,), block)
        for access in (a for a in candidates if along not in a.loops and len(result.operands) < 2):
            across = [n for n in tile if n in access.loops]
            if len(across) != 1:
                continue
            row_bytes = depth * tile[across[0]] * access.node.dtype.itemsize
            rows = _share(-(-trips(across[0]) // tile[across[0]]), row_bytes, STAGED_BYTES // 2)
            steps = result.block if result.operands else pieces
            price = self._use(access, tile) + self._copy_slots(access, tile, along, lanes) / steps
            if rows and price < direct[access]:
                slots = result.slots - direct[access] + price
                result = Staging(slots, (*result.operands, access), result.block, rows)
        return result

    def _may_stage(self, main: Node, along: Node) -> bool:
        """Whether the loops may be reordered so that a copy serves many of them."""
        return (
            along in self.nest
            and not self.serial
            and self.target.has_masks
            and all(r.src[1:] == main.src[1:] for r in self.reduces)
            and all(self.free[s].issuperset(self.nest) for s in self.stores)
            and all(n.src[0].op is Op.CONST for n in (*self.nest, *main.src[1:]))
        )

    def _can_stage(self, access: Access) -> bool:
        """Whether a copy can hold it: it is read once, and its mask depends on no other loops."""
        memory = access.node.src[0]
        if memory.op is not Op.PARAM or self.free[access.node] != access.loops:
            return False
        others = [a for a in self.accesses if a is not access and a.node.src[0] is memory]
        return not others

    def _direct_slots(
        self, main: Node, access: Access, tile: dict[Node, int], along: Node | None, lanes: int
    ) -> float:
        """Load slots for one step of the tile, the wait for lines from far away counted in."""
        slots = access.slots(along, lanes) * self._use(access, tile)
        inner = [c for c in main.src[1:] if c in access.loops and trips(c) > 1]
        itemsize = access.node.dtype.itemsize
        if not inner or min(access.strides.get(c, LINE) for c in inner) * itemsize >= LINE:
            lines = 1.0
            for axis, factor in tile.items():
                if axis in access.loops and access.strides.get(axis) != 1:
                    lines *= factor
            if along in access.loops:
                wide = access.strides.get(along) == 1
                lines *= lanes * itemsize / LINE * tile.get(along, 1) if wide else lanes
            slots += _miss(access) * max(lines, 1.0)
        return slots

    def _use(self, access: Access, tile: dict[Node, int]) -> float:
        """Registers of the operand that one step of the tile takes."""
        return math.prod(f for n, f in tile.items() if n in access.loops)

    def _copy_slots(self, access: Access, tile: dict[Node, int], along: Node, lanes: int) -> float:
        """What it takes to copy what one step of the tile reads."""
        elements = self._use(access, tile) * (lanes if along in access.loops else 1)
        lines = elements * access.node.dtype.itemsize / LINE
        if any(access.strides.get(n) == 1 for n in (along, *tile)):
            each = COPIED / lanes
        else:
            each = GATHER_LANE if along in access.loops else COPIED
        return elements * each + _miss(access) * lines

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


def _miss(access: Access) -> float:
    """Load slots that waiting for a line takes, by the size of what is walked through."""
    walked = points(access.loops) * access.node.dtype.itemsize
    return next(cost for least, cost in MISS if walked >= least)


def _share(pieces: int, piece_bytes: int, most_bytes: int) -> int:
    """How many pieces, in equal shares, a copy can hold; 0 if not even one."""
    most = most_bytes // piece_bytes
    return -(-pieces // -(-pieces // most)) if most else 0


def points(loops: Iterable[Node]) -> int:
    return math.prod(trips(r) for r in loops)


def _body_operations(
    main: Node, free: dict[Node, frozenset[Node]], counters: Sequence[Node]
) -> float:
    """Vector operations for one step of a reduction; a product that is added is one."""
    inside = [
        n for n in toposort([main.src[0]], stop=lambda n: n.op is Op.LOAD)
        if n.op in ELEMENTWISE and free[n] & set(counters) and not n.dtype.is_int
    ]  # fmt: skip
    return max(1.0, float(len(inside)))

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

TILES = (1, 2, 3, 4, 6, 8, 12)
_LOOPED = (Op.REDUCE, Op.BARRIER)  # with loops of their own
FMA_LATENCY = 4  # cycles before a sum can be added to again
GATHER_LANE = 1.5  # load slots that one lane of a gather takes
MASKED_SCALAR = 4.0  # and a scalar that is only read under a condition, which has to be computed
REGISTERS_FOR_LOADS = 6
LINE = 64  # bytes
MISS = ((1 << 20, 10.0), (1 << 15, 6.0), (0, 0.0))  # load slots of a line, by the bytes around it
SEQUENTIAL = 0.3  # of that where lines follow each other
STAGED_BYTES = 1 << 20  # what a copy may take: half of a core's second-level cache
COPIED = 2.0  # load slots to copy one vector, or one scalar
NEAR_BYTES = 32 << 10  # what stays in the first-level cache
FROM_L2 = 0.25  # more load slots for a vector that does not
PAGE = 4096  # bytes
WALK = ((1024, 50.0), (64, 14.0), (0, 0.0))  # load slots to find a page, by how many take turns
BLOCK_STEPS = (16, 64, 256)  # of a sum that is done in blocks
BLOCK_BYTES = 1 << 19  # of each copy that a block is done with
RESULT_BYTES = 1 << 20  # of the result's part in such a block
TURNOVER = 60.0  # load slots between one tile and the next
ENOUGH_BLOCKS = 4  # to share out between threads


@dataclass(frozen=True, eq=False)
class Access:
    """A LOAD or STORE: by how many elements each loop moves it, and how often it is carried out."""

    node: Node
    strides: dict[Node, int]  # of the loops that its index is linear in
    loops: frozenset[Node]  # all that its index depends on
    around: frozenset[Node]  # all loops that run around it

    def slots(self, vector: Node | None, lanes: int) -> float:
        """Load or store slots for one vector of values along `vector` (or `lanes` scalars)."""
        masked = len(self.node.src) > (2 if self.node.op is Op.LOAD else 3)
        if vector is None or vector not in self.loops:
            return MASKED_SCALAR if masked else 1.0
        stride = self.strides.get(vector)
        return (1.25 if masked else 1.0) if stride == 1 else lanes * GATHER_LANE


@dataclass(frozen=True)
class Staging:
    """Operands of a reduction that are read from copies."""

    slots: float  # that one step of the tile takes for all that it loads
    copying: float = 0.0  # and for its part in making the copies, while nothing else is done
    operands: tuple[Access, ...] = ()  # first the one that the vector runs through, if it is copied
    block: int = 1  # tiles along the vector that share one copy of that
    rows: int = 1  # tiles across it that share one copy of the other one


@dataclass(frozen=True)
class Blocks:
    """A sum that is done a block of steps at a time, for a block of the result in LOCAL memory."""

    counter: Node
    steps: int
    sizes: tuple[tuple[Node, int], ...]  # of the loops over the result


@dataclass(frozen=True)
class Plan:
    """A candidate: the loop for the vector, tiles (loop, factor) for registers, and its price."""

    vector: Node | None
    lanes: int
    tiles: tuple[tuple[Node, int], ...]
    cycles: float  # for one point of the innermost loop
    staging: Staging = Staging(0.0)
    blocks: Blocks | None = None


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
            inside |= frozenset(node.src[1:]) if node.op in _LOOPED else frozenset()
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
            if access.node.op is Op.STORE and access.node.src[0].op is Op.PARAM:
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
        if main is None:
            return min((self._map_plan(v) for v in vectors), key=lambda p: p.cycles)
        best = Plan(None, 1, (), math.inf)
        for vector in reversed(vectors):  # the last one is most often the best
            plan = self._tile_plan(main, vector, candidates, best.cycles)
            best = min(best, plan, key=lambda p: p.cycles)
        return best

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

    def _tile_plan(
        self, main: Node, vector: Node | None, candidates: Sequence[Node], limit: float
    ) -> Plan:
        """The best register tile for a reduction that is computed for each element of the result.

        What costs more than `limit` is not looked at.
        """
        counters = main.src[1:]
        along = vector if vector is not None and vector in self.free[main] else None
        if along is None:
            along = self._row_vector(frozenset(counters))
            if vector is not None and along is not None:
                return Plan(None, 1, (), math.inf)
        lanes = self._vector_lanes(along)
        body = [a for a in self.accesses if set(counters) & a.around and a.node.op is Op.LOAD]
        work = _body_operations(main, self.free, counters)
        depth = points(counters)
        tileable = [n for n in candidates if n in self.free[main]]
        pairs: list[tuple[Node, ...]] = [*combinations(tileable[-4:], 2)]
        pairs += [(n,) for n in tileable[-1:] if not pairs] or ([()] if not pairs else [])
        tiles: dict[tuple[tuple[Node, int], ...], tuple[float, dict[Node, int]]] = {}
        for axes in pairs:
            for factors in product(TILES, repeat=len(axes)):
                tile = dict(zip(axes, factors, strict=True))
                key = tuple((a, f) for a, f in tile.items() if f > 1)
                if key not in tiles and self._tile_fits(tile, along, lanes):
                    at_once = Staging(sum(self._use(a, tile) for a in body))  # without any wait
                    least = self._tile_cycles(tile, along, lanes, at_once, work, depth)
                    tiles[key] = least, tile
        best = Plan(along, lanes, (), math.inf)
        for key, (least, tile) in sorted(tiles.items(), key=lambda item: item[1][0]):
            if least >= min(best.cycles, limit):
                break
            ways: list[tuple[Staging, Blocks | None]] = []
            ways.append((self._staging(main, tile, along, lanes, body), None))
            if self._may_block(main, tile, along):
                assert along is not None
                ways += [self._blocked(main, tile, along, lanes, body, n) for n in BLOCK_STEPS]
            for staging, blocks in ways:
                cycles = self._tile_cycles(tile, along, lanes, staging, work, depth)
                if cycles < best.cycles:
                    best = Plan(along, lanes, key, cycles, staging, blocks)
        return best

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
        staging: Staging,
        work: float,
        depth: int,
    ) -> float:
        """Cycles of one core for one point (an element of the result, a step of the reduction)."""
        copies = math.prod(tile.values())
        chain = FMA_LATENCY if along is None or along in tile or along not in self.nest else 4
        step = max(copies * work / 2, staging.slots / 2, chain) + 0.05 * staging.slots
        step += staging.copying / 2
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
        counters = {c: trips(c) for c in main.src[1:]}
        direct = {a: self._direct_slots(a, tile, along, lanes, counters) for a in body}
        slots, copying = sum(direct.values()), 0.0
        if along is None or not self._may_stage(main, along):
            return Staging(slots)
        operands: list[Access] = []
        block = rows = 1
        candidates = [a for a in body if self._can_stage(a)]
        column = lanes * tile.get(along, 1)
        pieces = -(-trips(along) // column)
        depth = points(main.src[1:])
        for access in (a for a in candidates if along in a.loops and not operands):
            size = depth * column * access.node.dtype.itemsize
            share = min(_share(pieces, size, STAGED_BYTES), -(-pieces // ENOUGH_BLOCKS))
            reuse = points(n for n in self.nest if n not in self.free[access.node])
            steps = reuse / math.prod(f for n, f in tile.items() if n not in access.loops)
            extents = {**counters, along: share * column}
            copy = self._copy_slots(access, tile, along, lanes, extents) / steps
            used = self._staged_slots(access, tile, along, size)
            if share and used + copy < direct[access]:
                block, operands = share, [access]
                slots, copying = slots - direct[access] + used, copying + copy
        for access in (a for a in candidates if along not in a.loops and len(operands) < 2):
            across = [n for n in tile if n in access.loops]
            if len(across) != 1:
                continue
            size = depth * tile[across[0]] * access.node.dtype.itemsize
            share = _share(-(-trips(across[0]) // tile[across[0]]), size, STAGED_BYTES // 2)
            steps = block if operands else pieces
            extents = {**counters, across[0]: share * tile[across[0]]}
            copy = self._copy_slots(access, tile, along, lanes, extents) / steps
            used = self._use(access, tile)
            if share and used + copy < direct[access]:
                rows, operands = share, [*operands, access]
                slots, copying = slots - direct[access] + used, copying + copy
        return Staging(slots, copying, tuple(operands), block, rows)

    def _may_block(self, main: Node, tile: dict[Node, int], along: Node | None) -> bool:
        """Whether the sum may be done in blocks of its outermost loop."""
        return (
            along is not None
            and self._may_stage(main, along)
            and len(self.reduces) == 1
            and main.arg[0] is Op.ADD
            and along in tile
            and trips(main.src[1]) >= 2 * BLOCK_STEPS[0]
        )

    def _blocked(
        self,
        main: Node,
        tile: dict[Node, int],
        along: Node,
        lanes: int,
        body: Sequence[Access],
        most_steps: int,
    ) -> tuple[Staging, Blocks]:
        """The sum in blocks of about that many steps: with what it costs, and for which loops.

        A block of the result is read and written once for each block of steps.
        """
        counter = main.src[1]
        steps = -(-trips(counter) // -(-trips(counter) // most_steps))
        counters = {c: trips(c) for c in main.src[1:]} | {counter: steps}
        depth = math.prod(counters.values())
        least = {n: f * (lanes if n is along else 1) for n, f in tile.items()}
        sizes = self._block_sizes(least, depth, main.dtype.itemsize)
        slots, operands = 0.0, []
        copying = (TURNOVER + 3.0 * math.prod(tile.values())) / depth
        for access in body:
            price = self._direct_slots(access, tile, along, lanes, counters)
            across = [n for n in tile if n in access.loops]
            others = [n for n in tile if n not in across]
            if len(across) == 1 and self._can_stage(access):
                reuse = math.prod(sizes[n] // least[n] for n in others)
                extents = {**counters, **sizes}
                copy = self._copy_slots(access, tile, along, lanes, extents) / reuse
                size = depth * least[across[0]] * access.node.dtype.itemsize
                used = self._staged_slots(access, tile, along, size)
                if used + copy < price:
                    operands.append(access)
                    copying, price = copying + copy, used
            slots += price
        blocks = Blocks(counter, steps, tuple(sizes.items()))
        return Staging(slots, copying, tuple(operands)), blocks

    def _block_sizes(self, least: dict[Node, int], depth: int, itemsize: int) -> dict[Node, int]:
        """How much of each loop a block of the result has: as much as memory nearby may hold.

        There are to be some blocks for each thread.
        """
        whole = {n: -(-trips(n) // f) for n, f in least.items()}
        shares = {
            n: _share(whole[n], f * depth * itemsize, BLOCK_BYTES) or 1 for n, f in least.items()
        }
        other = points(n for n in self.nest if n not in least)
        while True:
            sizes = {n: s * least[n] for n, s in shares.items()}
            number = other * math.prod(-(-whole[n] // s) for n, s in shares.items())
            fits = math.prod(sizes.values()) * itemsize <= RESULT_BYTES
            most = max(sizes, key=sizes.__getitem__)
            if (fits and number >= ENOUGH_BLOCKS) or shares[most] == 1:
                return sizes
            shares[most] = -(-shares[most] // 2)

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
        self,
        access: Access,
        tile: dict[Node, int],
        along: Node | None,
        lanes: int,
        counters: dict[Node, int],
    ) -> float:
        """Load slots for one step of the tile, the wait for lines from far away counted in."""
        slots = access.slots(along, lanes) * self._use(access, tile)
        inner = [c for c in counters if c in access.loops and counters[c] > 1]
        itemsize = access.node.dtype.itemsize
        if along in inner and access.strides.get(along) == 1:
            return slots + SEQUENTIAL * _miss(access) * slots * lanes * itemsize / LINE
        stride = min((access.strides.get(c, PAGE) for c in inner), default=LINE) * itemsize
        if stride >= LINE:
            lines = 1.0
            for axis, factor in tile.items():
                if axis in access.loops and access.strides.get(axis) != 1:
                    lines *= factor
            wide = 1.0
            if along in access.loops and access.strides.get(along) == 1:
                wide = max(lanes * itemsize / LINE * tile.get(along, 1), 1.0)
            elif along in access.loops:
                lines *= lanes
            turns = math.prod(counters[c] for c in inner) if stride >= PAGE else 0
            slots += lines * (wide * _miss(access) + _by_size(WALK, turns))
        return slots

    def _use(self, access: Access, tile: dict[Node, int]) -> float:
        """Registers of the operand that one step of the tile takes."""
        return math.prod(f for n, f in tile.items() if n in access.loops)

    def _staged_slots(
        self, access: Access, tile: dict[Node, int], along: Node, nbytes: int
    ) -> float:
        """Load slots for one step of the tile, of a copy of which the tile takes that much."""
        far = along in access.loops and nbytes > NEAR_BYTES
        return self._use(access, tile) * (1 + far * FROM_L2)

    def _copy_slots(
        self,
        access: Access,
        tile: dict[Node, int],
        along: Node,
        lanes: int,
        extents: dict[Node, int],
    ) -> float:
        """What it takes to copy what one step of the tile reads, with a copy of these extents."""
        elements = self._use(access, tile) * (lanes if along in access.loops else 1)
        itemsize = access.node.dtype.itemsize
        if any(access.strides.get(n) == 1 for n in (along, *tile)):
            each = COPIED / lanes
        else:
            each = GATHER_LANE if along in access.loops else COPIED
        run, turns = itemsize, 1
        for loop, extent in extents.items():
            stride = access.strides.get(loop, 0)
            if stride == 1:
                run = extent * itemsize
            elif loop in access.loops and stride * itemsize >= PAGE:
                turns *= extent
        lines = elements * itemsize / LINE
        walks = _by_size(WALK, turns) * max(LINE / run, 1 / 64) if run >= LINE else 0.0
        return elements * each + lines * (_miss(access) + walks)

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
    return _by_size(MISS, points(access.loops) * access.node.dtype.itemsize)


def _by_size(table: Sequence[tuple[int, float]], size: int) -> float:
    return next(cost for least, cost in table if size >= least)


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

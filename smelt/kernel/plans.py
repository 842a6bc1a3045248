"""The plan of a kernel on a CPU: candidates, ranked by a small cost model.

The model counts, for one pass through the innermost loop, what the vector units and the load ports
of one core have to do. It knows no kinds of kernel: a matrix product gets its register tile because
its operands do not depend on all of the loops, a row sum its vector accumulators because its input
is contiguous along the reduction, and an operand is copied to where it can be read in order because
its lines would come from far away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product, takewhile
from typing import TypeAlias

from smelt.ir.node import Node, toposort
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.ir.symbolic import linear
from smelt.kernel.accesses import SHUFFLED, TURNED, Access, points, stays_near
from smelt.kernel.lines import NEAR_BYTES, places
from smelt.kernel.local_memory import TURNED_BYTES
from smelt.kernel.loops import MOST_COPIES, choosing, lanes_for
from smelt.kernel.transforms import trips
from smelt.program import SHUFFLED_STEPS, Target

CLOSE = 0.98  # of the best price: what can save less than that is not looked for
TURNED_LANES = 16  # of a row of such a square, which shuffles put into a column
SHARING_COPIES = 8  # of the code, for lines of which each lane takes one element
TILES = (1, 2, 3, 4, 6, 8, 12)
EXACT_TILES = (5, 7)  # where they leave no rest
MOST_WRITTEN = 4096  # operations in all copies
MOST_AT_ONCE = 14  # all of a loop that is no longer may be in a tile
LONG_BESIDE = 256  # where the others have so many points: enough to share out between threads
_LOOPED = (Op.REDUCE, Op.BARRIER)  # with loops of their own
FMA_LATENCY = 4  # cycles before a sum can be added to again
LOOP = 0.5  # cycles of a step for counting, and as no order of instructions is perfect
BESIDE = 0.1  # cycles that a load slot takes from the arithmetic beside it
REGISTERS_FOR_LOADS = 6  # of 32 or more; a quarter of fewer
MASK_REGISTERS = 6  # conditions that wait in registers; others are read for each sum
STAGED_SHARE = 0.5  # of a core's second-level cache: what a copy may take
BLOCK_STEPS = (16, 64)  # of a sum in blocks, of vectors of 64 bytes: more leave no operand near
BLOCK_SHARE = 0.25  # each copy that a block is done with
RESULT_SHARE = 0.54  # the result's part in such a block
TURNOVER = 60.0  # load slots between one tile and the next
BOTH_FAR = 3.0  # more of a step whose operands both come from the second-level cache
APART = 3.0  # for an address of its own in each loop, where rows are not at constant distances
ENOUGH_BLOCKS = 4  # to share out between threads


Tile: TypeAlias = tuple[tuple[Node, int], ...]  # loops, and by how much each is unrolled


@dataclass(frozen=True)
class Staging:
    """Operands of a reduction that are read from copies."""

    slots: float  # that one step of the tile takes for all that it loads
    copying: float = 0.0  # and for its part in making the copies, while nothing else is done
    operands: tuple[Access, ...] = ()  # first the one that the vector runs through, if it is copied
    block: int = 1  # tiles along the vector that share one copy of that
    rows: int = 1  # tiles across it that share one copy of the other one
    padded: float = 1.0  # points that are computed for each that there is, as blocks have one size


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
    tiles: Tile
    cycles: float  # for one point of the innermost loop
    staging: Staging = Staging(0.0)
    blocks: Blocks | None = None
    nest: tuple[Node, ...] = ()  # the kernel's loops in this order; (): as they are
    turned: bool = False  # squares of vectors, transposed in registers


@dataclass(frozen=True)
class _Sum:
    """A reduction that is to be tiled."""

    main: Node
    along: Node | None  # where its vectors are, of so many lanes
    lanes: int
    body: tuple[Access, ...]  # what is read in each step, first what the vector runs through
    choices: tuple[tuple[tuple[Access, ...], dict[Node, int]], ...]  # copies, the loops' order then
    steps: tuple[int, ...]  # of its outermost loop, in a block


@dataclass(frozen=True)
class _Work:
    """What a step of a sum computes."""

    # vector operations: what they depend on, and shares of a step for what is done in outer loops
    operations: tuple[tuple[frozenset[Node], float], ...]
    condition: frozenset[Node]  # the loops of what says whether anything is added

    def of(self, tile: Mapping[Node, int]) -> float:
        """Operations on vectors in a step of a tile."""
        sums = math.prod(tile.values())
        total = sum(share * _copies(tile, loops) for loops, share in self.operations)
        if self.condition and _copies(tile, self.condition) > MASK_REGISTERS:
            total += sums
        return max(total, sums)


def _copies(tile: Mapping[Node, int], loops: frozenset[Node]) -> int:
    """How many a tile has of what depends on these loops."""
    number = 1
    for loop, factor in tile.items():
        if loop in loops:
            number *= factor
    return number


class Planner:
    """What is known about a kernel, and the plan that follows from it."""

    def __init__(self, built: Node, target: Target):
        self.built = built
        self.target = target
        nodes = toposort([built])
        self.free = dependencies(nodes)
        self.nest = [n for n in built.src if n.op is Op.RANGE]
        self.pieces = [n for n in self.nest if n.arg[1] is AxisKind.GRID]  # they stay outermost
        self.stores = [n for n in built.src if n.op is Op.STORE]
        self.reduces = [n for n in nodes if n.op is Op.REDUCE]
        self.accesses = self._accesses(nodes)
        self.serial = self._serial_loops()
        self.chosen = self._choosing_loops(nodes)
        self.lanes = self._lanes(nodes)  # along any loop
        self.block_steps = [n * 64 // max(target.vector_bytes, 16) for n in BLOCK_STEPS]
        self._known_lanes: dict[Node, int] = {}

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
                loops, masks = self.free[node.src[1]], self.target.has_masks
                outer = [*takewhile(loops.__contains__, self.nest)]
                outer = outer if len(outer) < len(self.nest) else []
                result.append(Access(node, strides, loops, scope, tuple(outer), masks))
        return result

    def _serial_loops(self) -> frozenset[Node]:
        """Loops whose iterations may write the same element: they stay in order."""
        serial: set[Node] = set()
        for access in self.accesses:
            if access.node.op is Op.STORE and access.node.src[0].op is Op.PARAM:
                serial |= {r for r in self.free[access.node] if not access.strides.get(r)}
        return frozenset(serial)

    def _choosing_loops(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """Short loops that decide alone which of several values an element of the result has.

        Parts that were joined, the rows of a small constant matrix, elements that alternate: with
        a copy of the code for each iteration nothing is computed only to be dropped, all of them
        share what is read, and vectors of each are written in turns.
        """
        fixed = {*self.serial, *self.pieces}
        free = frozenset(self.nest) - fixed
        chosen = {n for n in free if self._takes_turns(n)} | choosing(self.free, free)
        values = sum(n.op in ELEMENTWISE and bool(self.free[n] & chosen) for n in nodes)
        rest = [n for n in self.nest if n not in chosen and n not in fixed]
        is_small = points(chosen) <= MOST_COPIES and values * points(chosen) <= MOST_WRITTEN
        if self.reduces or not is_small or not any(self._is_row(n, chosen) for n in rest):
            return ()
        return tuple(n for n in self.nest if n in chosen)

    def _takes_turns(self, counter: Node) -> bool:
        """Whether what is read is another vector for each iteration, but stored in turns."""
        loads = [a for a in self.accesses if a.node.op is Op.LOAD]
        return any(
            all(self._alternates(a, n, (counter,)) for a in self.accesses if a not in loads)
            and all(abs(a.strides.get(counter, 0)) != 1 for a in loads)
            and any(a.strides.get(n) == 1 for a in loads)
            for n in self.nest
        )

    def _is_row(self, counter: Node, chosen: Iterable[Node]) -> bool:
        """Whether a vector along a loop is read or written whole."""
        return any(
            a.strides.get(counter) == 1 or self._alternates(a, counter, chosen)
            for a in self.accesses
        )

    def _alternates(self, access: Access, vector: Node | None, chosen: Iterable[Node]) -> bool:
        """Whether vectors of all iterations of a choosing loop are stored in turns, whole."""
        step = access.strides.get(vector, 0) if vector is not None else 0
        if step not in SHUFFLED_STEPS:
            return False
        return access.node.op is Op.STORE and access.node.arg == "set" and any(
            access.strides.get(n) == 1 and trips(n) == step for n in chosen
        )  # fmt: skip

    def lanes_of(self, counter: Node) -> int:
        """Lanes of a vector along a loop: as many as a register has of what is widest there."""
        if counter not in self._known_lanes:
            along = (node for node, loops in self.free.items() if counter in loops)
            self._known_lanes[counter] = self._lanes(along)
        return self._known_lanes[counter]

    def _lanes(self, nodes: Iterable[Node]) -> int:
        def decides(node: Node) -> bool:
            in_registers = node.op in ELEMENTWISE and node.dtype.is_float
            return in_registers or node.op in (Op.LOAD, Op.STORE)

        widest = max((n.dtype.itemsize for n in nodes if decides(n)), default=4)
        return max(1, self.target.vector_bytes // widest)

    def _full(self, reduce: Node) -> bool:
        """Whether a reduction is computed anew for each iteration of the innermost loop."""
        return not self.nest or self.nest[-1] in self.free[reduce]

    def cache_share(self, share: float) -> int:
        """The bytes of a share of the second-level cache."""
        return int(share * self.target.cache_nbytes)

    # ---- the decision --------------------------------------------------------------------------

    def best_plan(self) -> Plan:
        full = [r for r in self.reduces if self._full(r)]
        main = max(full, key=lambda r: points(self.free[r] | set(r.src[1:])), default=None)
        candidates = [n for n in self.nest if n not in self.serial and trips(n) > 1]
        candidates = [n for n in candidates if n not in self.pieces and n not in self.chosen]
        vectors: list[Node | None] = [None]
        vectors += [n for n in candidates if self._is_row(n, self.chosen)]
        if main is None:
            plans = [self._map_plan(v) for v in vectors]
            near = [] if self.reduces or self.chosen else [v for v in vectors if v is not None]
            plans += [self._square_plan(a, b) for a in near for b in near if a is not b]
            return min(plans, key=lambda p: p.cycles)
        best = Plan(None, 1, (), math.inf)
        # Along the others each operand is read lane by lane: a copy of one may be worth it.
        far = [n for n in candidates if n not in vectors and trips(n) >= self.lanes_of(n)]
        vectors[:0] = [n for n in far if n in self.free[main] and self._may_stage(main, n)]
        for vector in reversed(vectors):  # the last one is most often the best
            plan = self._tile_plan(main, vector, candidates, best.cycles)
            best = min(best, plan, key=lambda p: p.cycles)
        return best

    def _map_plan(self, vector: Node | None) -> Plan:
        """A kernel whose reductions, if any, are of whole rows: what it reads, computes, writes."""
        lanes = self._vector_lanes(vector)
        total = self._arithmetic(vector, lanes)
        for access in self.accesses:
            own = vector if vector in access.around else self._row_vector(access.around)
            wide = self._vector_lanes(own)
            vectors = points(access.around) / (wide * self._filled(own, wide))
            innermost = own or next(iter(self.nest[-1:]), None)
            if self._alternates(access, own, self.chosen):
                total += SHUFFLED * vectors
                continue
            total += (access.slots(own, wide) + access.far_lanes(innermost, wide)) * vectors
        return Plan(vector, lanes, (), total)

    def _arithmetic(self, vector: Node | None, lanes: int) -> float:
        """What all operations of a map take, in load slots: there are two units for vectors."""
        own = [loops for n, loops in self.free.items() if n.op in ELEMENTWISE and n.dtype.is_float]
        wide = lanes * self._filled(vector, lanes)
        return sum(points(loops) / (wide if vector in loops else 1.0) for loops in own)

    def _square_plan(self, vector: Node, across: Node) -> Plan:
        """A kernel that reads along one loop and writes along another, with copies of the code.

        Squares are transposed in registers: the last ones end where the loops do. Else the copies
        share the lines that the lanes come to one by one.
        """
        turns = self._turns(vector, across)
        lanes = TURNED_LANES if turns else self._vector_lanes(vector)
        copies = TURNED_BYTES // self.accesses[0].itemsize if turns else SHARING_COPIES
        if trips(across) < copies or not all({vector, across} & a.loops for a in self.accesses):
            return Plan(None, 1, (), math.inf)
        total = self._arithmetic(vector, lanes)
        for access in self.accesses:
            vectors = points(access.around) / (lanes * self._filled(vector, lanes))
            if turns and access.strides.get(vector) != 1:
                total += (1.0 + TURNED * lanes) * vectors
                continue
            shared = copies if access.strides.get(across) == 1 else 1
            far = access.far_lanes(vector, lanes) / shared
            total += (access.slots(vector, lanes) + far) * vectors
        return Plan(vector, lanes, ((across, copies),), total, turned=turns)

    def _turns(self, vector: Node, across: Node) -> bool:
        """Whether squares whose rows and columns are whole registers in memory are transposed."""
        (itemsize, *others) = {a.itemsize for a in self.accesses}
        is_able = self.target.vector_bytes == TURNED_BYTES
        if others or not is_able or itemsize * TURNED_LANES > TURNED_BYTES:
            return False
        if trips(vector) < TURNED_LANES or trips(across) < TURNED_BYTES // itemsize:
            return False
        return all(a.is_turned(vector, across) for a in self.accesses)

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
        if along is vector is not None and lanes == 1:  # the same without a vector
            return Plan(None, 1, (), math.inf)
        body = [a for a in self.accesses if set(counters) & a.around and a.node.op is Op.LOAD]
        work = _work(main, self.free, self._sum_order(counters))
        depth = points(counters)
        tileable = [n for n in candidates if n in self.free[main]]
        pairs: list[tuple[Node, ...]] = [*combinations(tileable[-4:], 2)]
        pairs += [(n,) for n in tileable[-1:] if not pairs] or ([()] if not pairs else [])
        tiles: dict[Tile, tuple[float, tuple[float, float, float], dict[Node, int]]] = {}
        for axes in pairs:
            for factors in product(*(self._factors(n, along, lanes) for n in axes)):
                tile = dict(zip(axes, factors, strict=True))
                key = tuple((a, f) for a, f in tile.items() if f > 1)
                if key not in tiles and self._tile_fits(tile, along, lanes):
                    at_once = Staging(sum(a.use(tile) for a in body))  # without any wait
                    shape = self._shape(tile, along, lanes, work.of(tile), depth)
                    tiles[key] = price(shape, at_once), shape, tile
        best = Plan(along, lanes, (), math.inf)
        total = self._sum(main, along, lanes, body)
        for key, (least, shape, tile) in sorted(tiles.items(), key=lambda item: item[1][0]):
            enough = CLOSE * min(best.cycles, limit)
            if least >= enough:
                break
            may_win = partial(_costs_less, enough, shape)
            for staging, blocks in self._ways(total, tile, may_win):
                cycles = price(shape, staging)
                if cycles < best.cycles:
                    best = Plan(along, lanes, key, cycles, staging, blocks)
        return best

    def _sum(self, main: Node, along: Node | None, lanes: int, body: Sequence[Access]) -> _Sum:
        """A sum, with the operands that may be copied: one with the vector and one without."""
        choices: list[tuple[Access, ...]] = [()]
        if along is not None and self._may_stage(main, along):
            able = [a for a in body if self._can_stage(a)]
            wide = [(a,) for a in able if along in a.loops][:1]
            tall = [(a,) for a in able if along not in a.loops][:1]
            choices = [b + a for b in ((), *wide) for a in ((), *tall)]
        orders = [self._sum_order(main.src[1:], copied) for copied in choices]
        walks = [{c: trips(c) for c in order} for order in orders]
        counter, inner = main.src[1], points(main.src[2:])
        fewest = dict.fromkeys(-(-trips(counter) // max(n // inner, 1)) for n in self.block_steps)
        steps = dict.fromkeys(-(-trips(counter) // blocks) for blocks in fewest)
        wide_first = tuple(sorted(body, key=lambda a: along not in a.loops))
        pairs = tuple(zip(choices, walks, strict=True))
        return _Sum(main, along, lanes, wide_first, pairs, tuple(steps))

    def _ways(
        self, total: _Sum, tile: dict[Node, int], may_win: Callable[[Staging], bool]
    ) -> Iterator[tuple[Staging, Blocks | None]]:
        """Whether to copy operands and to do the sum in blocks, and what a step takes then.

        `may_win` says whether what takes at least that much is worth a closer look.
        """
        crossed = {a: [n for n in tile if n in a.loops] for a in total.body}
        use = {a: a.use(tile) for a in total.body}
        for copied, walk in total.choices:
            read = sum(
                use[a] if a in copied else a.direct_slots(tile, total.along, total.lanes, walk)
                for a in total.body
            )
            if not may_win(Staging(read)):
                continue
            if all(len(crossed[a]) == 1 for a in copied if total.along not in a.loops):
                staging = self._staging(total, tile, copied, walk, self.cache_share(STAGED_SHARE))
                if staging is not None:
                    yield staging, None
                    if staging.block > 1:
                        nearer = self._staging(total, tile, copied, walk, NEAR_BYTES)
                        yield from [(nearer, None)] if nearer is not None else []
        if not self._may_block(total.main, tile, total.along):
            return
        least = {n: f * (total.lanes if n is total.along else 1) for n, f in tile.items()}
        for steps in total.steps:
            depth = steps * points(total.main.src[2:])
            if not may_win(Staging(sum(use.values()), _between_tiles(tile) / depth)):
                continue
            sizes = self._block_sizes(least, depth, total.main.dtype.itemsize)
            blocks = Blocks(total.main.src[1], steps, tuple(sizes.items()))
            for copied, walk in total.choices:
                masked = any(a.is_masked for a in total.body if a not in copied)
                if not masked and all(len(crossed[a]) == 1 for a in copied):
                    at_once = walk | {blocks.counter: steps}
                    yield self._block(total, tile, copied, at_once, least, sizes), blocks

    def _factors(self, axis: Node, along: Node | None, lanes: int) -> Sequence[int]:
        """How often a loop may be in a tile: also such that it has no rest, or as a whole.

        All of a short loop is for one beside long ones.
        """
        pieces = -(-trips(axis) // lanes) if axis is along else trips(axis)
        is_long = points(n for n in self.nest if n is not axis) >= LONG_BESIDE
        is_one = pieces <= MOST_AT_ONCE and pieces not in TILES and is_long
        exact = [n for n in EXACT_TILES if pieces % n == 0 and pieces > n]
        return (*TILES, *exact, pieces) if is_one else (*TILES, *exact)

    def _tile_fits(self, tile: dict[Node, int], along: Node | None, lanes: int) -> bool:
        for axis, factor in tile.items():
            pieces = trips(axis)
            if axis is along:
                pieces = -(-pieces // lanes)
            if factor > pieces:
                return False
        accumulators = math.prod(tile.values())
        registers = self.target.vector_registers
        operands = min(tile.values(), default=1) + 1 + (not self.target.has_fma)  # of one step
        if accumulators + operands > registers:
            return False
        return accumulators <= registers - min(REGISTERS_FOR_LOADS, registers // 4)

    def _shape(
        self, tile: dict[Node, int], along: Node | None, lanes: int, work: float, depth: int
    ) -> tuple[float, float, float]:
        """Cycles for the arithmetic of a step and for its part of the rest, and points in it.

        `work` is how many operations on vectors a step has.
        A point is an element of the result, a step of the reduction.
        """
        copies = math.prod(tile.values())
        horizontal = 0.0 if along is None or along in self.nest else 8.0 * copies
        useful = copies * lanes * self._filled(along, lanes)
        for axis, factor in tile.items():
            extent = trips(axis) if axis is not along else -(-trips(axis) // lanes)
            useful *= extent / (-(-extent // factor) * factor)
        steps = depth if along in self.nest or along is None else -(-depth // lanes)
        stored = self._store_slots(along, lanes, tile) * copies
        return max(work / 2, FMA_LATENCY), (horizontal + stored) / max(steps, 1), useful

    def _staging(
        self,
        total: _Sum,
        tile: dict[Node, int],
        copied: tuple[Access, ...],
        walk: dict[Node, int],
        room: int,
    ) -> Staging | None:
        """What one step of the tile takes with copies of these operands, if there is room for them.

        All tiles that share a copy take turns, so it is near if all of it is.
        A copy pays where its elements are used many times and would otherwise come lane by lane or
        line by line from far away.
        """
        along, lanes = total.along, total.lanes
        slots, copying, block, rows, padded, far = 0.0, 0.0, 1, 1, 1.0, 0
        depth = math.prod(walk.values())
        for access in total.body:
            if access not in copied:
                slots += access.direct_slots(tile, along, lanes, walk)
                continue
            assert along is not None
            column = lanes * tile.get(along, 1)
            pieces = -(-trips(along) // column)
            if along in access.loops:
                size = depth * lanes * math.ceil(access.use(tile)) * access.itemsize
                share = _share(pieces, min(room // size, -(-pieces // ENOUGH_BLOCKS)))
                own = self.free[access.node].union(self.pieces)
                reuse = points(n for n in self.nest if n not in own)
                steps = reuse / math.prod(f for n, f in tile.items() if n not in access.loops)
                extents, block = {**walk, along: share * column}, share
            else:
                (across,) = (n for n in tile if n in access.loops)
                size = depth * tile[across] * access.itemsize
                pieces = -(-trips(across) // tile[across])
                most = pieces if tile[across] > 1 else 1
                if len(copied) == 1:  # the copies are shared out between threads, not their use
                    others = points(n for n in self.nest if n not in (across, along))
                    most = -(-pieces // -(-ENOUGH_BLOCKS // others))
                share = _share(pieces, min(self.cache_share(STAGED_SHARE) // 2 // size, most))
                steps = block if len(copied) > 1 else -(-trips(along) // column)
                extents, rows = {**walk, across: share * tile[across]}, share
            if not share:
                return None
            padded *= _padded(pieces, share) / pieces
            far += not stays_near(size * share)
            slots += access.staged_slots(tile, along, size * share)
            copying += access.copy_slots(tile, along, lanes, extents) / steps
        copying += BOTH_FAR if far > 1 else 0.0
        return Staging(slots, copying, copied, block, rows, padded)

    def _may_block(self, main: Node, tile: dict[Node, int], along: Node | None) -> bool:
        """Whether the sum may be done in blocks of its outermost loop."""
        return (
            along is not None
            and self._may_stage(main, along)
            and len(self.reduces) == 1
            and main.arg[0] is Op.ADD
            and along in tile
            and trips(main.src[1]) > 1
            and points(main.src[1:]) >= 2 * self.block_steps[0]
        )

    def _block(
        self,
        total: _Sum,
        tile: dict[Node, int],
        copied: tuple[Access, ...],
        walk: dict[Node, int],
        least: dict[Node, int],
        sizes: dict[Node, int],
    ) -> Staging:
        """What one step takes in a block of the sum, for a block of the result of these sizes.

        It reads and writes its part of the result once.
        """
        along, lanes = total.along, total.lanes
        depth, slots, far = math.prod(walk.values()), 0.0, 0
        innermost = next((n for n in reversed(walk.values()) if n > 1), 1)
        copying = _between_tiles(tile) / depth
        in_parts = walk[total.main.src[1]] < trips(total.main.src[1])
        rests = [n for n in tile if n is not along and trips(n) % tile[n]]
        # all of the other loops serve one tile along the vector
        at_once = {n: (least if n is along else sizes)[n] for n in tile}
        for access in total.body:
            reuse = math.prod(sizes[n] // least[n] for n in tile if n not in access.loops)
            if access not in copied:
                near = access.slots(along, lanes) * access.use(tile)
                direct = access.direct_slots(tile, along, lanes, walk, onward=len(tile) == 1)
                stays = in_parts and not copied and access.stays(walk | at_once)
                slots += near + (direct - near) / (reuse if stays else 1)
                slots += sum(tile[n] * APART for n in rests if n in access.loops) / innermost
                continue
            (across,) = (n for n in tile if n in access.loops)
            copying += access.copy_slots(tile, along, lanes, walk | sizes) / reuse
            slots += access.staged_slots(tile, along, depth * least[across] * access.itemsize)
            far += not stays_near(depth * at_once[across] * access.itemsize)
        copying += BOTH_FAR if far > 1 else 0.0
        whole = {n: -(-trips(n) // f) for n, f in least.items()}
        padded = math.prod(_padded(whole[n], sizes[n] // least[n]) / whole[n] for n in least)
        return Staging(slots, copying, copied, padded=padded)

    def _block_sizes(self, least: dict[Node, int], depth: int, itemsize: int) -> dict[Node, int]:
        """How much of each loop a block of the result has: as much as memory nearby may hold.

        There are to be some blocks for each thread.
        """
        whole = {n: -(-trips(n) // f) for n, f in least.items()}
        shares = {
            n: _share(whole[n], self.cache_share(BLOCK_SHARE) // (f * depth * itemsize)) or 1
            for n, f in least.items()
        }
        other = points(n for n in self.nest if n not in least)
        while True:
            sizes = {n: s * least[n] for n, s in shares.items()}
            number = other * math.prod(-(-whole[n] // s) for n, s in shares.items())
            fits = math.prod(sizes.values()) * itemsize <= self.cache_share(RESULT_SHARE)
            most = max(sizes, key=sizes.__getitem__)
            if (fits and number >= ENOUGH_BLOCKS) or shares[most] == 1:
                return sizes
            shares[most] = _share(whole[most], -(-shares[most] // 2))

    def _may_stage(self, main: Node, along: Node) -> bool:
        """Whether the loops may be reordered so that a copy serves many of them."""
        return (
            along in self.nest
            and not self.serial
            and all(r.src[1:] == main.src[1:] for r in self.reduces)
            and all(self.free[s].issuperset(self.nest) for s in self.stores)
            and all(n.src[0].op is Op.CONST for n in (*self.nest, *main.src[1:]))
        )

    def _can_stage(self, access: Access) -> bool:
        """Whether a copy can hold it: it is read once, and its mask depends on no other loops.

        Of what is read at computed places, only if that is again and again.
        """
        memory = access.node.src[0]
        if memory.op is not Op.PARAM or self.free[access.node] != access.loops:
            return False
        others = [a for a in self.accesses if a is not access and a.node.src[0] is memory]
        is_gathered = not access.loops <= access.strides.keys()
        return not others and not (is_gathered and access.loops.issuperset(self.nest))

    def _sum_order(self, counters: Iterable[Node], copied: Sequence[Access] = ()) -> list[Node]:
        """The counters of sums in the order in which they run: a mask is to change seldom."""
        loads = [a for a in self.accesses if a.node.op is Op.LOAD and a not in copied]
        masks = [a.node.src[2] for a in loads if len(a.node.src) == 3]
        masked = frozenset().union(*(self.free[m] for m in masks))
        return sorted(counters, key=lambda c: c not in masked)

    def _store_slots(self, along: Node | None, lanes: int, tile: Mapping[Node, int]) -> float:
        """One vector of each result; where lanes have a line each, the next finds what stays."""
        total = 0.0
        for access in (a for a in self.accesses if a.node.op is Op.STORE):
            total += access.slots(along, lanes)
            if along is not None and along in access.loops:
                apart = abs(access.strides.get(along, 1)) * access.itemsize
                stay = lanes * tile.get(along, 1) <= places(apart)
                total += 0.0 if stay else access.far_lanes(along, lanes)
        return total

    def _row_vector(self, counters: frozenset[Node]) -> Node | None:
        """The counter of a reduction along which its input is contiguous."""
        inner = [r for r in counters if r not in self.nest and trips(r) > 1]
        inner = [r for r in inner if any(a.strides.get(r) == 1 for a in self.accesses)]
        return max(inner, key=trips, default=None)

    def _vector_lanes(self, counter: Node | None) -> int:
        """Lanes for a loop: a register's, fewer where the loop is shorter."""
        if counter is None or self.lanes_of(counter) == 1:
            return 1
        extent = trips(counter)
        if not self.target.has_masks and counter.src[0].op is not Op.CONST:
            return 1
        return lanes_for(extent, self.lanes_of(counter), self.target.has_masks)

    def _filled(self, counter: Node | None, lanes: int) -> float:
        if counter is None:
            return 1.0
        extent = trips(counter)
        return extent / (-(-extent // lanes) * lanes)


def price(shape: tuple[float, float, float], staging: Staging) -> float:
    """Cycles of one core for one point of a tile, whose loads run beside its arithmetic."""
    arithmetic, rest, useful = shape
    step = max(arithmetic, staging.slots / 2) + BESIDE * staging.slots + LOOP
    return (step + staging.copying / 2 + rest) / useful * staging.padded


def _costs_less(than: float, shape: tuple[float, float, float], staging: Staging) -> bool:
    return price(shape, staging) < than


def _between_tiles(tile: Mapping[Node, int]) -> float:
    """Load slots from one tile of a block to the next, whose sums are read and written."""
    return TURNOVER + 3.0 * math.prod(tile.values())


def _share(pieces: int, most: int) -> int:
    """How many pieces, at most so many, each share has, such that few are missing in the last one.

    >>> _share(16, 5), _share(21, 5), _share(100, 12), _share(9, 0)
    (4, 3, 10, 0)
    """
    if not most:
        return 0
    fewest = -(-pieces // most)
    sizes = [-(-pieces // shares) for shares in range(fewest, 2 * fewest)]
    return min(sizes, key=lambda size: _padded(pieces, size) * 50 // pieces)


def _padded(pieces: int, size: int) -> int:
    """The pieces that shares of one size have."""
    return -(-pieces // size) * size


def _work(main: Node, free: dict[Node, frozenset[Node]], counters: Sequence[Node]) -> _Work:
    """What a sum over `counters`, in this order, computes; a product that is added is one."""
    added = main.src[0]
    operations: dict[frozenset[Node], float] = {}
    condition = free[added.src[0]] if added.op is Op.WHERE else frozenset[Node]()
    for node in toposort([added], stop=lambda n: n.op is Op.LOAD):
        own = free[node]
        if node.op not in ELEMENTWISE or node.dtype.is_int or own.isdisjoint(counters):
            continue
        if node is not added or node.op is not Op.WHERE:
            last = max(i for i, counter in enumerate(counters) if counter in own)
            dear = node.op is Op.CAST  # as much for each operand as for each product
            around = free[added] if dear else own
            share = 1 / points(counters[last + 1 :])
            operations[around] = operations.get(around, 0.0) + share
    return _Work(tuple(operations.items()), condition)

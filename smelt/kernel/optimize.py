"""The default transformations of a kernel for the cores of a CPU: its plan, written down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count, pairwise

from smelt.dtype import dtypes
from smelt.ir.node import Node, substitute, toposort
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.ir.symbolic import linear
from smelt.kernel.accesses import Access
from smelt.kernel.loops import MOST_COPIES
from smelt.kernel.matrix_plans import matrix_plan, matrix_transforms
from smelt.kernel.plans import Blocks, Plan, Planner
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
    trips,
)
from smelt.program import Target

GRID_POINTS = 64  # pieces of work enough to share out evenly between threads
LONG_LOOP = 2048  # steps of a sum from which on it is split in two
DEAR = 16  # operations on an element that are worth a place in memory
KEPT_BYTES = 1 << 18  # of a row: what stays near
LONG = (Op.EXP2, Op.LOG2, Op.SIN)  # one of these is a long chain of operations itself
INTERLEAVED = 4  # vectors of long chains of operations that are computed side by side
LARGE_GROUP = 8  # steps of a loop, enough to fill a vector
CASCADED_TILE = 8  # accumulators up to which there are registers for partial sums


class Optimizer(Planner):
    """Works out the list of transformations for one kernel."""

    def __init__(self, built: Node, target: Target):
        divided, divisions = _divided(built)
        merged, merges = _merged(divided)
        super().__init__(merged, target)
        self.transforms: list[Transform] = [*divisions, *merges]
        numbers = [n.arg[0] for n in toposort([merged]) if n.op is Op.RANGE]
        self.next_number = 1 + max(numbers, default=-1)
        self.kept: tuple[Node, int] | None = None  # the counter of a row, and what fills its copy

    def run(self) -> list[Transform]:
        """The transformations, in the order of their application."""
        self._keep_rows()
        self._write_best(self.best_plan())
        return self.transforms

    def _write_best(self, plan: Plan) -> None:
        """Add the transformations of the best plan, or what uses matrix instructions instead."""
        matrix = matrix_plan(self)
        if matrix is not None and matrix.cycles < plan.cycles:
            self.transforms += matrix_transforms(self, matrix, self.next_number)
        else:
            self._write(plan)

    def _write(self, plan: Plan) -> None:
        """Add the transformations of a plan."""
        if plan.blocks is None:
            self._apply_plan(plan)
        else:
            self._apply_blocks(plan, plan.blocks)

    def _split(
        self,
        counter: Node | int,
        factor: int,
        kind: AxisKind,
        clamped: bool = False,
        again: bool = False,
    ) -> int:
        """Split a loop, one of the kernel's or one that came about since; the new one's number."""
        number = self.next_number
        self.next_number += 1
        old = counter if isinstance(counter, int) else counter.arg[0]
        self.transforms.append(Split(old, factor, number, kind, clamped, again))
        return number

    def _keep_rows(self) -> None:
        """Dear values of a row that its reduction and its result need are computed once."""
        again = self.nest[-1] if self.nest else None
        total = next((r for r in self.reduces if again and self._is_dear(r, again)), None)
        if again is None or total is None:
            return
        (counter,) = total.src[1:]
        keep = Keep(counter.arg[0], again.arg[0], self.next_number)
        super().__init__(apply(self.built, [keep]), self.target)
        self.transforms.append(keep)
        self.kept = counter, self.next_number
        self.next_number += 1

    def _is_dear(self, total: Node, again: Node) -> bool:
        """Whether what a reduction takes is computed again in a loop over the same row."""
        if len(total.src) != 2 or again in self.free[total] or again in self.serial:
            return False
        value, counter = total.src
        extents = counter.src[0], again.src[0]
        if extents[0] is not extents[1] or extents[0].op is not Op.CONST or total.arg[1]:
            return False
        near = (Op.LOAD, Op.REDUCE)
        inside = toposort([value], stop=lambda n: n.op in near)
        own = [n for n in inside if n.op in ELEMENTWISE and counter in self.free[n]]
        others = frozenset(self.nest) - {again}
        if any(a.strides.get(n) == 1 for a in self.accesses for n in others):
            return False  # the vector may run across rows
        if len(own) < DEAR or trips(counter) * value.dtype.itemsize > KEPT_BYTES:
            return False
        (same,) = substitute([value], {counter: again})
        return same in self.free

    def _apply_plan(self, plan: Plan) -> None:
        inner: list[int] = []  # numbers of the loops inside of all others
        vectors: list[int] = []
        if self.kept is not None:
            counter, number = self.kept
            self._split(number, self._vector_lanes(counter), AxisKind.VECTOR)
        masked = self._copied(plan)  # what fills a copy is
        unrolled: dict[Node, int] = {}
        if plan.vector is not None and plan.lanes > 1:
            factor = dict(plan.tiles).get(plan.vector, 1)
            size = factor * plan.lanes
            clamped = plan.vector not in masked and self._ends_with(plan, size)
            again = plan.turned and trips(plan.vector) % plan.lanes != 0
            whole: Node | int = plan.vector
            if clamped and factor > 1:
                whole = unrolled[plan.vector] = self._split(whole, size, AxisKind.UNROLL, clamped)
                clamped = False
            vectors.append(self._split(whole, plan.lanes, AxisKind.VECTOR, clamped, again))
            if self._is_deep(plan):
                vectors.insert(0, self._split(plan.vector, INTERLEAVED, AxisKind.UNROLL))
        for reduce_counters in dict.fromkeys(r.src[1:] for r in self.reduces):
            self._vectorise_rows(reduce_counters, plan, vectors)
            if math.prod(factor for _, factor in plan.tiles) <= CASCADED_TILE:
                inner += self._cascade(reduce_counters)
        for axis, factor in _outermost_first(plan.tiles):
            if axis not in unrolled:
                rest = trips(axis) % factor != 0
                clamped = rest and not plan.turned and axis not in {plan.vector, *masked}
                again = rest and plan.turned
                unrolled[axis] = self._split(axis, factor, AxisKind.UNROLL, clamped, again)
        unrolled = {axis: unrolled[axis] for axis, _ in _outermost_first(plan.tiles)}
        inner += unrolled.values()
        inner += [n.arg[0] for n in self.chosen]
        nest, blocks = [n for n in self._nest(plan) if n not in self.chosen], self._blocks(plan)
        grid = self._grid(plan, nest)
        counters = [r for r in self._reduce_order(plan.staging.operands) if r not in self.nest]
        sums = [r.arg[0] for r in counters]
        order = [*(n.arg[0] for n in nest), *blocks.values(), *sums]
        if len(order) + len(inner) + len(vectors) > 1:
            self.transforms.append(Reorder((*order, *inner, *vectors)))
        self.transforms += [SetKind(n.arg[0], AxisKind.UNROLL) for n in self.chosen]
        self.transforms += [SetKind(n, AxisKind.GRID) for n in grid]
        steps = [(r, r.arg[0]) for r in counters]
        self.transforms += self._stages(plan, [*blocks.items(), *steps, *unrolled.items()], vectors)

    def _copied(self, plan: Plan) -> frozenset[Node]:
        """The loops that its copies depend on."""
        return frozenset[Node]().union(*(self.free[a.node] for a in plan.staging.operands))

    def _ends_with(self, plan: Plan, size: int) -> bool:
        """Whether the last tile is to end where the vector's loop does, for want of a rest."""
        along = plan.vector
        assert along is not None
        is_used_again = any(axis is not along for axis, _ in plan.tiles)
        is_able = bool(self.reduces) and along in self.nest and along.src[0].op is Op.CONST
        return is_used_again and is_able and trips(along) > size and trips(along) % size != 0

    def _is_deep(self, plan: Plan) -> bool:
        """Whether a result is a long chain of operations, which vectors side by side overlap."""
        along = plan.vector
        assert along is not None
        in_copies = plan.tiles or plan.staging.operands or self.chosen
        if in_copies or trips(along) % (INTERLEAVED * plan.lanes) != 0:
            return False
        if any(along in self.free[r] or along in r.src for r in self.reduces):
            return False
        own = [n for n in toposort(self.stores, stop=lambda n: n.op in (Op.LOAD, Op.REDUCE))
               if n.op in ELEMENTWISE and along in self.free[n]]  # fmt: skip
        return len(own) >= DEAR or any(n.op in LONG for n in own)

    def _apply_blocks(self, plan: Plan, blocks: Blocks) -> None:
        """A grid of blocks of the result, each summed up in LOCAL memory, block after block."""
        assert plan.vector is not None
        (total,) = self.reduces
        copied = self._copied(plan)
        over: dict[Node, int] = {}
        for axis, size in sorted(blocks.sizes, key=lambda item: item[0] is plan.vector):
            clamped = trips(axis) % size != 0 and axis is not plan.vector and axis not in copied
            over[axis] = self._split(axis, size, AxisKind.LOOP, clamped)
        grid = [n.arg[0] for n in (*(n for n in self.nest if n not in over), *over)]
        self.transforms.append(Reorder((*grid, *over.values())))
        self.transforms += [SetKind(n, AxisKind.GRID) for n in grid]
        steps, first = trips(blocks.counter), self.next_number
        counters = [r for r in total.src[1:] if r is not blocks.counter]
        carry = Carry(blocks.counter.arg[0], blocks.steps, tuple(over.values()), plan.lanes, first)
        self.transforms.append(carry)
        pieces = 1 + (steps % blocks.steps != 0)
        each = 1 + len(over) + len(counters)
        self.next_number += 3 + pieces * each
        stages: list[Stage] = []
        for piece in range(pieces):
            start = first + 3 + piece * each
            numbers = dict(zip((blocks.counter, *over, *counters), count(start), strict=False))
            outer = [first + 2] if piece == 0 else []
            stages += self._apply_piece(plan, numbers, outer, list(over), total)
        self._split(over[plan.vector], plan.lanes, AxisKind.VECTOR)
        self.transforms += stages

    def _apply_piece(
        self, plan: Plan, numbers: dict[Node, int], outer: list[int], over: list[Node], total: Node
    ) -> list[Stage]:
        """The loops of one block of a sum, and the copies that it reads from."""
        assert plan.vector is not None
        vectors = [self._split(numbers[plan.vector], plan.lanes, AxisKind.VECTOR)]
        copies = _outermost_first(plan.tiles)
        unrolled = {n: self._split(numbers[n], f, AxisKind.UNROLL) for n, f in copies}
        sums = [numbers[r] for r in self._sum_order(total.src[1:], plan.staging.operands)]
        tiles = [numbers[n] for n in reversed(over)]
        self.transforms.append(Reorder((*outer, *tiles, *sums, *unrolled.values(), *vectors)))
        loops = [(n, numbers[n]) for n in (*over, *total.src[1:])]
        return self._stages(plan, [*loops, *unrolled.items()], vectors)

    def _stages(
        self, plan: Plan, loops: Sequence[tuple[Node, int]], vectors: list[int]
    ) -> list[Stage]:
        """Copies of the plan's operands, as these loops walk through them: panels of its tile."""
        stages = []
        for access in plan.staging.operands:
            own = self.free[access.node]
            walked = [number for loop, number in loops if loop in own]
            walked += vectors if plan.vector in own else []
            param, masks = access.node.src[0].arg, self.target.has_masks
            stages.append(Stage(param, tuple(walked), plan.lanes, self.next_number, masks))
            self.next_number += len(walked) + 2
        return stages

    def _blocks(self, plan: Plan) -> dict[Node, int]:
        """The loops over the tiles that share a copy, outermost first."""
        blocks: dict[Node, int] = {}
        for access in reversed(plan.staging.operands):
            is_wide = plan.vector in access.loops
            count = plan.staging.block if is_wide else plan.staging.rows
            for axis in (plan.vector,) if is_wide else (n for n, _ in plan.tiles):
                if axis in access.loops and axis not in blocks and count > 1:
                    assert axis is not None
                    blocks[axis] = self._split(axis, count, AxisKind.LOOP)
        return blocks

    def _nest(self, plan: Plan) -> list[Node]:
        """The nest's loops in order: those outside that a copy depends on."""
        if not plan.staging.operands:
            return list(plan.nest) or self.nest
        first = self.free[plan.staging.operands[0].node]
        within = [n for n in self.nest if n not in self.pieces]
        return [*self.pieces, *sorted(within, key=lambda n: n not in first)]

    def _vectorise_rows(self, counters: Sequence[Node], plan: Plan, vectors: list[int]) -> None:
        """Vector accumulators for a reduction that the plan's vector does not run through."""
        along = self._row_vector(frozenset(counters))
        if along is None or any(t.counter == along.arg[0] for t in self._splits()):
            return
        if not self._alone(along):
            return
        lanes = self._vector_lanes(along)
        if lanes == 1:
            return
        vectors.append(self._split(along, lanes, AxisKind.VECTOR))
        pieces = -(-trips(along) // lanes)
        unroll = next((u for u in (4, 2) if pieces % u == 0), 1)
        if unroll > 1 and not plan.tiles:
            vectors.insert(0, self._split(along, unroll, AxisKind.UNROLL))

    def _alone(self, along: Node) -> bool:
        """Whether no reduction would have lanes of `along` and those of a loop that has some."""
        outer = {t.inner: t.counter for t in self._splits()}
        split = {t.counter for t in self._splits() if t.kind is AxisKind.VECTOR}
        wide = split | {outer[number] for number in split if number in outer}
        for reduce in self.reduces:
            loops = self.free[reduce] | frozenset(reduce.src[1:])
            if along in loops and any(r.arg[0] in wide for r in loops):
                return False
        return True

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

    def _grid(self, plan: Plan, nest: Sequence[Node]) -> list[int]:
        """The outer loops that are shared out between threads."""
        if not self.stores:
            return []
        common = frozenset.intersection(*(self.free[s] for s in self.stores)) - self.serial
        result: list[int] = []
        points = 1
        factors = dict(plan.tiles)
        for counter in nest:
            if counter not in common or points >= GRID_POINTS:
                break
            pieces = trips(counter) / factors.get(counter, 1)
            if counter is plan.vector:
                pieces /= plan.lanes * plan.staging.block
            elif counter in factors:
                pieces /= plan.staging.rows
            points *= math.ceil(pieces)
            result.append(counter.arg[0])
        return result

    def _reduce_order(self, copied: Sequence[Access] = ()) -> list[Node]:
        """The counters of all reductions, outermost first, if these are read from copies."""
        return self._sum_order(dict.fromkeys(c for r in self.reduces for c in r.src[1:]), copied)


def _outermost_first(tiles: Sequence[tuple[Node, int]]) -> list[tuple[Node, int]]:
    """The copies of a tile in an order in which the fewest operands wait in registers.

    For each iteration of the outer loop one is enough, for those of the inner one it is all.
    """
    return sorted(tiles, key=lambda tile: -tile[1])


def _divided(built: Node) -> tuple[Node, list[Split]]:
    """Loops over groups and what is inside of them, where reads are by the number of the group.

    Where nothing is summed up: large groups, as the loop inside may get the vector, and those of
    which each element is another value, or is read elsewhere.
    """
    splits: list[Split] = []
    numbers = count(1 + max((n.arg[0] for n in toposort([built]) if n.op is Op.RANGE), default=-1))
    nest = [n for n in built.src if n.op is Op.RANGE and n.arg[1] is AxisKind.LOOP]
    sums = [n.src[0] for n in toposort([built]) if n.op is Op.REDUCE]
    places = toposort(n.src[1] for n in toposort(sums or [built]) if n.op is Op.LOAD)
    values = toposort(n.src[2] for n in built.src if n.op is Op.STORE)
    grouped = {n.src for n in places if n.op is Op.MOD}  # and what is read within the group
    groups = [n for n in places if n.op is Op.IDIV and n.src[1].op is Op.CONST]
    for loop in nest:
        by = {n.src[1].arg for n in groups if n.src[0] is loop
              or (n.src in grouped and linear(n.src[0])[0] == {loop: 1})}  # fmt: skip
        size = min(by, default=1)
        inside = any(n.op is Op.MOD and n.src[0] is loop and n.src[1].arg == size for n in values)
        least = 2 if sums or (inside and size <= MOST_COPIES) else LARGE_GROUP
        if least <= size < trips(loop) and loop.src[0].op is Op.CONST:
            splits.append(Split(loop.arg[0], size, next(numbers), AxisKind.LOOP))
    return apply(built, splits), splits


def _merged(built: Node) -> tuple[Node, list[Merge]]:
    """Neighbouring loops that every access walks through as if they were one become one."""
    merges: list[Merge] = []
    while pair := next((p for p in _neighbours(built) if _mergeable(built, *p)), None):
        outer, inner = pair
        merges.append(Merge(outer.arg[0], inner.arg[0]))
        built = apply(built, merges[-1:])
    return built, merges


def _neighbours(built: Node) -> list[tuple[Node, Node]]:
    nests = [[n for n in built.src if n.op is Op.RANGE]]
    nests += [list(n.src[1:]) for n in toposort([built]) if n.op is Op.REDUCE]
    return list(dict.fromkeys((a, b) for nest in nests for a, b in pairwise(nest)))


def _mergeable(built: Node, outer: Node, inner: Node) -> bool:
    """Whether no address and no value needs a division if the two loops run as one.

    Masks may need one: they are computed outside of the loops that do the work.
    """
    if inner.src[0].op is not Op.CONST or outer.arg[1] is not inner.arg[1]:
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
    """The addresses of a kernel, and the counters that are used as values outside of masks."""
    found = [n.src[1] for n in toposort([built]) if n.op in (Op.LOAD, Op.STORE)]
    seen: set[Node] = set()
    masked = _masked_values(built)
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
            stack.extend(node.src[1:] if node in masked else node.src)
    return found


def _masked_values(built: Node) -> set[Node]:
    """Each WHERE whose condition stays what it is while a sum around it runs: it is a mask."""
    found: set[Node] = set()
    for total in (n for n in toposort([built]) if n.op is Op.REDUCE):
        for node in toposort([total.src[0]]):
            if node.op is Op.WHERE and not set(total.src[1:]) <= set(toposort([node.src[0]])):
                found.add(node)
    return found


def optimize(built: Node, target: Target) -> list[Transform]:
    """The default transformations of the KERNEL `built` on `target`."""
    return optimized(built, target)[1]


def optimized(built: Node, target: Target) -> tuple[Node, list[Transform]]:
    """The KERNEL `built` with its default transformations on `target`, and these."""
    optimizer = Optimizer(built, target)
    merged, merges = optimizer.built, len(optimizer.transforms)  # these it had to carry out
    transforms = optimizer.run()
    return apply(merged, transforms[merges:]), transforms

"""Fusion: which nodes of a tensor graph get memory, and which kernel computes each.

Consumers come before producers. Each node collects *demands*: a region (a kernel in the making)
that wants the node's element at an index, written in the region's loop counters. A node is then
either *inlined* (the demands are passed on to its sources, through `source_index` where it is a
movement) or *placed*: stored to memory by a region, from which the others load it. With every
decision the index expressions are already at hand, so the cost of recomputing can be counted
instead of guessed from patterns:

- a movement, a constant: always inlined;
- an elementwise operation: inlined, unless several regions want it and it is dear, or a
  contraction would evaluate it again and again for each element;
- a reduction: inlined where every element is still computed once: as the last thing before the
  store, or in the outer loops of a row-wise kernel, or merged into a reduction around it.

A node that must be stored and is also wanted, element for element, inside another region is stored
there on the way: a kernel may have several outputs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from smelt.dtype import dtypes
from smelt.ir.node import Node, Shape, alu, const, is_static, loop_range, numel, toposort, variable
from smelt.ir.op import ELEMENTWISE, MOVEMENT, Op
from smelt.schedule.indexing import conjunction, flat_index, is_bijection, regroup, source_index
from smelt.schedule.products import REUSE, is_product, moved
from smelt.schedule.reasons import Again, Stored, Why
from smelt.schedule.regions import Demand, Output, Region, base, extent, free_ranges, leaf

MAX_OPS_IN_KERNEL = 512  # keeps compile time linear for graphs of any length
ENOUGH_ROWS = 16  # a row-wise kernel with fewer outer iterations keeps too few threads busy
SMALL = 16_384  # elements up to which one thread alone is as fast as several
CHEAP_OPS = {0: 48, 1: 48, 2: 10}  # by loads: recomputing so much beats a store and a load
CHEAP_OPS_IN_KERNEL = 64  # the same when what it is computed from is in the cache anyway
FEW = 16  # elements that are computed again rather than kept
_SATURATED = 1_000
_NO_REASONS: Mapping[Node, Why] = {}

# in simple vector instructions
_OP_COST = {Op.CAST: 0, Op.BITCAST: 0, Op.EXP2: 12, Op.LOG2: 20, Op.SIN: 32, Op.FDIV: 4, Op.SQRT: 4}


class Fusion:
    """The decisions for one graph. After construction: `regions`, `placed` and `children`."""

    def __init__(
        self,
        roots: Sequence[Node],
        cuts: frozenset[Node] = frozenset(),
        reasons: Mapping[Node, Why] = _NO_REASONS,
    ):
        self.crowded: dict[Node, list[Demand]] = {}  # stored because a reduction is below
        self.order = toposort(roots, stop=leaf)
        self.regions: list[Region] = []
        self.placed: dict[Node, Region] = {}  # the region after which a node is in memory
        self.stored: dict[Node, Stored] = {}  # why it is there
        self.children: dict[tuple[Node, object], list[Demand]] = {}
        self.gathers: dict[Node, tuple[Node, Demand]] = {}  # stand-in for a computed index
        self.demands: dict[Node, dict[object, Demand]] = defaultdict(dict)
        self.rereads: dict[Node, set[Region]] = defaultdict(set)  # who reads it as another dtype
        self._free: dict[Node, frozenset[Node]] = {}
        self.waiting: dict[Node, list[Node]] = defaultdict(list)  # copies of a value, to be stored
        self.users = Counter(s for n in self.order if not leaf(n) for s in set(n.src))
        self.forced = self._must_be_placed(roots, reasons)
        for node in cuts:
            self.forced.setdefault(node, Why.SHARED)
        self.tail, self.ops, self.loads = self._forward()
        for node in reversed(self.order):
            if not leaf(node):
                self._visit(node)

    def better_cuts(self) -> frozenset[Node]:
        """Where reductions should be stored so that less is stored behind them.

        A softmax of a matrix product, or the backward pass through its GELU, use several values
        behind a reduction, and each is stored only because what it is computed from is not in
        memory. With that there (the first value behind the reduction that has several users),
        the others may be cheap to compute again.
        """
        wanted = [n for n in self.crowded if n in self.placed and n not in self.forced]
        shared = Counter(self._first_shared(n) for n in wanted)
        return frozenset(n for n, times in shared.items() if times > 1 and not leaf(n))

    def _first_shared(self, node: Node) -> Node:
        """From a value behind a reduction back towards it: the last one with several users."""
        shared = node
        while node.op is not Op.REDUCE and self.tail[node]:
            shared = node if self.users[node] > 1 else shared
            node = next((s for s in node.src if self.tail[s]), node.src[0])
        return base(node if self.users[node] > 1 else shared)

    # ---- what is known before any decision -----------------------------------------------------

    def _must_be_placed(
        self, roots: Sequence[Node], reasons: Mapping[Node, Why]
    ) -> dict[Node, Why]:
        """The nodes that are stored whatever it costs; the reason of some is known before."""
        found = [(base(r), reasons.get(r, Why.RESULT)) for r in roots]
        for node in self.order:
            if leaf(node):
                continue
            if node.op is Op.STORE:
                found.append((node, Why.SCATTER))
            elif node.op is Op.CONTIGUOUS and base(node).op is not Op.CONST:
                why = Why.CONTIGUOUS if node.arg is None else Why.COPY
                found.append((base(node), reasons.get(node, why)))
            elif node.op is Op.LOAD:
                source = node.src[0]
                while not leaf(source) and (source.op in MOVEMENT or source.op is Op.DETACH):
                    source = source.src[0]
                if source.op is not Op.CONST:
                    found.append((base(source), Why.GATHER))
            elif node.op is Op.BITCAST and node.shape != node.src[0].shape:
                found.append((base(node.src[0]), Why.BYTES))
        return {n: why for n, why in reversed(found) if not leaf(n)}  # the first one counts

    def _forward(self) -> tuple[dict[Node, bool], dict[Node, int], dict[Node, int]]:
        """For each node what inlining it whole would mean, up to the next certain boundary.

        tail: a reduction gives its elements one to one; ops and loads: how many for one element,
        each counted once.
        """
        tail: dict[Node, bool] = {}
        work: dict[Node, frozenset[Node] | None] = {}  # None: more than anyone would repeat
        reads: dict[Node, frozenset[Node] | None] = {}
        for n in self.order:
            if leaf(n) or n in self.forced or n.op in (Op.REDUCE, Op.STORE):
                tail[n] = n.op is Op.REDUCE and n not in self.forced
                work[n], reads[n] = frozenset(), frozenset({n})
            elif n.op is Op.EXPAND and numel(n.src[0].shape) * REUSE <= numel(n.shape):
                tail[n], work[n], reads[n] = False, frozenset(), frozenset()  # done once for many
            else:
                keeps = n.op in ELEMENTWISE or n.op in _KEEPS_TAIL
                tail[n] = keeps and any(tail[s] for s in n.src)
                own = frozenset({n}) if n.op in ELEMENTWISE else frozenset[Node]()
                work[n] = _union(own, (work[s] for s in n.src), CHEAP_OPS_IN_KERNEL)
                reads[n] = _union(frozenset(), (reads[s] for s in n.src), len(CHEAP_OPS))
        ops = {n: _SATURATED if w is None else sum(map(_price, w)) for n, w in work.items()}
        loads = {n: _SATURATED if r is None else len(r) for n, r in reads.items()}
        return tail, ops, loads

    # ---- one node --------------------------------------------------------------------------------

    def _visit(self, node: Node) -> None:
        if self._waits_for_source(node):
            self.waiting[node.src[0]].append(node)
            return
        for copy in self.waiting.pop(node, ()):
            self._place_copy(copy, node)
        demands = list(self.demands[node].values())
        why = self.forced.get(node) or (self._why_kept(node, demands) if demands else None)
        if why is not None:
            self.stored[node] = Stored(why, len(demands), self.ops[node])
            self._place(node, demands)
        else:
            for demand in demands:
                self._pass_on(node, demand)

    def _waits_for_source(self, node: Node) -> bool:
        """Whether nobody reads this copy of a value here: who computes the value may store it."""
        is_copy = node.op is Op.CONTIGUOUS and node.arg is not None
        wanted = self.demands[node] or node in self.waiting
        return is_copy and not wanted and not leaf(node.src[0])

    def _why_kept(self, node: Node, demands: list[Demand]) -> Why | None:
        """Why a node is stored; None where it is computed wherever it is wanted."""
        if node.op is Op.SHRINK and self._alone(node.src[0]):
            return self._why_again(node, demands)  # of a reduction only the part that is wanted
        if node.op in MOVEMENT or node.op in _TRANSPARENT:
            return None
        if any(d.region.ops >= MAX_OPS_IN_KERNEL for d in demands):
            return Why.LARGE
        if node.op is Op.REDUCE:
            return Why.USERS if len(demands) > 1 else self._why_alone(node, demands[0])
        if len(demands) > 1:
            why = self._why_dear(node, demands)
            if why is not None:
                return why
        return next((w for d in demands if (w := self._why_repeated(node, d)) is not None), None)

    def _why_dear(self, node: Node, demands: list[Demand]) -> Why | None:
        """Why storing an elementwise node beats computing it once for each demand, if it does."""
        if self.tail[node]:
            self.crowded[node] = demands
            return Why.BEHIND
        if numel(node.shape) <= FEW and self.ops[node] <= CHEAP_OPS_IN_KERNEL:
            return None
        if self.loads[node] not in CHEAP_OPS:
            return Why.INPUTS
        one_region = all(d.region is demands[0].region for d in demands)
        limit = CHEAP_OPS_IN_KERNEL if one_region else CHEAP_OPS[self.loads[node]]
        return None if self.ops[node] <= limit else Why.DEAR

    def _why_repeated(self, node: Node, demand: Demand) -> Why | None:
        """Why the reductions around an elementwise node make it a value to be kept, if they do."""
        used = self._used(demand)
        if not used & set(demand.scope):
            return None
        if self.tail[node]:
            return Why.EPILOGUE  # of another reduction: stored after it, not before
        if demand.loops <= used or self.ops[node] == 0:
            return None
        if self.loads[node] == 0 and self.ops[node] <= CHEAP_OPS[2]:
            return None
        return Why.REUSED if _product(demand.loops) > REUSE * numel(node.shape) else None

    def _alone(self, node: Node) -> bool:
        """Whether a reduction gives the elements of `node`, and nobody else uses it on the way."""
        while self.tail[node] and self.users[node] == 1 and node.op is not Op.REDUCE:
            node = next(s for s in node.src if self.tail[s])
        return self.tail[node] and self.users[node] == 1

    def _why_again(self, node: Node, demands: list[Demand]) -> Why | None:
        """Unless each element is wanted once, in no reduction but one that it merges with."""
        used = self._used(demands[0])
        if len(demands) > 1:
            return Why.USERS
        if used & set(demands[0].scope) and demands[0].merge is None:
            return Why.INSIDE
        return Why.BROADCAST if _product(used) > 1.5 * numel(node.shape) else None

    def _why_alone(self, node: Node, demand: Demand) -> Why | None:
        """Why a reduction is not computed in the region that wants it, if it is not."""
        region, used = demand.region, self._used(demand)
        elements = numel(node.shape)
        if used & set(demand.scope):
            merges = demand.merge is node.arg[0] and _product(used) <= REUSE * elements
            return None if merges else Why.INSIDE
        if _product(used) > 1.5 * elements:
            return Why.BROADCAST
        if used >= {r for r in region.ranges if extent(r) > 1}:
            if is_product(node):
                if region.product is not None or region.hoists:
                    return Why.PRODUCT
                region.product = node
            return None
        if region.product is not None:
            return Why.BESIDE
        work = max(numel(region.root.shape), numel(node.src[0].shape))
        if _product(used) < ENOUGH_ROWS and work > SMALL:
            return Why.ROWS
        if not all(used <= other or other <= used for other in region.hoists):
            return Why.ORDER
        region.hoists.append(used)
        return None

    def _used(self, demand: Demand) -> frozenset[Node]:
        return free_ranges((*demand.idx, demand.valid), self._free)

    # ---- what is computed again ------------------------------------------------------------------

    def again(self) -> dict[Region, Again]:
        """The operations of each region beyond one for each element, where there are any."""
        elsewhere, here = Counter[Region](), Counter[Region]()
        for node in self.order:
            if node.op not in ELEMENTWISE or node in self.placed or leaf(node):
                continue
            price, demands = _price(node), self.demands[node].values()
            if price == 0 or self.loads[node] == 0:  # a mask, made of counters
                continue
            if not any(len(demands) > 1 or d.scope for d in demands):
                continue
            times = Counter[Region]()
            for demand in demands:
                used = self._used(demand)
                times[demand.region] += _product(demand.loops if used & set(demand.scope) else used)
            elements = numel(node.shape)
            for region, count in times.items():
                here[region] += price * max(count - elements, 0)
                elsewhere[region] += price * min(count, elements) * (len(times) > 1)
        return {r: Again(elsewhere[r], here[r]) for r in here if elsewhere[r] or here[r]}

    # ---- placing -------------------------------------------------------------------------------

    def _place(self, node: Node, demands: list[Demand]) -> None:
        if node.op is Op.STORE:
            self._place_scatter(node)
        else:
            again = self.rereads[node]
            regions = {d.region for d in demands} | again
            alone = [d for d in demands if sum(o.region is d.region for o in demands) == 1]
            alone = [d for d in alone if d.region not in again]
            demand = next((d for d in alone if self._on_the_way(node, d, regions)), None)
            if demand is None:
                region = self._region(node, node.shape)
                demand = region.whole
            if is_product(node):
                demand.region.product = node
            demand.region.outputs.append(Output(node, node, demand))
            self.placed[node] = demand.region
            self._pass_on(node, demand)
        for demand in demands:
            if demand.region is not self.placed[node] and node.op is not Op.CONST:
                demand.region.reads.add(node)

    def _place_copy(self, copy: Node, source: Node) -> None:
        """Store `source` as `copy` where it is computed anyway, or else in a region of its own."""
        again = self.rereads[copy]
        demands = [d for d in self.demands[source].values() if d.region not in again]
        demand = next((d for d in demands if self._on_the_way(source, d, again)), None)
        if demand is None:
            demand = self._beside(source, demands)
        if demand is None:
            demand = self._region(copy, copy.shape).whole
            self._want(source, demand)
        demand.region.outputs.append(Output(copy, source, demand))
        self.placed[copy] = demand.region
        self.stored[copy] = Stored(self.forced[copy], len(demands), 0)

    def _beside(self, source: Node, demands: list[Demand]) -> Demand | None:
        """A few numbers (a step count) stored by a kernel that reads some of them anyway.

        Its first iterations do it, under a mask: that costs less than a kernel of its own.
        """
        count = numel(source.shape)
        if count > FEW or self.tail[source] or source.op is Op.REDUCE:
            return None
        hosts = {d.region for d in demands if numel(d.region.root.shape) >= count}
        hosts = {r for r in hosts if r.root.op is not Op.STORE and not r.hoists}
        if not hosts or not is_static(source.shape):
            return None
        region = min(hosts, key=lambda r: (numel(r.root.shape), r.number))
        flat = flat_index(region.idx, region.root.shape)
        idx = tuple(regroup((flat,), (count,), source.shape))
        demand = Demand(region, idx, region.whole.loops, conjunction([flat < count]))
        self._want(source, demand)
        return demand

    def _region(self, root: Node, shape: Shape) -> Region:
        zero = const(0, dtypes.index)
        idx = tuple(
            zero if isinstance(n, int) and n == 1 else loop_range(n, i) for i, n in enumerate(shape)
        )
        region = Region(len(self.regions), root, idx)
        self.regions.append(region)
        return region

    def _on_the_way(self, node: Node, demand: Demand, readers: Iterable[Region]) -> bool:
        """Whether `demand.region` computes each element of `node` just once, and can store it.

        `readers` are the regions that would load it from there.
        """
        region = demand.region
        if demand.valid is not None or node.op in (Op.CONST, Op.IOTA, Op.VARIABLE):
            return False
        if region.ops >= MAX_OPS_IN_KERNEL or region.root.op is Op.STORE:
            return False
        place = flat_index(demand.idx, node.shape)
        if is_product(moved(node)):
            in_order = place is flat_index(region.idx, region.root.shape)
            if region.product is not None or region.hoists or not in_order:
                return False
        if not is_bijection(place, numel(node.shape)):
            return False
        used = self._used(demand)
        if used & set(demand.scope):
            return False
        partial = not used >= {r for r in region.ranges if extent(r) > 1}
        if partial and not self._may_inline_row(node, used, region):
            return False
        return not any(self._depends(region, other) for other in readers if other is not region)

    def _may_inline_row(self, node: Node, used: frozenset[Node], region: Region) -> bool:
        if region.product is not None:
            return False
        if node.op is Op.REDUCE and numel(node.src[0].shape) > REUSE * numel(region.root.shape):
            return False  # nearly all that the kernel would do; sooner, its input may be free
        if _product(used) < ENOUGH_ROWS and numel(region.root.shape) > SMALL:
            return False
        if not all(used <= other or other <= used for other in region.hoists):
            return False
        region.hoists.append(used)
        return True

    def _depends(self, region: Region, other: Region) -> bool:
        """Whether `region` needs, directly or not, what `other` stores."""
        seen: set[Region] = set()
        stack = [region]
        while stack:
            current = stack.pop()
            if current is other:
                return True
            if current not in seen:
                seen.add(current)
                stack.extend(self.placed[n] for n in current.reads if n in self.placed)
                stack.extend(current.after)
        return False

    def _place_scatter(self, node: Node) -> None:
        """A STORE: its base is copied to new memory, then the values are put in place there."""
        target, idx = node.src[0], node.src[1]
        fill = self._region(target, node.shape)
        filled = fill.whole
        fill.outputs.append(Output(node, target, filled))
        self._want(target, filled)
        rest = node.src[2].ndim - idx.ndim
        put = self._region(node, (*node.src[2].shape[idx.ndim :], *idx.shape))
        inner, at = put.idx[:rest], put.idx[rest:]
        loops = frozenset(put.ranges)
        outer, whole = Demand(put, at, loops), Demand(put, (*at, *inner), loops)
        put.after.add(fill)
        put.outputs.append(Output(node, node, whole))
        wanted = [filled, outer, whole, *([outer] * (len(node.src) - 3))]
        self.children[node, whole.key] = wanted
        for source, demand in zip(node.src[1:], wanted[1:], strict=True):
            self._want(source, demand)
        self.placed[node] = put

    # ---- passing demands on to the sources -----------------------------------------------------

    def _pass_on(self, node: Node, demand: Demand) -> None:
        if (node, demand.key) in self.children:
            return
        wanted = self._source_demands(node, demand)
        self.children[node, demand.key] = wanted
        demand.region.ops += node.op in ELEMENTWISE or node.op in (Op.REDUCE, Op.LOAD)
        for source, d in zip(node.src, wanted, strict=False):
            self._want(source, d)

    def _want(self, source: Node, demand: Demand) -> None:
        if leaf(source):
            return
        known = self.demands[source].get(demand.key)
        if known is not None and known != demand:
            scope = tuple(dict.fromkeys((*known.scope, *demand.scope)))
            merge = known.merge if known.merge is demand.merge else None
            loops = min(known.loops, demand.loops, key=_product)
            demand = replace(demand, loops=loops, scope=scope, merge=merge)
        self.demands[source][demand.key] = demand

    def _source_demands(self, node: Node, d: Demand) -> list[Demand]:
        if node.op in MOVEMENT:
            idx, condition = source_index(node, d.idx)
            valid = conjunction([c for c in (d.valid, condition) if c is not None])
            return [replace(d, idx=idx, valid=valid)]
        if node.op in (Op.DETACH, Op.CONTIGUOUS):
            return [d]
        if node.op is Op.REDUCE:
            return [self._reduce_demand(node, d)]
        if node.op is Op.LOAD:
            return self._load_demands(node, d)
        if node.op is Op.BITCAST and node.shape != node.src[0].shape:
            stored = base(node.src[0])
            if not leaf(stored):
                d.region.reads.add(stored)
                self.rereads[stored].add(d.region)
            return []
        return [d if d.merge is None else replace(d, merge=None)] * len(node.src)

    def _reduce_demand(self, node: Node, d: Demand) -> Demand:
        op, axes = node.arg
        source = node.src[0]
        made = d.region.fresh_ranges([source.shape[a] for a in axes])
        counters, outer = iter(made), iter(d.idx)
        idx = tuple(next(counters) if a in axes else next(outer) for a in range(source.ndim))
        used = self._used(d)
        loops = (d.loops if used & set(d.scope) else used).union(
            r for r in made if r.op is Op.RANGE
        )
        return Demand(d.region, idx, loops, d.valid, (*d.scope, *made), op)

    def _load_demands(self, node: Node, d: Demand) -> list[Demand]:
        """A gather: its source is wanted at an index that is not known before the index is lowered.

        A VARIABLE stands for it until then; its bounds are those of a right index.
        """
        source, idx = node.src[0], node.src[1]
        rows = max(numel(source.shape[:1]), 2)  # one value alone would be a constant
        stand_in = variable(f"#{len(self.gathers)}", 0, rows - 1)
        outer = replace(d, idx=d.idx[: idx.ndim], merge=None)
        self.gathers[stand_in] = (node, outer)
        valid = d.valid
        if len(node.src) == 3:
            flag = variable(f"#{len(self.gathers)}", 0, 1)
            self.gathers[flag] = (node, outer)
            condition = alu(Op.NE, flag, const(0, dtypes.index))
            valid = conjunction([c for c in (d.valid, condition) if c is not None])
        inner = replace(d, idx=(stand_in, *d.idx[idx.ndim :]), valid=valid, merge=None)
        return [inner, outer, *([outer] * (len(node.src) - 2))]


def _price(node: Node) -> int:
    return _OP_COST.get(node.op, 1)


def _union(
    own: frozenset[Node], parts: Iterable[frozenset[Node] | None], limit: int
) -> frozenset[Node] | None:
    """All together; None as soon as they are more than `limit`."""
    result = own
    for part in parts:
        if part is None:
            return None
        result = result | part if part else result
    return result if len(result) <= limit else None


_TRANSPARENT = frozenset({Op.DETACH, Op.CONTIGUOUS, Op.CONST, Op.IOTA, Op.VARIABLE})
_KEEPS_TAIL = frozenset({Op.RESHAPE, Op.PERMUTE, Op.FLIP, Op.DETACH})


def _product(ranges: Iterable[Node]) -> int:
    return math.prod(extent(r) for r in ranges if r.op is Op.RANGE)

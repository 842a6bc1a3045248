"""Lowering: the kernels of a graph, from the decisions that `fuse` made.

Every demand becomes a scalar expression over its region's counters; a region's outputs become the
STOREs of one KERNEL. `schedule` is the whole stage: graph in, kernels in running order out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smelt.dtype import DType, dtypes
from smelt.ir.conditions import bounds_given, conjuncts, fact_of
from smelt.ir.node import (
    Node,
    alu,
    cast,
    const,
    index,
    kernel,
    load,
    logical_not,
    loop_range,
    numel,
    param,
    reduce_ranges,
    store,
    substitute,
    toposort,
    where,
)
from smelt.ir.op import COMBINE, ELEMENTWISE, MOVEMENT, Op
from smelt.ir.ranges import dependencies
from smelt.ir.simplify import simplify, simplify_given
from smelt.ir.symbolic import bounds, linear, linear_bounds
from smelt.schedule.fuse import Fusion
from smelt.schedule.indexing import conjunction, flat_index, source_index
from smelt.schedule.narrow import in_bfloat16
from smelt.schedule.operands import in_order
from smelt.schedule.order import run_order
from smelt.schedule.parts import in_parts
from smelt.schedule.products import Multiplier
from smelt.schedule.reasons import Again, Stored, Why
from smelt.schedule.regions import Demand, Output, Region, base, leaf


@dataclass(frozen=True)
class ScheduledKernel:
    """A kernel and what its PARAMs are: a BUFFER, or a node of the graph that gets memory.

    `stored` says of each why it is in memory, if this kernel stores it.
    """

    kernel: Node
    memories: tuple[Node, ...]
    stored: tuple[Stored | None, ...]
    again: Again

    @property
    def written(self) -> tuple[Node, ...]:
        """The memories that it stores to."""
        return tuple(self.memories[s.src[0].arg] for s in self.kernel.src if s.op is Op.STORE)


@dataclass(frozen=True)
class Schedule:
    """The kernels in order, and for each root the memory in which its value is afterwards."""

    kernels: tuple[ScheduledKernel, ...]
    results: tuple[Node, ...]


def schedule(
    roots: Sequence[Node], whys: Sequence[Why] = (), multiplier: Multiplier = Multiplier.TILES
) -> Schedule:
    """Fuse and order what computes `roots`, each of which is wanted in memory: `whys` say why.

    `multiplier` says how the device multiplies matrices.
    """
    repeats = [n for n in toposort(roots, stop=leaf) if n.op is Op.REPEAT]
    if repeats:
        from smelt.schedule.repeats import schedule_with_repeats  # builds on this module

        return schedule_with_repeats(roots, repeats, whys, multiplier)
    return schedule_once(roots, whys, multiplier)


def schedule_once(roots: Sequence[Node], whys: Sequence[Why], multiplier: Multiplier) -> Schedule:
    """The same for a graph without REPEATs."""
    roots, halves = in_parts(roots)
    operands: list[Node] = []
    if multiplier is Multiplier.BLOCKS:
        roots, parts = in_bfloat16(roots)
        operands += parts
    if multiplier is not Multiplier.NUMBERS:
        roots, copies = in_order(roots)
        operands += copies
    reasons = dict(zip(roots, whys, strict=False)) | dict.fromkeys(halves, Why.PARTS)
    reasons |= dict.fromkeys(operands, Why.OPERAND)
    fusion = Fusion(roots, reasons=reasons)
    cuts = fusion.better_cuts()
    if cuts:
        fusion = Fusion(roots, cuts, reasons)
    lowering = Lowering(fusion)
    kernels = [lowering.kernel(region) for region in run_order(fusion, roots)]
    results = tuple(_memory(base(r)) for r in roots)
    return Schedule(tuple(k for k in kernels if k is not None), results)


_NOTHING_AGAIN = Again()


def _memory(node: Node) -> Node:
    """What stands for the memory that holds `node`."""
    return node if node.buffer is None else node.buffer


class Lowering:
    """The expression of every demand."""

    def __init__(self, fusion: Fusion):
        self.fusion = fusion
        self._values: dict[tuple[Node, object], Node] = {}
        self._loads: dict[tuple[Node, object], Node] = {}
        self._read_anyway: set[Node] = set()  # LOADs that take place where a movement has zeros
        self._params: dict[tuple[Node, DType], Node] = {}
        self._memories: dict[Node, Node] = {}
        self._again = fusion.again()
        self._computed = {o.memory: o.demand.key for r in fusion.regions for o in r.outputs}
        for node in fusion.order:
            for demand in self._demands(node):
                self._values[node, demand.key] = self._lower(node, demand)

    def _demands(self, node: Node) -> list[Demand]:
        if leaf(node) or node.op is Op.STORE:
            return []
        demands = dict(self.fusion.demands[node])
        region = self.fusion.placed.get(node)
        if region is not None:
            demands |= {o.demand.key: o.demand for o in region.outputs if o.value is node}
        return list(demands.values())

    def _value(self, node: Node, demand: Demand) -> Node:
        if leaf(node):
            return self._load(_memory(node), node, demand)
        if node.op is Op.STORE:
            return self._load(node, node, demand)
        return self._values[node, demand.key]

    def _load(self, memory: Node, node: Node, demand: Demand) -> Node:
        key = (node, demand.key)
        if key not in self._loads:
            size = memory.arg.size if memory.op is Op.BUFFER else numel(memory.shape)
            source = self._param(memory, node.dtype, size)
            flat = flat_index(demand.idx, node.shape)
            valid = None if demand.valid is None else _what_keeps_inside(source, flat, demand.valid)
            self._loads[key] = _load_flat(source, flat, valid)
            if valid is not demand.valid:
                self._read_anyway.add(self._loads[key])
        return self._loads[key]

    def _param(self, memory: Node, dtype: DType, size: int) -> Node:
        key = (memory, dtype)
        if key not in self._params:
            self._params[key] = param(len(self._params), dtype, size)
            self._memories[self._params[key]] = memory
        return self._params[key]

    # ---- one node ------------------------------------------------------------------------------

    def _lower(self, node: Node, demand: Demand) -> Node:
        if node.op is Op.CONST:
            return const(node.arg, node.dtype)
        if node in self.fusion.placed and self._computed.get(node) != demand.key:
            return self._load(node, node, demand)
        if node.op is Op.IOTA:
            return simplify(cast(demand.idx[0], node.dtype))
        if node.op is Op.VARIABLE:
            return node
        children = self.fusion.children[node, demand.key]
        if node.op is Op.BITCAST and not children:
            return self._reread(node, demand)
        values = [self._value(s, d) for s, d in zip(node.src, children, strict=True)]
        if node.op in MOVEMENT:
            return self._masked(node, demand, values[0])
        if node.op is Op.REDUCE:
            made = [r for r in children[0].scope[len(demand.scope) :] if r.op is Op.RANGE]
            return reduce_ranges(values[0], node.arg[0], made)
        if node.op is Op.LOAD:
            return self._gather(node, children[0], values)
        if node.op is Op.CAST:
            return cast(values[0], node.dtype)
        if node.op is Op.BITCAST:
            return node.with_src((values[0],))
        return alu(node.op, *values) if node.op in ELEMENTWISE else values[0]

    def _masked(self, node: Node, demand: Demand, value: Node) -> Node:
        """The value of a movement: 0 outside of its source, which a masked LOAD gives by itself."""
        _, condition = source_index(node, demand.idx)
        is_zero = value.op is Op.LOAD and len(value.src) == 3 and value not in self._read_anyway
        if condition is None or is_zero:
            return value
        return where(condition, value, const(0, value.dtype))

    def _reread(self, node: Node, demand: Demand) -> Node:
        """A BITCAST to another size: the memory of its source, read as the new dtype."""
        memory = _memory(base(node.src[0]))
        size = numel(node.src[0].shape) * node.src[0].dtype.itemsize // node.dtype.itemsize
        return _load_flat(
            self._param(memory, node.dtype, size), flat_index(demand.idx, node.shape), demand.valid
        )

    def _gather(self, node: Node, inner: Demand, values: list[Node]) -> Node:
        """The stand-ins of a gather replaced by its index, now that this is known."""
        source, idx = values[0], cast(values[1], dtypes.index)
        stand_in = inner.idx[0]
        mapping = {stand_in: idx}
        for v in toposort([inner.valid] if inner.valid else []):
            if v is not stand_in and self._stands_for(v, node):
                mapping[v] = cast(values[2], dtypes.index)
        result = self._checked(node, inner, source, mapping)
        if len(values) == 3 and not (result.op is Op.LOAD and len(result.src) == 3):
            result = where(values[2], result, const(0, result.dtype))
        return result

    def _checked(self, node: Node, inner: Demand, source: Node, mapping: dict[Node, Node]) -> Node:
        """`source` with stand-ins replaced, marking the status where the index is outside.

        A LOAD does so by itself unless its address may be inside although the index is not: in a
        part of a buffer, beside a pad, along an axis that is repeated.
        """
        stand_in, size = inner.idx[0], node.src[0].shape[0]
        read = source
        while read.op is Op.WHERE:  # beside a pad
            read = read.src[1]
        stored = base(node.src[0])
        whole = (leaf(stored) or stored in self.fusion.placed) and isinstance(size, int)
        if whole and read.op is Op.LOAD and stand_in in toposort([read.src[1]]):
            return substitute([source], mapping)[0]
        idx, valid = mapping[stand_in], inner.valid
        outside = logical_not(alu(Op.AND, const(-1, dtypes.index) < idx, idx < index(size)))
        if valid is not None:
            outside = alu(Op.AND, outside, substitute([valid], mapping)[0])
        if read.op is Op.LOAD:
            mask = (alu(Op.OR, m, outside) for m in substitute(read.src[2:], mapping))
            mapping[read] = load(read.src[0], _marked(read, stand_in, mapping, outside), *mask)
            return substitute([source], mapping)[0]
        # no memory of its own to read outside of: that of the index
        (result,) = substitute([source], mapping)
        order = toposort([idx])
        free = dependencies(order)
        for read in [n for n in order if n.op is Op.LOAD and free[n] <= free[idx]][-1:]:
            checked = where(outside, const(-1, dtypes.index), read.src[1])
            again = load(read.src[0], checked, *read.src[2:])
            result = where(alu(Op.NE, again, read), const(0, result.dtype), result)
        return result

    def _stands_for(self, candidate: Node, node: Node) -> bool:
        return candidate in self.fusion.gathers and self.fusion.gathers[candidate][0] is node

    # ---- one region ----------------------------------------------------------------------------

    def kernel(self, region: Region) -> ScheduledKernel | None:
        """The KERNEL of a region; None if there is nothing to compute."""
        if any(numel((r.src[0],)) == 0 for r in region.ranges):
            return None
        stores = [_summed(self._store(output), region) for output in region.outputs]
        used = _free_ranges(stores)
        ranges = [r for r in _nest_order(region) if r in used]
        built = simplify(kernel(_name(region, ranges, stores), ranges, stores))
        result, memories = self._numbered(built, [self._memories[s.src[0]] for s in stores])
        outputs = {o.memory for o in region.outputs}
        stored = tuple(self.fusion.stored[m] if m in outputs else None for m in memories)
        return ScheduledKernel(result, memories, stored, self._again.get(region, _NOTHING_AGAIN))

    def _store(self, output: Output) -> Node:
        memory, node, demand = output.memory, output.value, output.demand
        into = self._param(memory, memory.dtype, numel(memory.shape))
        if node.op is not Op.STORE or memory is not node:
            flat = flat_index(demand.idx, node.shape)
            return store(into, flat, self._value(node, demand), demand.valid)
        children = self.fusion.children[node, demand.key]
        idx, value, *valid = (
            self._value(s, d) for s, d in zip(node.src[1:], children[1:], strict=True)
        )
        rest = demand.idx[node.src[1].ndim :]
        flat = flat_index((cast(idx, dtypes.index), *rest), memory.shape)
        return store(into, flat, value, valid[0] if valid else None, node.arg)

    def _numbered(self, built: Node, outputs: Sequence[Node]) -> tuple[Node, tuple[Node, ...]]:
        """PARAMs and RANGEs numbered as they appear, so that equal kernels are the same node."""
        nodes = toposort([built])
        used = [n for n in nodes if n.op is Op.PARAM]
        used.sort(key=lambda p: self._memories[p] not in outputs)
        mapping = {p: param(i, p.dtype, p.shape[0]) for i, p in enumerate(used)}  # type: ignore[arg-type]
        nest = [n for n in built.src if n.op is Op.RANGE]
        inner = [n for n in nodes if n.op is Op.RANGE and n not in nest]
        for i, counter in enumerate((*nest, *inner)):
            mapping[counter] = loop_range(counter.src[0], i, counter.arg[1])
        (result,) = substitute([built], mapping)
        return result, tuple(self._memories[p] for p in used)


def _free_ranges(nodes: Sequence[Node]) -> frozenset[Node]:
    free = dependencies(toposort(nodes))
    return frozenset().union(*(free[n] for n in nodes))


def _summed(stored: Node, region: Region) -> Node:
    """What combines the same place for all iterations of a loop does so with their sum, once.

    A STORE stands in the loops that it depends on, so it would be carried out once in any case.
    """
    stored = simplify(stored)
    if stored.arg == "set":
        return stored
    others = [r for r in region.ranges if r not in _free_ranges([stored])]
    into, flat, value, *valid = stored.src
    total = reduce_ranges(value, COMBINE[stored.arg], others)
    return store(into, flat, total, valid[0] if valid else None, stored.arg)


def _load_flat(source: Node, flat: Node, valid: Node | None) -> Node:
    least, largest = bounds(flat)
    if valid is None or (least >= 0 and largest < source.shape[0] and not _is_computed(flat)):
        return load(source, flat)  # masking what is inside anyway would only cost
    return load(source, simplify_given(flat, valid), valid)


def _what_keeps_inside(source: Node, flat: Node, valid: Node) -> Node:
    """Of a condition what is about the place that is read, if that suffices to be inside.

    The rest would mask what needs no mask: the weights in the gradient of a convolution, of which
    each is read, whatever is beside the image.
    """
    terms, constant = linear(flat)
    parts = conjuncts(valid)
    own = [p for p in parts if (fact := fact_of(p)) and linear(fact[0])[0].keys() <= terms.keys()]
    if len(own) == len(parts) or _is_computed(flat):
        return valid
    low, high = bounds_given((terms, constant), own)
    if low < 0 or high >= numel(source.shape):
        return valid
    return conjunction(own) or const(True, dtypes.bool)


def _marked(read: Node, stand_in: Node, mapping: Mapping[Node, Node], outside: Node) -> Node:
    """The place that a LOAD reads, with the index for its stand-in; if outside, one far from it.

    Where the place is a multiple of the index and a rest that is inside of the memory itself, only
    the index is far: kernels see that the rest lies side by side.
    """
    terms, constant = linear(read.src[1])
    size = numel(read.src[0].shape)
    rest = {t: factor for t, factor in terms.items() if t is not stand_in}
    low, high = linear_bounds((rest, constant))
    if stand_in not in terms or stand_in in toposort(rest) or low < 0 or high >= size:
        return where(outside, const(-1, dtypes.index), substitute([read.src[1]], mapping)[0])
    far = const(-1 - size, dtypes.index)
    marked = {**mapping, stand_in: where(outside, far, mapping[stand_in])}
    return substitute([read.src[1]], marked)[0]


def _nest_order(region: Region) -> list[Node]:
    """The loops of row-wise reductions outside, so that these are done once for each row."""
    hoists = sorted(region.hoists, key=len)
    depth = {
        r: next((i for i, h in enumerate(hoists) if r in h), len(hoists)) for r in region.ranges
    }
    return sorted(region.ranges, key=lambda r: depth[r])


def _is_computed(flat: Node) -> bool:
    return any(n.op is Op.VARIABLE for n in toposort([flat]))


_REDUCER_NAMES = {Op.ADD: "sum", Op.MUL: "prod", Op.MAX: "max"}


def _name(region: Region, ranges: Sequence[Node], stores: Sequence[Node]) -> str:
    """What a kernel does and over which loops: `dot_64x10`, `max_sum_128x32`, `map_4096`."""
    nodes = toposort([s.src[2] for s in stores])
    parts = [
        "dot" if _is_contraction(node) else _REDUCER_NAMES[node.arg[0]]
        for node in nodes
        if node.op is Op.REDUCE
    ]
    kind = "_".join(dict.fromkeys(parts)) or "map"
    kind = f"scatter_{kind}" if region.root.op is Op.STORE and region.after else kind
    if not any(n.op is Op.LOAD for n in nodes):
        kind = "fill"
    size = "x".join(str(numel((r.src[0],))) for r in ranges) or "1"
    return f"{kind}_{size}"


def _is_contraction(node: Node) -> bool:
    """Whether a REDUCE sums products of two different values from memory, under masks or not."""
    value = node.src[0]
    while value.op is Op.REDUCE or value.op is Op.WHERE:
        value = value.src[0 if value.op is Op.REDUCE else 1]
    if node.arg[0] is not Op.ADD or value.op is not Op.MUL:
        return False
    a, b = value.src
    return a is not b and _is_data(a) and _is_data(b)


def _is_data(node: Node) -> bool:
    return node.op is Op.LOAD or (node.op is Op.CAST and node.src[0].op is Op.LOAD)

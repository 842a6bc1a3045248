"""`evaluate_kernel`: carries out a KERNEL over flat numpy arrays.

How a RANGE is carried out (its AxisKind) has no meaning here. Every scalar node becomes an array
with one axis for each RANGE it depends on, outermost first. The nodes inside of a REDUCE or
BARRIER form a block of their own, and a block whose arrays would be large is done in pieces: its
ranges are split, outermost first.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from smelt.ir.meaning import MEANING, Array, gather, reduction, scatter
from smelt.ir.node import Dim, Node, largest, toposort
from smelt.ir.op import ELEMENTWISE, Op
from smelt.ir.ranges import LoopNest, own_ranges
from smelt.util.errors import ArgumentError, DTypeError, OutOfRangeError, ShapeError, VerifyError

LARGEST_PIECE = 1 << 20  # points of one array
LARGEST_BLOCK = 1 << 25  # points of all arrays of a block together


class KernelPlan(LoopNest):
    """A KERNEL ready to be carried out any number of times."""

    def __init__(self, kernel: Node):
        super().__init__(kernel)
        self.reads_memory = self._data_dependent()
        self.params = {n.arg: n for n in self.order if n.op is Op.PARAM}
        stored = {s.src[0].arg for s in self.stores}
        loaded = {n.src[0].arg for n in self.order if n.op is Op.LOAD and n.src[0].op is Op.PARAM}
        self.stored_params, self.loaded_params = sorted(stored), sorted(loaded)

    def _data_dependent(self) -> set[Node]:
        """The nodes whose value depends on what a LOAD read."""
        found: set[Node] = set()
        for node in self.order:
            if node.op is Op.LOAD or not found.isdisjoint(node.src):
                found.add(node)
        return found

    def run(self, args: Sequence[Array], variables: Mapping[str, int] | None = None) -> None:
        """Carry the kernel out on `args`: one flat array for each PARAM, changed in place."""
        for number, param in self.params.items():
            if number >= len(args):
                raise ArgumentError("evaluate_kernel", f"{len(args)} arrays", f"PARAM {number}")
            if args[number].dtype != param.dtype.np:
                raise DTypeError(
                    "evaluate_kernel",
                    f"{args[number].dtype} for PARAM {number}",
                    param.dtype.name,
                )
            if args[number].ndim != 1 or args[number].size < param.shape[0]:
                raise ShapeError(
                    "evaluate_kernel",
                    f"shape {args[number].shape} for PARAM {number}",
                    f"({param.shape[0]},)",
                )
        # LOADs see the memory as it was before the kernel, also where two arguments overlap.
        stored = [args[n] for n in self.stored_params]
        before = {
            n: args[n].copy() if any(np.may_share_memory(args[n], s) for s in stored) else args[n]
            for n in self.loaded_params
        }
        _Run(self, args, before, variables or {}).block(self.kernel, self.ranges)


def evaluate_kernel(
    kernel: Node, args: Sequence[Array], variables: Mapping[str, int] | None = None
) -> None:
    """Carry out a KERNEL in place on `args`: one flat array for each PARAM.

    Raises OutOfRangeError if an index that depends on data is outside, VerifyError if another is.

    >>> from smelt.dtype import dtypes
    >>> from smelt.ir import node
    >>> i, memory = node.loop_range(4, 0), node.param(0, dtypes.int64, 4)
    >>> out = np.zeros(4, np.int64)
    >>> evaluate_kernel(node.kernel("squares", [i], [node.store(memory, i, i * i)]), [out])
    >>> out.tolist()
    [0, 1, 4, 9]
    """
    KernelPlan(kernel).run(args, variables)


class _Run:
    """One run of a kernel: the interval of each RANGE that is being done, and the values there."""

    def __init__(
        self,
        plan: KernelPlan,
        args: Sequence[Array],
        before: Mapping[int, Array],
        variables: Mapping[str, int],
    ):
        self.plan = plan
        self.args = args
        self.before = before
        self.variables = variables
        self.values: dict[Node, Array] = {}
        self.interval = {r: (0, evaluate_index(r.src[0], variables)) for r in plan.owner}

    # ---- blocks: recursion here is as deep as loops are nested ----

    def block(self, owner: Node, ranges: tuple[Node, ...]) -> Array | None:
        """Compute a block for all of its `ranges`, and what its owner makes of it."""
        finish = {Op.REDUCE: self._reduce, Op.BARRIER: self._fill, Op.KERNEL: self._store}[owner.op]
        nodes = self.plan.blocks[owner]
        whole = {r: self.interval[r] for r in ranges}
        sizes = self._piece_sizes(owner, ranges)
        split = {r for r in ranges if sizes[r] < whole[r][1]}
        result: Array | None = None
        for piece in itertools.product(*(_pieces(whole[r], sizes[r]) for r in ranges)):
            self.interval.update(zip(ranges, piece, strict=True))
            for node in nodes:
                if node not in self.values:
                    self.values[node] = self._value(node)
            result = finish(owner, result)
            for node in nodes:
                if not split.isdisjoint(self.plan.axes[node]):
                    del self.values[node]
        self.interval.update(whole)
        for node in nodes:
            self.values.pop(node, None)
        return result

    def _piece_sizes(self, owner: Node, ranges: tuple[Node, ...]) -> dict[Node, int]:
        """How many iterations of each of a block's ranges to do at once."""
        nodes = self.plan.blocks[owner]
        # each distinct set of axes, and how much memory a point of it takes
        axes: dict[tuple[Node, ...], int] = {self.plan.axes[owner] + ranges: 1}
        for node in nodes:
            deps = self.plan.axes[node]
            space = _local_size(node) if node.op is Op.BARRIER else 1
            axes[deps] = max(axes.get(deps, 1), space)
        size = {r: max(0, hi - lo) for r, (lo, hi) in self.interval.items()}
        limit = max(1, min(LARGEST_PIECE, LARGEST_BLOCK // max(1, len(nodes))))
        for r in ranges:
            points = max(math.prod((size[d] for d in deps), start=n) for deps, n in axes.items())
            if points <= limit:
                break
            size[r] = max(1, size[r] * limit // points)
        return {r: size[r] for r in ranges}

    def _reduce(self, owner: Node, total: Array | None) -> Array:
        op, _ = owner.arg
        axes = self.plan.axes[owner] + owner.src[1:]
        value = np.broadcast_to(self._aligned(owner.src[0], axes), self._shape(axes))
        last = tuple(range(len(axes) - len(owner.src) + 1, len(axes)))
        part = reduction(op, owner.dtype, value, last)
        return part if total is None else MEANING[op](owner.dtype, total, part)

    def _fill(self, owner: Node, memory: Array | None) -> Array:
        """Do a BARRIER's STORE: the LOCAL memory for each combination of the outer ranges."""
        outer = self.plan.axes[owner]
        base, index, value, *valid = owner.src[0].src
        if memory is None:
            memory = self._before_store(base, outer)
        axes = outer + owner.src[1:]
        size = memory.shape[-1]
        rows = np.arange(math.prod(self._shape(outer))).reshape(
            self._shape(outer) + (1,) * len(owner.src[1:])
        )
        mask = self._full(valid[0], axes) if valid else None
        at = self._full(index, axes)
        self._check(owner.src[0], at, mask, size)
        flat = memory.reshape(-1)  # of a fresh array: a view
        scatter(flat, rows * size + at, self._full(value, axes), mask, owner.src[0].arg)
        return memory

    def _before_store(self, base: Node, outer: tuple[Node, ...]) -> Array:
        size = _local_size(base)
        if base.op is Op.BARRIER:
            shape = (*self._shape(outer), size)
            return np.array(np.broadcast_to(self._aligned(base, outer), shape), order="C")
        # Undefined before: what shows most when it is read by mistake.
        poison = math.nan if base.dtype.is_float else base.dtype.max
        return np.full((*self._shape(outer), size), poison).astype(base.dtype.np)

    def _store(self, owner: Node, nothing: Array | None) -> None:
        for node in self.plan.stores:
            axes = self.plan.axes[node]
            # A STORE stands in the loops it depends on: pieces of others do not repeat it.
            if any(self.interval[r][0] for r in self.plan.ranges if r not in axes):
                continue
            base, index, value, *valid = node.src
            mask = self._full(valid[0], axes) if valid else None
            at = self._full(index, axes)
            memory = self.args[base.arg][: base.shape[0]]
            self._check(node, at, mask, memory.size)
            scatter(memory, at, self._full(value, axes), mask, node.arg)

    # ---- values ----

    def _value(self, node: Node) -> Array:
        axes = self.plan.axes[node]
        if node.op in ELEMENTWISE:
            return MEANING[node.op](node.dtype, *(self._aligned(s, axes) for s in node.src))
        if node.op is Op.RANGE:
            return np.arange(*self.interval[node], dtype=node.dtype.np)
        if node.op is Op.CONST:
            return np.asarray(node.arg).astype(node.dtype.np)
        if node.op is Op.VARIABLE:
            return np.asarray(variable_value(node, self.variables), node.dtype.np)
        if node.op is Op.LOAD:
            return self._load(node)
        if node.op in (Op.REDUCE, Op.BARRIER):
            result = self.block(node, own_ranges(node))
            assert result is not None
            return result
        raise VerifyError("evaluate_kernel", repr(node), "an operation of kernels")

    def _load(self, node: Node) -> Array:
        source, index, *valid = node.src
        axes = self.plan.axes[node]
        at = self._full(index, axes)
        mask = self._full(valid[0], axes) if valid else None
        if source.op is Op.PARAM:
            memory = self.before[source.arg][: source.shape[0]]
            self._check(node, at, mask, memory.size)
            return gather(memory, at, mask)
        if source.op is not Op.BARRIER:
            raise VerifyError("load", repr(source), "a PARAM or a BARRIER")
        size = _local_size(source)
        self._check(node, at, mask, size)
        inside = at if mask is None else np.where(mask, at, 0)
        memory = np.broadcast_to(self._aligned(source, axes), (*self._shape(axes), size))
        result = np.take_along_axis(memory, inside[..., None], axis=-1)[..., 0]
        return result if mask is None else np.where(mask, result, np.zeros((), result.dtype))

    def _check(self, node: Node, index: Array, valid: Array | None, size: int) -> None:
        outside = (index < 0) | (index >= size)
        if valid is not None:
            outside = outside & valid
        if not outside.any():
            return
        name = node.op.name.lower()
        got, expected = f"index {index[outside].flat[0]}", f"an index in [0, {size})"
        if node.src[1] in self.plan.reads_memory:
            raise OutOfRangeError(name, got, expected)
        raise VerifyError(name, f"{got} in {self.plan.kernel.arg}", expected)

    # ---- axes ----

    def _shape(self, axes: Iterable[Node]) -> tuple[int, ...]:
        return tuple(self.interval[r][1] - self.interval[r][0] for r in axes)

    def _aligned(self, node: Node, axes: tuple[Node, ...]) -> Array:
        """The value of `node` with an axis for each of `axes`, of size 1 where it has none."""
        value = self.values[node]
        deps = self.plan.axes[node]
        if deps == axes:
            return value
        own = set(deps)
        inner = value.shape[len(deps) :]  # the memory axis of a BARRIER
        shape = tuple(n if r in own else 1 for r, n in zip(axes, self._shape(axes), strict=True))
        return value.reshape(shape + inner)

    def _full(self, node: Node, axes: tuple[Node, ...]) -> Array:
        """The value of `node` repeated over all of `axes`."""
        return np.broadcast_to(self._aligned(node, axes), self._shape(axes))


def _pieces(interval: tuple[int, int], size: int) -> list[tuple[int, int]]:
    """The interval cut into pieces of `size`; one that is empty if it is."""
    lo, hi = interval
    return [(at, min(at + size, hi)) for at in range(lo, hi, size)] if lo < hi else [(0, 0)]


def _local_size(node: Node) -> int:
    """How many elements the LOCAL under BARRIERs and STOREs has."""
    while node.op is not Op.LOCAL:
        if node.op not in (Op.BARRIER, Op.STORE):
            raise VerifyError("evaluate_kernel", repr(node), "a BARRIER over a STORE to a LOCAL")
        node = node.src[0]
    return largest(node.shape[0])


# ---- values of Variables ---------------------------------------------------------------------


def variable_value(node: Node, variables: Mapping[str, int]) -> int:
    """What the VARIABLE `node` is worth, checked against its limits."""
    name, least, largest = node.arg
    if name not in variables:
        raise ArgumentError("evaluate", f"no value for the variable {name}", "one for each")
    value = int(variables[name])
    if not least <= value <= largest:
        raise ArgumentError("evaluate", f"{name} = {value}", f"{least} <= {name} <= {largest}")
    return value


def evaluate_index(dim: Dim, variables: Mapping[str, int]) -> int:
    """A dimension or extent, made of constants and Variables, as an int."""
    if isinstance(dim, int):
        return dim
    values: dict[Node, Array] = {}
    for node in toposort([dim]):
        if node.op is Op.CONST:
            values[node] = np.asarray(node.arg, node.dtype.np)
        elif node.op is Op.VARIABLE:
            values[node] = np.asarray(variable_value(node, variables), node.dtype.np)
        elif node.op in ELEMENTWISE:
            values[node] = MEANING[node.op](node.dtype, *(values[s] for s in node.src))
        else:
            raise VerifyError("dimension", repr(node), "constants, Variables and arithmetic")
    return int(values[dim])

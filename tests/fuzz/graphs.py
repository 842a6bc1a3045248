"""Random tensor graphs: every operation, every dtype, built on a pool of earlier results."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from smelt import engine
from smelt.dtype import DType, all_dtypes, dtypes
from smelt.engine.memory import contents
from smelt.ir import node as ir
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import ELEMENTWISE, OPS, REDUCERS, Op

Array = np.ndarray[Any, Any]
Number = Callable[[int, int], int]  # a choice from [least, largest]; the least is the simplest

SIZES = [1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 64, 100]

_SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-40, -1e-7, 65504.0, 3e38, 1.0, 0.5]


class Graph:
    """A graph that grows: `pool` has its nodes, `held` the contents of its BUFFERs."""

    def __init__(
        self,
        number: Number,
        device: str,
        most_elements: int = 6_000,
        dtypes: Sequence[DType] = tuple(all_dtypes()),
    ):
        self.number = number
        self.dtypes = dtypes
        self.most_elements = most_elements
        self.device = device
        self.pool: list[Node] = []
        self.held: dict[BufferRef, Array] = {}

    # ---- choices -------------------------------------------------------------------------------

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[self.number(0, len(choices) - 1)]

    def permutation(self, size: int) -> list[int]:
        left = list(range(size))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(size)]

    def shape(self, axes: int = 3) -> tuple[int, ...]:
        shape = tuple(self.one_of(SIZES) for _ in range(self.number(0, axes)))
        while math.prod(shape) > self.most_elements:
            shape = shape[:-1]
        return shape

    def any(self, axes: int = 0) -> Node:
        """A node of the pool with at least that many axes."""
        fits = [n for n in self.pool if n.ndim >= axes]
        return self.one_of(fits) if fits else self.leaf((3,) * axes)

    # ---- leaves --------------------------------------------------------------------------------

    def array(self, dtype: DType, shape: tuple[int, ...]) -> Array:
        rng = np.random.default_rng(self.number(0, 1 << 16))
        kind = self.number(0, 3)
        if dtype.is_bool:
            return np.asarray(rng.integers(0, 2, shape) > 0)
        if dtype.is_int:
            low, high = (int(dtype.min), int(dtype.max)) if kind == 3 else (-4, 5)
            low = max(low, int(dtype.min))
            values = np.asarray(rng.integers(low, high, shape, dtype.np, endpoint=True))
            return values
        if kind == 3:
            values = rng.choice(np.array(_SPECIAL), shape)
        else:
            values = rng.normal(0, 2, shape) if kind == 2 else rng.integers(-12, 13, shape) / 4
        with np.errstate(all="ignore"):
            return np.asarray(values).astype(dtype.np)

    def leaf(self, shape: tuple[int, ...], dtype: DType | None = None) -> Node:
        dtype = dtype or self.one_of(self.dtypes)
        return self.stored(self.array(dtype, shape))

    def stored(self, array: Array) -> Node:
        node = engine.from_numpy(array, self.device)
        ref = (node.src[0] if node.op is Op.RESHAPE else node).arg
        self.held[ref] = contents(ref)
        return node

    def constant(self, dtype: DType, shape: tuple[int, ...]) -> Node:
        if dtype.is_float:
            return ir.const(self.one_of([0, 1, -0.0, -1.5, 2, 0.1, math.inf, 3e4]), dtype, shape)
        return ir.const(self.one_of([0, 1, 2, 3, 7, -1, int(dtype.max)]), dtype, shape)

    def like(self, shape: tuple[int, ...], dtype: DType) -> Node:
        """Some node of that shape and dtype."""
        choice = self.number(0, 5)
        if choice == 0:
            return self.leaf(shape, dtype)
        if choice == 1:
            return self.constant(dtype, shape)
        if choice == 2:
            small = tuple(1 if self.number(0, 1) else n for n in shape)
            return ir.expand(self.leaf(small, dtype), shape)
        same = [n for n in self.pool if n.shape == shape]
        if same and choice < 5:
            return self.cast(self.one_of(same), dtype)
        return self.cast(self.reshaped(self.any(), shape), dtype)

    def cast(self, node: Node, dtype: DType) -> Node:
        return ir.cast(node, dtype)

    def reshaped(self, node: Node, shape: tuple[int, ...]) -> Node:
        """The elements of `node`, cut off or padded with zeros, in another shape."""
        size, wanted = ir.numel(node.shape), math.prod(shape)
        flat = ir.reshape(node, (size,))
        flat = ir.shrink(flat, [(0, min(size, wanted))])
        return ir.reshape(ir.pad(flat, [(0, max(wanted - size, 0))]), shape)

    # ---- operations ----------------------------------------------------------------------------

    def elementwise(self) -> Node:
        x = self.any()
        ops = [
            op for op in ELEMENTWISE - {Op.CAST, Op.BITCAST, Op.WHERE}
            if OPS[op].dtypes == "*" or x.dtype.kind in OPS[op].dtypes
        ]  # fmt: skip
        op = self.one_of(sorted(ops, key=lambda o: o.value))
        arity = OPS[op].arity[0]
        others = [self.like(x.shape, x.dtype) for _ in range(arity - 1)]
        return ir.alu(op, x, *others)

    def choice(self) -> Node:
        x = self.any()
        condition = self.like(x.shape, dtypes.bool)
        return ir.where(condition, x, self.like(x.shape, x.dtype))

    def conversion(self) -> Node:
        return self.cast(self.any(), self.one_of(self.dtypes))

    def bits(self) -> Node:
        x = self.any()
        fits = [
            d for d in self.dtypes
            if not d.is_bool and (
                d.itemsize == x.dtype.itemsize
                or (x.ndim and x.shape[-1] * x.dtype.itemsize % d.itemsize == 0)
            )
        ]  # fmt: skip
        return x if x.dtype.is_bool else ir.bitcast(x, self.one_of(fits))

    def movement(self) -> Node:
        x = self.any(1)
        kind = self.one_of(["reshape", "permute", "expand", "pad", "shrink", "flip", "shear"])
        return getattr(self, f"_{kind}")(x)

    def _reshape(self, x: Node) -> Node:
        sizes: list[int] = []
        left = ir.numel(x.shape)
        for _ in range(self.number(0, 3)):
            factor = self.one_of([d for d in range(1, min(left, 64) + 1) if left % d == 0] or [1])
            sizes.append(factor)
            left //= max(factor, 1)
        sizes.insert(self.number(0, len(sizes)), left)
        return ir.reshape(x, tuple(sizes))

    def _permute(self, x: Node) -> Node:
        return ir.permute(x, self.permutation(x.ndim))

    def _expand(self, x: Node) -> Node:
        at = self.number(0, x.ndim)
        x = ir.reshape(x, (*x.shape[:at], 1, *x.shape[at:]))
        times = self.one_of([2, 3, 5, 8, 17])
        if ir.numel(x.shape) * times > self.most_elements:
            return x
        return ir.expand(x, tuple(times if i == at else n for i, n in enumerate(x.shape)))

    def _pad(self, x: Node) -> Node:
        padding = [(self.number(0, 3), self.number(0, 3)) for _ in x.shape]
        padded = ir.pad(x, padding)
        return padded if ir.numel(padded.shape) <= self.most_elements else x

    def _shrink(self, x: Node) -> Node:
        bounds = []
        for size in x.shape:
            begin = self.number(0, min(3, size - 1)) if size else 0
            bounds.append((begin, self.number(min(begin + 1, size), size)))
        return ir.shrink(x, bounds)

    def _flip(self, x: Node) -> Node:
        return ir.flip(x, [a for a in range(x.ndim) if self.number(0, 1)])

    def _shear(self, x: Node) -> Node:
        if x.ndim < 2:
            return x
        axis, by, *_ = self.permutation(x.ndim)
        size = self.number(1, int(x.shape[axis]) + 4)
        return ir.shear(x, axis, by, self.number(-2, 2), size)

    def reduction(self) -> Node:
        x = self.any(1)
        axes = [a for a in range(x.ndim) if self.number(0, 1)]
        return ir.reduce(x, self.one_of(REDUCERS), axes)

    def normalised(self) -> Node:
        """Rows with something that depends on the whole row, as in softmax and layernorm."""
        x = self.any(1)
        axes = [a for a in range(x.ndim) if self.number(0, 1)]
        small = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
        total = ir.reshape(ir.reduce(x, self.one_of(REDUCERS), axes), small)
        return self.combined(x, ir.expand(total, x.shape))

    def combined(self, a: Node, b: Node) -> Node:
        ops = [op for op in _BINARY if a.dtype.kind in OPS[op].dtypes]
        return ir.alu(self.one_of(ops), a, b)

    def window(self) -> Node:
        """A sliding window along an axis, reduced: a pooling."""
        x = self.any(1)
        axis, width = self.number(0, x.ndim - 1), self.number(1, 4)
        if ir.numel(x.shape) * width > self.most_elements:
            return x
        step = self.one_of([1, 2, -1])
        wide = ir.expand(ir.reshape(x, (*x.shape, 1)), (*x.shape, width))
        size = int(x.shape[axis]) + self.number(-1, 1)
        sheared = ir.shear(wide, axis, x.ndim, step, max(size, 1))
        weights = self.like(sheared.shape, x.dtype)
        return ir.reduce(self.combined(sheared, weights), self.one_of(REDUCERS), [x.ndim])

    def contraction(self) -> Node:
        """A matrix product: the reduction that gets register tiles."""
        a = self.reshaped(self.any(), (self.one_of(SIZES[:10]), self.one_of(SIZES[:10])))
        m, k = a.shape
        n = self.one_of(SIZES[:10])
        b = self.like((k, n), a.dtype)
        if a.dtype.itemsize <= 2 and a.dtype.is_float:
            a, b = ir.cast(a, dtypes.float32), ir.cast(b, dtypes.float32)
        wide = (m, k, n)
        product = ir.alu(
            Op.MUL,
            ir.expand(ir.reshape(a, (m, k, 1)), wide),
            ir.expand(ir.reshape(b, (1, k, n)), wide),
        )
        return ir.reduce(product, Op.ADD, [1])

    def index(self, shape: tuple[int, ...], rows: int) -> Node:
        """Indices into [0, rows): from memory, or computed."""
        dtype = self.one_of([d for d in self.dtypes if d.is_int and d.max >= rows])
        computed = [n for n in self.pool if n.dtype is dtype]
        if computed and self.number(0, 1):
            x = self.reshaped(self.one_of(computed), shape)
            return ir.alu(Op.MOD, x, ir.const(rows, dtype, shape))
        rng = np.random.default_rng(self.number(0, 1 << 16))
        return self.stored(rng.integers(0, rows, shape).astype(dtype.np))

    def gather(self) -> Node:
        source = self.any(1)
        rest = math.prod(int(n) for n in source.shape[1:])
        shape = self.shape(2)
        if source.shape[0] == 0 or math.prod(shape) * rest > self.most_elements:
            return source
        idx = self.index(shape, int(source.shape[0]))
        if self.number(0, 2):
            return ir.load(source, idx)
        return ir.load(source, idx, self.like(shape, dtypes.bool))

    def scatter(self) -> Node:
        base = self.any(1)
        rest = tuple(int(n) for n in base.shape[1:])
        shape = self.shape(2)
        if base.shape[0] == 0 or math.prod(shape) * math.prod(rest) > self.most_elements:
            return base
        idx = self.index(shape, int(base.shape[0]))
        value = self.like((*shape, *rest), base.dtype)
        valid = None if self.number(0, 2) else self.like(shape, dtypes.bool)
        return ir.store(base, idx, value, valid, self.one_of(["set", "add"]))

    def mark(self) -> Node:
        x = self.any()
        kind = self.number(0, 2)
        return ir.detach(x) if kind == 0 else ir.contiguous(x, unique=kind == 1)

    def counter(self) -> Node:
        shape = self.shape(1)
        return ir.iota(shape[0] if shape else 5, self.one_of([d for d in self.dtypes if d.is_int]))

    def grow(self, steps: int) -> None:
        """Add that many random operations."""
        for _ in range(steps):
            name = self.one_of(_MIX)
            node = self.leaf(self.shape()) if name == "leaf" else getattr(self, name)()
            self.pool.append(node)


_BINARY = [op for op in sorted(ELEMENTWISE, key=lambda o: o.value)
           if OPS[op].arity[0] == 2 and OPS[op].result == "same"]  # fmt: skip
_MIX = (
    ["elementwise"] * 7 + ["movement"] * 5 + ["reduction"] * 3 + ["choice", "conversion", "bits"]
    + ["gather"] * 2 + ["normalised"] * 2
    + ["scatter", "contraction", "window", "mark", "counter", "leaf"]
)  # fmt: skip

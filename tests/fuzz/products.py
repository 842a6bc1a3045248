"""Random products of matrices and convolutions, whose operands get copied and whose loops clamped.

Values are small whole numbers, so that every sum is exact whatever its order, and what comes of
reading the wrong element is a wrong number.
"""

from __future__ import annotations

import math

import numpy as np

from smelt.dtype import DType, dtypes
from smelt.ir import node as ir
from smelt.ir.node import Node
from smelt.ir.op import Op
from tests.fuzz.graphs import Graph

MOST_STEPS = 1_500_000  # multiplications of one product
_SMALL = [1, 2, 3, 5, 8, 13]
_LARGE = [16, 17, 31, 33, 48, 63, 64, 65, 96, 97, 100, 127, 128, 130, 150, 200, 256, 257, 300]
_WORK = [dtypes.float32] * 4 + [dtypes.float64, dtypes.int32, dtypes.float16, dtypes.bfloat16]
_FROM = {  # dtypes that operands are cast from
    "f": [
        dtypes.int8, dtypes.float16, dtypes.bfloat16, dtypes.float8_e4m3, dtypes.float8_e5m2,
        dtypes.bool, dtypes.uint8, dtypes.int32, dtypes.float64,
    ],
    "i": [dtypes.int8, dtypes.uint8, dtypes.bool, dtypes.int64],
}  # fmt: skip


class Products(Graph):
    """Grows products, one of which may be an operand of the next."""

    def grow(self, steps: int) -> None:
        for _ in range(steps):
            kind = self.one_of(["matmul"] * 5 + ["convolution"] * 2)
            product = getattr(self, kind)()
            self.pool.append(self.finished(product))

    def size(self) -> int:
        return int(self.one_of(_LARGE if self.number(0, 3) else _SMALL))

    # ---- operands ------------------------------------------------------------------------------

    def whole(self, shape: tuple[int, ...], dtype: DType) -> Node:
        """A leaf of whole numbers from -3 to 3 (0 to 3, if it has no sign)."""
        rng = np.random.default_rng(self.number(0, 1 << 16))
        low = -3 if dtype.is_signed else 0
        return self.stored(rng.integers(low, 3, shape, endpoint=True).astype(dtype.np))

    def operand(self, shape: tuple[int, ...], dtype: DType) -> Node:
        """A node of that shape: its axes anywhere in memory, moved, cast, computed."""
        order = self.permutation(len(shape)) if self.number(0, 1) else list(range(len(shape)))
        back = [order.index(a) for a in range(len(shape))]
        source = self.one_of(_FROM[dtype.kind]) if self.number(0, 2) == 2 else dtype
        x = ir.permute(self.laid_out(tuple(shape[a] for a in order), source), back)
        x = ir.cast(x, dtype)
        for _ in range(self.number(0, 2)):
            x = self.computed(x)
        return x

    def laid_out(self, shape: tuple[int, ...], dtype: DType) -> Node:
        """A leaf in some layout."""
        kind = self.one_of(["plain", "plain", "part", "padded", "flipped", "repeated", "flat"])
        if kind == "part":
            more = [(self.number(0, 2), self.number(0, 2)) for _ in shape]
            x = self.whole(tuple(n + a + b for n, (a, b) in zip(shape, more, strict=True)), dtype)
            return ir.shrink(x, [(a, a + n) for n, (a, _) in zip(shape, more, strict=True)])
        if kind == "padded":
            left = [self.number(0, min(3, n - 1)) for n in shape]
            right = [
                self.number(0, min(3, n - 1 - a)) for n, a in zip(shape, left, strict=True)
            ]  # fmt: skip
            edges = list(zip(left, right, strict=True))
            x = self.whole(tuple(n - a - b for n, (a, b) in zip(shape, edges, strict=True)), dtype)
            return ir.pad(x, edges)
        if kind == "flipped":
            x = self.whole(shape, dtype)
            return ir.flip(x, [a for a in range(len(shape)) if self.number(0, 1)])
        if kind == "repeated":
            small = tuple(n if self.number(0, 3) else 1 for n in shape)
            return ir.expand(self.whole(small, dtype), shape)
        if kind == "flat":
            before = self.number(0, 5)
            x = self.whole((math.prod(shape) + before,), dtype)
            return ir.reshape(ir.shrink(x, [(before, x.shape[0])]), shape)
        return self.whole(shape, dtype)

    def computed(self, x: Node) -> Node:
        """An elementwise function of x that keeps whole numbers small."""
        zero = ir.const(0, x.dtype, x.shape)
        kind = self.one_of(["relu", "negative", "bias", "masked", "doubled", "square", "again"])
        if kind == "relu":
            return ir.alu(Op.MAX, x, zero)
        if kind == "negative":
            return ir.alu(Op.SUB, zero, x)
        if kind == "bias":
            small = tuple(n if self.number(0, 1) else 1 for n in x.shape)
            return ir.alu(Op.ADD, x, ir.expand(self.whole(small, x.dtype), x.shape))
        if kind == "masked":
            axis = self.number(0, x.ndim - 1)
            size = x.shape[axis]
            row = ir.alu(
                Op.LT, ir.iota(size), ir.const(self.number(0, int(size)), dtypes.index, (size,))
            )
            thin = tuple(n if a == axis else 1 for a, n in enumerate(x.shape))
            return ir.where(ir.expand(ir.reshape(row, thin), x.shape), x, zero)
        if kind == "square":
            return ir.alu(Op.MUL, x, x)
        if kind == "doubled":
            return ir.alu(Op.MUL, x, ir.const(2, x.dtype, x.shape))
        return ir.contiguous(x)

    # ---- products ------------------------------------------------------------------------------

    def matmul(self) -> Node:
        """(batch.., m, k) by (batch.., k, n); operands may lack batch axes."""
        dtype = self.one_of(_WORK)
        m, k, n = self.size(), self.size(), self.size()
        while m * k * n > MOST_STEPS:
            m, k, n = k, n, max(m // 2, 1)
        batch = tuple(self.one_of([1, 2, 3, 5]) for _ in range(self.one_of([0, 0, 0, 1, 2])))
        while math.prod(batch) * m * k * n > MOST_STEPS:
            batch = batch[:-1]
        a = self.left((*batch, m, k), dtype)
        b = self.operand((*self.thin(batch), k, n), dtype)
        wide = (*batch, m, k, n)
        a = ir.expand(ir.reshape(a, (*a.shape, 1)), wide)
        b = ir.expand(ir.reshape(b, (*b.shape[:-2], 1, k, n)), wide)
        return self.summed(a, b, [len(batch) + 1])

    def left(self, shape: tuple[int, ...], dtype: DType) -> Node:
        """An operand, or the result of the last product."""
        if not self.pool or not self.number(0, 1):
            return self.operand(shape, dtype)
        low = ir.const(3, self.pool[-1].dtype, self.pool[-1].shape)
        # not more than 3, and not less than -3
        high = ir.where(ir.alu(Op.LT, low, self.pool[-1]), low, self.pool[-1])
        least = ir.const(-3 if low.dtype.is_signed else 0, low.dtype, low.shape)
        return ir.cast(self.reshaped(ir.alu(Op.MAX, high, least), shape), dtype)

    def thin(self, batch: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(n if self.number(0, 1) else 1 for n in batch)

    def convolution(self) -> Node:
        """(b, c, width..) with (o, c, taps..): windows that shears cut out."""
        dtype = self.one_of(_WORK)
        axes = self.number(1, 2)
        taps = tuple(self.number(1, 4) for _ in range(axes))
        b, c, o = self.one_of([1, 2, 3]), self.one_of([1, 3, 8, 16, 33]), self.one_of([*_SMALL, 32])
        width = tuple(self.number(1, 40 if axes == 1 else 14) for _ in range(axes))
        while math.prod((b, c, o, *width, *taps)) > MOST_STEPS:
            o = -(-o // 2)
        x, w = self.operand((b, c, *width), dtype), self.operand((o, c, *taps), dtype)
        step = self.one_of([1, 1, 2])
        x = ir.expand(ir.reshape(x, (*x.shape, *(1,) * axes)), (*x.shape, *taps))
        for a in range(axes):
            size = max(1, int(x.shape[2 + a]) - (taps[a] - 1) * step + self.number(0, 1))
            x = ir.shear(x, 2 + a, 2 + axes + a, step, size)
        out = x.shape[2 : 2 + axes]
        wide = (b, o, c, *out, *taps)
        x = ir.expand(ir.reshape(x, (b, 1, *x.shape[1:])), wide)
        w = ir.expand(ir.reshape(w, (1, o, c, *(1,) * axes, *taps)), wide)
        return self.summed(x, w, [2, *range(3 + axes, 3 + 2 * axes)])

    def summed(self, a: Node, b: Node, axes: list[int]) -> Node:
        dtype = a.dtype
        if dtype.is_float and dtype.itemsize < 4:
            a, b = ir.cast(a, dtypes.float32), ir.cast(b, dtypes.float32)
        kind = self.number(0, 9)
        if kind == 9:
            return ir.reduce(ir.alu(Op.ADD, a, b), Op.MAX, axes)
        both = ir.alu(Op.MUL, a, b)
        if kind == 8:
            both = ir.alu(Op.MAX, both, ir.const(-1, both.dtype, both.shape))
        return ir.cast(ir.reduce(both, Op.ADD, axes), dtype)

    # ---- what follows --------------------------------------------------------------------------

    def finished(self, x: Node) -> Node:
        """A product with an epilogue."""
        for _ in range(self.number(0, 2)):
            x = self.epilogue(x)
        return x

    def epilogue(self, x: Node) -> Node:
        kind = self.one_of(["computed", "row", "largest", "reduced", "permuted", "added", "padded"])
        if kind == "computed" or not x.ndim:
            return self.computed(x) if x.ndim else x
        axes = [a for a in range(x.ndim) if self.number(0, 1)]
        if kind in ("row", "largest"):
            small = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
            op = Op.MAX if kind == "largest" else Op.ADD
            total = ir.reshape(ir.reduce(x, op, axes), small)
            return ir.alu(Op.SUB, x, ir.expand(total, x.shape))
        if kind == "reduced":
            return ir.reduce(x, self.one_of([Op.ADD, Op.MAX]), axes)
        if kind == "permuted":
            return ir.permute(x, self.permutation(x.ndim))
        if kind == "padded":
            return ir.pad(x, [(self.number(0, 2), self.number(0, 2)) for _ in x.shape])
        return ir.alu(Op.ADD, x, self.operand(tuple(int(n) for n in x.shape), x.dtype))

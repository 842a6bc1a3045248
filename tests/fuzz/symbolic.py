"""Random graphs whose shapes depend on a Variable."""

from __future__ import annotations

from typing import Any

from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.node import Node
from smelt.ir.op import Op
from tests.fuzz.graphs import Graph

LARGEST = 9
N = ir.variable("n", 1, LARGEST)


class Symbolic(Graph):
    """Grows one value of float64, whole numbers, some of whose axes have a size of N."""

    def step(self, x: Node) -> Node:
        kinds = ["prefix", "suffix", "padded", "flat", "permuted", "flipped", "repeated", "reduced",
                 "centred", "combined", "gathered", "masked", "kept"]  # fmt: skip
        return getattr(self, self.one_of(kinds))(x)

    def _axis(self, x: Node, least: int) -> int | None:
        """An axis of known size, at least that large."""
        known = [a for a, n in enumerate(x.shape) if isinstance(n, int) and n >= least]
        return self.one_of(known) if known else None

    def prefix(self, x: Node) -> Node:
        axis = self._axis(x, LARGEST)
        if axis is None:
            return x
        return ir.shrink(x, [(0, N if a == axis else n) for a, n in enumerate(x.shape)])

    def suffix(self, x: Node) -> Node:
        axis = self._axis(x, LARGEST)
        if axis is None:
            return x
        return ir.shrink(
            x, [(ir.dim_sub(N, 1) if a == axis else 0, n) for a, n in enumerate(x.shape)]
        )

    def padded(self, x: Node) -> Node:
        """Filled up to a known size, or shifted by N."""
        padding: list[tuple[Any, Any]] = [(0, 0)] * x.ndim
        for axis, size in enumerate(x.shape):
            if size is N:
                padding[axis] = (0, ir.dim_sub(LARGEST, N))
            elif self.number(0, 3) == 3:
                padding[axis] = (N, 1)
        result = ir.pad(x, padding)
        return result if ir.numel(result.shape) < 4_000 else x

    def flat(self, x: Node) -> Node:
        if x.ndim < 2:
            return x
        at = self.number(0, x.ndim - 2)
        both = ir.dim_mul(x.shape[at], x.shape[at + 1])
        shape = (*x.shape[:at], both, *x.shape[at + 2 :])
        # Of products of several symbolic sizes it may not be known that they are equal.
        return ir.reshape(x, shape) if ir.same_size(x.shape, shape) else x

    def permuted(self, x: Node) -> Node:
        return ir.permute(x, self.permutation(x.ndim))

    def flipped(self, x: Node) -> Node:
        return ir.flip(x, [a for a in range(x.ndim) if self.number(0, 1)])

    def repeated(self, x: Node) -> Node:
        if ir.numel(x.shape) > 300:
            return x
        at, times = self.number(0, x.ndim), self.one_of([N, 3])
        x = ir.reshape(x, (*x.shape[:at], 1, *x.shape[at:]))
        return ir.expand(x, (*x.shape[:at], times, *x.shape[at + 1 :]))

    def reduced(self, x: Node) -> Node:
        axes = [a for a in range(x.ndim) if self.number(0, 1)]
        return ir.reduce(x, self.one_of([Op.ADD, Op.MAX]), axes)

    def centred(self, x: Node) -> Node:
        axes = [a for a in range(x.ndim) if self.number(0, 1)]
        kept = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
        largest = ir.reshape(ir.reduce(x, Op.MAX, axes), kept)
        return ir.alu(Op.SUB, x, ir.expand(largest, x.shape))

    def combined(self, x: Node) -> Node:
        return ir.alu(self.one_of([Op.ADD, Op.MAX, Op.SUB]), x, self.flipped(x))

    def gathered(self, x: Node) -> Node:
        if not x.ndim or not isinstance(x.shape[0], int):
            return x
        rows = ir.iota(N)
        return ir.load(x, ir.alu(Op.MOD, rows, ir.const(x.shape[0], dtypes.index, (N,))))

    def masked(self, x: Node) -> Node:
        if not x.ndim:
            return x
        row = ir.alu(Op.LT, ir.iota(x.shape[0]), ir.expand(ir.reshape(N, (1,)), (x.shape[0],)))
        shape = (x.shape[0], *(1,) * (x.ndim - 1))
        keep = ir.expand(ir.reshape(row, shape), x.shape)
        return ir.where(keep, x, ir.const(-1, x.dtype, x.shape))

    def kept(self, x: Node) -> Node:
        return ir.contiguous(x)

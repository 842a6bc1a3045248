"""What matrices solve: systems of equations, inverses, determinants, ranks, norms.

Gradients are added as in `factors.py`.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import DType, dtypes, promote
from smelt.ir.op import Op
from smelt.tensor.base import HALVES, Axes, broadcast_shapes
from smelt.tensor.factors import Factors, inverse_or_0, on_matrices
from smelt.util.errors import ArgumentError, ShapeError


class Algebra(Factors):
    """`a.solve(b)`, `a.inv()`, `a.det()`, for batches of matrices.

    Nothing reads a value: a matrix without an inverse gives infinities or NaN, where PyTorch
    raises.
    """

    # ---- systems of equations -------------------------------------------------------------------

    def _solved(self, inverse: Self, b: Self) -> Self:
        """X with self @ X = B, from the inverse and a step of refinement; with its gradients."""
        a, known = self._detached(), b._detached()
        x = inverse.matmul(known)._once()
        x = (x + inverse.matmul((known - a.matmul(x))._once()))._once()
        if not (self._is_tracked() or b._is_tracked()):
            return x
        residual = b._change() if b._is_tracked() else b.zeros_like()
        if not self._is_tracked():
            return x + inverse.matmul(residual)
        change = self._change()
        residual = residual - change.matmul(x)
        return x + inverse.matmul(residual - change.matmul(inverse.matmul(residual)))

    def solve(self, other: Self, *, left: bool = True) -> Self:
        """X with A @ X = B, or X @ A = B unless left; A (.., n, n), B (n,), (.., n) or (.., n, k).

        B is a batch of vectors if its shape is A's without the last axis. Infinities or NaN where
        A has no inverse.

        >>> Tensor([[2.0, 0.0], [0.0, 4.0]]).solve(Tensor([2.0, 2.0])).tolist()
        [1.0, 0.5]
        """
        a, b, vector = self._system("solve", other, left)
        lu, order = a._detached()._eliminated()
        return self._answer(a._solved(lu._inverse_from(order)._once(), b), left, vector, other)

    def solve_triangular(
        self, other: Self, *, upper: bool, left: bool = True, unitriangular: bool = False
    ) -> Self:
        """X with A @ X = B, or X @ A = B unless left, for the upper or lower triangle of A.

        With `unitriangular` the diagonal is taken to be ones. B is a matrix (.., n, k).

        >>> a = Tensor([[2.0, 0.0], [1.0, 1.0]])
        >>> a.solve_triangular(Tensor([[2.0], [3.0]]), upper=False).tolist()
        [[1.0], [2.0]]
        """
        whole = self.triu() if upper else self.tril()
        a, b, _ = whole._system("solve_triangular", other, left, vectors=False)
        if unitriangular:
            unit = a._identity(a._static("solve_triangular", -1))
            a = a - a * unit + unit
        is_lower = upper != left
        known = a._detached()._once()
        inverse = known._inverse_lower() if is_lower else known._inverse_upper()
        # The triangle of the series is that of A, as what is outside of it has no gradient.
        return self._answer(a._solved(inverse._once(), b), left, False, other)

    def cholesky_solve(self, factor: Self, upper: bool = False) -> Self:
        """X with A @ X = self, where A = L @ L.mT (or U.mT @ U) has this factor.

        >>> Tensor([[4.0]]).cholesky_solve(Tensor([[2.0]])).tolist()
        [[1.0]]
        """
        lower = factor.mT if upper else factor
        half = lower.solve_triangular(self, upper=False)
        return lower.mT.solve_triangular(half, upper=True)

    def _system(
        self, operation: str, other: Self, left: bool, vectors: bool = True
    ) -> tuple[Self, Self, bool]:
        """A and B of A @ X = B, with one batch and dtype, and whether B was vectors."""
        n = self.node.shape[-1] if self.ndim else None
        vector = vectors and (
            other.ndim == 1 or (self.ndim > 2 and other.node.shape == self.node.shape[:-1])
        )
        b = other.unsqueeze(-1) if vector else other
        b = b if left or b.ndim < 2 else b.mT
        if self.ndim < 2 or self.node.shape[-2] != n or b.ndim < 2 or b.node.shape[-2] != n:
            raise ShapeError(
                operation, f"A {self.shape}, B {other.shape}",
                "square A (.., n, n) and a B that has n rows (columns unless left)",
            )  # fmt: skip
        dtype = promote(self._floating().dtype, other._floating().dtype)
        batch = broadcast_shapes(operation, self.node.shape[:-2], b.node.shape[:-2])
        a = self if left else self.mT
        return (
            a.cast(_computed(dtype))._batched(batch),
            b.cast(_computed(dtype))._batched(batch),
            vector,
        )

    def _batched(self, batch: ir.Shape) -> Self:
        """Matrices repeated to that batch."""
        return self.expand(*self._make(ir.const(0, self.dtype, batch)).shape, *self.shape[-2:])

    def _answer(self, x: Self, left: bool, vector: bool, other: Self) -> Self:
        x = x if left else x.mT
        x = x.squeeze(-1) if vector else x
        return x.cast(promote(self._floating().dtype, other._floating().dtype))

    @on_matrices(square=True)
    def inv(self) -> Self:
        """The inverse of matrices (.., n, n); infinities or NaN where there is none.

        >>> Tensor([[2.0, 0.0], [0.0, 4.0]]).inv().tolist()
        [[0.5, 0.0], [0.0, 0.25]]
        """
        lu, order = self._detached()._eliminated()
        inverse = lu._inverse_from(order)._once()
        if not self._is_tracked():
            return inverse
        step = inverse.matmul(self._change())
        return inverse - (step - step.matmul(step)).matmul(inverse)

    inverse = inv

    def _parity(self) -> Self:
        """1 or -1 for an even or odd order (.., n) of n things, in the dtype of indices."""
        n = self._static("det", -1)
        rows, columns = self.arange(n).unsqueeze(-1), self.arange(n)
        swapped = (self.unsqueeze(-1) > self.unsqueeze(-2)) & (rows < columns)
        return 1 - swapped.sum((-2, -1)) % 2 * 2

    def _relative_change(self, lu: Self, order: Self) -> Self:
        """The inverse, in which a pivot 0 is a tiny number, times the change of self."""
        missing = lu.eq(0) & lu._line_numbers(-2).eq(lu._line_numbers(-1))
        return (
            missing.where(_tiny(self.dtype), lu)._inverse_from(order)._once().matmul(self._change())
        )

    @on_matrices(square=True)
    def det(self) -> Self:
        """The determinant of matrices (.., n, n).

        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).det()
        Tensor(-2., dtype=float32, device=CPU)
        """
        lu, order = self._detached()._eliminated()
        sign = order._parity().cast(self.dtype)
        pivots = lu.diagonal(0, -2, -1)
        det = sign * pivots._reduce(Op.MUL, (pivots.ndim - 1,), keepdim=False)
        if not self._is_tracked():
            return det
        relative = self._relative_change(lu, order)
        # Where a pivot is 0 the adjugate is the limit of determinant times inverse.
        factor = pivots.eq(0).where(_tiny(self.dtype), pivots)
        factor = sign * factor._reduce(Op.MUL, (pivots.ndim - 1,), keepdim=False)
        trace = relative._traced()
        second = trace * trace - relative.matmul(relative)._traced()
        return det + factor * (trace + 0.5 * second)

    @on_matrices(square=True)
    def slogdet(self) -> tuple[Self, Self]:
        """The sign of the determinant, and the logarithm of its absolute value.

        >>> [x.item() for x in Tensor([[-1.0]]).slogdet()]
        [-1.0, 0.0]
        """
        lu, order = self._detached()._eliminated()
        pivots = lu.diagonal(0, -2, -1)
        axis = (pivots.ndim - 1,)
        logarithm = pivots.abs().log()._reduce(Op.ADD, axis, keepdim=False)
        sign = order._parity().cast(self.dtype) * pivots.sign()._reduce(Op.MUL, axis, keepdim=False)
        if self._is_tracked():
            relative = self._relative_change(lu, order)
            second = relative.matmul(relative)._traced()
            logarithm = logarithm + relative._traced() - 0.5 * second
        return sign, logarithm

    def logdet(self) -> Self:
        """The logarithm of the determinant: NaN where that is negative.

        >>> Tensor([[1.0]]).logdet().item()
        0.0
        """
        sign, logarithm = self.slogdet()
        return (sign < 0).where(math.nan, logarithm)

    # ---- rank -----------------------------------------------------------------------------------

    def _tolerance(self, s: Self, rtol: float | Self | None, atol: float) -> Self:
        """Below which singular values s count as 0: (.., 1)."""
        size = max(self._static("svd", -2), self._static("svd", -1))
        relative: float | Self = size * float(np.finfo(self.dtype.np).eps)
        if rtol is not None:
            relative = rtol if isinstance(rtol, int | float) else rtol.unsqueeze(-1)
        return (s.narrow(-1, 0, min(1, s._static("svd", -1))) * relative).maximum(atol)

    @on_matrices(square=False)
    def pinv(self, rtol: float | Self | None = None, atol: float = 0.0) -> Self:
        """The pseudo-inverse (.., n, m) after Moore and Penrose.

        Singular values up to max(atol, rtol * the largest) are taken to be 0; rtol is max(m, n)
        times the dtype's precision unless given (a number, or one for each matrix), or 0 beside
        an atol.

        >>> Tensor([[2.0, 0.0], [0.0, 0.0]]).pinv().tolist()
        [[0.5, 0.0], [0.0, 0.0]]
        """
        a = self._detached()
        u, s, vh = a._singular()
        kept = s > a._tolerance(s, 0.0 if rtol is None and atol else rtol, atol)
        inverse = kept.where(inverse_or_0(s), 0.0).unsqueeze(-2)  # (.., 1, k)
        p = (vh.mT * inverse).matmul(u.mT)._once()
        if not self._is_tracked():
            return p
        change = self._change()
        before, after = a.matmul(p), p.matmul(a)  # projections
        turned = change.mT
        left = p.matmul(p.mT).matmul(turned - turned.matmul(before))
        right = (turned - after.matmul(turned)).matmul(p.mT).matmul(p)
        return p - p.matmul(change).matmul(p) + left + right

    pinverse = pinv

    @on_matrices(square=False)
    def matrix_rank(self, rtol: float | Self | None = None, atol: float = 0.0) -> Self:
        """How many singular values are above max(atol, rtol * the largest): see `pinv`.

        >>> Tensor([[1.0, 1.0], [1.0, 1.0]]).matrix_rank().item()
        1
        """
        s = self._detached()._singular_values()
        return (s > self._tolerance(s, 0.0 if rtol is None and atol else rtol, atol)).sum(-1)

    def lstsq(self, other: Self) -> Self:
        """The X (.., n, k) with the least ||A @ X - B||, and of these the smallest.

        >>> Tensor([[1.0], [1.0]]).lstsq(Tensor([[1.0], [3.0]]))
        Tensor([[2.]], dtype=float32, device=CPU)
        """
        return self.pinv().matmul(other)

    @on_matrices(square=True)
    def matrix_power(self, n: int) -> Self:
        """A @ A .. @ A, n times; of the inverse if n is negative.

        >>> Tensor([[1.0, 1.0], [0.0, 1.0]]).matrix_power(3).tolist()
        [[1.0, 3.0], [0.0, 1.0]]
        """
        factor = self.inv() if n < 0 else self
        result = self._identity(self._static("matrix_power", -1)).expand(*self.shape)
        first = True
        for bit in bin(abs(n))[:1:-1]:  # the lowest first
            if bit == "1":
                result = factor if first else result.matmul(factor)
                first = False
            factor = factor.matmul(factor)
        return result

    @on_matrices(square=False)
    def cond(self, p: float | str | None = None) -> Self:
        """The condition number ||A|| ||A'|| in the norm p, 2 unless given: see `matrix_norm`.

        >>> Tensor([[4.0, 0.0], [0.0, 2.0]]).cond().item()
        2.0
        """
        if p in (None, 2, -2):
            s = self.svdvals()
            ends = (
                s.narrow(-1, 0, 1).squeeze(-1),
                s.narrow(-1, -1 + int(s.shape[-1]), 1).squeeze(-1),
            )
            return ends[1] / ends[0] if p == -2 else ends[0] / ends[1]
        assert p is not None
        return self.matrix_norm(p) * self.inv().matrix_norm(p)

    # ---- norms ----------------------------------------------------------------------------------

    def vector_norm(
        self, ord: float = 2, dim: Axes = None, keepdim: bool = False, *, axis: Axes = None
    ) -> Self:
        """(sum |x|**ord) ** (1/ord) over all elements or some axes: see `norm`.

        >>> Tensor([3.0, -4.0]).vector_norm().item()
        5.0
        """
        return self.norm(ord, self._axes("vector_norm", dim, axis), keepdim)

    def matrix_norm(
        self, ord: float | str = "fro", dim: tuple[int, int] = (-2, -1), keepdim: bool = False
    ) -> Self:
        """A norm of matrices: "fro", "nuc" (sum of singular values), 2 and -2 (largest, smallest),

        1 and -1 (largest, smallest sum of |a| in a column), inf and -inf (in a row).

        >>> Tensor([[3.0, 0.0], [0.0, 4.0]]).matrix_norm().item()
        5.0
        """
        rows, columns = self._axes("matrix_norm", dim)
        x = self.movedim((rows, columns), (-2, -1))
        if ord == "fro":
            result = x.norm(2, (-2, -1))
        elif ord in ("nuc", 2, -2):
            s = x.svdvals()
            result = s.sum(-1) if ord == "nuc" else s.max(-1) if ord == 2 else s.min(-1)
        elif ord in (1, -1, math.inf, -math.inf):
            sums = x.abs().sum(-1 if abs(float(ord)) == math.inf else -2)
            result = sums.max(-1) if float(ord) > 0 else sums.min(-1)
        else:
            raise ArgumentError("matrix_norm", f"ord {ord!r}", "'fro', 'nuc', 1, 2, inf or minus")
        if not keepdim:
            return result
        kept = [1 if i in (rows, columns) else s for i, s in enumerate(self.shape)]
        return result.reshape(kept)


def _computed(dtype: DType) -> DType:
    return dtypes.float32 if dtype in HALVES else dtype


def _tiny(dtype: DType) -> float:
    """What stands for a pivot that is 0."""
    return 1e-150 if dtype is dtypes.float64 else 1e-18

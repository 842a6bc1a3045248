"""Matrices as products of simpler ones, as functions with gradients.

A decomposition is computed from detached matrices. Where a gradient is wanted, its Taylor series
in D = A - detach(A) is added: D is 0, so that the values stay, and the derivatives (up to the
second where the series has two terms) are those of the function, not of the steps that computed it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

from smelt.ir.op import Op
from smelt.tensor.base import HALVES, grad_enabled
from smelt.tensor.decompositions import Decompositions
from smelt.util.errors import ArgumentError, ShapeError

A = TypeVar("A", bound="Factors")
P = ParamSpec("P")
R = TypeVar("R")


def on_matrices(
    square: bool,
) -> Callable[[Callable[Concatenate[A, P], R]], Callable[Concatenate[A, P], R]]:
    """Checks the shape; float16 and bfloat16 go through float32, integers become float32."""

    def decorate(method: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
        def computed(self: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
            shape = self.node.shape
            if len(shape) < 2 or (square and shape[-1] != shape[-2]):
                raise ShapeError(
                    method.__name__, f"shape {self.shape}",
                    "square matrices (.., n, n)" if square else "matrices (.., m, n)",
                )  # fmt: skip
            if self.dtype not in HALVES:
                return method(self._floating(), *args, **kwargs)
            result: Any = method(self.float(), *args, **kwargs)
            if isinstance(result, tuple):
                return cast(R, tuple(r.cast(self.dtype) for r in result))
            return cast(R, result.cast(self.dtype) if result.dtype.is_float else result)

        functools.update_wrapper(computed, method)
        return computed

    return decorate


class Factors(Decompositions):
    """Cholesky, QR, eigenvalues and singular values.

    Matrices are the last two axes, everything before is a batch. Nothing reads a value: a matrix
    that is not positive definite has NaN for its Cholesky factor, where PyTorch raises.
    """

    # ---- series ---------------------------------------------------------------------------------

    def _is_tracked(self) -> bool:
        return self.requires_grad and grad_enabled()

    def _change(self) -> Self:
        """Zeros with the gradient of self."""
        return self - self._detached()

    def _halved_lower(self) -> Self:
        """The lower triangle with half of the diagonal: X + X.mT is symmetric self again."""
        return self.tril() - self * 0.5 * self._identity(self._static("matrix", -1))

    def _traced(self) -> Self:
        """The sum of the diagonal: (..)."""
        return self.diagonal(0, -2, -1)._reduce(Op.ADD, (self.ndim - 2,), keepdim=False)

    # ---- decompositions -------------------------------------------------------------------------

    @on_matrices(square=True)
    def cholesky(self, upper: bool = False) -> Self:
        """The lower triangular L with A = L @ L.mT, or its transpose; A symmetric, (.., n, n).

        Reads the lower triangle alone. NaN where A is not positive definite.

        >>> Tensor([[4.0, 2.0], [2.0, 5.0]]).cholesky().tolist()
        [[2.0, 0.0], [1.0, 2.0]]
        """
        lower = (self.mT if upper else self)._detached()._cholesky_lower()
        if self._is_tracked():
            change = self._change()
            inverse = lower._inverse_lower()._once()
            first = inverse.matmul((change + change.mT) * 0.5).matmul(inverse.mT)._halved_lower()
            second = first.matmul(first.mT)._halved_lower()
            lower = lower + lower.matmul(first - second)
        return lower.mT if upper else lower

    @on_matrices(square=False)
    def qr(self, mode: str = "reduced") -> tuple[Self, Self]:
        """A = Q @ R: Q (.., m, k) with orthonormal columns, R (.., k, n) upper triangular.

        k is min(m, n); with mode "complete" it is m, and "r" gives an empty Q.

        >>> q, r = Tensor([[3.0, 1.0], [4.0, 2.0]]).qr()
        >>> (q @ r).allclose(Tensor([[3.0, 1.0], [4.0, 2.0]]), atol=1e-5)
        True
        """
        if mode not in ("reduced", "complete", "r"):
            raise ArgumentError("qr", f"mode {mode!r}", "'reduced', 'complete' or 'r'")
        q, r = self._detached()._qr(complete=mode == "complete")
        if self._is_tracked():
            q, r = self._qr_series(q, r)
        return (self.zeros(0, dtype=self.dtype) if mode == "r" else q), r

    def _qr_series(self, q: Self, r: Self) -> tuple[Self, Self]:
        """Q and R with a gradient; what a complete Q has more than a reduced one has none."""
        m, n = self._static("qr", -2), self._static("qr", -1)
        k = min(m, n)
        thin, corner = q.narrow(-1, 0, k), r.narrow(-2, 0, k).narrow(-1, 0, k)
        change = self._change()
        # (Q + B) R with Q + B no longer orthonormal: the Cholesky factor of its square goes to R.
        b = change.narrow(-1, 0, k).matmul(corner._inverse_upper()._once())
        error = thin.mT.matmul(b)
        first = (error + error.mT + b.mT.matmul(b))._halved_lower()
        step = (first - first.matmul(first.mT)._halved_lower()).mT  # upper
        moved = thin + b
        moved = moved - moved.matmul(step - step.matmul(step))
        top = corner + step.matmul(corner)
        if n > k:
            right = moved.mT.matmul(self.narrow(-1, k, n - k))
            top = top.cat(r.narrow(-1, k, n - k) + right._change(), dim=-1)
        if q.shape[-1] == k:
            return moved, top
        return moved.cat(q.narrow(-1, k, m - k), dim=-1), top.pad((0, 0, 0, m - k))

    @on_matrices(square=True)
    def eigh(self, UPLO: str = "L") -> tuple[Self, Self]:
        """A = V @ diag(w) @ V.mT for symmetric A: w (.., n) ascending, V (.., n, n) orthogonal.

        Reads one triangle alone: the lower, or with UPLO "U" the upper one.

        >>> [x.tolist() for x in Tensor([[1.0, 0.0], [0.0, 3.0]]).eigh()]
        [[1.0, 3.0], [[1.0, 0.0], [0.0, 1.0]]]
        """
        if UPLO not in ("L", "U"):
            raise ArgumentError("eigh", f"UPLO={UPLO!r}", "'L' or 'U'")
        half = self._detached().tril() if UPLO == "L" else self._detached().triu()
        values, vectors = (
            half + half.mT - half * half._identity(half._static("eigh", -1))
        )._eigen()
        if not self._is_tracked():
            return values, vectors
        # Rayleigh and Schrödinger's perturbation series.
        gaps = inverse_or_0(values.unsqueeze(-2) - values.unsqueeze(-1))  # 1 / (w_j - w_i)
        change = self._change()
        error = vectors.mT.matmul((change + change.mT) * 0.5).matmul(vectors)._once()
        main = error.diagonal(0, -2, -1)
        first = gaps * error
        second = gaps * (error.matmul(first) - first * main.unsqueeze(-2))
        norms = (first * first)._reduce(Op.ADD, (first.ndim - 2,), keepdim=True)
        second = second - 0.5 * norms * self._identity(self._static("eigh", -1))
        values = values + main + (first * error)._reduce(Op.ADD, (first.ndim - 2,), keepdim=False)
        return values, vectors + vectors.matmul(first + second)

    def eigvalsh(self, UPLO: str = "L") -> Self:
        """The eigenvalues of symmetric matrices, ascending: see `eigh`.

        >>> Tensor([[2.0, 0.0], [0.0, 1.0]]).eigvalsh().tolist()
        [1.0, 2.0]
        """
        return self.eigh(UPLO)[0]

    @on_matrices(square=False)
    def svd(self, full_matrices: bool = True) -> tuple[Self, Self, Self]:
        """A = U @ diag(S) @ Vh: S (.., k) descending, U (.., m, k) and Vh (.., k, n) orthonormal.

        k is min(m, n); with full_matrices U is (.., m, m) and Vh (.., n, n), of which the part
        beyond k has no gradient.

        >>> u, s, vh = Tensor([[0.0, 2.0], [1.0, 0.0]]).svd()
        >>> s.tolist()
        [2.0, 1.0]
        """
        u, s, vh = self._detached()._singular(full_matrices)
        return self._svd_series(u, s, vh) if self._is_tracked() else (u, s, vh)

    def _svd_series(self, u: Self, s: Self, vh: Self) -> tuple[Self, Self, Self]:
        """U, S and Vh with a gradient: the first term of the series, for S the second too."""
        k = s._static("svd", -1)
        left, right = u.narrow(-1, 0, k), vh.narrow(-2, 0, k).mT
        change = self._change()
        moved, back = change.matmul(right), change.mT.matmul(left)  # (.., m, k), (.., n, k)
        error = left.mT.matmul(moved)._once()
        even, odd = (error + error.mT) * 0.5, (error - error.mT) * 0.5
        column, row = s.unsqueeze(-1), s.unsqueeze(-2)
        even_part = inverse_or_0(row - column) * even
        odd_part = inverse_or_0(row + column) * odd
        inverse = inverse_or_0(row)
        out_left = (moved - left.matmul(error)) * inverse  # what leaves the span of U
        out_right = (back - right.matmul(error.mT)) * inverse
        second = even_part * even + odd_part * odd
        outside = (out_left * out_left)._reduce(Op.ADD, (s.ndim - 1,), keepdim=False)
        outside = outside + (out_right * out_right)._reduce(Op.ADD, (s.ndim - 1,), keepdim=False)
        new_s = s + error.diagonal(0, -2, -1) + 0.5 * outside * s
        new_s = new_s + second._reduce(Op.ADD, (s.ndim - 1,), keepdim=False)
        new_u = left + left.matmul(even_part + odd_part) + out_left
        new_v = right + right.matmul(even_part - odd_part) + out_right
        more_u, more_v = u._static("svd", -1) - k, vh._static("svd", -2) - k
        new_u = new_u.cat(u.narrow(-1, k, more_u), dim=-1) if more_u else new_u
        new_vh = new_v.mT.cat(vh.narrow(-2, k, more_v), dim=-2) if more_v else new_v.mT
        return new_u, new_s, new_vh

    @on_matrices(square=False)
    def svdvals(self) -> Self:
        """The singular values (.., min(m, n)), descending.

        >>> Tensor([[0.0, 2.0], [1.0, 0.0]]).svdvals().tolist()
        [2.0, 1.0]
        """
        if self._is_tracked():
            return self.svd(full_matrices=False)[1]
        return self._singular_values()


def inverse_or_0(x: A) -> A:
    """1 / x, and 0 where x is 0."""
    return x.eq(0).where(0.0, x.eq(0).where(1.0, x).reciprocal())

"""Products of vectors and matrices beyond `matmul`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import Scalar
from smelt.tensor.linear import Linear
from smelt.util.errors import ArgumentError, ShapeError


class Products(Linear):
    """Names that numpy and PyTorch have for sums of products."""

    def _once(self) -> Self:
        """The same values in memory: what follows does not compute them again."""
        return self._with(ir.contiguous(self.node))

    def inner(self, other: Self) -> Self:
        """Sums of products over the last axis of both: (*a, k), (*b, k) is (*a, *b).

        >>> Tensor([1, 2]).inner(Tensor([3, 4])).tolist()
        11
        """
        if self.ndim == 0 or other.ndim == 0:
            return self * other
        return self.tensordot(other, ([-1], [-1]))

    def vecdot(self, other: Self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The sum of products along one axis, the others broadcasting.

        >>> Tensor([[1, 2], [3, 4]]).vecdot(Tensor([1, 10])).tolist()
        [21, 43]
        """
        along = dim if axis is None else axis
        return self.einsum("...i,...i->...", self.movedim(along, -1), other.movedim(along, -1))

    def tensordot(
        self, other: Self, dims: int | Sequence[Sequence[int]] | Sequence[int] = 2
    ) -> Self:
        """Sums of products over some axes of both; the others of self come first.

        `dims` is how many (the last of self, the first of other), or a list for each.

        >>> Tensor([[1, 2]]).tensordot(Tensor([[3], [4]]), 1).tolist()
        [[11]]
        """
        if isinstance(dims, int):
            if not 0 <= dims <= min(self.ndim, other.ndim):
                raise ArgumentError("tensordot", f"{dims} axes", "as many as both tensors have")
            left, right = list(range(self.ndim - dims, self.ndim)), list(range(dims))
        elif len(dims) != 2:
            raise ArgumentError("tensordot", f"dims={dims}", "axes of self, and of other")
        else:
            first, second = ([d] if isinstance(d, int) else list(d) for d in dims)
            left, right = (
                list(self._axes("tensordot", first)),
                list(other._axes("tensordot", second)),
            )
        sizes = [[t.node.shape[a] for a in axes] for t, axes in ((self, left), (other, right))]
        if sizes[0] != sizes[1]:
            raise ShapeError("tensordot", f"axes of {sizes[0]} and {sizes[1]}", "equal sizes")
        kept = [a for a in range(self.ndim) if a not in left]
        others = [a for a in range(other.ndim) if a not in right]
        k = ir.numel(tuple(sizes[0]))
        a = self.permute(kept + left)
        b = other.permute(right + others)
        shape = [*a.shape[: len(kept)], *b.shape[len(right) :]]
        rows = a.reshape(ir.numel(a.node.shape[: len(kept)]), k)
        return rows.matmul(b.reshape(k, ir.numel(b.node.shape[len(right) :]))).reshape(shape)

    def addmm(self, a: Self, b: Self, *, beta: Scalar = 1, alpha: Scalar = 1) -> Self:
        """beta * self + alpha * (a @ b); with beta 0 self does not count, NaN or not.

        >>> Tensor([[1]]).addmm(Tensor([[2]]), Tensor([[3]]), alpha=2).tolist()
        [[13]]
        """
        product = a.matmul(b)
        product = product if alpha == 1 else product * alpha
        if beta == 0:
            return product
        return product + (self if beta == 1 else self * beta)

    addmv = addmm
    baddbmm = addmm

    def addbmm(self, a: Self, b: Self, *, beta: Scalar = 1, alpha: Scalar = 1) -> Self:
        """beta * self + alpha * the sum of all a[i] @ b[i]: (m, n) of (k, m, p) and (k, p, n).

        >>> Tensor([[1]]).addbmm(Tensor([[[2]]]), Tensor([[[3]]])).tolist()
        [[7]]
        """
        return self.addmm(a.movedim(0, 1).flatten(1), b.flatten(0, 1), beta=beta, alpha=alpha)

    def addr(self, a: Self, b: Self, *, beta: Scalar = 1, alpha: Scalar = 1) -> Self:
        """beta * self + alpha * the outer product of two vectors.

        >>> Tensor([[1]]).addr(Tensor([2]), Tensor([3])).tolist()
        [[7]]
        """
        return self.addmm(a.unsqueeze(1), b.unsqueeze(0), beta=beta, alpha=alpha)

    def ger(self, other: Self) -> Self:
        """The outer product: see `outer`.

        >>> Tensor([1, 2]).ger(Tensor([3])).tolist()
        [[3], [6]]
        """
        return self.outer(other)

    def kron(self, other: Self) -> Self:
        """Kronecker's product: other times each element of self, in its place.

        >>> Tensor([1, 10]).kron(Tensor([1, 2])).tolist()
        [1, 2, 10, 20]
        """
        ndim = max(self.ndim, other.ndim)
        a = self.reshape([1] * (ndim - self.ndim) + list(self.shape))
        b = other.reshape([1] * (ndim - other.ndim) + list(other.shape))
        product = a.reshape([s for n in a.shape for s in (n, 1)]) * b.reshape(
            [s for n in b.shape for s in (1, n)]
        )
        return product.reshape([m * n for m, n in zip(a.shape, b.shape, strict=True)])

    def cross(self, other: Self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The vector product of triples along an axis, the others broadcasting.

        >>> Tensor([1, 0, 0]).cross(Tensor([0, 1, 0])).tolist()
        [0, 0, 1]
        """
        along = dim if axis is None else axis
        a, b = self.movedim(along, -1), other.movedim(along, -1)
        if a.node.shape[-1] != 3 or b.node.shape[-1] != 3:
            raise ShapeError(
                "cross", f"{self.shape} and {other.shape}", f"3 elements on axis {along}"
            )
        product = a.roll(-1, -1) * b.roll(1, -1) - a.roll(1, -1) * b.roll(-1, -1)
        return product.movedim(-1, along)

    def trace(self, offset: int = 0) -> Self:
        """The sum of a diagonal of matrices (.., m, n); of integers in int64.

        >>> Tensor([[1, 2], [3, 4]]).trace().tolist()
        5
        """
        if self.ndim < 2:
            raise ShapeError("trace", f"shape {self.shape}", "matrices (.., m, n)")
        return self.diagonal(offset, -2, -1).sum(-1)

    def newton_schulz(
        self, steps: int, params: tuple[float, ...] = (3.4445, -4.775, 2.0315), eps: float = 1e-7
    ) -> Self:
        """An orthogonal matrix near self, by iterating an odd polynomial.

        `steps` times x becomes the sum of params[i] * (x @ x.mT)**i @ x, starting at self over its
        Frobenius norm plus eps.

        >>> x = Tensor([[2.0, 0.0], [0.0, 1.0]]).newton_schulz(8, (1.5, -0.5))
        >>> x.allclose(Tensor.eye(2), atol=1e-2)
        True
        """
        if self.ndim < 2 or not params:
            raise ShapeError("newton_schulz", f"shape {self.shape}", "matrices, and parameters")
        x = self._floating()
        x = x / ((x * x).sum((-2, -1), keepdim=True).sqrt() + eps)
        tall = x._static("newton_schulz", -2) > x._static("newton_schulz", -1)
        x = x.mT if tall else x
        for _ in range(steps):
            square = x.matmul(x.mT)._once() if len(params) > 1 else x
            term, total = x, x * params[0]
            for weight in params[1:]:
                term = square.matmul(term)._once()
                total = total + weight * term
            x = total._once()
        return x.mT if tall else x

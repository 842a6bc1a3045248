"""Reductions: sums, extremes, statistics, softmax. float16 and bfloat16 accumulate in float32."""

from __future__ import annotations

import math
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import DType, dtypes, to_dtype
from smelt.ir.op import Op
from smelt.tensor.activations import Activations
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import HALVES, Axes, DTypeLike
from smelt.util.errors import ShapeError

# A prefix sum looks back over at most this many elements at once; longer ones go by blocks.
CUMSUM_BLOCK = 64


class Reductions(Activations):
    """`axis` (or `dim`) is one axis, several, or None for all; `keepdim` leaves axes of size 1."""

    def _reduce(self, op: Op, axes: tuple[int, ...], keepdim: bool) -> Self:
        result = self._with(ir.reduce(self.node, op, axes))
        if not keepdim:
            return result
        return result.reshape([1 if i in axes else s for i, s in enumerate(self.shape)])

    def _total(self, op: Op, axes: tuple[int, ...], keepdim: bool, dtype: DTypeLike | None) -> Self:
        """A sum or product: accumulated wide, given back in `dtype`, or as PyTorch has it."""
        wanted = _total_dtype(self.dtype) if dtype is None else to_dtype(dtype)
        x = self.cast(wanted)
        if wanted in HALVES:
            return self.cast(dtypes.float32)._reduce(op, axes, keepdim).cast(wanted)
        return x._reduce(op, axes, keepdim)

    def sum(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        dtype: DTypeLike | None = None,
        *,
        dim: Axes = None,
    ) -> Self:
        """The sum; of integers and bools in int64 (uint64 stays).

        >>> Tensor([[1, 2], [3, 4]]).sum(axis=0).tolist()
        [4, 6]
        """
        return self._total(Op.ADD, self._axes("sum", axis, dim), keepdim, dtype)

    def prod(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        dtype: DTypeLike | None = None,
        *,
        dim: Axes = None,
    ) -> Self:
        """The product; of integers and bools in int64 (uint64 stays).

        >>> Tensor([[1, 2], [3, 4]]).prod(axis=1).tolist()
        [2, 12]
        """
        return self._total(Op.MUL, self._axes("prod", axis, dim), keepdim, dtype)

    def max(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """The largest value; NaN if any is. Equal ones share the gradient equally.

        Raises ShapeError over no elements.

        >>> Tensor([[1, 2], [3, 0]]).max(axis=1).tolist()
        [2, 3]
        """
        axes = self._axes("max", axis, dim)
        self._check_not_empty("max", axes)
        return self._reduce(Op.MAX, axes, keepdim)

    def min(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """The smallest value; NaN if any is. Equal ones share the gradient equally.

        Raises ShapeError over no elements.

        >>> Tensor([[1, 2], [3, 0]]).min(axis=1).tolist()
        [1, 0]
        """
        axes = self._axes("min", axis, dim)
        self._check_not_empty("min", axes)
        return self._mirrored()._reduce(Op.MAX, axes, keepdim)._mirrored()

    amax = max
    amin = min

    def _check_not_empty(self, operation: str, axes: tuple[int, ...]) -> None:
        if any(self.node.shape[a] == 0 for a in axes):
            raise ShapeError(
                operation, f"axes {axes} of shape {self.shape}", "at least one element"
            )

    def any(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """Whether any element is not 0.

        >>> Tensor([[0, 1], [0, 0]]).any(axis=1).tolist()
        [True, False]
        """
        return self.bool()._reduce(Op.MAX, self._axes("any", axis, dim), keepdim)

    def all(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """Whether no element is 0.

        >>> Tensor([[2, 1], [0, 1]]).all(axis=1).tolist()
        [True, False]
        """
        return self.bool()._reduce(Op.MUL, self._axes("all", axis, dim), keepdim)

    # ---- statistics ---------------------------------------------------------------------------

    def _count(self, axes: tuple[int, ...]) -> Self:
        """How many elements `axes` have together, as a float scalar."""
        count: ir.Dim = 1
        for a in axes:
            count = ir.dim_mul(count, self.node.shape[a])
        if isinstance(count, int):
            return self._make(ir.const(count, self.dtype))
        return self._make(ir.cast(count, self.dtype), self.bindings)

    @wide
    def mean(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """The sum divided by the number of elements.

        >>> Tensor([[1, 2], [3, 5]]).mean(axis=1).tolist()
        [1.5, 4.0]
        """
        axes = self._axes("mean", axis, dim)
        # Divided before the axes go, so that `x - x.mean(keepdim=True)` beside it has the same one.
        mean = self._reduce(Op.ADD, axes, True) / self._count(axes)
        return mean if keepdim else mean.squeeze(axes)

    @wide
    def var(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
    ) -> Self:
        """The variance: squared distances from the mean, over the number of elements - correction.

        >>> Tensor([1.0, 2.0, 3.0]).var().tolist()
        1.0
        """
        axes = self._axes("var", axis, dim)
        # Twice over the data: sum(x*x) - sum(x)**2 would cancel.
        distance = self - self.mean(axes, keepdim=True)
        freedom = (self._count(axes) - correction).maximum(0)
        return (distance * distance)._reduce(Op.ADD, axes, keepdim) / freedom

    @wide
    def std(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
    ) -> Self:
        """The square root of the variance, with slope 0 where that is 0.

        >>> Tensor([1.0, 2.0, 3.0]).std().tolist()
        1.0
        """
        return self.var(self._axes("std", axis, dim), keepdim, correction)._flat_root()

    def _flat_root(self) -> Self:
        """The square root with slope 0 at 0, as PyTorch gives std and norm."""
        zero = self.eq(0)
        return zero.where(0.0, zero.where(1.0, self).sqrt())

    def var_mean(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
    ) -> tuple[Self, Self]:
        """The variance and the mean.

        >>> [t.item() for t in Tensor([1.0, 2.0, 3.0]).var_mean()]
        [1.0, 2.0]
        """
        axes = self._axes("var_mean", axis, dim)
        return self.var(axes, keepdim, correction), self.mean(axes, keepdim)

    def std_mean(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
    ) -> tuple[Self, Self]:
        """The standard deviation and the mean.

        >>> [t.item() for t in Tensor([1.0, 2.0, 3.0]).std_mean()]
        [1.0, 2.0]
        """
        axes = self._axes("std_mean", axis, dim)
        return self.std(axes, keepdim, correction), self.mean(axes, keepdim)

    @wide
    def norm(
        self, p: float = 2, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None
    ) -> Self:
        """(sum |x|**p) ** (1/p); p = inf is the largest |x|, p = 0 how many are not 0.

        >>> Tensor([3.0, -4.0]).norm().tolist()
        5.0
        """
        axes = self._axes("norm", axis, dim)
        if p == 2:
            return (self * self)._reduce(Op.ADD, axes, keepdim)._flat_root()
        if p == math.inf:
            return self.abs().max(axes, keepdim)
        if p == -math.inf:
            return self.abs().min(axes, keepdim)
        if p == 0:
            return self.ne(0).cast(self.dtype)._reduce(Op.ADD, axes, keepdim)
        total = (self.abs() if p == 1 else self.abs() ** p)._reduce(Op.ADD, axes, keepdim)
        return total if p == 1 else total ** (1 / p)

    # ---- positions ----------------------------------------------------------------------------

    def argmax(
        self, axis: int | None = None, keepdim: bool = False, *, dim: int | None = None
    ) -> Self:
        """The position of the largest value: the first of equal ones, the first NaN if any.

        Of the flattened tensor without axis. Raises ShapeError over no elements.

        >>> Tensor([[1, 3], [5, 2]]).argmax(axis=1).tolist()
        [1, 0]
        """
        axes = self._axes("argmax", axis, dim)
        if axis is None and dim is None:
            flat = self.flatten().argmax(0)
            return flat.reshape([1] * self.ndim) if keepdim else flat
        if not axes:  # a scalar, which PyTorch lets have an axis 0
            return self.full_like(0, dtypes.index)
        (along,) = axes
        self._check_not_empty("argmax", axes)
        n = self.node.shape[along]
        found = self.eq(self._reduce(Op.MAX, axes, keepdim=True)) | self.isnan()
        # The largest n - position is that of the first.
        counter = dtypes.int32 if ir.largest(n) < dtypes.int32.max else dtypes.index
        column = self._make(ir.iota(n, counter), self.bindings)
        column = column.reshape([-1 if i == along else 1 for i in range(self.ndim)])
        total = self._make(ir.cast(ir.index(n), counter), self.bindings)
        position = found.where(total - column, 0)
        return (total - position._reduce(Op.MAX, axes, keepdim)).cast(dtypes.index)

    def argmin(
        self, axis: int | None = None, keepdim: bool = False, *, dim: int | None = None
    ) -> Self:
        """The position of the smallest value: the first of equal ones, the first NaN if any.

        >>> Tensor([[1, 3], [5, 2]]).argmin(axis=1).tolist()
        [0, 1]
        """
        return self._mirrored().argmax(axis, keepdim, dim=dim)

    # ---- softmax ------------------------------------------------------------------------------

    @wide
    def softmax(
        self, axis: int = -1, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """exp(x) / sum(exp(x)) along axis.

        >>> Tensor([0.0, 1.0]).softmax()
        Tensor([0.2689, 0.7311], dtype=float32, device=CPU)
        """
        power, axes = self._shifted(axis, dim)
        power = power.exp()
        result = power / power._reduce(Op.ADD, axes, keepdim=True)
        return result if dtype is None else result.cast(dtype)

    @wide
    def log_softmax(
        self, axis: int = -1, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """log(softmax(x)), computed as x - log(sum(exp(x))).

        >>> Tensor([0.0, 1.0]).log_softmax()
        Tensor([-1.3133, -0.3133], dtype=float32, device=CPU)
        """
        shifted, axes = self._shifted(axis, dim)
        result = shifted - shifted.exp()._reduce(Op.ADD, axes, keepdim=True).log()
        return result if dtype is None else result.cast(dtype)

    def _shifted(self, axis: int, dim: int | None) -> tuple[Self, tuple[int, ...]]:
        """x - max(x), of which exp does not overflow, and the axes as a tuple."""
        axes = self._axes("softmax", axis if dim is None else dim)
        return self - self._detached()._reduce(Op.MAX, axes, keepdim=True), axes

    def _detached(self) -> Self:
        return self._make(ir.detach(self.node), self.bindings)

    @wide
    def logsumexp(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """log(sum(exp(x))), without overflow.

        >>> Tensor([0.0, 0.0]).logsumexp()
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        axes = self._axes("logsumexp", axis, dim)
        largest = self._detached()._reduce(Op.MAX, axes, keepdim=True)
        largest = largest.isfinite().where(largest, 0.0)
        result = (self - largest).exp()._reduce(Op.ADD, axes, keepdim=True).log() + largest
        return result if keepdim else result.reshape([
            s for i, s in enumerate(self.shape) if i not in axes
        ])  # fmt: skip

    # ---- prefixes -----------------------------------------------------------------------------

    def cumsum(
        self, axis: int = 0, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """out[i] = x[0] + .. + x[i] along axis; of integers and bools in int64.

        >>> Tensor([1, 2, 3]).cumsum().tolist()
        [1, 3, 6]
        """
        wanted = _total_dtype(self.dtype) if dtype is None else to_dtype(dtype)
        (along,) = self._axes("cumsum", axis if dim is None else dim) or (0,)
        if self.ndim == 0:
            return self.cast(wanted)
        compute = dtypes.float32 if wanted in HALVES else wanted
        return self.cast(compute).movedim(along, -1)._cumsum().movedim(-1, along).cast(wanted)

    def _cumsum(self) -> Self:
        """Along the last axis: sums over the window that ends at each element."""
        n = self._static("cumsum", self.ndim - 1)
        if n > CUMSUM_BLOCK:
            blocks = -(-n // CUMSUM_BLOCK)
            x = self._resized(self.ndim - 1, blocks * CUMSUM_BLOCK)
            inner = x.unflatten(-1, (blocks, CUMSUM_BLOCK))._cumsum()  # (.., blocks, block)
            totals = inner.narrow(-1, CUMSUM_BLOCK - 1, 1).squeeze(-1)  # (.., blocks)
            before = totals._cumsum().pad((1, -1))
            return (inner + before.unsqueeze(-1)).flatten(-2).narrow(-1, 0, n)
        spread = self.unsqueeze(-1).expand(*self.shape, n)  # (.., n, k)
        # out[i, k] = x[i - k], 0 where that is before the first
        window = ir.shear(spread.node, self.ndim - 1, self.ndim, -1, n)
        return self._with(window)._reduce(Op.ADD, (self.ndim,), keepdim=False)


def _total_dtype(dtype: DType) -> DType:
    """The dtype of a sum: PyTorch's. Floats keep theirs."""
    if dtype.is_float or dtype is dtypes.uint64:
        return dtype
    return dtypes.int64

"""Reductions: sums, extremes, statistics, softmax. float16 and bfloat16 accumulate in float32."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import smelt.ir.node as ir
from smelt.dtype import DType, Scalar, dtypes, to_dtype
from smelt.ir.node import Dim
from smelt.ir.op import Op
from smelt.tensor.activations import Activations
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import HALVES, Axes, DTypeLike
from smelt.util.errors import ArgumentError, ShapeError

# Running results look back over so many elements at once; axes of twice as many go by blocks.
SCAN_BLOCK = 16


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

    def aminmax(
        self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None
    ) -> tuple[Self, Self]:
        """The smallest and the largest value.

        >>> [t.item() for t in Tensor([2, 1, 3]).aminmax()]
        [1, 3]
        """
        axes = self._axes("aminmax", axis, dim)
        return self.min(axes, keepdim), self.max(axes, keepdim)

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

    def count_nonzero(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """How many elements are not 0, int64.

        >>> Tensor([[0, 1], [2, 3]]).count_nonzero(axis=1).tolist()
        [1, 2]
        """
        return self.bool().sum(self._axes("count_nonzero", axis, dim), keepdim)

    def nansum(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        dtype: DTypeLike | None = None,
        *,
        dim: Axes = None,
    ) -> Self:
        """The sum of what is not NaN.

        >>> Tensor([1.0, float("nan"), 2.0]).nansum().item()
        3.0
        """
        return self._without_nan().sum(self._axes("nansum", axis, dim), keepdim, dtype)

    def _without_nan(self) -> Self:
        return self.isnan().where(0, self)

    # ---- statistics ---------------------------------------------------------------------------

    def _count(self, axes: tuple[int, ...]) -> Self:
        """How many elements `axes` have together, as a float scalar."""
        count: ir.Dim = 1
        for a in axes:
            count = ir.dim_mul(count, self.node.shape[a])
        if isinstance(count, int):
            return self._make(ir.const(count, self.dtype))
        return self._make(ir.cast(count, self.dtype), self.bindings)

    def mean(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        dtype: DTypeLike | None = None,
        *,
        dim: Axes = None,
    ) -> Self:
        """The sum divided by the number of elements.

        >>> Tensor([[1, 2], [3, 5]]).mean(axis=1).tolist()
        [1.5, 4.0]
        """
        x = self if dtype is None else self.cast(dtype)
        return x._mean(self._axes("mean", axis, dim), keepdim)

    @wide
    def _mean(self, axes: tuple[int, ...], keepdim: bool) -> Self:
        # Divided before the axes go, so that `x - x.mean(keepdim=True)` beside it has the same one.
        mean = self._reduce(Op.ADD, axes, True) / self._count(axes)
        return mean if keepdim else mean.squeeze(axes)

    @wide
    def nanmean(self, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None) -> Self:
        """The mean of what is not NaN.

        >>> Tensor([1.0, float("nan"), 2.0]).nanmean().item()
        1.5
        """
        axes = self._axes("nanmean", axis, dim)
        count = self.eq(self).cast(self.dtype)._reduce(Op.ADD, axes, keepdim)
        return self._without_nan()._reduce(Op.ADD, axes, keepdim) / count

    @wide
    def var(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
        unbiased: bool | None = None,
    ) -> Self:
        """The variance: squared distances from the mean, over the number of elements - correction.

        `unbiased`, if given, is a correction of 1 (True) or 0.

        >>> Tensor([1.0, 2.0, 3.0]).var().tolist()
        1.0
        """
        axes = self._axes("var", axis, dim)
        # Twice over the data: sum(x*x) - sum(x)**2 would cancel.
        distance = self - self.mean(axes, keepdim=True)
        taken = correction if unbiased is None else int(unbiased)
        freedom = (self._count(axes) - taken).maximum(0)
        return (distance * distance)._reduce(Op.ADD, axes, keepdim) / freedom

    @wide
    def std(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
        unbiased: bool | None = None,
    ) -> Self:
        """The square root of the variance, with slope 0 where that is 0.

        >>> Tensor([1.0, 2.0, 3.0]).std().tolist()
        1.0
        """
        axes = self._axes("std", axis, dim)
        return self.var(axes, keepdim, correction, unbiased=unbiased)._flat_root()

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
        unbiased: bool | None = None,
    ) -> tuple[Self, Self]:
        """The variance and the mean.

        >>> [t.item() for t in Tensor([1.0, 2.0, 3.0]).var_mean()]
        [1.0, 2.0]
        """
        axes = self._axes("var_mean", axis, dim)
        variance = self.var(axes, keepdim, correction, unbiased=unbiased)
        return variance, self.mean(axes, keepdim)

    def std_mean(
        self,
        axis: Axes = None,
        keepdim: bool = False,
        correction: float = 1,
        *,
        dim: Axes = None,
        unbiased: bool | None = None,
    ) -> tuple[Self, Self]:
        """The standard deviation and the mean.

        >>> [t.item() for t in Tensor([1.0, 2.0, 3.0]).std_mean()]
        [1.0, 2.0]
        """
        axes = self._axes("std_mean", axis, dim)
        deviation = self.std(axes, keepdim, correction, unbiased=unbiased)
        return deviation, self.mean(axes, keepdim)

    @wide
    def norm(
        self, p: float | str = 2, axis: Axes = None, keepdim: bool = False, *, dim: Axes = None
    ) -> Self:
        """(sum |x|**p) ** (1/p); p = inf is the largest |x|, p = 0 how many are not 0, "fro" is 2.

        >>> Tensor([3.0, -4.0]).norm().tolist()
        5.0
        """
        axes = self._axes("norm", axis, dim)
        if isinstance(p, str) and p != "fro":
            raise ArgumentError("norm", f"p={p!r}", 'a number or "fro"', "matrix_norm has others")
        if isinstance(p, str) or p == 2:
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
        column = self._column(along, counter)
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

    def softmax(
        self, axis: int = -1, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """exp(x) / sum(exp(x)) along axis, computed in `dtype` if given.

        >>> Tensor([0.0, 1.0]).softmax()
        Tensor([0.2689, 0.7311], dtype=float32, device=CPU)
        """
        x = self if dtype is None else self.cast(dtype)
        return x._softmax(axis if dim is None else dim)

    @wide
    def _softmax(self, axis: int) -> Self:
        shifted, axes = self._shifted(axis)
        power = shifted.exp()
        # one division for a row: dividing each element takes as long as computing its power
        return power * power._reduce(Op.ADD, axes, keepdim=True).reciprocal()

    def softmin(
        self, axis: int = -1, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """softmax(-x).

        >>> Tensor([0.0, 1.0]).softmin()
        Tensor([0.7311, 0.2689], dtype=float32, device=CPU)
        """
        x = self._floating() if dtype is None else self.cast(dtype)
        return (-x).softmax(axis, dim=dim)

    def log_softmax(
        self, axis: int = -1, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """log(softmax(x)), computed as x - log(sum(exp(x))), in `dtype` if given.

        >>> Tensor([0.0, 1.0]).log_softmax()
        Tensor([-1.3133, -0.3133], dtype=float32, device=CPU)
        """
        x = self if dtype is None else self.cast(dtype)
        return x._log_softmax(axis if dim is None else dim)

    @wide
    def _log_softmax(self, axis: int) -> Self:
        shifted, axes = self._shifted(axis)
        return shifted - shifted.exp()._reduce(Op.ADD, axes, keepdim=True).log()

    def _shifted(self, axis: int) -> tuple[Self, tuple[int, ...]]:
        """x - max(x), of which exp does not overflow, and the axes as a tuple."""
        axes = self._axes("softmax", axis)
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
        return self._running_total("cumsum", Op.ADD, axis if dim is None else dim, dtype)

    def _running_total(self, operation: str, op: Op, axis: int, dtype: DTypeLike | None) -> Self:
        """A running sum or product: accumulated wide, given back in `dtype`, as `_total`."""
        wanted = _total_dtype(self.dtype) if dtype is None else to_dtype(dtype)
        x = self.cast(dtypes.float32 if wanted in HALVES else wanted)
        return x._scan(operation, op, axis).cast(wanted)

    def _scan(self, operation: str, op: Op, axis: int) -> Self:
        """x[0] op .. op x[i] along an axis, for ADD, MUL or MAX, in self's dtype."""
        along = self._axes(operation, axis)
        if not along:  # a scalar, which PyTorch lets have an axis 0
            return self
        (axis,) = along
        x, n = self, self.shape[axis]
        if not isinstance(n, int):  # what is added at the end changes nothing before it
            x = x._lengthened(axis, (0, ir.largest(self.node.shape[axis]) - n))
        return x._scanned(op, axis).narrow(axis, 0, n)

    def _scanned(self, op: Op, axis: int) -> Self:
        """`_scan` in each block, after the result of the blocks before it."""
        n = self._static("scan", axis)
        if n < 2 * SCAN_BLOCK:  # most of a second block would be empty
            return self._masked_prefixes(op, axis)
        x = self._in_blocks(SCAN_BLOCK, axis)  # (.., blocks, block, ..)
        totals = x._reduce(op, (axis + 1,), keepdim=False)._lengthened(axis, (0, -1))
        before = totals._scanned(op, axis)._lengthened(axis, (1, 0), ir.identity(op, self.dtype))
        joined = before.unsqueeze(axis + 1)._alu(op, x._masked_prefixes(op, axis + 1))
        return joined.flatten(axis, axis + 1).narrow(axis, 0, n)

    def _in_blocks(self, size: int, axis: int, value: Scalar = 0) -> Self:
        """An axis in blocks, the last of them filled up with `value`: (.., blocks, size, ..)."""
        n = self._static("blocks", axis)
        blocks = -(-n // size)
        whole = self._lengthened(axis, (0, blocks * size - n), value)
        return whole.unflatten(axis, (blocks, size))

    def _lengthened(self, axis: int, by: Sequence[Any], value: Scalar = 0) -> Self:
        """With so many more elements before and after those along an axis."""
        return self.pad((*(0, 0) * (self.ndim - 1 - axis), *by), value=value)

    def _masked_prefixes(self, op: Op, axis: int) -> Self:
        """`_scan` as for each i the reduction of what is not behind it."""
        n = self._static("scan", axis)
        i = self._positions(n)
        seen = i.unsqueeze(0) <= i.unsqueeze(1)  # (n, n): of i, and of k <= i
        seen = seen.reshape(n, n, *[1] * (self.ndim - 1 - axis))
        values = seen.where(self.unsqueeze(axis), ir.identity(op, self.dtype))  # (.., i, k, ..)
        return values._reduce(op, (axis + 1,), keepdim=False)

    def _column(self, axis: int, dtype: DType) -> Self:
        """0, 1 .. along an axis of self; the other axes have size 1."""
        counter = self._positions(self.node.shape[axis], dtype)
        return counter.reshape([-1 if i == axis else 1 for i in range(self.ndim)])

    def _positions(self, n: Dim, dtype: DType = dtypes.index) -> Self:
        """0, 1 .. n-1."""
        return self._make(ir.iota(n, dtype), self.bindings)


def _total_dtype(dtype: DType) -> DType:
    """The dtype of a sum: PyTorch's. Floats keep theirs."""
    if dtype.is_float or dtype is dtypes.uint64:
        return dtype
    return dtypes.int64

"""Running results along an axis: cumprod, cummax and the like. cumsum is among the reductions."""

from __future__ import annotations

from typing import Self

from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import DTypeLike
from smelt.tensor.random import Random
from smelt.tensor.reductions import SCAN_BLOCK
from smelt.util.errors import ArgumentError


class Scans(Random):
    """Running results along an axis, in a few kernels and O(n) work.

    The axis goes by blocks: each element looks at what is before it in its block, and takes the
    result of all blocks before from a scan of the blocks' results. The order of the operations
    depends on the length alone.
    """

    def cumprod(
        self, axis: int = 0, dtype: DTypeLike | None = None, *, dim: int | None = None
    ) -> Self:
        """out[i] = x[0] * .. * x[i] along axis; of integers and bools in int64.

        >>> Tensor([1, 2, 3]).cumprod().tolist()
        [1, 2, 6]
        """
        return self._running_total("cumprod", Op.MUL, axis if dim is None else dim, dtype)

    def cummax(self, axis: int = 0, *, dim: int | None = None) -> tuple[Self, Self]:
        """The largest of x[0] .. x[i] along axis, and where it is: the last of equal ones.

        From the first NaN on it is NaN.

        >>> values, indices = Tensor([1, 3, 2]).cummax()
        >>> values.tolist(), indices.tolist()
        ([1, 3, 3], [0, 1, 1])
        """
        axis = axis if dim is None else dim
        largest = self._detached()._scan("cummax", Op.MAX, axis)
        if self.ndim == 0:
            return self, self.full_like(0, dtypes.index)
        along = self._axis("cummax", axis)
        counter = dtypes.int32 if self._static("cummax", along) < dtypes.int32.max else dtypes.index
        column = self._column(along, counter)
        found = (self._detached().eq(largest) | self.isnan()).where(column, 0)
        indices = found._scan("cummax", Op.MAX, along).cast(dtypes.index)
        # The gradient goes to the one element that the value is of.
        return (self.gather(along, indices) if self.requires_grad else largest), indices

    def cummin(self, axis: int = 0, *, dim: int | None = None) -> tuple[Self, Self]:
        """The smallest of x[0] .. x[i] along axis, and where it is: the last of equal ones.

        From the first NaN on it is NaN.

        >>> values, indices = Tensor([2, 3, 1]).cummin()
        >>> values.tolist(), indices.tolist()
        ([2, 2, 1], [0, 0, 2])
        """
        values, indices = self._mirrored().cummax(axis, dim=dim)
        return values._mirrored(), indices

    @wide
    def logcumsumexp(self, axis: int = 0, *, dim: int | None = None) -> Self:
        """out[i] = log(exp(x[0]) + .. + exp(x[i])) along axis, without overflow.

        >>> Tensor([0.0, 0.0]).logcumsumexp()
        Tensor([0.    , 0.6931], dtype=float32, device=CPU)
        """
        along = self._axes("logcumsumexp", axis if dim is None else dim)
        if not along:
            return self
        self._static("logcumsumexp", along[0])
        return self.movedim(along[0], -1)._log_scanned().movedim(-1, along[0])

    def _log_scanned(self) -> Self:
        """logcumsumexp along the last axis, by blocks as `_scanned`."""
        n = self._static("logcumsumexp", self.ndim - 1)
        if n <= SCAN_BLOCK:
            i = self._positions(n)
            seen = i.unsqueeze(0) <= i.unsqueeze(1)  # (n, n): of i, and of k <= i
            return seen.where(self.unsqueeze(-2), self.dtype.min).logsumexp(-1)
        x = self._in_blocks(SCAN_BLOCK, self.ndim - 1, self.dtype.min)  # (.., blocks, block)
        before = x.logsumexp(-1)[..., :-1]._log_scanned()  # (.., blocks - 1)
        before = before.pad((1, 0), value=self.dtype.min).unsqueeze(-1)
        inner = x._log_scanned()  # (.., blocks, block)
        return before.expand(*inner.shape).stack(inner).logsumexp(0).flatten(-2).narrow(-1, 0, n)

    def diff(self, n: int = 1, dim: int = -1) -> Self:
        """out[i] = x[i + 1] - x[i] along dim, n times. Of bools, whether they differ.

        >>> Tensor([1, 4, 9]).diff().tolist()
        [3, 5]
        """
        axis = self._axis("diff", dim)
        if n < 0:
            raise ArgumentError("diff", f"n={n}", "0 or more")
        result = self
        for _ in range(n):
            size = max(result._static("diff", axis) - 1, 0)
            pair = result.narrow(axis, int(size > 0), size), result.narrow(axis, 0, size)
            result = pair[0].ne(pair[1]) if self.dtype.is_bool else pair[0] - pair[1]
        return result

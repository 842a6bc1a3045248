"""What follows from order: unique values, binary search, histograms, quantiles, random choice."""

from __future__ import annotations

import math
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import HALVES, Base, DTypeLike, Operand, as_node, as_operand, common_dtype
from smelt.tensor.ordering import Ordering
from smelt.util.errors import ArgumentError, CaptureError, ShapeError, TransformError

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


class Sorting(Ordering):
    """What follows from order: unique values, binary search, histograms, quantiles, choice."""

    # ---- unique values ------------------------------------------------------------------------

    def unique(
        self,
        sorted: bool = True,
        return_inverse: bool = False,
        return_counts: bool = False,
        dim: int | None = None,
        *,
        size: int | None = None,
    ) -> Self | tuple[Self, ...]:
        """Each value once, in order; with `dim` each of the parts along that axis.

        `return_inverse` adds for each element where its value is, `return_counts` how many there
        are of each. Every NaN is a value of its own. How many values there are is read at once,
        or is `size`: what is beyond is left out, what is missing is 0.

        >>> Tensor([3, 1, 3]).unique().tolist()
        [1, 3]
        """
        ids = self._identities("unique", dim)
        order = ids.argsort(0)
        ids = ids.gather(0, order)
        return self._first_of_runs(ids, order, dim, return_inverse, return_counts, size)

    def unique_consecutive(
        self, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
    ) -> Self | tuple[Self, ...]:
        """The values without those that equal the one before, as `unique` otherwise.

        >>> Tensor([1, 1, 3, 1]).unique_consecutive().tolist()
        [1, 3, 1]
        """
        ids = self._identities("unique_consecutive", dim)
        order = self._positions(ids.node.shape[0])
        return self._first_of_runs(ids, order, dim, return_inverse, return_counts, None)

    def _identities(self, operation: str, dim: int | None) -> Self:
        """A vector: its elements, or numbers that are equal where the parts along an axis are."""
        x = self._detached()
        if dim is None:
            return x.flatten()
        x = x.movedim(self._axis(operation, dim), 0)
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))._row_numbers()

    def _first_of_runs(
        self,
        ids: Self,
        order: Self,
        dim: int | None,
        return_inverse: bool,
        return_counts: bool,
        size: int | None,
    ) -> Self | tuple[Self, ...]:
        """The result of `unique`: of each run of equal `ids` the element that `order` tells."""
        n = ids._static("unique", 0)
        numbers = ids[1:].ne(ids[:-1]).pad((min(n, 1), 0)).cast(dtypes.index).cumsum()
        filled = size is not None and n > 0
        if size is None:
            known = numbers.stack(order)  # computed once, for its last number and for what follows
            size = int(known._read("unique")[0, -1]) + 1 if n else 0
            numbers, order = known[0], known[1]
        begins = numbers[1:].ne(numbers[:-1]).pad((min(n, 1), 0), value=1)
        taken = order._placed_at(begins.where(numbers, size), size)
        axis = 0 if dim is None else self._axis("unique", dim)
        values = (self.flatten() if dim is None else self).index_select(axis, taken)
        if filled:
            present = values._column(axis, dtypes.index) <= numbers.max()
            values = present.where(values, values.zeros_like())
        results = [values]
        if return_inverse:
            inverse = numbers._placed_at(order, n)
            results.append(inverse.reshape(*self.shape) if dim is None else inverse)
        if return_counts:
            results.append(numbers.full_like(1)._tallied(numbers, size))
        return results[0] if len(results) == 1 else tuple(results)

    def _placed_at(self, places: Self, size: int) -> Self:
        """A vector's elements at their places in one of `size`, 0 where there is none."""
        return self.unsqueeze(0)._placed(places.unsqueeze(0), size).squeeze(0)

    def _row_numbers(self) -> Self:
        """For each row of (n, m) the rank of it among the different rows, in their order: (n,).

        Columns become numbers from 0 to n-1, two neighbours of those one, and so on.
        """
        n, m = (self._static("unique", i) for i in (0, 1))
        if m == 0 or n == 0:
            return self._make(ir.const(0, dtypes.index, (n,)))
        ranks = self._dense_ranks()
        while m > 1:
            pairs = ranks.pad((0, m % 2)).unflatten(1, (-1, 2))  # (n, pairs, 2)
            m = -(-m // 2)
            ranks = (pairs[:, :, 0] * n + pairs[:, :, 1])._dense_ranks()
        return ranks.squeeze(1)

    def _dense_ranks(self) -> Self:
        """For each element of (n, m) how many different values of its column are below it."""
        order = self.argsort(0).T  # (m, n)
        ordered = self._detached().T.gather(1, order)
        ranks = ordered[:, 1:].ne(ordered[:, :-1]).pad((1, 0)).cast(dtypes.index).cumsum(1)
        return ranks._placed(order, self._static("unique", 0)).T

    # ---- binary search ------------------------------------------------------------------------

    def searchsorted(
        self,
        values: Operand,
        right: bool = False,
        *,
        side: str | None = None,
        sorter: Self | None = None,
        out_int32: bool = False,
    ) -> Self:
        """Where `values` would go into self, which is sorted along its last axis (int64).

        Before the elements equal to them, or behind (`right`, or side="right"). self has one axis,
        or all but the last like `values`. `sorter` is what argsort gives if self is not sorted.

        >>> Tensor([1, 3, 5]).searchsorted(Tensor([3, 4])).tolist()
        [1, 2]
        """
        if side not in (None, "left", "right"):
            raise ArgumentError("searchsorted", f"side={side!r}", '"left" or "right"')
        given = as_operand("searchsorted", values)
        dtype = common_dtype([self, given])
        shape = given.node.shape if isinstance(given, Base) else ()
        wanted = self._make(as_node("searchsorted", given, dtype, shape), self.bindings)
        n = self._static("searchsorted", self.ndim - 1) if self.ndim else -1
        batch = self.node.shape[:-1]
        if n < 0 or (batch and batch != wanted.node.shape[:-1]):
            raise ShapeError(
                "searchsorted", f"{self.shape} and {wanted.shape}",
                "a sorted vector, or shapes that differ along the last axis alone",
            )  # fmt: skip
        rows = self._positions(ir.numel(batch)).reshape(*self.shape[:-1], *[1] * (wanted.ndim > 0))
        start = wanted.full_like(0, dtypes.index) + rows * n
        table = self.cast(dtype).flatten()
        behind = right if side is None else side == "right"
        index = None if sorter is None else sorter.flatten()
        found = wanted._searched(table, index, start, n, behind)
        return found.int() if out_int32 else found

    def bucketize(self, boundaries: Self, right: bool = False, *, out_int32: bool = False) -> Self:
        """How many of the sorted `boundaries` are below each element, or equal to it (`right`).

        >>> Tensor([0, 3, 9]).bucketize(Tensor([1, 3, 5])).tolist()
        [0, 1, 3]
        """
        return boundaries.searchsorted(self, right, out_int32=out_int32)

    def _searched(
        self, table: Self, sorter: Self | None, start: Self, n: int, behind: bool
    ) -> Self:
        """How many of table[start : start + n], which is sorted, come before each element.

        One bit of the answer after the other, the highest first.
        """
        found = self.full_like(0, dtypes.index)
        for bit in reversed(range(n.bit_length())):
            probe = found + (1 << bit)
            inside = probe <= n
            position = start + probe - 1
            if sorter is not None:
                position = start + sorter._entries_at(position, inside)
            entry = table._entries_at(position, inside)
            passed = (entry > self if behind else entry >= self).logical_not()
            found = (inside & passed).where(probe, found)
        return found

    def _entries_at(self, positions: Self, valid: Self) -> Self:
        """self[positions] of a vector, 0 where not `valid`."""
        return self._make(ir.load(self.node, positions.node, valid.node), positions.bindings)

    # ---- histograms -----------------------------------------------------------------------------

    def bincount(
        self, weights: Self | None = None, minlength: int = 0, *, size: int | None = None
    ) -> Self:
        """How often each integer from 0 to the largest is in a vector, or their `weights` added up.

        The largest is read at once unless `size`, the length of the result, is given: integers
        beyond are left out then. Where nothing can be read, in a captured step or in vmap,
        `minlength` is the length, and an integer beyond raises OutOfRangeError where it is
        computed, as a negative one does anywhere.

        >>> Tensor([1, 3, 1]).bincount().tolist()
        [0, 2, 0, 1]
        """
        if self.ndim != 1 or not self.dtype.is_int:
            raise ShapeError("bincount", f"{self.dtype.name} of {self.shape}", "a vector of ints")
        if weights is not None and weights.node.shape != self.node.shape:
            raise ShapeError("bincount", f"weights {weights.shape}", f"self's shape {self.shape}")
        if minlength < 0:
            raise ArgumentError("bincount", f"minlength={minlength}", "a number from 0 up")
        leaves_out = size is not None
        if size is None:
            size = minlength if not self._static("bincount", 0) else self._span(minlength)
        if weights is None:
            return self.full_like(1, dtypes.index)._tallied(self, size, leaves_out)
        single = weights.dtype is dtypes.float32
        return (weights if single else weights.double())._tallied(self, size, leaves_out)

    def _span(self, minlength: int) -> int:
        """The largest element + 1, at least minlength; minlength where nothing can be read."""
        try:
            return max(minlength, int(self.max()._read("bincount")) + 1)
        except (CaptureError, TransformError):
            if not minlength:
                raise
            return minlength

    def histc(self, bins: int = 100, min: float = 0, max: float = 0) -> Self:
        """How many elements are in each of `bins` equal parts of [min, max], as floats.

        From the smallest to the largest element if min and max are equal. What is outside, or
        NaN, is not counted.

        >>> Tensor([1.0, 2.0, 1.0]).histc(bins=4, min=0, max=3).tolist()
        [0.0, 2.0, 1.0, 0.0]
        """
        if bins < 1 or min > max:
            raise ArgumentError(
                "histc", f"bins={bins}, min={min}, max={max}", "bins > 0, min <= max"
            )
        x = self._floating().flatten()
        if 0 in x.node.shape:
            return x.full((bins,), 0.0, dtype=x.dtype)
        low, high = x.full_like(min)[:1], x.full_like(max)[:1]
        if min == max:
            low, high = x.min(keepdim=True), x.max(keepdim=True)
            flat = low.eq(high)
            low, high = low - flat, high + flat
        place = ((x - low) * (bins / (high - low))).cast(dtypes.index).minimum(bins - 1)
        inside = (x >= low) & (x <= high)
        return x.full_like(1)._tallied(inside.where(place, bins), bins)

    def _tallied(self, places: Self, size: int, leaves_out: bool = True) -> Self:
        """A vector's elements added up at their places in one of `size`.

        Those beyond are left out, or raise OutOfRangeError.
        """
        at = places.cast(dtypes.index)
        base = ir.const(0, self.dtype, (size,))
        valid = (at < size).node if leaves_out else None
        stored = ir.store(base, at.node, self.node, valid, "add")
        return self._with(stored, places)

    # ---- quantiles ----------------------------------------------------------------------------

    def median(
        self, axis: int | None = None, keepdim: bool = False, *, dim: int | None = None
    ) -> Self | tuple[Self, Self]:
        """The middle value, the lower of two; with an axis also where it is. NaN if any is.

        >>> Tensor([3, 1, 2, 4]).median().item()
        2
        """
        return self._middle("median", axis if dim is None else dim, keepdim, skip_nan=False)

    def nanmedian(
        self, axis: int | None = None, keepdim: bool = False, *, dim: int | None = None
    ) -> Self | tuple[Self, Self]:
        """`median` of what is not NaN.

        >>> Tensor([3.0, 1.0, float("nan")]).nanmedian().item()
        1.0
        """
        return self._middle("nanmedian", axis if dim is None else dim, keepdim, skip_nan=True)

    def _middle(
        self, operation: str, axis: int | None, keepdim: bool, skip_nan: bool
    ) -> Self | tuple[Self, Self]:
        if axis is None or self.ndim == 0:
            flat = self.flatten()._middle(operation, 0, False, skip_nan)
            return flat[0] if axis is None else (flat[0], flat[1])
        along = self._axis(operation, axis)
        self._check_not_empty(operation, (along,))
        n = self._static(operation, along)
        numbers = self.eq(self).sum(along, keepdim=True)  # NaNs come after them
        middle = (numbers - 1).maximum(0) // 2
        if not skip_nan:
            middle = numbers.eq(n).where(middle, numbers)
        index = self._index_of_rank(operation, along, middle)
        value = self.gather(along, index)
        return (value, index) if keepdim else (value.squeeze(along), index.squeeze(along))

    def quantile(
        self,
        q: float | Self,
        axis: int | None = None,
        keepdim: bool = False,
        *,
        dim: int | None = None,
        interpolation: str = "linear",
    ) -> Self:
        """The value below which the share q of the elements is, between the two next to that.

        `q` from 0 to 1, or a vector of such, which becomes the first axis of the result.
        interpolation is "linear", "lower", "higher", "midpoint" or "nearest". NaN if any is.

        >>> Tensor([1.0, 2.0, 4.0]).quantile(0.75).item()
        3.0
        """
        axis = axis if dim is None else dim
        return self._quantiles("quantile", q, axis, keepdim, interpolation, skip_nan=False)

    def nanquantile(
        self,
        q: float | Self,
        axis: int | None = None,
        keepdim: bool = False,
        *,
        dim: int | None = None,
        interpolation: str = "linear",
    ) -> Self:
        """`quantile` of what is not NaN.

        >>> Tensor([1.0, 2.0, float("nan")]).nanquantile(0.5).item()
        1.5
        """
        axis = axis if dim is None else dim
        return self._quantiles("nanquantile", q, axis, keepdim, interpolation, skip_nan=True)

    @wide
    def _quantiles(
        self,
        operation: str,
        q: float | Self,
        axis: int | None,
        keepdim: bool,
        interpolation: str,
        skip_nan: bool,
    ) -> Self:
        if interpolation not in INTERPOLATIONS:
            raise ArgumentError(operation, repr(interpolation), f"one of {INTERPOLATIONS}")
        if isinstance(q, float | int) and not 0 <= q <= 1:
            raise ArgumentError(operation, f"q={q}", "a number from 0 to 1")
        shares = (
            q.cast(self.dtype) if isinstance(q, Sorting) else self.full((), q, dtype=self.dtype)
        )
        flat = axis is None or self.ndim == 0
        x = self.flatten() if flat else self.movedim(self._axis(operation, axis or 0), -1)
        self._check_not_empty(operation, (self.ndim - 1,) if self.ndim else ())
        n = x._static(operation, x.ndim - 1)
        ordered = x.sort(-1)[0]  # (.., n)
        numbers = x.eq(x).sum(-1, keepdim=True)  # NaNs come after them
        place = (numbers - 1).maximum(0).cast(x.dtype) * shares.flatten()  # (.., q)
        if interpolation in ("lower", "higher", "nearest"):
            rounding = {"lower": place.floor, "higher": place.ceil, "nearest": place.round}
            result = ordered.gather(-1, rounding[interpolation]().cast(dtypes.index))
        else:
            below = place.floor()
            weight = 0.5 if interpolation == "midpoint" else place - below
            low = ordered.gather(-1, below.cast(dtypes.index))
            high = ordered.gather(-1, place.ceil().cast(dtypes.index))
            result = low.lerp(high, weight)
        if not skip_nan:
            result = numbers.eq(n).where(result, float("nan"))
        if keepdim and self.ndim:
            kept = [1] * self.ndim if flat else []
            result = result.reshape(*kept, -1) if flat else result.unsqueeze(-2)
            result = result if flat else result.movedim(-2, self._axis(operation, axis or 0))
        return result.movedim(-1, 0) if shares.ndim else result.squeeze(-1)

    # ---- random choice --------------------------------------------------------------------------

    def multinomial(self, num_samples: int = 1, replacement: bool = False) -> Self:
        """Positions drawn with probabilities proportional to self, a vector or rows of a matrix.

        Without `replacement` no position twice; those of weight 0 come after all others then.

        >>> Tensor([0.0, 1.0]).multinomial(3, replacement=True).tolist()
        [1, 1, 1]
        """
        n = self._static("multinomial", self.ndim - 1) if self.ndim in (1, 2) else 0
        if n == 0:
            raise ShapeError("multinomial", str(self.shape), "a vector or matrix of weights")
        if num_samples < 1 or (num_samples > n and not replacement):
            raise ArgumentError(
                "multinomial", f"{num_samples} samples of {n}", "between 1 and that many",
                "draw with replacement=True",
            )  # fmt: skip
        weights = self._detached()._floating()
        weights = weights.float() if weights.dtype in HALVES else weights
        if not replacement:
            # The first of races whose times are exponential, each of its weight's rate.
            time = -(1.0 - weights.rand_like()).log()
            speed = (weights > 0).where(weights / time, -1.0)
            return speed.topk(num_samples)[1]
        share = weights.double().cumsum(-1)  # (.., n)
        drawn = self.rand(*self.shape[:-1], num_samples, dtype=dtypes.float64, device=self.device)
        found = share.searchsorted(drawn * share[..., -1:], right=True).minimum(n - 1)
        # Rounding may leave a crack for a weight of 0: the one before it is meant.
        column = (weights > 0).where(self._column(self.ndim - 1, dtypes.index), 0)
        return column._scan("multinomial", Op.MAX, -1).gather(-1, found)

    @classmethod
    def randperm(
        cls, n: int, *, dtype: DTypeLike = dtypes.default_int, device: str | None = None
    ) -> Self:
        """The integers from 0 to n-1 in random order.

        >>> sorted(Tensor.randperm(4).tolist())
        [0, 1, 2, 3]
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 0:
            raise ArgumentError("randperm", f"n={n}", "a number from 0 up")
        word, _ = cls._words((n,), device)
        return cls._make(word).argsort(0).cast(dtype)

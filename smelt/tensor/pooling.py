"""Maxima and means over windows."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias, overload

import smelt.ir.node as ir
from smelt.dtype import Scalar
from smelt.ir.op import Op
from smelt.tensor.arithmetic import wide
from smelt.tensor.convolution import Convolution, Numbers, each_axis, paddings
from smelt.tensor.linear import wide_dtype
from smelt.util.errors import ArgumentError, ShapeError

Sizes: TypeAlias = int | Sequence[int | None]


def _over(n: int, method: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
    """A pooling of 2 axes as one of n; `place` is where its sizes stand among the arguments.

    What follows the stride goes by name: PyTorch's order of it differs from that of `method`.
    """
    name = method.__name__.replace("2", str(n))

    def pooled(self: Pooling, *args: Any, **options: Any) -> Any:
        if len(args) > place + 2:
            raise ArgumentError(name, f"{len(args)} arguments", "those after the stride by name")
        given = list(args)
        if len(given) > place:
            given[place] = _sizes(given[place], n)
        for key in {"kernel_size", "output_size"} & options.keys():
            options[key] = None if options[key] is None else _sizes(options[key], n)
        return method(self, *given, **options)

    functools.update_wrapper(pooled, method)  # it has the same arguments
    pooled.__name__ = pooled.__qualname__ = name
    pooled.__doc__ = f"`{method.__name__}` over {n} axes."
    return pooled


class Pooling(Convolution):
    """Maxima and means over windows of the last axes."""

    @overload
    def max_pool2d(
        self, kernel_size: Numbers = ..., stride: Numbers | None = ..., dilation: Numbers = ...,
        padding: Numbers | str = ..., ceil_mode: bool = ..., return_indices: Literal[False] = ...,
    ) -> Self: ...  # fmt: skip

    @overload
    def max_pool2d(
        self, kernel_size: Numbers = ..., stride: Numbers | None = ..., dilation: Numbers = ...,
        padding: Numbers | str = ..., ceil_mode: bool = ..., *, return_indices: Literal[True],
    ) -> tuple[Self, Self]: ...  # fmt: skip

    def max_pool2d(
        self,
        kernel_size: Numbers = (2, 2),
        stride: Numbers | None = None,
        dilation: Numbers = 1,
        padding: Numbers | str = 0,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Self | tuple[Self, Self]:
        """The largest of each window over the last axes; stride is the window's size unless given.

        `ceil_mode` also has the windows that start inside and end outside. `return_indices` gives
        also where each was in its image, flattened: the first of equal ones. That one alone gets
        the gradient.

        >>> Tensor.arange(4).reshape(1, 1, 2, 2).max_pool2d().tolist()
        [[[[3]]]]
        """
        pool = self._pool(kernel_size, stride, dilation, padding, ceil_mode)
        windows = self._pooled(pool, self.dtype.min, self.dtype.min)
        if not return_indices and not self.requires_grad:
            return windows._reduce(Op.MAX, tuple(range(self.ndim, windows.ndim)), keepdim=False)
        count, places = self._numbered(len(pool.kernel))
        pair = windows._maxima(self.ndim, places._pooled(pool, count, count))
        return pair if return_indices else pair[0]

    def _maxima(self, ndim: int, places: Self) -> tuple[Self, Self]:
        """Of windows, which are the axes from `ndim` on, the largest elements and their places.

        Of equal ones it is the first, to which alone the gradient goes, as PyTorch has it.
        """
        axes = tuple(range(ndim, self.ndim))
        found = self.eq(self._reduce(Op.MAX, axes, keepdim=True)) | self.isnan()
        first = found.where(places, places.dtype.max).min(axes, keepdim=True)
        largest = places.eq(first).where(self, 0)._reduce(Op.ADD, axes, keepdim=False)
        return largest, first.squeeze(axes)

    def _numbered(self, n: int) -> tuple[int, Self]:
        """How many elements the last n axes have, and the position of each, flattened."""
        sizes = [self._static("pool", a) for a in range(self.ndim - n, self.ndim)]
        count = math.prod(sizes)
        return count, self._make(ir.iota(count)).reshape(sizes)

    def max_unpool2d(
        self,
        indices: Self,
        kernel_size: Numbers = (2, 2),
        stride: Numbers | None = None,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        output_size: Sequence[int] | None = None,
    ) -> Self:
        """Zeros, with each element at the place that max_pool2d's indices name.

        The images are as large as the windows need, or have `output_size` in their last axes.

        >>> x = Tensor([[[[1.0, 5.0], [2.0, 3.0]]]])
        >>> x.max_unpool2d(x.max_pool2d(1, return_indices=True)[1], 1).tolist()
        [[[[1.0, 5.0], [2.0, 3.0]]]]
        """
        kernel = _sizes(kernel_size, 2)
        n = len(kernel)
        if self.ndim < n or indices.node.shape != self.node.shape:
            raise ShapeError("max_unpool", f"indices {indices.shape}", f"those of {self.shape}")
        steps = kernel if stride is None else each_axis("stride", stride, n)
        gaps, pads = each_axis("dilation", dilation, n), each_axis("padding", padding, n)
        first = self.ndim - n
        sizes = [
            (self._static("max_unpool", first + i) - 1) * steps[i] - 2 * pads[i]
            + gaps[i] * (kernel[i] - 1) + 1
            for i in range(n)
        ]  # fmt: skip
        sizes = sizes if output_size is None else list(output_size)[-n:]
        before = self.shape[:first]
        zeros = self._make(ir.const(0, self.dtype, (*self.node.shape[:first], math.prod(sizes))))
        flat = zeros.scatter(first, indices.flatten(first), self.flatten(first))
        return flat.reshape(*before, *sizes)

    def avg_pool2d(
        self,
        kernel_size: Numbers = (2, 2),
        stride: Numbers | None = None,
        dilation: Numbers = 1,
        padding: Numbers | str = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Self:
        """The mean of each window over the last axes; stride is the window's size unless given.

        `count_include_pad` counts the zeros of the padding as elements; `divisor_override` is what
        every sum is divided by.

        >>> Tensor.arange(4).reshape(1, 1, 2, 2).avg_pool2d().tolist()
        [[[[1.5]]]]
        """
        x = self._floating()
        pool = self._pool(kernel_size, stride, dilation, padding, ceil_mode)
        n = len(pool.kernel)
        windows = x.cast(wide_dtype(x.dtype))._pooled(pool, 0, 0)
        total = windows._reduce(Op.ADD, tuple(range(self.ndim, windows.ndim)), keepdim=False)
        if divisor_override is not None:
            return (total / divisor_override).cast(x.dtype)
        if not ceil_mode and (count_include_pad or not any(pool.padding)):
            return (total / math.prod(pool.kernel)).cast(x.dtype)
        ones = self._make(ir.const(1, total.dtype, self.node.shape[-n:]))
        counted = ones._pooled(pool, int(count_include_pad), 0)
        count = counted._reduce(Op.ADD, tuple(range(n, 2 * n)), keepdim=False)
        return (total / count).cast(x.dtype)

    def lp_pool2d(
        self,
        norm_type: float,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        ceil_mode: bool = False,
    ) -> Self:
        """(sum of x**p) ** (1/p) of each window over the last axes.

        >>> Tensor([[[[3.0, 4.0]]]]).lp_pool2d(2, (1, 2)).tolist()
        [[[[5.0]]]]
        """
        count = math.prod(_sizes(kernel_size, 2))
        mean = self.pow(norm_type).avg_pool2d(kernel_size, stride, ceil_mode=ceil_mode)
        return mean.mul(count).pow(1 / norm_type)

    # ---- as many windows as asked for ---------------------------------------------------------

    @wide
    def adaptive_avg_pool2d(self, output_size: Sizes) -> Self:
        """The means of `output_size` windows over the last axes, that together cover all of it.

        Window i of n is [floor(i * size / n), ceil((i + 1) * size / n)); None keeps an axis.

        >>> Tensor([[[1.0, 2.0, 3.0]]]).adaptive_avg_pool2d((1, 2)).tolist()
        [[[1.5, 2.5]]]
        """
        sizes = self._adaptive_sizes(output_size)
        kernel = self._equal_windows(sizes)
        if kernel is not None:
            return self.avg_pool2d(kernel)
        windows, inside = self._adaptive(sizes)
        axes = tuple(range(self.ndim, windows.ndim))
        count = inside.cast(self.dtype)._reduce(
            Op.ADD, tuple(range(len(sizes), inside.ndim)), False
        )
        return inside.where(windows, 0)._reduce(Op.ADD, axes, keepdim=False) / count

    def adaptive_max_pool2d(self, output_size: Sizes, return_indices: bool = False) -> Any:
        """The largest of each of the windows that adaptive_avg_pool2d has.

        With `return_indices` also where they were, as max_pool2d has it.

        >>> Tensor([[[1.0, 2.0, 3.0]]]).adaptive_max_pool2d((1, 2)).tolist()
        [[[2.0, 3.0]]]
        """
        sizes = self._adaptive_sizes(output_size)
        kernel = self._equal_windows(sizes)
        if kernel is not None:
            return self.max_pool2d(kernel, return_indices=return_indices)  # type: ignore[call-overload]
        windows, inside = self._adaptive(sizes)
        count, places = self._numbered(len(sizes))
        places = inside.where(places._adaptive(sizes)[0], count)
        pair = inside.where(windows, self.dtype.min)._maxima(self.ndim, places)
        return pair if return_indices else pair[0]

    def _adaptive_sizes(self, output_size: Sizes) -> list[int]:
        """Numbers of windows along the last axes."""
        wanted = _sizes(output_size, 2)
        n = len(wanted)
        if n > self.ndim or any(w is not None and w < 1 for w in wanted):
            raise ShapeError("adaptive_pool", f"{output_size} windows of {self.shape}", "from 1 up")
        sizes = [self._static("adaptive_pool", a) for a in range(self.ndim - n, self.ndim)]
        return [s if w is None else w for s, w in zip(sizes, wanted, strict=True)]

    def _equal_windows(self, counts: Sequence[int]) -> tuple[int, ...] | None:
        """The size of the windows, if they are equal and do not overlap."""
        sizes = [int(s) for s in self.shape[self.ndim - len(counts) :]]
        if any(s % c or not s for s, c in zip(sizes, counts, strict=True)):
            return None
        return tuple(s // c for s, c in zip(sizes, counts, strict=True))

    def _adaptive(self, counts: Sequence[int]) -> tuple[Self, Self]:
        """Windows (.., *counts, *kernel), and which of their elements (*counts, *kernel) count."""
        n = len(counts)
        key: list[Self] = []
        inside: Self | None = None
        for i, count in enumerate(counts):
            size = self._static("adaptive_pool", self.ndim - n + i)
            if not size:
                raise ShapeError("adaptive_pool", f"{self.shape}", "at least one element")
            window = self._make(ir.iota(count)).unsqueeze(1)
            start, end = window * size // count, ((window + 1) * size + count - 1) // count
            longest = max(-(-(w + 1) * size // count) - w * size // count for w in range(count))
            place = start + self._make(ir.iota(longest))  # (count, longest)
            column = [count if a == i else longest if a == n + i else 1 for a in range(2 * n)]
            key.append(place.minimum(size - 1).reshape(column))
            within = (place < end).reshape(column)
            inside = within if inside is None else inside & within
        assert inside is not None
        return self[(..., *key)], inside

    max_pool1d, max_pool3d = _over(1, max_pool2d), _over(3, max_pool2d)
    avg_pool1d, avg_pool3d = _over(1, avg_pool2d), _over(3, avg_pool2d)
    lp_pool1d, lp_pool3d = _over(1, lp_pool2d, 1), _over(3, lp_pool2d, 1)
    max_unpool1d, max_unpool3d = _over(1, max_unpool2d, 1), _over(3, max_unpool2d, 1)
    adaptive_avg_pool1d = _over(1, adaptive_avg_pool2d)
    adaptive_avg_pool3d = _over(3, adaptive_avg_pool2d)
    adaptive_max_pool1d = _over(1, adaptive_max_pool2d)
    adaptive_max_pool3d = _over(3, adaptive_max_pool2d)

    # ---- windows -------------------------------------------------------------------------------

    def _pool(
        self,
        kernel_size: Numbers,
        stride: Numbers | None,
        dilation: Numbers,
        padding: Numbers | str,
        ceil_mode: bool,
    ) -> Pool:
        """The windows that a pooling of self has, checked."""
        kernel = _sizes(kernel_size, 2)
        n = len(kernel)
        steps = kernel if stride is None else each_axis("stride", stride, n)
        gaps = each_axis("dilation", dilation, n)
        pairs = paddings(padding, kernel, steps, gaps)
        if (
            min(*kernel, *steps, *gaps) < 1
            or self.ndim < n
            or any(2 * max(pairs[-2 * i - 2 :][:2]) > kernel[i] for i in range(n))
        ):
            raise ShapeError(
                "pool",
                f"windows {kernel} (stride {steps}, dilation {gaps}), padding {padding}"
                f" on {self.shape}",
                f"positive numbers, at least {n} axes, and padding of at most half a window",
            )  # fmt: skip
        counts = []
        for i in range(n):
            size = self._static("pool", self.ndim - n + i)
            before, after = pairs[-2 * i - 2 :][:2]
            rest = size + before + after - gaps[i] * (kernel[i] - 1) - 1
            count = (-(-rest // steps[i]) if ceil_mode else rest // steps[i]) + 1
            # The last window has to start inside, or in the padding before.
            late = ceil_mode and (count - 1) * steps[i] >= size + before
            counts.append(count - late)
        return Pool(kernel, steps, gaps, pairs, tuple(counts))

    def _pooled(self, pool: Pool, around: Scalar, beyond: Scalar) -> Self:
        """Windows over the last axes: (.., out_1 .. out_n, kernel_1 .. kernel_n).

        The padding is `around`, and what a last window has outside of that is `beyond`.
        """
        n = len(pool.kernel)
        first = self.ndim - n
        x = self.pad(pool.padding, value=around)
        for i in range(n):
            axis = first + 2 * i
            k, step, gap, count = pool.kernel[i], pool.steps[i], pool.gaps[i], pool.counts[i]
            lack = (count - 1) * step + gap * (k - 1) + 1 - x._static("pool", axis)
            if lack > 0:
                x = x.pad([(0, lack) if a == axis else None for a in range(x.ndim)], value=beyond)
            x = x._windows("pool", axis, k, step, gap)
        order = [*range(first), *range(first, x.ndim, 2), *range(first + 1, x.ndim, 2)]
        return x.permute(order)


def _sizes(value: Any, n: int) -> tuple[Any, ...]:
    """A number for each of n axes, or as many as there are."""
    return (value,) * n if isinstance(value, int) else tuple(value)


@dataclass(frozen=True)
class Pool:
    """Windows along some axes, one entry each: size, stride, dilation, and how many there are."""

    kernel: tuple[int, ...]
    steps: tuple[int, ...]
    gaps: tuple[int, ...]
    padding: list[int]  # (before, after) from the last axis on
    counts: tuple[int, ...]

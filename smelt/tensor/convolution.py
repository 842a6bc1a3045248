"""Convolutions of any number of axes, their transposes, and the windows that they look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self, TypeAlias

import smelt.ir.node as ir
from smelt.dtype import promote, to_dtype
from smelt.ir.op import Op
from smelt.tensor.base import DTypeLike
from smelt.tensor.fourier import Fourier
from smelt.tensor.linear import wide_dtype
from smelt.util.errors import ArgumentError, ShapeError

Numbers: TypeAlias = int | Sequence[int]


class Convolution(Fourier):
    """Windows over the axes after batch and channels: (N, C, *sizes).

    A number for the windows (stride, dilation, padding) holds for each of these axes, or there is
    one for each. `padding` may also be (before, after) from the last axis on, or for a stride of 1
    "same", or "valid". What is named after 2 axes takes any number of them.
    """

    def conv2d(
        self,
        weight: Self,
        bias: Self | None = None,
        groups: int = 1,
        stride: Numbers = 1,
        dilation: Numbers = 1,
        padding: Numbers | str = 0,
        dtype: DTypeLike | None = None,
    ) -> Self:
        """Convolution (cross-correlation) over as many axes as weight has after its first two.

        x (N, groups * I, *sizes), weight (O, I, *kernel), bias (O,): (N, O, *out) with
        out = (size + padding - dilation * (kernel - 1) - 1) // stride + 1. x may do without N.

        >>> Tensor.ones(1, 1, 3, 3).conv2d(Tensor.ones(1, 1, 2, 2)).tolist()
        [[[[4.0, 4.0], [4.0, 4.0]]]]
        """
        kernel = tuple(weight._static("conv", i) for i in range(2, weight.ndim))
        n = len(kernel)
        if n and self.ndim == n + 1:
            one = self.unsqueeze(0)
            return one.conv2d(weight, bias, groups, stride, dilation, padding, dtype).squeeze(0)
        if weight.ndim < 2 or self.ndim != n + 2 or groups < 1 or (
            self.node.shape[1] != groups * weight._static("conv", 1) or weight.shape[0] % groups
        ):  # fmt: skip
            raise ShapeError(
                "conv", f"x {self.shape}, weight {weight.shape}, {groups} groups",
                f"x of {n + 2} axes, as many channels as groups * weight's axis 1,"
                " outputs a multiple of groups",
            )  # fmt: skip
        out, inputs = weight._static("conv", 0), weight._static("conv", 1)
        wanted = promote(self.dtype, weight.dtype) if dtype is None else to_dtype(dtype)
        steps, gaps = each_axis("stride", stride, n), each_axis("dilation", dilation, n)
        x = self.pad(paddings(padding, kernel, steps, gaps)).cast(wide_dtype(wanted))
        for i in range(n):
            x = x._windows("conv", 2 + 2 * i, kernel[i], steps[i], gaps[i])
        sizes = x.shape[2::2]
        # (N, groups, 1, I, out, k, ..) * (1, groups, O / groups, I, 1, k, ..)
        x = x.reshape(x.shape[0], groups, 1, inputs, *x.shape[2:])
        spread = [d for k in kernel for d in (1, k)]
        w = weight.cast(wide_dtype(wanted))
        product = x * w.reshape(1, groups, out // groups, inputs, *spread)
        summed = (3, *range(5, product.ndim, 2))
        result = product._reduce(Op.ADD, summed, keepdim=False)
        result = result.reshape(self.shape[0], out, *sizes).cast(wanted)
        return result if bias is None else result + bias.reshape(out, *[1] * n)

    conv1d = conv2d
    conv3d = conv2d

    def conv_transpose2d(
        self,
        weight: Self,
        bias: Self | None = None,
        groups: int = 1,
        stride: Numbers = 1,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        output_padding: Numbers = 0,
    ) -> Self:
        """The gradient of a convolution with respect to its input, as a function of its own.

        x (N, I, *sizes), weight (I, O / groups, *kernel), bias (O,): (N, O, *out) with
        out = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1.

        >>> Tensor.ones(1, 1, 1, 2).conv_transpose2d(Tensor.ones(1, 1, 1, 2), stride=2).tolist()
        [[[[1.0, 1.0, 1.0, 1.0]]]]
        """
        kernel = tuple(weight._static("conv_transpose", i) for i in range(2, weight.ndim))
        n = len(kernel)
        if n and self.ndim == n + 1:
            one = self.unsqueeze(0)
            return one.conv_transpose2d(
                weight, bias, groups, stride, dilation, padding, output_padding
            ).squeeze(0)
        inputs = weight._static("conv_transpose", 0)
        if self.ndim != n + 2 or groups < 1 or self.node.shape[1] != inputs or inputs % groups:
            raise ShapeError(
                "conv_transpose", f"x {self.shape}, weight {weight.shape}, {groups} groups",
                "as many channels as weight's first axis, a multiple of groups",
            )  # fmt: skip
        steps, gaps = each_axis("stride", stride, n), each_axis("dilation", dilation, n)
        more = each_axis("output_padding", output_padding, n)
        pads = paddings(padding, kernel, steps, gaps)
        # A stride of s is s convolutions of stride 1, one for each place between two inputs.
        w, taps = weight._phases(gaps, steps)  # (I, O / groups, *steps, *taps)
        # (groups * O / groups * prod(steps), I / groups, *taps)
        w = w.unflatten(0, (groups, -1)).movedim(1, 2 + n).flatten(0, 1 + n)
        w = w._with(ir.contiguous(w.node))
        around = [t - 1 for t in reversed(taps) for _ in range(2)]
        x = self.conv2d(w, None, groups, padding=around)  # (N, O * prod(steps), *places)
        if max(steps, default=1) > 1:  # the phases lie apart: a product is fast where it is stored
            x = x._with(ir.contiguous(x.node))
        x = x.unflatten(1, (-1, *steps))
        x = x.permute([0, 1, *(a for i in range(n) for a in (2 + n + i, 2 + i))])
        cut: list[tuple[int, int] | None] = [None, None]
        for i in range(n):
            x = x.flatten(2 + i, 3 + i)
            size = self._static("conv_transpose", 2 + i)
            before, after = pads[2 * (n - 1 - i) :][:2]
            whole = (size - 1) * steps[i] + gaps[i] * (kernel[i] - 1) + 1 + more[i]
            cut.append((-before, whole - after - x._static("conv_transpose", 2 + i)))
        x = x.pad(cut)
        return x if bias is None else x + bias.reshape(-1, *[1] * n)

    conv_transpose1d = conv_transpose2d
    conv_transpose3d = conv_transpose2d

    def _phases(self, gaps: Sequence[int], steps: Sequence[int]) -> tuple[Self, list[int]]:
        """A kernel, dilated and in reverse, as those of the stride's phases, and their sizes.

        (I, O, *kernel) is (I, O, *steps, *taps).
        """
        w, taps = self, []
        for i, (gap, step) in enumerate(zip(gaps, steps, strict=True)):
            axis = 2 + 2 * i
            w = w._spread(axis, gap)
            count = -(-w._static("conv_transpose", axis) // step)
            w = w._resized(axis, count * step).unflatten(axis, (count, step)).flip(axis)
            taps.append(count)
        n = len(taps)
        return w.permute([0, 1, *range(3, 3 + 2 * n, 2), *range(2, 2 + 2 * n, 2)]), taps

    def _spread(self, axis: int, step: int) -> Self:
        """With step - 1 zeros between the elements of an axis."""
        if step == 1:
            return self
        n = self._static("spread", axis)
        x = self.unsqueeze(axis + 1)._resized(axis + 1, step).flatten(axis, axis + 1)
        return x._resized(axis, max(0, (n - 1) * step + 1))

    # ---- windows as columns -------------------------------------------------------------------

    def im2col(
        self,
        kernel_size: Numbers,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        stride: Numbers = 1,
    ) -> Self:
        """Each window of (N, C, *sizes) as a column: (N, C * prod(kernel), windows).

        PyTorch calls it `F.unfold`; `Tensor.unfold` has windows along one axis.

        >>> Tensor.arange(4).reshape(1, 1, 2, 2).im2col((2, 1)).tolist()
        [[[0, 1], [2, 3]]]
        """
        n = self.ndim - 2
        kernel, steps, gaps = (
            each_axis(name, value, n)
            for name, value in (
                ("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation),
            )
        )  # fmt: skip
        x = self.pad(paddings(padding, kernel, steps, gaps))
        for i in range(n):
            x = x._windows("im2col", 2 + 2 * i, kernel[i], steps[i], gaps[i])
        x = x.permute([0, 1, *range(3, x.ndim, 2), *range(2, x.ndim, 2)])  # (N, C, k .., out ..)
        return x.flatten(1, 1 + n).flatten(2)

    def col2im(
        self,
        output_size: Numbers,
        kernel_size: Numbers,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        stride: Numbers = 1,
    ) -> Self:
        """Columns (N, C * prod(kernel), windows) put back as images (N, C, *output_size).

        Where windows overlap they are added up. PyTorch calls it `F.fold`.

        >>> Tensor.ones(1, 2, 2).col2im((1, 3), (1, 2)).tolist()
        [[[[1.0, 2.0, 1.0]]]]
        """
        sizes = each_axis("output_size", output_size, 2 if isinstance(output_size, int) else None)
        n = len(sizes)
        kernel, steps, gaps = (
            each_axis(name, value, n)
            for name, value in (
                ("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation),
            )
        )  # fmt: skip
        pads = paddings(padding, kernel, steps, gaps)
        whole = [sizes[i] + sum(pads[2 * (n - 1 - i) :][:2]) for i in range(n)]
        counts = [
            (w - g * (k - 1) - 1) // s + 1
            for w, k, s, g in zip(whole, kernel, steps, gaps, strict=True)
        ]
        if self.ndim != 3 or self._static("col2im", 1) % math.prod(kernel) or (
            self.shape[2] != math.prod(counts)
        ):  # fmt: skip
            raise ShapeError(
                "col2im", f"columns {self.shape} of windows {kernel}",
                f"(N, C * {math.prod(kernel)}, {math.prod(counts)}) for {tuple(counts)} windows",
            )  # fmt: skip
        x = self.cast(wide_dtype(self.dtype)).unflatten(2, counts).unflatten(1, (-1, *kernel))
        x = x.permute([0, 1, *(a for i in range(n) for a in (2 + n + i, 2 + i))])
        for i in range(n):
            x = x._fold_axis(2 + i, steps[i], gaps[i], whole[i])
        return x.pad([-p for p in pads]).cast(self.dtype)

    def _fold_axis(self, axis: int, stride: int, dilation: int, size: int) -> Self:
        """What `_windows` takes apart added up again: out[o * stride + k * dilation] += x[o, k]."""
        x = self._spread(axis, stride)._resized(axis, size)
        node = ir.shear(x.node, axis, axis + 1, -dilation, size)
        return self._with(node)._reduce(Op.ADD, (axis + 1,), keepdim=False)

    fold = col2im


def each_axis(name: str, value: Numbers, n: int | None) -> tuple[int, ...]:
    """One number for each of n axes."""
    numbers = (value,) * (n or 1) if isinstance(value, int) else tuple(value)
    if n is not None and len(numbers) != n:
        raise ArgumentError("window", f"{name}={value!r}", f"a number or {n} of them")
    return numbers


def paddings(
    padding: Numbers | str, kernel: Sequence[int], steps: Sequence[int], gaps: Sequence[int]
) -> list[int]:
    """Any form of padding as (before, after) from the last axis on."""
    n = len(kernel)
    if padding == "valid":
        padding = 0
    if padding == "same":
        if any(s != 1 for s in steps):
            raise ArgumentError("conv", f'padding="same" with stride {tuple(steps)}', "stride 1")
        totals = [g * (k - 1) for k, g in zip(kernel, gaps, strict=True)]
        return [p for t in reversed(totals) for p in (t // 2, t - t // 2)]
    if isinstance(padding, str):
        raise ArgumentError("conv", f"padding={padding!r}", '"same", "valid" or numbers')
    if not isinstance(padding, int) and len(padding) == 2 * n and n > 0:
        return list(padding)
    return [p for number in reversed(each_axis("padding", padding, n)) for p in (number, number)]

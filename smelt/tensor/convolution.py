"""Convolutions of any number of axes, their transposes, and the windows that they look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import smelt.ir.node as ir
from smelt.dtype import dtypes, promote, to_dtype
from smelt.ir.op import Op
from smelt.tensor import winograd
from smelt.tensor.base import DTypeLike, grad_enabled
from smelt.tensor.fourier import Fourier
from smelt.tensor.linear import wide_dtype
from smelt.util import flags
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
        3×3 with a stride of 1 takes Winograd's algorithm where that is faster and no gradient is
        wanted: sums have another order, and an infinity in x reaches outputs that are next to it.

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
        if groups == max(*steps, *gaps, 1) == 1 and x._suits_winograd(weight):
            result = winograd.convolved(x, weight)
            return result if bias is None else result + bias.reshape(out, 1, 1)
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

    def _suits_winograd(self, weight: Self) -> bool:
        """Whether fewer products are worth what else there is to do, on the way back as well."""
        if weight.shape[2:] != winograd.KERNEL or not flags.WINO.value or self.node.ndim != 4:
            return False
        if grad_enabled() and (self._requires_grad or weight._requires_grad):
            return False
        if self.dtype is not weight.dtype or self.dtype not in (dtypes.float32, dtypes.float64):
            return False
        if not all(isinstance(n, int) for n in self.node.shape):
            return False
        count, inputs, *sizes = (self._static("conv", i) for i in range(4))
        return winograd.pays(weight._static("conv", 0), inputs, count, [n - 2 for n in sizes])

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
        wanted = promote(self.dtype, weight.dtype)
        x = self.cast(wide_dtype(wanted)).unflatten(1, (groups, 1, -1))
        w = weight.cast(wide_dtype(wanted)).unflatten(0, (1, groups, -1)).movedim(3, 2)
        axes = []
        for i in range(n):  # a stride of s is s convolutions of stride 1 for each axis
            before, after = pads[2 * (n - 1 - i) :][:2]
            size = self._static("conv_transpose", 2 + i)
            whole = (size - 1) * steps[i] + gaps[i] * (kernel[i] - 1) + 1 + more[i] - before - after
            if steps[i] > 1:
                w = w._spread(4 + 4 * i, gaps[i])
            gap = gaps[i] if steps[i] == 1 else 1
            taps = -(-w._static("conv_transpose", 4 + 4 * i) // steps[i])
            axes.append(_Phases.of(steps[i], before, taps, gap, whole))
            w = w._phase_taps(4 + 4 * i, axes[i])
        x, places = x._phase_windows(axes)
        # x (N, groups, 1, I / groups, [places, blocks, 1, taps] of each axis),
        # w (1, groups, O / groups, I / groups, [1, blocks, near, taps])
        product = x * w
        summed = (3, *range(7, product.ndim, 4))
        x = product._reduce(Op.ADD, summed, keepdim=False)  # (N, groups, O / groups, [..])
        inner = [3 + 3 * i + part for part in (1, 2, 0) for i in range(n)]
        x = x.permute([0, 1, 2, *inner]).flatten(1, 2)  # (N, O, blocks .., near .., places ..)
        if max(steps, default=1) > 1:  # the phases lie apart: a product is fast where it is stored
            x = x._once()
        x = x.permute([0, 1, *(2 + part * n + i for i in range(n) for part in (2, 0, 1))])
        for i in range(n):
            x = x.flatten(2 + i, 4 + i)
        cuts = [(p.cut, places[i] * p.step - p.cut - p.size) for i, p in enumerate(axes)]
        x = x._cropped([(0, 0), (0, 0), *cuts]).cast(wanted)
        return x if bias is None else x + bias.reshape(-1, *[1] * n)

    conv_transpose1d = conv_transpose2d
    conv_transpose3d = conv_transpose2d

    def _phase_windows(self, axes: Sequence[_Phases]) -> tuple[Self, list[int]]:
        """The axes from the fourth on as [places, blocks, 1, taps] each, and how many places.

        Where an axis of a strided transpose has more places than elements, all axes are done as
        one, of rows with their padding: these are loops that may run as one, and have no masks.
        What is at places in the padding is dropped later.
        """
        n, first = len(axes), 4
        sizes = [self._static("conv_transpose", first + i) for i in range(n)]
        reach = [p.gap * (p.taps - 1) + p.blocks - 1 for p in axes]
        around = [
            (p.gap * (p.taps - 1) - p.offset, p.places + p.offset + p.blocks - 1 - size)
            for p, size in zip(axes, sizes, strict=True)
        ]
        places, apart = [p.places for p in axes], [0] * n  # how far elements of an axis are apart
        if any(p.step > 1 for p in axes) and any(
            p.places != size for p, size in zip(axes[1:], sizes[1:], strict=True)
        ):
            places[1:] = [p.places + r for p, r in zip(axes[1:], reach[1:], strict=True)]
            apart = [math.prod(places[i + 1 :]) for i in range(n)]
            around[0] = around[0][0], around[0][1] + 1  # the last row reads beyond its end
        x = self.pad([None] * first + around)
        if apart[0]:
            x = x._once().flatten(first)
        for i in reversed(range(n)):
            axis = first if apart[0] else first + i
            for count, gap in ((axes[i].taps, axes[i].gap), (axes[i].blocks, 1)):
                x = x._windows("conv_transpose", axis, count, 1, gap * max(apart[i], 1))
                x = x.movedim(axis + 1, first + n) if not apart[0] else x
        if apart[0]:
            x = x._resized(first, math.prod(places)).unflatten(first, places)
        # (N, groups, 1, I / groups, places .., blocks and taps of each axis)
        order = [(first + i, first + n + 2 * i, first + n + 2 * i + 1) for i in range(n)]
        x = x.permute([*range(first), *(a for axis in order for a in axis)])
        for i in range(n):
            x = x.unsqueeze(first + 4 * i + 2)
        return x, places

    def _phase_taps(self, axis: int, phases: _Phases) -> Self:
        """Axis `axis` of a kernel as [1, blocks, near, taps], in reverse."""
        w = self._resized(axis, phases.taps * phases.step)
        w = w.unflatten(axis, (phases.taps, phases.blocks, phases.near)).flip(axis)
        if phases.blocks > 1:
            w = w.flip(axis + 1)
        return w.movedim(axis, axis + 2).unsqueeze(axis)

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


@dataclass(frozen=True)
class _Phases:
    """An axis of a convolution's transpose, whose elements are s * place + near * block + i.

    For each block and each i < near it is a convolution of stride 1, of its own part of the kernel:
    element t of the uncut result takes what is at t % s in the kernel, from place t // s on.
    The first element that is kept is t = `before`. Blocks are cut such that t // s is
    place + block + offset; where that takes more than two, all of a place is one block and the
    first `cut` elements are dropped.
    """

    step: int
    blocks: int
    offset: int
    cut: int
    taps: int
    gap: int  # between the inputs of two taps
    places: int
    size: int  # of the result

    @property
    def near(self) -> int:
        """Phases of a block."""
        return self.step // self.blocks

    @classmethod
    def of(cls, step: int, before: int, taps: int, gap: int, size: int) -> _Phases:
        """For `size` elements of the result, of which `before` are dropped at the front."""
        blocks, cut = step // math.gcd(step, before), 0
        if blocks > 2:
            blocks, cut = 1, before % step
        return cls(step, blocks, before // step, cut, taps, gap, -(-(size + cut) // step), size)


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

"""Matrix products, einsum, convolutions and pooling: a product, then a sum over some axes.

float16 and bfloat16 are cast to float32 before they are multiplied and added, and back after.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import smelt.ir.node as ir
from smelt.dtype import DType, Scalar, dtypes, promote
from smelt.ir.op import Op
from smelt.tensor import einsum
from smelt.tensor.base import HALVES
from smelt.tensor.sorting import Sorting
from smelt.util.errors import ArgumentError, ShapeError

Numbers: TypeAlias = int | Sequence[int]


def _wide(dtype: DType) -> DType:
    return dtypes.float32 if dtype in HALVES else dtype


class Linear(Sorting):
    """`x @ w`, `x.conv2d(w)`, `x.max_pool2d()`."""

    # ---- matrix products ----------------------------------------------------------------------

    def matmul(self, other: Self, reverse: bool = False) -> Self:
        """Matrix product over the last axis of self and the last but one of other.

        (.., m, k) @ (.., k, n) is (.., m, n); the axes before broadcast. A vector (k,) is a row on
        the left, a column on the right, and its axis is dropped. Raises ShapeError unless k agrees.

        >>> Tensor([[1, 2], [3, 4]]).matmul(Tensor([1, 1])).tolist()
        [3, 7]
        """
        a, b = (other, self) if reverse else (self, other)
        if a.ndim == 0 or b.ndim == 0:
            raise ShapeError("matmul", f"{a.shape} @ {b.shape}", "at least one axis each")
        k = b.node.shape[-2 if b.ndim > 1 else -1]
        if a.node.shape[-1] != k:
            raise ShapeError(
                "matmul", f"{a.shape} @ {b.shape}", f"a left operand whose last axis is {k}"
            )
        dtype = promote(a.dtype, b.dtype)
        columns = b.mT if b.ndim > 1 else b  # (.., n, k)
        if a.ndim > 1 and b.ndim > 1:
            a, columns = a.unsqueeze(-2), columns.unsqueeze(-3)  # (.., m, 1, k), (.., 1, n, k)
        product = a.cast(_wide(dtype)) * columns.cast(_wide(dtype))
        return product._reduce(Op.ADD, (product.ndim - 1,), keepdim=False).cast(dtype)

    dot = matmul
    mm = matmul
    bmm = matmul

    def __matmul__(self, other: Self) -> Self:
        return self.matmul(other)

    def __rmatmul__(self, other: Self) -> Self:
        return self.matmul(other, reverse=True)

    def linear(self, weight: Self, bias: Self | None = None) -> Self:
        """x @ weight + bias, with weight (in, out); a weight of one axis multiplies.

        >>> Tensor([[1, 2]]).linear(Tensor([[1, 0], [0, 1]]), Tensor([5, 5])).tolist()
        [[6, 7]]
        """
        x = self * weight if weight.ndim == 1 else self.matmul(weight)
        return x if bias is None else x + bias

    def outer(self, other: Self) -> Self:
        """out[i, j] = x[i] * other[j].

        >>> Tensor([1, 2]).outer(Tensor([3, 4])).tolist()
        [[3, 4], [6, 8]]
        """
        return self.unsqueeze(-1) * other.unsqueeze(0)

    @classmethod
    def einsum(cls, formula: str, *operands: Self | Sequence[Self]) -> Self:
        """Sums of products after Einstein: each letter is an axis.

        Letters that are not in the output are summed over; without "->" the output has those that
        occur once, in order of the alphabet. A letter twice in one operand takes its diagonal, and
        "..." stands for axes that broadcast. Raises ArgumentError for a formula that does not fit.

        >>> Tensor.einsum("ij,kj->ik", Tensor([[1, 2]]), Tensor([[3, 4]])).tolist()
        [[11]]
        """
        given = [t for o in operands for t in ([o] if isinstance(o, Linear) else o)]
        plan = einsum.parse(formula, [ir.static(t.node.shape) for t in given])
        dtype = given[0].dtype
        for t in given[1:]:
            dtype = promote(dtype, t.dtype)
        result: Self | None = None
        names = ""
        for i, (term, operand) in enumerate(zip(plan.terms, given, strict=True)):
            x, letters = operand.cast(_wide(dtype))._diagonals(term)
            if result is not None:
                union = names + "".join(c for c in letters if c not in names)
                x, letters = result._aligned(names, union) * x._aligned(letters, union), union
            # A letter is summed over as soon as no later operand has it.
            later = set(plan.output).union(*plan.terms[i + 1 :])
            done = tuple(axis for axis, c in enumerate(letters) if c not in later)
            result = x._reduce(Op.ADD, done, keepdim=False)
            names = "".join(c for c in letters if c in later)
        assert result is not None
        whole = [plan.sizes[c] for c in plan.output]
        return result._aligned(names, plan.output).expand(whole).cast(dtype)

    def _diagonals(self, term: str) -> tuple[Self, str]:
        """x with each letter of its term once."""
        x = self
        for letter in dict.fromkeys(term):
            while term.count(letter) > 1:
                first = term.index(letter)
                second = term.index(letter, first + 1)
                x = x.diagonal(0, first, second)
                term = term[:first] + term[first + 1 : second] + term[second + 1 :] + letter
        return x, term

    def _aligned(self, names: str, union: str) -> Self:
        """x with its axes in the order of `union`, of size 1 where it has none."""
        x = self.permute([names.index(c) for c in union if c in names])
        sizes = iter(x.shape)
        return x.reshape([next(sizes) if c in names else 1 for c in union])

    # ---- convolution --------------------------------------------------------------------------

    def conv2d(
        self,
        weight: Self,
        bias: Self | None = None,
        groups: int = 1,
        stride: Numbers = 1,
        dilation: Numbers = 1,
        padding: Numbers | str = 0,
    ) -> Self:
        """Convolution (cross-correlation) over as many axes as weight has after its first two.

        x (N, groups * I, *sizes), weight (O, I, *kernel), bias (O,): (N, O, *out) with
        out = (size + padding - dilation * (kernel - 1) - 1) // stride + 1. `padding` is one number,
        one for each axis, (before, after) from the last axis on, "same" or "valid".

        >>> Tensor.ones(1, 1, 3, 3).conv2d(Tensor.ones(1, 1, 2, 2)).tolist()
        [[[[4.0, 4.0], [4.0, 4.0]]]]
        """
        kernel = tuple(weight._static("conv", i) for i in range(2, weight.ndim))
        n = len(kernel)
        out, inputs = weight._static("conv", 0), weight._static("conv", 1)
        if self.ndim != n + 2 or self.node.shape[1] != groups * inputs or out % groups:
            raise ShapeError(
                "conv", f"x {self.shape}, weight {weight.shape}, {groups} groups",
                f"x of {n + 2} axes with {groups * inputs} channels, outputs a multiple of groups",
            )  # fmt: skip
        dtype = promote(self.dtype, weight.dtype)
        steps, gaps = _each("stride", stride, n), _each("dilation", dilation, n)
        x = self.pad(_padding(padding, kernel, steps, gaps)).cast(_wide(dtype))
        for i in range(n):
            x = x._windows("conv", 2 + 2 * i, kernel[i], steps[i], gaps[i])
        sizes = x.shape[2::2]
        # (N, groups, 1, I, out, k, ..) * (1, groups, O / groups, I, 1, k, ..)
        x = x.reshape(x.shape[0], groups, 1, inputs, *x.shape[2:])
        spread = [d for k in kernel for d in (1, k)]
        w = weight.cast(_wide(dtype)).reshape(1, groups, out // groups, inputs, *spread)
        product = x * w
        summed = (3, *range(5, product.ndim, 2))
        result = product._reduce(Op.ADD, summed, keepdim=False)
        result = result.reshape(self.shape[0], out, *sizes).cast(dtype)
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
        if self.ndim != n + 2 or self.shape[1] != weight.shape[0] or int(self.shape[1]) % groups:
            raise ShapeError(
                "conv_transpose", f"x {self.shape}, weight {weight.shape}, {groups} groups",
                "as many channels as weight's first axis, a multiple of groups",
            )  # fmt: skip
        steps, gaps = _each("stride", stride, n), _each("dilation", dilation, n)
        pads, more = _each("padding", padding, n), _each("output_padding", output_padding, n)
        x = self
        for i in range(n):
            axis, size = 2 + i, self._static("conv_transpose", 2 + i)
            # zeros between the elements
            x = x.unsqueeze(axis + 1)._resized(axis + 1, steps[i]).flatten(axis, axis + 1)
            x = x._resized(axis, max(0, (size - 1) * steps[i] + 1))
        w = weight.unflatten(0, (groups, -1)).transpose(1, 2).flatten(0, 1)  # (O, I / groups, ..)
        w = w.flip(*range(2, n + 2))
        around = [
            (g * (k - 1) - p, g * (k - 1) - p + m)
            for g, k, p, m in zip(gaps, kernel, pads, more, strict=True)
        ]
        flat = [p for pair in reversed(around) for p in pair]
        return x.conv2d(w, bias, groups, 1, gaps, flat)

    conv_transpose1d = conv_transpose2d
    conv_transpose3d = conv_transpose2d

    # ---- pooling ------------------------------------------------------------------------------

    def max_pool2d(
        self,
        kernel_size: Numbers = (2, 2),
        stride: Numbers | None = None,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        ceil_mode: bool = False,
    ) -> Self:
        """The largest of each window over the last axes; stride is the window's size unless given.

        `ceil_mode` also has the windows that start inside and end outside.

        >>> Tensor.arange(4).reshape(1, 1, 2, 2).max_pool2d().tolist()
        [[[[3]]]]
        """
        pool = self._pool(kernel_size, stride, dilation, padding, ceil_mode)
        windows = self._pooled(pool, self.dtype.min, self.dtype.min)
        return windows._reduce(Op.MAX, tuple(range(self.ndim, windows.ndim)), keepdim=False)

    def avg_pool2d(
        self,
        kernel_size: Numbers = (2, 2),
        stride: Numbers | None = None,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Self:
        """The mean of each window over the last axes; stride is the window's size unless given.

        `count_include_pad` counts the zeros of the padding as elements.

        >>> Tensor.arange(4).reshape(1, 1, 2, 2).avg_pool2d().tolist()
        [[[[1.5]]]]
        """
        x = self._floating()
        pool = self._pool(kernel_size, stride, dilation, padding, ceil_mode)
        n = len(pool.kernel)
        windows = x.cast(_wide(x.dtype))._pooled(pool, 0, 0)
        total = windows._reduce(Op.ADD, tuple(range(self.ndim, windows.ndim)), keepdim=False)
        if not ceil_mode and (count_include_pad or not any(pool.padding)):
            return (total / math.prod(pool.kernel)).cast(x.dtype)
        ones = self._make(ir.const(1, total.dtype, self.node.shape[-n:]))
        counted = ones._pooled(pool, int(count_include_pad), 0)
        count = counted._reduce(Op.ADD, tuple(range(n, 2 * n)), keepdim=False)
        return (total / count).cast(x.dtype)

    def _pool(
        self,
        kernel_size: Numbers,
        stride: Numbers | None,
        dilation: Numbers,
        padding: Numbers,
        ceil_mode: bool,
    ) -> Pool:
        """The windows that a pooling of self has, checked."""
        kernel = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)
        n = len(kernel)
        steps = kernel if stride is None else _each("stride", stride, n)
        gaps = _each("dilation", dilation, n)
        pairs = _padding(padding, kernel, steps, gaps)
        if self.ndim < n or any(2 * max(pairs[-2 * i - 2 :][:2]) > kernel[i] for i in range(n)):
            raise ShapeError(
                "pool", f"windows {kernel}, padding {padding} on {self.shape}",
                f"at least {n} axes, and padding of at most half a window",
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


@dataclass(frozen=True)
class Pool:
    """Windows along some axes, one entry each: size, stride, dilation, and how many there are."""

    kernel: tuple[int, ...]
    steps: tuple[int, ...]
    gaps: tuple[int, ...]
    padding: list[int]  # (before, after) from the last axis on
    counts: tuple[int, ...]


def _each(name: str, value: Numbers, n: int) -> tuple[int, ...]:
    """One number for each of n axes."""
    numbers = (value,) * n if isinstance(value, int) else tuple(value)
    if len(numbers) != n:
        raise ArgumentError("window", f"{name}={value!r}", f"a number or {n} of them")
    return numbers


def _padding(
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
    return [p for number in reversed(_each("padding", padding, n)) for p in (number, number)]

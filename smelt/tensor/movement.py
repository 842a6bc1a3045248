"""Movement: the same elements at other places. None of this costs a kernel of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import DType, to_dtype
from smelt.ir.node import Dim, Node
from smelt.tensor import rearrange
from smelt.tensor.base import Base, Size, as_dims, as_shape, broadcast
from smelt.tensor.creation import Creation
from smelt.util.errors import ArgumentError, AxisError, OutOfRangeError, ShapeError


class Movement(Creation):
    """Reshapes, transpositions, and parts of axes."""

    # ---- shape -----------------------------------------------------------------------------------

    def reshape(self, *shape: Any) -> Self:
        """The same elements in row-major order; one size may be -1, and None keeps that axis.

        Raises ShapeError if the number of elements differs.

        >>> Tensor([1, 2, 3, 4]).reshape(2, -1).tolist()
        [[1, 2], [3, 4]]
        """
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        kept = [self.shape[i] if s is None and i < self.ndim else s for i, s in enumerate(sizes)]
        dims, bindings = as_dims("reshape", [kept])
        if -1 in dims:
            dims = _without_unknown(self.node, dims)
        if any(isinstance(d, int) and d < 0 for d in dims):
            raise ShapeError("reshape", f"shape {tuple(sizes)}", "sizes from 0 up, and one -1")
        return self._with(ir.reshape(self.node, dims), bindings=bindings)

    def view(self, *shape: Any) -> Self:
        """`reshape`; of a dtype, `x.view("int32")`, the same bytes read as that dtype.

        >>> Tensor([1.0]).view("int32").tolist()
        [1065353216]
        """
        if len(shape) == 1 and isinstance(shape[0], DType | str | type | np.dtype):
            return self._with(ir.bitcast(self.node, to_dtype(shape[0])))
        return self.reshape(*shape)

    def view_as(self, other: Base) -> Self:
        """The same elements in the shape of `other`.

        >>> Tensor([1, 2]).view_as(Tensor([[0], [0]])).tolist()
        [[1], [2]]
        """
        return self.reshape(other.shape)

    reshape_as = view_as

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Self:
        """Axes start_dim to end_dim, both included, as one.

        >>> Tensor.zeros(2, 3, 4).flatten(1).shape
        (2, 12)
        """
        if self.ndim == 0:
            return self.reshape(1)
        start, end = self._axis("flatten", start_dim), self._axis("flatten", end_dim)
        if start > end:
            raise ArgumentError("flatten", f"axes {start} to {end}", "start_dim <= end_dim")
        return self.reshape(*self.shape[:start], _product(self.shape[start : end + 1]),
                            *self.shape[end + 1 :])  # fmt: skip

    def ravel(self) -> Self:
        """All elements along one axis.

        >>> Tensor([[1], [2]]).ravel().tolist()
        [1, 2]
        """
        return self.reshape(-1) if 0 not in self.node.shape else self.reshape(0)

    def unflatten(self, dim: int, sizes: Sequence[Size]) -> Self:
        """Axis `dim` as several, of these sizes; one may be -1.

        >>> Tensor.zeros(2, 12).unflatten(1, (3, -1)).shape
        (2, 3, 4)
        """
        axis = self._axis("unflatten", dim)
        if -1 in sizes:
            rest = math.prod(int(s) for s in sizes if s != -1)
            sizes = [
                self._static("unflatten", axis) // max(1, rest) if s == -1 else s for s in sizes
            ]
        return self.reshape(*self.shape[:axis], *sizes, *self.shape[axis + 1 :])

    def squeeze(self, dim: int | Sequence[int] | None = None) -> Self:
        """Without the axes of size 1, or without those of `dim` that have size 1.

        >>> Tensor.zeros(1, 3, 1).squeeze().shape
        (3,)
        """
        axes = self._axes("squeeze", dim)
        return self.reshape([s for i, s in enumerate(self.shape) if i not in axes or s != 1])

    def unsqueeze(self, dim: int | Sequence[int]) -> Self:
        """With new axes of size 1 that become the axes `dim` of the result.

        >>> Tensor([1, 2]).unsqueeze(1).tolist()
        [[1], [2]]
        """
        named = [dim] if isinstance(dim, int | np.integer) else list(dim)
        axes = [self._axis("unsqueeze", a, extra=len(named)) for a in named]
        if len(set(axes)) != len(axes):
            raise AxisError("unsqueeze", f"axes {tuple(named)}", "each axis once")
        sizes = iter(self.shape)
        return self.reshape([1 if i in axes else next(sizes) for i in range(self.ndim + len(axes))])

    # ---- order -----------------------------------------------------------------------------------

    def permute(self, *order: Any) -> Self:
        """Axis i of the result is axis order[i]. Raises AxisError unless each is named once.

        >>> Tensor.zeros(2, 3, 4).permute(2, 0, 1).shape
        (4, 2, 3)
        """
        named = order[0] if len(order) == 1 and isinstance(order[0], tuple | list) else order
        axes = tuple(self._axis("permute", a) for a in named)
        return self._with(ir.permute(self.node, axes))

    def transpose(self, dim0: int = 1, dim1: int = 0) -> Self:
        """Two axes exchanged.

        >>> Tensor([[1, 2], [3, 4]]).transpose().tolist()
        [[1, 3], [2, 4]]
        """
        order = list(range(self.ndim))
        a, b = self._axis("transpose", dim0), self._axis("transpose", dim1)
        order[a], order[b] = order[b], order[a]
        return self.permute(order)

    swapaxes = transpose
    swapdims = transpose

    def t(self) -> Self:
        """The transpose of a matrix; a tensor with fewer axes stays as it is.

        >>> Tensor([[1, 2]]).t().tolist()
        [[1], [2]]
        """
        if self.ndim > 2:
            raise ShapeError("t", f"{self.ndim} axes", "at most 2", "use .mT or .permute(..)")
        return self.T

    @property
    def T(self) -> Self:
        """All axes in reverse order."""
        return self.permute(list(range(self.ndim))[::-1])

    @property
    def mT(self) -> Self:
        """The last two axes exchanged."""
        return self.transpose(-2, -1)

    def movedim(self, source: int | Sequence[int], destination: int | Sequence[int]) -> Self:
        """Axes `source` moved to the places `destination`, the others in order around them.

        >>> Tensor.zeros(2, 3, 4).movedim(0, -1).shape
        (3, 4, 2)
        """
        origin, target = self._axes("movedim", source), self._axes("movedim", destination)
        if len(origin) != len(target):
            raise ArgumentError("movedim", f"{source} to {destination}", "equally many axes")
        rest = iter([i for i in range(self.ndim) if i not in origin])
        place = dict(zip(target, origin, strict=True))
        return self.permute([place[i] if i in place else next(rest) for i in range(self.ndim)])

    moveaxis = movedim

    def flip(self, axis: Any, *axes: Any) -> Self:
        """These axes in reverse.

        >>> Tensor([1, 2, 3]).flip(0).tolist()
        [3, 2, 1]
        """
        named = axis if isinstance(axis, tuple | list) else (axis, *axes)
        return self._with(ir.flip(self.node, self._axes("flip", list(named))))

    def rot90(self, k: int = 1, dims: Sequence[int] = (0, 1)) -> Self:
        """The plane of two axes turned k times by 90 degrees, from the first to the second.

        >>> Tensor([[1, 2], [3, 4]]).rot90().tolist()
        [[2, 4], [1, 3]]
        """
        if len(dims) != 2:
            raise ArgumentError("rot90", f"dims {tuple(dims)}", "two axes")
        a, b = self._axes("rot90", dims)
        turned = self if k % 4 < 2 else self.flip((a, b))
        return turned.flip(b).transpose(a, b) if k % 2 else turned

    def fliplr(self) -> Self:
        """Axis 1 in reverse."""
        return self.flip(1)

    def flipud(self) -> Self:
        """Axis 0 in reverse."""
        return self.flip(0)

    def rearrange(self, formula: str, **sizes: int) -> Self:
        """Axes split, permuted and merged by a formula of einops: "b (h d) -> b h d" with h=2.

        Parentheses hold what is one axis, `...` stands for any axes, 1 for one of size 1. Raises
        ArgumentError for a formula that is none, ShapeError for sizes that do not fit.

        >>> Tensor([[1, 2, 3, 4]]).rearrange("a (b c) -> c (a b)", b=2).tolist()
        [[1, 3], [2, 4]]
        """
        plan = rearrange.parse(formula, self.shape, sizes)
        return self.reshape(plan.split).permute(plan.order).reshape(plan.merged)

    # ---- size ------------------------------------------------------------------------------------

    def expand(self, *shape: Any) -> Self:
        """Axes of size 1 repeated, and new ones in front; -1 keeps an axis.

        >>> Tensor([[1], [2]]).expand(2, 3).tolist()
        [[1, 1, 1], [2, 2, 2]]
        """
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        new = len(sizes) - self.ndim
        kept = [
            self.shape[i - new] if (s is None or s == -1) and i >= new else s
            for i, s in enumerate(sizes)
        ]
        dims, bindings = as_shape("expand", [kept])
        if new < 0:
            raise ShapeError("expand", f"{self.shape} to {dims}", f"at least {self.ndim} sizes")
        return self._with(broadcast(self.node, dims), bindings=bindings)

    broadcast_to = expand

    def expand_as(self, other: Base) -> Self:
        """Expanded to the shape of `other`.

        >>> Tensor([1]).expand_as(Tensor([0, 0])).tolist()
        [1, 1]
        """
        return self.expand(other.shape)

    def shrink(self, arg: Sequence[tuple[Size, Size] | None]) -> Self:
        """The part [begin, end) of each axis; None keeps all of it.

        >>> Tensor([1, 2, 3, 4]).shrink(((1, 3),)).tolist()
        [2, 3]
        """
        if len(arg) != self.ndim:
            raise ShapeError("shrink", f"{len(arg)} bounds", f"one for each of {self.ndim} axes")
        flat = [b for s, pair in zip(self.shape, arg, strict=True) for b in pair or (0, s)]
        dims, bindings = as_dims("shrink", [flat])
        bounds = list(zip(dims[::2], dims[1::2], strict=True))
        return self._with(ir.shrink(self.node, bounds), bindings=bindings)

    def shrink_to(self, *shape: Any) -> Self:
        """The first elements of each axis, as many as `shape` says; None keeps all of an axis.

        >>> Tensor([[1, 2], [3, 4]]).shrink_to(1, None).tolist()
        [[1, 2]]
        """
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return self.shrink([None if s is None else (0, s) for s in sizes])

    def narrow(self, dim: int, start: Size, length: Size) -> Self:
        """`length` elements of axis `dim`, from `start` on, which may count from the end.

        >>> Tensor([1, 2, 3, 4]).narrow(0, 1, 2).tolist()
        [2, 3]
        """
        axis = self._axis("narrow", dim)
        if isinstance(start, int) and start < 0:
            start = self.shape[axis] + start
        part = [None if i != axis else (start, start + length) for i in range(self.ndim)]
        return self.shrink(part)

    def select(self, dim: int, index: int) -> Self:
        """The part of axis `dim` at one place, without that axis. Raises OutOfRangeError.

        >>> Tensor([[1, 2], [3, 4]]).select(1, -1).tolist()
        [2, 4]
        """
        axis = self._axis("select", dim)
        n = self._static("select", axis)
        if not -n <= index < n:
            raise OutOfRangeError("select", f"{index} on axis {axis}", f"{-n} <= index < {n}")
        return self.narrow(axis, index % n, 1).squeeze(axis)


# ---- helpers ------------------------------------------------------------------------------------


def _product(sizes: Sequence[Size]) -> Size:
    result: Size = 1
    for s in sizes:
        result = result * s
    return result


def _without_unknown(x: Node, dims: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """`dims` with its -1 replaced by what remains of x's size."""
    # What depends on a Variable has to appear on both sides as it is.
    left = list(x.shape)
    for d in dims:
        if not isinstance(d, int) and d in left:
            left.remove(d)
    known = math.prod(d for d in dims if isinstance(d, int) and d != -1)
    symbolic = [d for d in left if not isinstance(d, int)]
    total = math.prod(d for d in left if isinstance(d, int))
    if dims.count(-1) > 1 or known == 0 or total % known:
        raise ShapeError("reshape", f"{x.shape} to {dims}", "one -1, and sizes that divide")
    unknown: Dim = total // known
    for d in symbolic:
        unknown = ir.dim_mul(unknown, d)
    return tuple(unknown if d == -1 else d for d in dims)

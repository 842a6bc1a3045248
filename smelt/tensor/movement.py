"""Movement: the same elements at other places. None of this costs a kernel of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import Scalar, dtypes, promote
from smelt.ir.node import Dim, Node
from smelt.tensor.base import Size, as_dims, as_shape, broadcast
from smelt.tensor.creation import Creation, triangle
from smelt.util.errors import ArgumentError, ShapeError

M = TypeVar("M", bound="Movement")


class Movement(Creation):
    """Reshapes, transpositions, pads and windows."""

    # ---- shape --------------------------------------------------------------------------------

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

    view = reshape

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

    def unsqueeze(self, dim: int) -> Self:
        """With a new axis of size 1 that becomes axis `dim`.

        >>> Tensor([1, 2]).unsqueeze(1).tolist()
        [[1], [2]]
        """
        axis = self._axis("unsqueeze", dim, extra=1)
        return self.reshape([*self.shape[:axis], 1, *self.shape[axis:]])

    # ---- order --------------------------------------------------------------------------------

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

    def flip(self, *axis: Any) -> Self:
        """These axes in reverse.

        >>> Tensor([1, 2, 3]).flip(0).tolist()
        [3, 2, 1]
        """
        named = axis[0] if len(axis) == 1 and isinstance(axis[0], tuple | list) else axis
        return self._with(ir.flip(self.node, self._axes("flip", list(named))))

    # ---- size ---------------------------------------------------------------------------------

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

    def pad(
        self,
        padding: Sequence[Any],
        mode: str = "constant",
        value: float = 0.0,
    ) -> Self:
        """`value` added around: before and after each axis; a negative number takes away.

        Flat, as PyTorch has it, (before, after, before, after ..) from the last axis on; or a pair
        (or None) for each axis from the first on, as numpy has it.

        >>> Tensor([[1, 2]]).pad((1, 0)).tolist()
        [[0, 1, 2]]
        >>> Tensor([1, 2]).pad(((0, 2),), value=9).tolist()
        [1, 2, 9, 9]
        """
        if mode != "constant":
            raise ArgumentError("pad", f"mode {mode!r}", "'constant'")
        pairs = _pairs(padding, self.ndim)
        flat, bindings = as_dims("pad", [[p for pair in pairs for p in pair]])
        widths = list(zip(flat[::2], flat[1::2], strict=True))
        x = self.node
        if any(isinstance(w, int) and w < 0 for w in flat):
            cut = [tuple(-min(w, 0) if isinstance(w, int) else 0 for w in pair) for pair in widths]
            bounds = [(b, ir.dim_sub(s, a)) for s, (b, a) in zip(x.shape, cut, strict=True)]
            x = ir.shrink(x, bounds)
            widths = [(_positive(b), _positive(a)) for b, a in widths]
        return self._with(pad_with(x, widths, value), bindings=bindings)

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

    def narrow(self, dim: int, start: Size, length: Size) -> Self:
        """`length` elements of axis `dim`, from `start` on.

        >>> Tensor([1, 2, 3, 4]).narrow(0, 1, 2).tolist()
        [2, 3]
        """
        axis = self._axis("narrow", dim)
        part = [None if i != axis else (start, start + length) for i in range(self.ndim)]
        return self.shrink(part)

    def repeat(self, *repeats: Any) -> Self:
        """The whole repeated that many times along each axis; new axes come in front.

        >>> Tensor([1, 2]).repeat(2, 2).tolist()
        [[1, 2, 1, 2], [1, 2, 1, 2]]
        """
        times, bindings = as_shape("repeat", repeats)
        new = len(times) - self.ndim
        if new < 0:
            raise ShapeError("repeat", f"{len(times)} numbers", f"one for each of {self.ndim} axes")
        sizes = (1,) * new + self.node.shape
        x = ir.reshape(self.node, tuple(d for s in sizes for d in (1, s)))
        x = ir.expand(x, tuple(d for t, s in zip(times, sizes, strict=True) for d in (t, s)))
        shape = tuple(ir.dim_mul(t, s) for t, s in zip(times, sizes, strict=True))
        return self._with(ir.reshape(x, shape), bindings=bindings)

    def repeat_interleave(self, repeats: int, dim: int | None = None) -> Self:
        """Each element repeated that many times along `dim`; of the flattened tensor without dim.

        >>> Tensor([1, 2]).repeat_interleave(2).tolist()
        [1, 1, 2, 2]
        """
        x = self.flatten() if dim is None else self
        axis = x._axis("repeat_interleave", 0 if dim is None else dim)
        spread = x.unsqueeze(axis + 1)
        sizes = [repeats if i == axis + 1 else -1 for i in range(spread.ndim)]
        return spread.expand(sizes).flatten(axis, axis + 1)

    # ---- several ------------------------------------------------------------------------------

    def cat(self: M | Sequence[M], *others: M, dim: int = 0) -> M:
        """Tensors one after the other along `dim`: `a.cat(b, c)` or `Tensor.cat([a, b, c])`.

        Raises ShapeError unless the other axes agree.

        >>> Tensor([1, 2]).cat(Tensor([3])).tolist()
        [1, 2, 3]
        """
        tensors = _listed(self, others)
        first = tensors[0]
        axis = first._axis("cat", dim)
        dtype = first.dtype
        for t in tensors[1:]:
            dtype = promote(dtype, t.dtype)
            if t.ndim != first.ndim or any(
                a != b
                for i, (a, b) in enumerate(zip(t.node.shape, first.node.shape, strict=True))
                if i != axis
            ):
                raise ShapeError(
                    "cat", f"{first.shape} and {t.shape}", f"shapes that differ in axis {axis} only"
                )
        nodes = [ir.cast(t.node, dtype) for t in tensors]
        return first._with(_joined(nodes, axis), *tensors[1:])

    def stack(self: M | Sequence[M], *others: M, dim: int = 0) -> M:
        """Tensors of one shape along a new axis: `a.stack(b)` or `Tensor.stack([a, b])`.

        >>> Tensor.stack([Tensor([1, 2]), Tensor([3, 4])], dim=1).tolist()
        [[1, 3], [2, 4]]
        """
        tensors = _listed(self, others)
        axis = tensors[0]._axis("stack", dim, extra=1)
        return type(tensors[0]).cat([t.unsqueeze(axis) for t in tensors], dim=axis)

    def split(self, sizes: int | Sequence[int], dim: int = 0) -> tuple[Self, ...]:
        """Parts along `dim`: all of one size but the last, or of the sizes in a list.

        >>> [t.tolist() for t in Tensor([1, 2, 3]).split(2)]
        [[1, 2], [3]]
        """
        axis = self._axis("split", dim)
        n = self._static("split", axis)
        if isinstance(sizes, int):
            if sizes <= 0:
                raise ArgumentError("split", f"size {sizes}", "a size from 1 up")
            sizes = [min(sizes, n - i) for i in range(0, max(1, n), sizes)]
        if sum(sizes) != n:
            raise ShapeError("split", f"sizes {tuple(sizes)}", f"sizes that sum to {n}")
        starts = [sum(sizes[:i]) for i in range(len(sizes))]
        return tuple(self.narrow(axis, a, s) for a, s in zip(starts, sizes, strict=True))

    def chunk(self, chunks: int, dim: int = 0) -> tuple[Self, ...]:
        """At most that many parts of one size along `dim`; the last may be smaller.

        >>> [t.tolist() for t in Tensor([1, 2, 3]).chunk(2)]
        [[1, 2], [3]]
        """
        if chunks < 1:
            raise ArgumentError("chunk", f"{chunks} chunks", "1 or more")
        n = self._static("chunk", self._axis("chunk", dim))
        if n == 0:
            return (self,) * chunks
        return self.split(math.ceil(n / chunks), dim)

    def meshgrid(self: M | Sequence[M], *others: M, indexing: str = "ij") -> tuple[M, ...]:
        """1-d tensors, each spread over a grid that has an axis for each of them.

        >>> [t.tolist() for t in Tensor([1, 2]).meshgrid(Tensor([3, 4]))]
        [[[1, 1], [2, 2]], [[3, 4], [3, 4]]]
        """
        if indexing not in ("ij", "xy"):
            raise ArgumentError("meshgrid", f"indexing {indexing!r}", "'ij' or 'xy'")
        tensors = _listed(self, others)
        flat = [t.flatten() for t in tensors]
        shape = [f.shape[0] for f in flat]
        grids = []
        for i, f in enumerate(flat):
            sizes = [-1 if j == i else 1 for j in range(len(flat))]
            grid = f.reshape(sizes).expand(shape)
            grids.append(grid.transpose(0, 1) if indexing == "xy" and len(flat) > 1 else grid)
        return tuple(grids)

    def roll(self, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Self:
        """Elements moved on by `shifts` along `dims`; those that leave come back in front.

        >>> Tensor([1, 2, 3]).roll(1).tolist()
        [3, 1, 2]
        """
        if dims is None:
            return self.flatten().roll(shifts, 0).reshape(self.shape)
        axes = self._axes("roll", dims)
        steps = [shifts] * len(axes) if isinstance(shifts, int) else list(shifts)
        x = self
        for axis, step in zip(axes, steps, strict=True):
            n = x._static("roll", axis)
            cut = -step % n if n else 0
            if cut:
                x = x.narrow(axis, cut, n - cut).cat(x.narrow(axis, 0, cut), dim=axis)
        return x

    # ---- triangles, diagonals, windows --------------------------------------------------------

    def tril(self, diagonal: int = 0) -> Self:
        """Zeros above that diagonal of the last two axes.

        >>> Tensor.ones(2, 2).tril().tolist()
        [[1.0, 0.0], [1.0, 1.0]]
        """
        return self._triangle(diagonal, lower=True)

    def triu(self, diagonal: int = 0) -> Self:
        """Zeros below that diagonal of the last two axes.

        >>> Tensor.ones(2, 2).triu(1).tolist()
        [[0.0, 1.0], [0.0, 0.0]]
        """
        return self._triangle(diagonal, lower=False)

    def _triangle(self, diagonal: int, lower: bool) -> Self:
        if self.ndim < 2:
            raise ShapeError("tril" if lower else "triu", f"{self.ndim} axes", "at least 2")
        x = self.node
        mask = broadcast(triangle(x.shape[-2], x.shape[-1], diagonal, lower), x.shape)
        return self._with(ir.where(mask, x, ir.const(0, x.dtype, x.shape)))

    def diagonal(self, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Self:
        """The diagonal of two axes, as the last axis of the result; `offset` above the main one.

        >>> Tensor([[1, 2], [3, 4]]).diagonal().tolist()
        [1, 4]
        """
        a, b = self._axis("diagonal", dim1), self._axis("diagonal", dim2)
        if a == b:
            raise ArgumentError("diagonal", f"axis {a} twice", "two axes")
        x = self.movedim((a, b), (-2, -1))  # (..., rows, columns)
        row, column = max(-offset, 0), max(offset, 0)
        n = min(x._static("diagonal", -2) - row, x._static("diagonal", -1) - column)
        if n <= 0:
            return x.narrow(-1, 0, 0).narrow(-2, 0, 1).squeeze(-2)
        x = x.narrow(-2, row, n).narrow(-1, column, n).flatten(-2)  # (..., n * n)
        # In rows of n + 1, the diagonal is the first column.
        return x.pad((0, n)).unflatten(-1, (n, n + 1)).narrow(-1, 0, 1).squeeze(-1)

    def unfold(self, dim: int, size: int, step: int) -> Self:
        """Windows of `size` elements along `dim`, `step` apart, with a new last axis inside them.

        >>> Tensor([1, 2, 3, 4]).unfold(0, 2, 1).tolist()
        [[1, 2], [2, 3], [3, 4]]
        """
        axis = self._axis("unfold", dim)
        return self._windows("unfold", axis, size, step, 1).movedim(axis + 1, -1)

    def _windows(self, operation: str, axis: int, size: int, stride: int, dilation: int) -> Self:
        """Axis `axis`, of n elements, as two: which window, and which element of it.

        out[.., o, k, ..] = x[.., o * stride + k * dilation, ..]
        """
        n = self._static(operation, axis)
        span = dilation * (size - 1) + 1
        if size < 1 or stride < 1 or dilation < 1 or span > n:
            raise ShapeError(
                operation,
                f"windows of {size} (stride {stride}, dilation {dilation}) on an axis of {n}",
                "positive numbers and a window that fits",
            )
        count = (n - span) // stride + 1
        if stride >= size and dilation == 1:  # windows that do not overlap
            x = self._resized(axis, count * stride)
            return x.unflatten(axis, (count, stride)).narrow(axis + 1, 0, size)
        before, after = self.node.shape[:axis], self.node.shape[axis + 1 :]
        node = ir.expand(ir.reshape(self.node, (*before, n, 1, *after)), (*before, n, size, *after))
        # Every stride-th window is kept; those past the end are zeros that are dropped.
        node = ir.shear(node, axis, axis + 1, dilation, count * stride)
        return (
            self._with(node)
            .unflatten(axis, (count, stride))
            .narrow(axis + 1, 0, 1)
            .squeeze(axis + 1)
        )

    def _resized(self, axis: int, size: int) -> Self:
        """Axis `axis` cut, or filled up with zeros, to `size`."""
        n = self._static("resize", axis)
        return self.pad([(0, size - n) if i == axis else None for i in range(self.ndim)])


# ---- helpers ------------------------------------------------------------------------------------


def _listed(first: M | Sequence[M], others: Sequence[M]) -> list[M]:
    """The tensors of `a.cat(b, c)` and of `Tensor.cat([a, b, c])`."""
    tensors = [first, *others] if isinstance(first, Movement) else [*first, *others]
    if not tensors:
        raise ArgumentError("cat", "no tensors", "at least one")
    return tensors


def _product(sizes: Sequence[Size]) -> Size:
    result: Size = 1
    for s in sizes:
        result = result * s
    return result


def _positive(width: Dim) -> Dim:
    return max(width, 0) if isinstance(width, int) else width


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


def _pairs(padding: Sequence[Any], ndim: int) -> list[tuple[Any, Any]]:
    """Either form of padding as one pair for each axis."""
    if any(p is None or isinstance(p, tuple | list) for p in padding):
        if len(padding) != ndim:
            raise ShapeError("pad", f"{len(padding)} pairs", f"one for each of {ndim} axes")
        return [(0, 0) if p is None else (p[0], p[1]) for p in padding]
    if len(padding) % 2 or len(padding) > 2 * ndim:
        raise ShapeError("pad", f"{len(padding)} numbers", f"two for each of at most {ndim} axes")
    pairs = [(padding[i], padding[i + 1]) for i in range(0, len(padding), 2)]
    return [(0, 0)] * (ndim - len(pairs)) + pairs[::-1]


def pad_with(x: Node, widths: Sequence[tuple[Dim, Dim]], value: Scalar) -> Node:
    """x with `value` around it."""
    padded = ir.pad(x, widths)
    if padded is x or not value:
        return padded
    inside = ir.pad(ir.const(True, dtypes.bool, x.shape), widths)
    return ir.where(inside, padded, ir.const(value, x.dtype, padded.shape))


def _joined(nodes: Sequence[Node], axis: int) -> Node:
    """Nodes one after the other along `axis`."""
    total: Dim = 0
    for n in nodes:
        total = ir.dim_add(total, n.shape[axis])
    result: Node | None = None
    start: Dim = 0
    for n in nodes:
        end = ir.dim_add(start, n.shape[axis])
        widths: list[tuple[Dim, Dim]] = [(0, 0)] * n.ndim
        widths[axis] = (start, ir.dim_sub(total, end))
        part = ir.pad(n, widths)
        if result is None:
            result = part
        else:
            inside = ir.pad(ir.const(True, dtypes.bool, n.shape), widths)
            result = ir.where(inside, part, result)
        start = end
    assert result is not None
    return result

"""What is around the elements, and which of them: pads, windows, triangles and diagonals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import Scalar, dtypes
from smelt.ir.node import Dim, Node
from smelt.tensor.base import as_dims, broadcast
from smelt.tensor.creation import triangle
from smelt.tensor.joining import Joining
from smelt.util.errors import ArgumentError, ShapeError


class Windows(Joining):
    """Pads, windows, triangles and diagonals."""

    # ---- pads ------------------------------------------------------------------------------------

    def pad(
        self,
        padding: Sequence[Any],
        mode: str = "constant",
        value: Scalar | None = 0.0,
    ) -> Self:
        """Elements added before and after each axis; a negative number takes some away.

        `padding` is flat, as PyTorch has it, (before, after, before, after ..) from the last axis
        on; or a pair (or None) for each axis from the first on, as numpy has it. The mode says
        what is added: "constant" is `value`, "replicate" the first and the last, "reflect" those
        next to them in reverse, "circular" those of the other end. Raises ShapeError if there are
        not enough of these.

        >>> Tensor([[1, 2]]).pad((1, 0)).tolist()
        [[0, 1, 2]]
        >>> Tensor([1, 2]).pad(((0, 2),), value=9).tolist()
        [1, 2, 9, 9]
        >>> Tensor([1, 2, 3]).pad((2, 1), mode="reflect").tolist()
        [3, 2, 1, 2, 3, 2]
        """
        if mode not in ("constant", *_AROUND):
            raise ArgumentError("pad", f"mode {mode!r}", ", ".join(("constant", *_AROUND)))
        pairs = _pairs(padding, self.ndim)
        flat, bindings = as_dims("pad", [[p for pair in pairs for p in pair]])
        widths = list(zip(flat[::2], flat[1::2], strict=True))
        added = [(_positive(b), _positive(a)) for b, a in widths]
        cut = [(_negative(b), _negative(a)) for b, a in widths]
        if mode == "constant":
            x = self._cropped(cut)
            return x._with(pad_with(x.node, added, value or 0), bindings=bindings)
        if mode == "circular":  # what was taken away does not come back at the other end
            return self._cropped(cut)._surrounded(added, mode)
        return self._surrounded(added, mode)._cropped(cut)

    def pad_to(self, *shape: Any, value: Scalar = 0.0) -> Self:
        """`value` added behind each axis up to the size in `shape`; None leaves an axis as it is.

        Raises ShapeError if an axis is longer.

        >>> Tensor([1, 2]).pad_to(4).tolist()
        [1, 2, 0, 0]
        """
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        if len(sizes) != self.ndim:
            raise ShapeError("pad_to", f"{len(sizes)} sizes", f"one for each of {self.ndim} axes")
        as_dims("pad_to", [s for s in sizes if s is not None])
        pairs = [None if s is None else (0, s - n) for s, n in zip(sizes, self.shape, strict=True)]
        if any(pair and isinstance(pair[1], int) and pair[1] < 0 for pair in pairs):
            raise ShapeError("pad_to", f"{self.shape} to {tuple(sizes)}", "sizes no smaller")
        return self.pad(pairs, value=value)

    def _cropped(self, widths: Sequence[tuple[Dim, Dim]]) -> Self:
        """Without the first and the last elements of each axis."""
        sizes = zip(self.node.shape, widths, strict=True)
        return self._with(ir.shrink(self.node, [(b, ir.dim_sub(s, a)) for s, (b, a) in sizes]))

    def _surrounded(self, widths: Sequence[tuple[Dim, Dim]], mode: str) -> Self:
        """With elements of its own around it."""
        x = self
        for axis, (before, after) in enumerate(widths):
            if before == after == 0:
                continue
            n = x._static("pad", axis)
            if not (isinstance(before, int) and isinstance(after, int)):
                raise ShapeError("pad", f"{mode} by {(before, after)}", "known widths")
            limit = {"reflect": n - 1, "circular": n}.get(mode, max(before, after) * min(n, 1))
            if max(before, after) > limit:
                raise ShapeError(
                    "pad", f"{mode} by {(before, after)} on an axis of {n}", f"at most {limit}"
                )
            x = _AROUND[mode](x, axis, before, after)
        return x

    def _resized(self, axis: int, size: int) -> Self:
        """Axis `axis` cut, or filled up with zeros, to `size`."""
        n = self._static("resize", axis)
        return self.pad([(0, size - n) if i == axis else None for i in range(self.ndim)])

    # ---- windows ---------------------------------------------------------------------------------

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
        if stride > 1 and dilation == 1:
            # Element o * stride + k is number k % stride of group o + k // stride: on the way back
            # each element takes part in size / stride windows, and no others need to be masked.
            taps = -(-size // stride)
            x = self._resized(axis, (count - 1 + taps) * stride)
            x = x.unflatten(axis, (count - 1 + taps, stride))._windows(operation, axis, taps, 1, 1)
            return x.flatten(axis + 1, axis + 2).narrow(axis + 1, 0, size)
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

    # ---- triangles and diagonals -----------------------------------------------------------------

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
            return x.narrow(-1, 0, 0).narrow(-2, 0, 0).flatten(-2)
        x = x.narrow(-2, row, n).narrow(-1, column, n).flatten(-2)  # (..., n * n)
        # In rows of n + 1, the diagonal is the first column.
        return x.pad((0, n)).unflatten(-1, (n, n + 1)).narrow(-1, 0, 1).squeeze(-1)

    def diag(self, diagonal: int = 0) -> Self:
        """The diagonal of a matrix, or the matrix with that diagonal and zeros elsewhere.

        >>> Tensor([1, 2]).diag().tolist()
        [[1, 0], [0, 2]]
        """
        if self.ndim not in (1, 2):
            raise ShapeError("diag", f"{self.ndim} axes", "1 or 2", "use diag_embed or diagonal")
        return self.diag_embed(diagonal) if self.ndim == 1 else self.diagonal(diagonal)

    def diag_embed(self, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Self:
        """Matrices in axes dim1 and dim2 that have the last axis as a diagonal, else zeros.

        >>> Tensor([1, 2]).diag_embed(1).tolist()
        [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
        """
        a = self._axis("diag_embed", dim1, extra=1)
        b = self._axis("diag_embed", dim2, extra=1)
        if a == b:
            raise ArgumentError("diag_embed", f"axis {a} twice", "two axes")
        n = self._static("diag_embed", self._axis("diag_embed", -1))
        below, above = max(-offset, 0), max(offset, 0)
        # In rows of n + 1, the diagonal is the first column.
        rows = self.unsqueeze(-1).pad((0, n)).flatten(-2)  # (..., n * (n + 1))
        square = rows.narrow(-1, 0, n * n).unflatten(-1, (n, n))
        return square.pad((above, below, below, above)).movedim((-2, -1), (a, b))


# ---- helpers ------------------------------------------------------------------------------------


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


def _positive(width: Dim) -> Dim:
    return max(width, 0) if isinstance(width, int) else width


def _negative(width: Dim) -> Dim:
    """How much a width takes away; one that depends on a Variable takes nothing."""
    return max(-width, 0) if isinstance(width, int) else 0


def pad_with(x: Node, widths: Sequence[tuple[Dim, Dim]], value: Scalar) -> Node:
    """x with `value` around it."""
    padded = ir.pad(x, widths)
    if padded is x or not value:
        return padded
    inside = ir.pad(ir.const(True, dtypes.bool, x.shape), widths)
    return ir.where(inside, padded, ir.const(value, x.dtype, padded.shape))


# ---- modes of padding ---------------------------------------------------------------------------

W = TypeVar("W", bound=Windows)


def _replicate(x: W, axis: int, before: int, after: int) -> W:
    first, last = x.narrow(axis, 0, 1), x.narrow(axis, int(x.shape[axis]) - 1, 1)
    copies = [-1] * axis
    rest = [-1] * (x.ndim - axis - 1)
    return _between(
        first.expand([*copies, before, *rest]), x, last.expand([*copies, after, *rest]), axis
    )


def _reflect(x: W, axis: int, before: int, after: int) -> W:
    end = int(x.shape[axis]) - 1 - after
    left, right = x.narrow(axis, 1, before), x.narrow(axis, end, after)
    return _between(left.flip(axis), x, right.flip(axis), axis)


def _circular(x: W, axis: int, before: int, after: int) -> W:
    left = x.narrow(axis, int(x.shape[axis]) - before, before)
    return _between(left, x, x.narrow(axis, 0, after), axis)


def _between(left: W, x: W, right: W, axis: int) -> W:
    return type(x).cat([t for t in (left, x, right) if t.shape[axis] != 0], dim=axis)


_AROUND: dict[str, Callable[[Any, int, int, int], Any]] = {
    "reflect": _reflect,
    "replicate": _replicate,
    "circular": _circular,
}

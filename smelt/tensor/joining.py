"""Several tensors as one, one as several, and one as several copies of itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes, promote
from smelt.ir.node import Dim, Node
from smelt.tensor.base import as_shape
from smelt.tensor.movement import Movement
from smelt.util.errors import ArgumentError, DTypeError, ShapeError

J = TypeVar("J", bound="Joining")

JOINED_AT_ONCE = 16


class Joining(Movement):
    """cat, stack, split and their like."""

    # ---- one of several --------------------------------------------------------------------------

    def cat(self: J | Sequence[J], *others: J, dim: int = 0) -> J:
        """Tensors one after the other along `dim`: `a.cat(b, c)` or `Tensor.cat([a, b, c])`.

        Raises ShapeError unless the other axes agree.

        >>> Tensor([1, 2]).cat(Tensor([3])).tolist()
        [1, 2, 3]
        """
        tensors = _listed("cat", self, others)
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

    concat = cat
    concatenate = cat

    def stack(self: J | Sequence[J], *others: J, dim: int = 0) -> J:
        """Tensors of one shape along a new axis: `a.stack(b)` or `Tensor.stack([a, b])`.

        >>> Tensor.stack([Tensor([1, 2]), Tensor([3, 4])], dim=1).tolist()
        [[1, 3], [2, 4]]
        """
        tensors = _listed("stack", self, others)
        axis = tensors[0]._axis("stack", dim, extra=1)
        return type(tensors[0]).cat([t.unsqueeze(axis) for t in tensors], dim=axis)

    def hstack(self: J | Sequence[J], *others: J) -> J:
        """Tensors beside each other: along axis 1, or along the only axis.

        >>> Tensor.hstack([Tensor([[1], [2]]), Tensor([[3], [4]])]).tolist()
        [[1, 3], [2, 4]]
        """
        tensors = [t.reshape(1) if t.ndim == 0 else t for t in _listed("hstack", self, others)]
        return type(tensors[0]).cat(tensors, dim=min(tensors[0].ndim - 1, 1))

    def vstack(self: J | Sequence[J], *others: J) -> J:
        """Tensors below each other: along axis 0, those with one axis as rows.

        >>> Tensor.vstack([Tensor([1, 2]), Tensor([3, 4])]).tolist()
        [[1, 2], [3, 4]]
        """
        tensors = [t.reshape(1, -1) if t.ndim < 2 else t for t in _listed("vstack", self, others)]
        return type(tensors[0]).cat(tensors)

    def meshgrid(self: J | Sequence[J], *others: J, indexing: str = "ij") -> tuple[J, ...]:
        """1-d tensors, each spread over a grid that has an axis for each of them.

        >>> [t.tolist() for t in Tensor([1, 2]).meshgrid(Tensor([3, 4]))]
        [[[1, 1], [2, 2]], [[3, 4], [3, 4]]]
        """
        if indexing not in ("ij", "xy"):
            raise ArgumentError("meshgrid", f"indexing {indexing!r}", "'ij' or 'xy'")
        flat = [t.flatten() for t in _listed("meshgrid", self, others)]
        shape = [f.shape[0] for f in flat]
        grids = []
        for i, f in enumerate(flat):
            sizes = [-1 if j == i else 1 for j in range(len(flat))]
            grid = f.reshape(sizes).expand(shape)
            grids.append(grid.transpose(0, 1) if indexing == "xy" and len(flat) > 1 else grid)
        return tuple(grids)

    # ---- several of one --------------------------------------------------------------------------

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

    def tensor_split(self, sections: int | Sequence[int], dim: int = 0) -> tuple[Self, ...]:
        """That many parts of `dim`, longer ones by 1 first; or parts between the given places.

        >>> [t.tolist() for t in Tensor([1, 2, 3]).tensor_split(2)]
        [[1, 2], [3]]
        >>> [t.tolist() for t in Tensor([1, 2, 3]).tensor_split((1,))]
        [[1], [2, 3]]
        """
        axis = self._axis("tensor_split", dim)
        n = self._static("tensor_split", axis)
        if isinstance(sections, int):
            if sections < 1:
                raise ArgumentError("tensor_split", f"{sections} sections", "1 or more")
            size, longer = divmod(n, sections)
            sections = [i * size + min(i, longer) for i in range(1, sections)]
        places = [slice(p).indices(n)[1] for p in sections]
        bounds = zip([0, *places], [*places, n], strict=True)
        return tuple(self.narrow(axis, a, max(0, b - a)) for a, b in bounds)

    def unbind(self, dim: int = 0) -> tuple[Self, ...]:
        """The parts of axis `dim`, without that axis.

        >>> [t.tolist() for t in Tensor([[1, 2], [3, 4]]).unbind(1)]
        [[1, 3], [2, 4]]
        """
        axis = self._axis("unbind", dim)
        return tuple(self.select(axis, i) for i in range(self._static("unbind", axis)))

    # ---- copies ----------------------------------------------------------------------------------

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

    def tile(self, *reps: Any) -> Self:
        """`repeat`, where the last axes are meant if there are fewer numbers than axes.

        >>> Tensor([[1, 2]]).tile(2).tolist()
        [[1, 2, 1, 2]]
        """
        times = reps[0] if len(reps) == 1 and isinstance(reps[0], tuple | list) else reps
        return self.repeat([1] * (self.ndim - len(times)) + list(times))

    def roll(self, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Self:
        """Elements moved on by `shifts` along `dims`; those that leave come back in front.

        >>> Tensor([1, 2, 3]).roll(1).tolist()
        [3, 1, 2]
        """
        if dims is None:
            return self.flatten().roll(shifts, 0).reshape(self.shape)
        axes = [dims] if isinstance(dims, int) else list(dims)
        steps = [shifts] if isinstance(shifts, int) else list(shifts)
        if len(steps) != len(axes):
            raise ArgumentError("roll", f"shifts {shifts} along {dims}", "a shift for each axis")
        x = self
        for dim, step in zip(axes, steps, strict=True):
            axis = x._axis("roll", dim)
            n = x._static("roll", axis)
            cut = -step % n if n else 0
            if cut:
                x = x.narrow(axis, cut, n - cut).cat(x.narrow(axis, 0, cut), dim=axis)
        return x


def one_of(parts: Sequence[J]) -> J:
    """Tensors as one, along a new first axis.

    Other than in a `stack` each is computed wherever one of them is: kernels with a copy of the
    code for each place along that axis read and compute once what the parts have in common.
    """
    first, count = parts[0].node, len(parts)
    shape = (count, *first.shape)
    wide = [ir.expand(ir.reshape(p.node, (1, *first.shape)), shape) for p in parts]
    result = wide[-1]
    for i in reversed(range(count - 1)):
        before = ir.const(True, dtypes.bool, (i + 1, *first.shape))
        inside = ir.pad(before, [(0, count - i - 1), *[(0, 0)] * first.ndim])
        result = ir.where(inside, wide[i], result)
    return parts[0]._with(result, *parts[1:])


# ---- helpers ------------------------------------------------------------------------------------


def _listed(operation: str, first: J | Sequence[J], others: Sequence[J]) -> list[J]:
    """The tensors of `a.cat(b, c)` and of `Tensor.cat([a, b, c])`."""
    tensors = [first, *others] if isinstance(first, Joining) else [*first, *others]
    if not tensors:
        raise ArgumentError(operation, "no tensors", "at least one")
    for tensor in tensors:
        if not isinstance(tensor, Joining):
            raise DTypeError(operation, type(tensor).__name__, "tensors")
    return tensors


def _joined(nodes: Sequence[Node], axis: int) -> Node:
    """Nodes one after the other along `axis`: in groups, as each element looks at every part."""
    while len(nodes) > JOINED_AT_ONCE:
        starts = range(0, len(nodes), JOINED_AT_ONCE)
        groups = [_joined_group(nodes[i : i + JOINED_AT_ONCE], axis) for i in starts]
        nodes = [ir.contiguous(group) for group in groups]
    return _joined_group(nodes, axis)


def _joined_group(nodes: Sequence[Node], axis: int) -> Node:
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

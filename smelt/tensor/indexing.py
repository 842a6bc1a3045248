"""Reading by an index: `x[..]` as numpy has it, and the named forms of it that PyTorch has.

How many elements a mask selects depends on its values. That one number is read on the host, and
nothing else: where they are is worked out by a running count, which is also the place that each
of them gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import smelt.ir.node as ir
from smelt.dtype import Scalar, dtypes
from smelt.ir.node import Node
from smelt.tensor.base import Array, Base, broadcast, broadcast_shapes
from smelt.tensor.keys import (
    check_constant,
    combined,
    counter,
    flat,
    looked_up,
    parse,
    sliced,
    wrapped,
)
from smelt.tensor.reductions import Reductions
from smelt.util.errors import ArgumentError, DTypeError, ShapeError


class Indexing(Reductions):
    """`x[1:3, None, ..., ids]`, gather and take."""

    def __getitem__(self, key: Any) -> Self:
        """The elements that `key` names.

        ints, slices with any step, None, Ellipsis, integer tensors (arrays, lists) and bools or
        masks of them, mixed as numpy has it. The size of what a mask selects depends on its
        values, so how many there are is computed at once. Raises OutOfRangeError for an int
        outside of its axis; an integer tensor is checked where it is computed.

        >>> Tensor([[1, 2], [3, 4]])[1, ::-1].tolist()
        [4, 3]
        >>> Tensor([10, 20, 30])[Tensor([2, -1, 0])].tolist()
        [30, 30, 10]
        """
        parsed = parse(self, key, self._find)
        x = self._with(sliced(self.node, parsed), bindings=parsed.bindings)
        if not parsed.lookups():
            return x
        return x._with(looked_up(x.node, parsed), *parsed.tensors)

    def _find(self, mask: Base) -> Sequence[Base]:
        """Where a mask holds: the positions along each of its axes."""
        return self._make(mask.node)._with(mask.node, mask)._places("index by a mask")

    # ---- by positions -------------------------------------------------------------------------

    def gather(self, dim: int, index: Self) -> Self:
        """out[i][j] = x[index[i][j]][j] for dim 0, likewise for the others.

        `index` has as many axes as x, none of them longer than x's except `dim`. An index outside
        raises OutOfRangeError when it is computed.

        >>> Tensor([[1, 2], [3, 4]]).gather(1, Tensor([[1, 1], [0, 0]])).tolist()
        [[2, 2], [3, 3]]
        """
        positions = self._along("gather", dim, index)
        return self._with(ir.load(flat(self.node), positions), index)

    def take(self, index: Self) -> Self:
        """The elements of the flattened tensor at these positions, negative ones from the end.

        >>> Tensor([[1, 2], [3, 4]]).take(Tensor([0, 3])).tolist()
        [1, 4]
        """
        return self.flatten()[index]

    def take_along_dim(self, indices: Self, dim: int | None = None) -> Self:
        """`gather` where the other axes broadcast and negative positions count from the end.

        Of the flattened tensor without dim.

        >>> Tensor([[1, 2], [3, 4]]).take_along_dim(Tensor([[-1], [0]]), 1).tolist()
        [[2], [3]]
        """
        if dim is None:
            return self.flatten().take_along_dim(indices.flatten(), 0)
        axis = self._axis("take_along_dim", dim)
        if indices.ndim != self.ndim:
            raise ShapeError("take_along_dim", f"{indices.ndim} axes", f"{self.ndim} as in self")
        sizes = [(n.shape[:axis], n.shape[axis + 1 :]) for n in (self.node, indices.node)]
        before, after = (broadcast_shapes("take_along_dim", *s) for s in zip(*sizes, strict=True))
        n, count = self.node.shape[axis], indices.node.shape[axis]
        x = self._with(broadcast(self.node, (*before, n, *after)))
        places = broadcast(wrapped(indices.node, n), (*before, count, *after))
        return x.gather(axis, indices._with(places))

    def index_select(self, dim: int, index: Self) -> Self:
        """The parts of axis `dim` at these positions.

        >>> Tensor([[1, 2], [3, 4]]).index_select(1, Tensor([1])).tolist()
        [[2], [4]]
        """
        axis = self._axis("index_select", dim)
        return self[(slice(None),) * axis + (index,)]

    def _along(self, operation: str, dim: int, index: Base) -> Node:
        """Positions in the flattened self: `index` along `dim`, its own place along the others."""
        if not isinstance(index, Base):
            raise DTypeError(operation, f"an index of {type(index).__name__}", "a Tensor")
        sizes, shape = self.node.shape or (1,), index.node.shape or (1,)  # a scalar has an axis
        axis = 0 if self.ndim == 0 and dim in (0, -1) else self._axis(operation, dim)
        if not index.dtype.is_int:
            raise DTypeError(operation, f"an index of {index.dtype.name}", "integers")
        if len(shape) != len(sizes) or any(
            isinstance(a, int) and isinstance(b, int) and a > b
            for i, (a, b) in enumerate(zip(shape, sizes, strict=True))
            if i != axis
        ):
            raise ShapeError(
                operation, f"an index of shape {index.shape}",
                f"{self.ndim} axes, none but axis {axis} longer than in {self.shape}",
            )  # fmt: skip
        found = ir.cast(ir.reshape(index.node, shape), dtypes.index)
        check_constant(found, sizes[axis])
        parts = [found if i == axis else counter(d, i, shape) for i, d in enumerate(shape)]
        return ir.reshape(combined(parts, sizes, [axis]), index.node.shape)

    # ---- by values ----------------------------------------------------------------------------

    def nonzero(
        self, size: int | None = None, fill_value: int = 0, *, as_tuple: bool = False
    ) -> Any:
        """The positions of all elements that are not 0, in order: shape (count, ndim), int64.

        How many there are is computed at once, unless `size` says how many to give; then
        `fill_value` fills up what is missing. `as_tuple` gives the positions along each axis.
        Raises CaptureError inside a captured step without a size.

        >>> Tensor([[0, 5], [7, 0]]).nonzero().tolist()
        [[0, 1], [1, 0]]
        >>> Tensor([3, 0, 4]).nonzero(size=3).tolist()
        [[0], [2], [0]]
        """
        if size is not None and size < 0:
            raise ArgumentError("nonzero", f"size {size}", "0 or more")
        x = self.reshape(1) if as_tuple and self.ndim == 0 else self
        places = x.ne(0)._places("nonzero", size, fill_value)
        if as_tuple:
            return places
        if places:
            return places[0].stack(*places[1:], dim=1)
        found = x.ne(0).reshape(1)._flat_places("nonzero", size, fill_value)
        return found.unsqueeze(1).narrow(1, 0, 0)

    def nonzero_static(self, *, size: int, fill_value: int = -1) -> Self:
        """`nonzero` of a known size.

        >>> Tensor([3, 0, 4]).nonzero_static(size=1).tolist()
        [[0]]
        """
        found: Self = self.nonzero(size=size, fill_value=fill_value)
        return found

    def argwhere(self) -> Self:
        """`nonzero` by its other name.

        >>> Tensor([3, 0, 4]).argwhere().tolist()
        [[0], [2]]
        """
        found: Self = self.nonzero()
        return found

    def masked_select(self, mask: Self, size: int | None = None, fill_value: Scalar = 0) -> Self:
        """The elements where `mask`, which broadcasts, holds: one axis.

        How many there are is computed at once, unless `size` says how many to give; then
        `fill_value` fills up what is missing. Raises CaptureError inside a captured step without a
        size.

        >>> Tensor([1, 2, 3]).masked_select(Tensor([True, False, True])).tolist()
        [1, 3]
        >>> Tensor([1, 2, 3]).masked_select(Tensor([True, False, True]), size=3).tolist()
        [1, 3, 0]
        """
        if not mask.dtype.is_bool:
            raise DTypeError("masked_select", f"a mask of {mask.dtype.name}", "bool")
        shape = broadcast_shapes("masked_select", self.node.shape, mask.node.shape)
        x, flags = (t._with(broadcast(t.node, shape)).flatten() for t in (self, mask))
        if size is None:
            return x[flags]
        if size < 0:
            raise ArgumentError("masked_select", f"size {size}", "0 or more")
        places = flags._flat_places("masked_select", size, -1)
        return x.pad(((0, 1),), value=fill_value)[places]  # -1 is what was padded

    def repeat_interleave(
        self, repeats: int | Self, dim: int | None = None, *, output_size: int | None = None
    ) -> Self:
        """Each element repeated that many times along `dim`; of the flattened tensor without dim.

        A tensor has a number for each element; their sum is computed at once unless it is given
        as `output_size`.

        >>> Tensor([1, 2]).repeat_interleave(2).tolist()
        [1, 1, 2, 2]
        >>> Tensor([1, 2]).repeat_interleave(Tensor([0, 3])).tolist()
        [2, 2, 2]
        """
        x = self.flatten() if dim is None else self
        axis = x._axis("repeat_interleave", 0 if dim is None else dim)
        if isinstance(repeats, int):
            if repeats < 0:
                raise ArgumentError("repeat_interleave", f"{repeats} times", "0 or more")
            spread = x.unsqueeze(axis + 1)
            sizes = [repeats if i == axis + 1 else -1 for i in range(spread.ndim)]
            return spread.expand(sizes).flatten(axis, axis + 1)
        if repeats.ndim > 1 or not repeats.dtype.is_int:
            raise ArgumentError("repeat_interleave", f"repeats {repeats.shape}", "ints on one axis")
        ends = repeats.expand(x.shape[axis]).cumsum(0)
        total = ends._last("repeat_interleave") if output_size is None else output_size
        # Element j of the result is the i-th, where i parts end at or before j.
        end = ends.node
        ended = ir.store(
            ir.const(0, dtypes.index, (total,)), end, ir.const(1, dtypes.index, end.shape),
            end < total, "add",
        )  # fmt: skip
        return x.index_select(axis, x._make(ended, ends.bindings).cumsum(0))

    def one_hot(self, num_classes: int = -1) -> Self:
        """A new last axis that is 1 at self's value and 0 elsewhere, int32.

        Without a number of classes the largest value is computed at once.

        >>> Tensor([0, 2]).one_hot(3).tolist()
        [[1, 0, 0], [0, 0, 1]]
        """
        if not self.dtype.is_int:
            raise DTypeError("one_hot", self.dtype.name, "integers")
        if num_classes == -1:
            num_classes = int(self.max()._read("one_hot without num_classes")) + 1
        classes = self._make(ir.iota(num_classes, dtypes.index))
        return self.long().unsqueeze(-1).eq(classes).int()

    def _read(self, operation: str) -> Array:
        """The values on the host, for an operation whose result's shape depends on them."""
        raise NotImplementedError  # Tensor has it

    def realize(self) -> Self:
        """Compute self."""
        raise NotImplementedError  # Tensor has it

    def _last(self, operation: str) -> int:
        """The last of running totals, read on the host; 0 of none."""
        if self.node.shape == (0,):
            return 0
        return int(self.realize()[-1]._read(operation))  # they are used again

    def _places(
        self, operation: str, size: int | None = None, fill_value: int = -1
    ) -> tuple[Self, ...]:
        """Where a mask holds: the positions along each of its axes."""
        found = self.flatten()._flat_places(operation, size, fill_value)
        places = []
        stride = 1
        for axis in reversed(range(self.ndim)):
            n = max(self._static(operation, axis), 1)
            place = found // stride % n
            stride *= n
            places.append(place if size is None else (found < 0).where(fill_value, place))
        return tuple(reversed(places))

    def _flat_places(self, operation: str, size: int | None, fill_value: int) -> Self:
        """Where a mask with one axis holds; -1 after the last."""
        n = self._static(operation, 0)
        counts = self.cumsum(0)  # (n,)
        count = counts._last(operation) if size is None else size
        target = counts.node - 1
        valid = self.node & (target < count)
        places = ir.store(ir.const(-1, dtypes.index, (count,)), target, ir.iota(n), valid)
        return counts._with(places, self)

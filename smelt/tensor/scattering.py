"""Writing by an index: `x[..] = y` as numpy has it, scatter and its like.

A tensor becomes a new version of itself. Where several values go to one place the last one wins,
or they are combined in order, so that results are the same each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.node import Node
from smelt.ir.op import COMBINE
from smelt.ir.symbolic import SymInt
from smelt.tensor.base import (
    HALVES,
    Base,
    Operand,
    as_node,
    as_operand,
    broadcast,
    broadcast_shapes,
)
from smelt.tensor.indexing import Indexing
from smelt.tensor.keys import (
    Mask,
    as_items,
    check_mask,
    flat,
    parse,
    place_of,
    positions,
    put_back,
    widths,
)
from smelt.util.errors import ArgumentError, DTypeError, ShapeError

# For each `reduce` of scatter and of scatter_reduce how a STORE combines.
SCATTER = {None: "set", "add": "add", "multiply": "mul"}
REDUCE = {"sum": "add", "prod": "mul", "mean": "add", "amax": "max", "amin": "max"}


class Scattering(Indexing):
    """`x[1:3, ids] = y`, scatter and index_add."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Make self a new version of itself in which the elements that `key` names are `value`.

        `value` broadcasts and is cast to self's dtype. What was computed from self before keeps
        the old values, a view (`x[0]`, `x.T`) too: it is no window on x. Raises ArgumentError for
        a leaf that requires a gradient.

        >>> x = Tensor([1, 2, 3, 4])
        >>> x[1:3] = 0
        >>> x.tolist()
        [1, 0, 0, 4]
        """
        given = self._given("setitem", value)
        masked = self._masked(key, given)
        self._replace(self._written("setitem", key, given) if masked is None else masked)

    def _replace(self, new: Self) -> None:
        """Become `new`: what an in-place operation ends with."""
        raise NotImplementedError  # Tensor has it

    def _given(self, operation: str, value: Any) -> Self:
        """A value as a tensor of self's dtype."""
        if isinstance(value, list | tuple | np.ndarray):
            value = type(self)(np.asarray(value), device=self.device)
        given = as_operand(operation, type(self)(value) if isinstance(value, SymInt) else value)
        if isinstance(given, Base):
            return self._make(given.node)._with(ir.cast(given.node, self.dtype), given)
        return self._make(as_node(operation, given, self.dtype, ()))

    # ---- masks --------------------------------------------------------------------------------

    def _masked(self, key: Any, value: Self) -> Self | None:
        """self with x[key] = value, chosen by a mask element by element.

        None if the key is not one mask among ints and slices, or if there is a value for each
        element that the mask selects: their number would have to be known.
        """
        items = as_items(self, key)
        masks = [i for i, item in enumerate(items) if isinstance(item, Mask)]
        if len(masks) != 1 or any(isinstance(item, Base | np.ndarray) for item in items):
            return None
        (place,) = masks
        mask, kept = items[place], widths(self, items)
        if 0 in mask.shape:  # which may be another shape than self's
            return None
        key = (*items[:place], *[slice(None)] * mask.ndim, *items[place + 1 :])
        part = self[key]  # of what the mask selects, its axes as they are in self
        at, count = sum(kept[:place]), place_of(items, kept)
        check_mask(mask, part.node.shape[at : at + mask.ndim], at)
        ndim = part.ndim - mask.ndim + 1
        sizes = value.node.shape
        while len(sizes) > ndim and sizes[0] == 1:
            sizes = sizes[1:]
        sizes = (1,) * (ndim - len(sizes)) + sizes
        if len(sizes) > ndim or sizes[count] != 1:
            return None
        rest = (*sizes[:count], *sizes[count + 1 :])
        spread = value.reshape((*rest[:at], *[1] * mask.ndim, *rest[at:]))
        if broadcast_shapes("setitem", part.node.shape, spread.node.shape) != part.node.shape:
            raise ShapeError("setitem", f"a value of shape {value.shape}", f"one for {part.shape}")
        flags = mask.flags
        if not isinstance(flags, Base):
            flags = type(self)(flags, device=self.device)
        column = ir.reshape(flags.node, (*flags.node.shape, *[1] * (part.ndim - at - mask.ndim)))
        chosen = part._make(column)._with(column, flags)._where(spread, part)
        return chosen if part.node is self.node else self._written("setitem", key, chosen)

    # ---- positions ----------------------------------------------------------------------------

    def _written(self, operation: str, key: Any, value: Self, mode: str = "set") -> Self:
        """self with x[key] = value, or combined with it."""
        parsed = parse(self, key, self._find)
        where = positions(parsed)
        node = value.node
        while node.ndim > where.ndim and node.shape[0] == 1:
            node = ir.reshape(node, node.shape[1:])
        if broadcast_shapes(operation, node.shape, where.shape) != where.shape:
            raise ShapeError(
                operation,
                f"a value of shape {value.shape}",
                f"one that broadcasts to {where.shape}",
            )
        node = broadcast(node, where.shape)
        if value._requires_grad and mode == "set" and not parsed.lookups():
            inside = put_back(ir.const(True, dtypes.bool, where.shape), parsed)
            placed = ir.where(inside, put_back(node, parsed), ir.reshape(self.node, inside.shape))
            result = ir.reshape(placed, self.node.shape)
        else:
            result = self._put(where, node, mode)
        return self._with(result, *parsed.tensors, value, bindings=parsed.bindings)

    def _put(self, where: Node, value: Node, mode: str, include_self: bool = True) -> Node:
        """self with values at positions of the flattened self, or combined with what is there.

        Without include_self what was there before does not count.
        """
        wide = dtypes.float32 if mode in ("add", "mul") and self.dtype in HALVES else self.dtype
        base = ir.cast(flat(self.node), wide)
        if not include_self:
            nothing = ir.identity(COMBINE[mode], wide)
            base = ir.store(base, where, ir.const(nothing, wide, where.shape))
        stored = ir.store(base, where, ir.cast(value, wide), mode=mode)
        return ir.reshape(ir.cast(stored, self.dtype), self.node.shape)

    def _combined(
        self, operation: str, where: Node, value: Self, others: Sequence[Base], reduce: str,
        include_self: bool,
    ) -> Self:  # fmt: skip
        """self with values combined at positions by sum, prod, mean, amax or amin."""
        if reduce not in REDUCE:
            raise ArgumentError(operation, f"reduce={reduce!r}", ", ".join(REDUCE))
        if reduce == "amin":
            mirrored = self._mirrored()
            return mirrored._combined(
                operation, where, value._mirrored(), others, "amax", include_self
            )._mirrored()
        if reduce == "mean" and self.dtype in HALVES:
            return (
                self.float()
                ._combined(operation, where, value.float(), others, reduce, include_self)
                .cast(self.dtype)
            )
        result = self._with(
            self._put(where, value.node, REDUCE[reduce], include_self), value, *others
        )
        if reduce != "mean":
            return result
        base = self.full_like(int(include_self), dtypes.index)
        ones = ir.const(1, dtypes.index, where.shape)
        count = base._with(base._put(where, ones, "add"), *others).maximum(1)
        return (
            result / count.cast(self.dtype)
            if self.dtype.is_float
            else result.floordiv(count).cast(self.dtype)
        )

    # ---- named forms --------------------------------------------------------------------------

    def scatter(
        self,
        dim: int,
        index: Self,
        src: Operand | None = None,
        reduce: str | None = None,
        *,
        value: Operand | None = None,
    ) -> Self:
        """self with out[index[i][j]][j] = src[i][j] for dim 0, likewise for the others.

        Where several go to one place the last wins; reduce="add" or "multiply" combines them with
        what is there. PyTorch calls a number for src `value`.

        >>> Tensor.zeros(3).scatter(0, Tensor([2, 0]), Tensor([5.0, 6.0])).tolist()
        [6.0, 0.0, 5.0]
        """
        if reduce not in SCATTER:
            raise ArgumentError("scatter", f"reduce={reduce!r}", '"add", "multiply" or None')
        values = [v for v in (src, value) if v is not None]
        if len(values) != 1:
            raise ArgumentError("scatter", f"{len(values)} of src and value", "one of them")
        where = self._along("scatter", dim, index)
        given = self._source("scatter", index, values[0])
        return self._with(self._put(where, given.node, SCATTER[reduce]), index, given)

    def scatter_add(self, dim: int, index: Self, src: Self) -> Self:
        """self with out[index[i][j]][j] += src[i][j] for dim 0, likewise for the others.

        >>> Tensor.zeros(2).scatter_add(0, Tensor([1, 1]), Tensor([5.0, 6.0])).tolist()
        [0.0, 11.0]
        """
        return self.scatter(dim, index, src, reduce="add")

    def scatter_reduce(
        self, dim: int, index: Self, src: Self, reduce: str, *, include_self: bool = True
    ) -> Self:
        """`scatter` that combines what goes to one place: sum, prod, mean, amax or amin.

        Without include_self what was there before does not count.

        >>> x, ids, y = Tensor([1.0, 9.0]), Tensor([0, 0]), Tensor([6.0, 8.0])
        >>> x.scatter_reduce(0, ids, y, "mean").tolist()
        [5.0, 9.0]
        >>> x.scatter_reduce(0, ids, y, "amin", include_self=False).tolist()
        [6.0, 9.0]
        """
        where = self._along("scatter_reduce", dim, index)
        given = self._source("scatter_reduce", index, src)
        return self._combined("scatter_reduce", where, given, [index], reduce, include_self)

    def _source(self, operation: str, index: Self, src: Operand) -> Self:
        """The values for an index, of self's dtype: the part of src that it covers."""
        given = self._given(operation, src)
        if not isinstance(src, Base):
            return given.expand(index.shape)
        if src.ndim != index.ndim or any(
            a < b for a, b in zip(src.shape, index.shape, strict=True)
        ):
            raise ShapeError(operation, f"src {src.shape}", f"one that covers {index.shape}")
        if src.dtype is not self.dtype:
            raise DTypeError(operation, src.dtype.name, f"self's dtype, {self.dtype.name}")
        return given.shrink([(0, d) for d in index.shape])

    def index_add(self, dim: int, index: Self, source: Self, *, alpha: Operand = 1) -> Self:
        """self with alpha * source added to the parts of axis `dim` at these positions, in order.

        >>> Tensor([1, 2]).index_add(0, Tensor([1, 1]), Tensor([10, 20])).tolist()
        [1, 32]
        """
        added = source if isinstance(alpha, int) and alpha == 1 else source * alpha
        return self._at("index_add", dim, index, added, "add")

    def index_copy(self, dim: int, index: Self, source: Self) -> Self:
        """self with the parts of axis `dim` at these positions taken from source.

        >>> Tensor([1, 2]).index_copy(0, Tensor([1]), Tensor([10])).tolist()
        [1, 10]
        """
        return self._at("index_copy", dim, index, source)

    def index_fill(self, dim: int, index: Self, value: Operand) -> Self:
        """self with the parts of axis `dim` at these positions filled with a number.

        >>> Tensor([1, 2]).index_fill(0, Tensor([1]), 7).tolist()
        [1, 7]
        """
        return self._at("index_fill", dim, index, value)

    def index_reduce(
        self, dim: int, index: Self, source: Self, reduce: str, *, include_self: bool = True
    ) -> Self:
        """`index_add` for a product, a mean, or the largest or smallest: prod, mean, amax, amin.

        >>> Tensor([1, 2]).index_reduce(0, Tensor([1, 1]), Tensor([3, 4]), "prod").tolist()
        [1, 24]
        """
        axis = self._axis("index_reduce", dim)
        parsed = parse(self, (slice(None),) * axis + (index,), self._find)
        where = positions(parsed)
        given = self._given("index_reduce", source).expand(self._make(where).shape)
        return self._combined("index_reduce", where, given, [index], reduce, include_self)

    def _at(self, operation: str, dim: int, index: Self, value: Operand, mode: str = "set") -> Self:
        axis = self._axis(operation, dim)
        key = (slice(None),) * axis + (index,)
        return self._written(operation, key, self._given(operation, value), mode)

    def index_put(
        self, indices: Sequence[Self | None], values: Operand, accumulate: bool = False
    ) -> Self:
        """self with x[indices] = values, or += values in order; None stands for a whole axis.

        >>> Tensor([1, 2]).index_put((Tensor([0, 0]),), Tensor([5, 6]), accumulate=True).tolist()
        [12, 2]
        """
        key = tuple(slice(None) if index is None else index for index in indices)
        given = self._given("index_put", values)
        return self._written("index_put", key, given, "add" if accumulate else "set")

    def put(self, index: Self, source: Operand, accumulate: bool = False) -> Self:
        """`index_put` by positions in the flattened tensor.

        >>> Tensor([[1, 2], [3, 4]]).put(Tensor([3]), Tensor([9])).tolist()
        [[1, 2], [3, 9]]
        """
        return self.flatten().index_put((index,), source, accumulate).reshape(self.shape)

    def masked_scatter(self, mask: Self, source: Self) -> Self:
        """The elements of `source`, in order, where `mask`, which broadcasts, holds; else self's.

        Raises OutOfRangeError, when it is computed, if source has too few.

        >>> Tensor([1, 2, 3]).masked_scatter(Tensor([True, False, True]), Tensor([7, 8])).tolist()
        [7, 2, 8]
        """
        if not mask.dtype.is_bool:
            raise DTypeError("masked_scatter", f"a mask of {mask.dtype.name}", "bool")
        if source.dtype is not self.dtype:
            raise DTypeError("masked_scatter", source.dtype.name, f"self's, {self.dtype.name}")
        flags = mask.expand(self.shape)
        rank = flags.flatten().cumsum(0).reshape(self.shape) - 1
        taken = ir.load(flat(source.node), rank.node, flags.node)
        return flags.where(self._with(taken, source, rank), self)

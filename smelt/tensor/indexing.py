"""Indexing for reading and writing, gather and scatter.

An index becomes a list of parts, one for each axis of the tensor, in order, with None where a new
axis goes. Reading moves elements through the basic parts and LOADs through the tensors; writing
works out the position that each value goes to and STOREs it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.node import Dim, Node, Shape
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, as_dim, bounds, merge_bindings
from smelt.tensor.base import Array, Base, Operand, as_node, as_operand, broadcast, broadcast_shapes
from smelt.tensor.reductions import Reductions
from smelt.util.errors import ArgumentError, DTypeError, OutOfRangeError, ShapeError


@dataclass
class Slice:
    """Elements start, start + step .. of an axis, `count` of them; an int keeps no axis."""

    start: Dim
    count: Dim
    step: int
    is_int: bool = False


@dataclass
class Lookup:
    """Elements of an axis at the positions that a tensor has, negative ones from the end."""

    positions: Node


@dataclass
class _MaskAxis:
    """One axis of a mask: where it holds, and how long it is."""

    positions: Array
    size: int


Part: TypeAlias = Slice | Lookup | None


@dataclass
class Key:
    """An index, worked out for one shape."""

    parts: list[Part]
    tensors: list[Base] = field(default_factory=list)
    bindings: Mapping[str, int] = field(default_factory=dict)

    def lookups(self) -> list[int]:
        """Which of the parts are tensors."""
        return [i for i, p in enumerate(self.parts) if isinstance(p, Lookup)]


class Indexing(Reductions):
    """`x[1:3, None, ..., ids]` as numpy has it, and the named forms of it that PyTorch has."""

    def __getitem__(self, key: Any) -> Self:
        """The elements that `key` names.

        ints, slices with any step, None, Ellipsis, integer tensors (arrays, lists) and bool masks,
        mixed as numpy has it. The size of what a mask selects depends on its values, so it is
        computed at once. Raises OutOfRangeError for an int outside of its axis; an integer tensor
        is checked where it is computed.

        >>> Tensor([[1, 2], [3, 4]])[1, ::-1].tolist()
        [4, 3]
        >>> Tensor([10, 20, 30])[Tensor([2, -1, 0])].tolist()
        [30, 30, 10]
        """
        parsed = self._parse(key)
        x = self._sliced(parsed)
        if not parsed.lookups():
            return x
        return x._with(_gathered(x.node, parsed), *parsed.tensors)

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
        if isinstance(value, list | tuple):
            value = np.array(value)
        mask = _as_mask(key)
        given = as_operand("setitem", value)
        if mask is not None and not (isinstance(given, Base) and given.ndim):
            self._replace(self._masked(type(self)(mask), value))
            return
        parsed = self._parse(key)
        positions = _positions(self.node.shape, parsed)
        node = as_node("setitem", given, self.dtype, ()) if not isinstance(given, Base) else (
            ir.cast(given.node, self.dtype)
        )  # fmt: skip
        while node.ndim > positions.ndim and node.shape[0] == 1:
            node = ir.reshape(node, node.shape[1:])
        if broadcast_shapes("setitem", node.shape, positions.shape) != positions.shape:
            raise ShapeError(
                "setitem",
                f"a value of shape {node.shape}",
                f"one that broadcasts to {positions.shape}",
            )
        flat = ir.reshape(self.node, (ir.numel(self.node.shape),))
        stored = ir.store(flat, positions, broadcast(node, positions.shape))
        result = ir.reshape(stored, self.node.shape)
        extra = [given] if isinstance(given, Base) else []
        self._replace(self._with(result, *parsed.tensors, *extra, bindings=parsed.bindings))

    def _replace(self, new: Self) -> None:
        """Become `new`: what an in-place operation ends with."""
        raise NotImplementedError  # Tensor has it

    def _masked(self, mask: Self, value: Operand) -> Self:
        missing = self.ndim - mask.ndim
        if missing < 0 or mask.node.shape != self.node.shape[: mask.ndim]:
            raise ShapeError("setitem", f"a mask of {mask.shape}", f"one for {self.shape}")
        condition = mask.reshape([*mask.shape, *[1] * missing])
        given = as_operand("setitem", value)
        node = as_node("setitem", given, self.dtype, ())
        part = self._with(node, *([given] if isinstance(given, Base) else []))
        return condition.where(part, self)

    # ---- the key ------------------------------------------------------------------------------

    def _parse(self, key: Any) -> Key:
        """The key with its Ellipsis filled in, masks as positions, and everything checked."""
        items = list(key) if isinstance(key, tuple) else [key]
        items = [entry for item in items for entry in self._entries(item)]
        axes = sum(item is not None and item is not Ellipsis for item in items)
        ellipses = sum(item is Ellipsis for item in items)
        if axes > self.ndim or ellipses > 1:
            raise OutOfRangeError(
                "index", f"{axes} indices and {ellipses} ellipses", f"at most {self.ndim} and one"
            )
        place = next((i for i, item in enumerate(items) if item is Ellipsis), len(items))
        items[place : place + ellipses] = [slice(None)] * (self.ndim - axes)
        parsed = Key([])
        axis = 0
        for item in items:
            if item is None:
                parsed.parts.append(None)
                continue
            parsed.parts.append(self._part(item, axis, parsed))
            axis += 1
        return parsed

    def _entries(self, item: Any) -> list[Any]:
        """One item of a key; a mask is as many lookups as it has axes."""
        mask = _as_mask(item)
        if isinstance(item, bool | np.bool_) or (mask is not None and mask.ndim == 0):
            raise ArgumentError("index", f"{item}", "an int, a slice or a mask with axes")
        if mask is None:
            return [item]
        where = type(self)(mask)._read("index by a mask")
        return [_MaskAxis(i, n) for i, n in zip(where.nonzero(), where.shape, strict=True)]

    def _read(self, operation: str) -> Array:
        """The values on the host, for an operation whose result depends on them."""
        raise NotImplementedError  # Tensor has it

    def _part(self, item: Any, axis: int, key: Key) -> Part:
        size = self.node.shape[axis]
        if isinstance(item, SymInt):
            key.bindings = merge_bindings(key.bindings, item.bindings)
            return Slice(_symbolic_int(item, size), 1, 1, is_int=True)
        if isinstance(item, int | np.integer):
            return Slice(_checked(int(item), axis, size), 1, 1, is_int=True)
        if isinstance(item, slice):
            return _slice(item, size, key)
        if isinstance(item, _MaskAxis):
            if item.size != size:
                raise ShapeError("index", f"a mask of {item.size} on axis {axis}", f"one of {size}")
            item = item.positions
        if isinstance(item, list | tuple | np.ndarray):
            array = np.asarray(item, None if np.size(item) else np.int64)
            if array.dtype.kind not in "iu":
                raise DTypeError("index", str(array.dtype), "integers, or a bool mask")
            if isinstance(size, int) and array.size:
                for extreme in (int(array.min()), int(array.max())):
                    _checked(extreme, axis, size)
                array = np.where(array < 0, array + size, array)
            item = type(self)(array.astype(np.int64), device=self.device)
        if not isinstance(item, Base):
            raise DTypeError("index", type(item).__name__, "ints, slices, None, ... or tensors")
        if not item.dtype.is_int:
            raise DTypeError("index", item.dtype.name, "an integer tensor, or a bool mask")
        key.tensors.append(item)
        return Lookup(_wrapped(item.node, size))

    # ---- basic parts --------------------------------------------------------------------------

    def _sliced(self, key: Key) -> Self:
        """What the ints, slices and Nones make of self; a lookup keeps its axis whole."""
        x = self.node
        parts = [p for p in key.parts if p is not None]
        if any(isinstance(p, Slice) for p in parts):
            x = _strided(x, parts)
        shape: list[Dim] = []
        sizes = iter(x.shape)
        for part in key.parts:
            if part is None:
                shape.append(1)
                continue
            size = next(sizes)
            if not (isinstance(part, Slice) and part.is_int):
                shape.append(size)
        return self._with(ir.reshape(x, tuple(shape)), bindings=key.bindings)

    # ---- named forms --------------------------------------------------------------------------

    def gather(self, dim: int, index: Self) -> Self:
        """out[i][j] = x[index[i][j]][j] for dim 0, likewise for the others.

        `index` has as many axes as x, none of them longer than x's except `dim`. An index outside
        raises OutOfRangeError when it is computed.

        >>> Tensor([[1, 2], [3, 4]]).gather(1, Tensor([[1, 1], [0, 0]])).tolist()
        [[2, 2], [3, 3]]
        """
        positions = self._along("gather", dim, index)
        return self._with(ir.load(_flat(self.node), positions), index)

    def take(self, index: Self) -> Self:
        """The elements of the flattened tensor at these positions.

        >>> Tensor([[1, 2], [3, 4]]).take(Tensor([0, 3])).tolist()
        [1, 4]
        """
        return self.flatten()[index]

    def index_select(self, dim: int, index: Self) -> Self:
        """The parts of axis `dim` at these positions.

        >>> Tensor([[1, 2], [3, 4]]).index_select(1, Tensor([1])).tolist()
        [[2], [4]]
        """
        axis = self._axis("index_select", dim)
        return self[(slice(None),) * axis + (index,)]

    def scatter(self, dim: int, index: Self, src: Operand, reduce: str | None = None) -> Self:
        """self with out[index[i][j]][j] = src[i][j] for dim 0, likewise for the others.

        Where several go to one place the last wins; reduce="add" adds them up.

        >>> Tensor.zeros(3).scatter(0, Tensor([2, 0]), Tensor([5.0, 6.0])).tolist()
        [6.0, 0.0, 5.0]
        """
        if reduce not in (None, "add"):
            raise ArgumentError("scatter", f"reduce={reduce!r}", '"add" or None')
        positions = self._along("scatter", dim, index)
        given = as_operand("scatter", src)
        if isinstance(given, Base):
            if given.ndim != index.ndim or any(
                a < b for a, b in zip(given.shape, index.shape, strict=True)
            ):
                raise ShapeError("scatter", f"src {given.shape}", f"one that covers {index.shape}")
            if given.dtype is not self.dtype:
                raise DTypeError("scatter", given.dtype.name, f"self's dtype, {self.dtype.name}")
            value = ir.shrink(given.node, [(0, d) for d in index.node.shape])
        else:
            value = as_node("scatter", given, self.dtype, index.node.shape)
        mode = "set" if reduce is None else "add"
        stored = ir.store(_flat(self.node), positions, value, mode=mode)
        others = [given] if isinstance(given, Base) else []
        return self._with(ir.reshape(stored, self.node.shape), index, *others)

    def scatter_add(self, dim: int, index: Self, src: Self) -> Self:
        """self with out[index[i][j]][j] += src[i][j] for dim 0, likewise for the others.

        >>> Tensor.zeros(2).scatter_add(0, Tensor([1, 1]), Tensor([5.0, 6.0])).tolist()
        [0.0, 11.0]
        """
        return self.scatter(dim, index, src, reduce="add")

    def _along(self, operation: str, dim: int, index: Base) -> Node:
        """Positions in the flattened self: `index` along `dim`, its own place along the others."""
        axis = self._axis(operation, dim)
        if not index.dtype.is_int:
            raise DTypeError(operation, f"an index of {index.dtype.name}", "integers")
        if index.ndim != self.ndim or any(
            isinstance(a, int) and isinstance(b, int) and a > b
            for i, (a, b) in enumerate(zip(index.node.shape, self.node.shape, strict=True))
            if i != axis
        ):
            raise ShapeError(
                operation, f"an index of shape {index.shape}",
                f"{self.ndim} axes, none but axis {axis} longer than in {self.shape}",
            )  # fmt: skip
        shape = index.node.shape
        parts = [
            ir.cast(index.node, dtypes.index) if i == axis else _counter(d, i, shape)
            for i, d in enumerate(shape)
        ]
        return _combined(parts, self.node.shape, [axis])

    def one_hot(self, num_classes: int) -> Self:
        """A new last axis that is 1 at self's value and 0 elsewhere, int32.

        >>> Tensor([0, 2]).one_hot(3).tolist()
        [[1, 0, 0], [0, 0, 1]]
        """
        if not self.dtype.is_int:
            raise DTypeError("one_hot", self.dtype.name, "integers")
        classes = self._make(ir.iota(num_classes, dtypes.index))
        return self.long().unsqueeze(-1).eq(classes).int()


# ---- one part of a key --------------------------------------------------------------------------


def _as_mask(item: Any) -> Any:
    """The item if it is a bool tensor, array or list, else None."""
    if isinstance(item, Base):
        return item if item.dtype.is_bool else None
    if isinstance(item, list | np.ndarray) and np.asarray(item).dtype == np.bool_:
        return np.asarray(item)
    return None


def _checked(i: int, axis: int, size: Dim) -> int:
    """An int index from 0 up. Raises OutOfRangeError."""
    if not isinstance(size, int):
        if i < 0:
            raise OutOfRangeError("index", f"{i} on an axis of symbolic size", "an index from 0 up")
        return i
    if not -size <= i < size:
        raise OutOfRangeError("index", f"{i} on axis {axis}", f"{-size} <= index < {size}")
    return i % size


def _symbolic_int(item: SymInt, size: Dim) -> Dim:
    least, largest = bounds(item.node)
    if least < 0 or (isinstance(size, int) and largest >= size):
        raise OutOfRangeError("index", f"{item!r} in [{least}, {largest}]", f"0 <= index < {size}")
    return as_dim(item)


def _slice(item: slice, size: Dim, key: Key) -> Slice:
    """A slice as start, count and step. Symbolic bounds are taken as they are, from 0 up."""
    for bound in (item.start, item.stop):
        if isinstance(bound, SymInt):
            key.bindings = merge_bindings(key.bindings, bound.bindings)
    if item.step == 0:
        raise ArgumentError("slice", "step 0", "a step other than 0")
    if isinstance(size, int) and not any(isinstance(b, SymInt) for b in (item.start, item.stop)):
        start, stop, step = item.indices(size)
        return Slice(start, len(range(start, stop, step)), step)
    begin = 0 if item.start is None else as_dim(item.start)
    end = size if item.stop is None else as_dim(item.stop)
    if item.step not in (None, 1) or any(isinstance(b, int) and b < 0 for b in (begin, end)):
        raise ArgumentError("slice", f"{item}", "bounds from 0 up and step 1, next to a Variable")
    return Slice(begin, ir.dim_sub(end, begin), 1)


def _wrapped(positions: Node, size: Dim) -> Node:
    """Positions as int64, negative ones counted from the end."""
    if positions.dtype.kind == "u" or (positions.op is Op.CONST and positions.arg >= 0):
        return ir.cast(positions, dtypes.index)
    positions = ir.cast(positions, dtypes.index)
    negative = positions < 0
    length = broadcast(ir.index(size), positions.shape)
    return ir.where(negative, positions + length, positions)


def _strided(x: Node, parts: Sequence[Part]) -> Node:
    """x with each Slice applied to its axis."""
    cut: list[tuple[Dim, Dim]] = []
    for size, part in zip(x.shape, parts, strict=True):
        if not isinstance(part, Slice) or part.count == 0:
            cut.append((0, size if not isinstance(part, Slice) else 0))
        elif part.step == 1:
            cut.append((part.start, ir.dim_add(part.start, part.count)))
        else:
            assert isinstance(part.start, int) and isinstance(part.count, int)
            last = part.start + (part.count - 1) * part.step
            cut.append((min(part.start, last), max(part.start, last) + 1))
    x = ir.shrink(x, cut)
    x = ir.flip(x, [i for i, p in enumerate(parts) if isinstance(p, Slice) and p.step < 0])
    steps = [abs(p.step) if isinstance(p, Slice) and p.count != 0 else 1 for p in parts]
    if all(s == 1 for s in steps):
        return x
    # (count, step), of which the first column stays
    counts = [
        p.count if isinstance(p, Slice) and s > 1 else d
        for p, s, d in zip(parts, steps, x.shape, strict=True)
    ]
    widths = [
        (0, ir.dim_sub(ir.dim_mul(c, s), d)) for c, s, d in zip(counts, steps, x.shape, strict=True)
    ]
    x = ir.pad(x, widths)
    x = ir.reshape(x, tuple(d for c, s in zip(counts, steps, strict=True) for d in (c, s)))
    x = ir.shrink(x, [bound for c in counts for bound in ((0, c), (0, 1))])
    return ir.reshape(x, tuple(counts))


# ---- several tensors as indices -----------------------------------------------------------------


def _layout(key: Key) -> tuple[list[int], int]:
    """Axes of the sliced tensor that are looked up, and where the result of that goes.

    As in numpy: in place of the first one if they are next to each other (ints count as tensors),
    else in front.
    """
    axes: list[int] = []
    advanced: list[int] = []  # places in the key, where an int separates nothing
    axis = 0
    for place, part in enumerate(key.parts):
        if isinstance(part, Slice) and part.is_int:
            advanced.append(place)
            continue
        if isinstance(part, Lookup):
            axes.append(axis)
            advanced.append(place)
        axis += 1
    together = advanced == list(range(advanced[0], advanced[0] + len(advanced)))
    first = sum(
        1
        for part in key.parts[: advanced[0]]
        if part is None or (isinstance(part, Slice) and not part.is_int)
    )
    return axes, first if together else 0


def _gathered(x: Node, key: Key) -> Node:
    """The sliced tensor with its Lookups carried out."""
    axes, place = _layout(key)
    rest = [a for a in range(x.ndim) if a not in axes]
    lookups = [p.positions for p in key.parts if isinstance(p, Lookup)]
    shape = broadcast_shapes("index", *(p.shape for p in lookups))
    sizes = tuple(x.shape[a] for a in axes)
    index = _combined([broadcast(p, shape) for p in lookups], sizes, range(len(axes)))
    rows: Dim = 1
    for s in sizes:
        rows = ir.dim_mul(rows, s)
    x = ir.permute(x, (*axes, *rest))
    x = ir.reshape(x, (rows, *x.shape[len(axes) :]))
    loaded = ir.load(x, index)  # (*shape, *rest)
    order = list(range(len(shape), loaded.ndim))
    order[place:place] = range(len(shape))
    return ir.permute(loaded, order)


def _positions(shape: Shape, key: Key) -> Node:
    """For each element that the key names, in the shape that reading gives: where it is."""
    lookups = [p.positions for p in key.parts if isinstance(p, Lookup)]
    found = broadcast_shapes("setitem", *(p.shape for p in lookups))
    place = _layout(key)[1] if lookups else 0
    kept = [p for p in key.parts if p is None or (isinstance(p, Slice) and not p.is_int)]
    outer: list[Dim] = [1 if p is None else p.count for p in kept if not isinstance(p, Lookup)]
    whole = (*outer[:place], *found, *outer[place:])
    parts: list[Node] = []
    checked: list[int] = []
    slot = 0
    for part in key.parts:
        if part is None:
            slot += 1
        elif isinstance(part, Lookup):
            tail = (1,) * (len(whole) - place - len(found))
            aligned = (1,) * (len(found) - part.positions.ndim) + part.positions.shape
            checked.append(len(parts))
            parts.append(broadcast(ir.reshape(part.positions, (*aligned, *tail)), whole))
        elif part.is_int:
            parts.append(broadcast(ir.index(part.start), whole))
        else:
            axis = slot if slot < place else slot + len(found)
            count = _counter(part.count, axis, whole)
            start = broadcast(ir.index(part.start), whole)
            parts.append(count * part.step + start)
            slot += 1
    return _combined(parts, shape, checked)


def _combined(parts: Sequence[Node], sizes: Shape, checked: Sequence[int]) -> Node:
    """Positions along each axis as one in the flattened tensor.

    Only the whole is checked where it is used, so that whatever is outside of its own axis
    becomes -1, which is outside of everything.
    """
    total = ir.const(0, dtypes.index, parts[0].shape if parts else ())
    outside: Node | None = None
    for i, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        length = broadcast(ir.index(size), part.shape)
        total = part if i == 0 else total * length + part
        if i in checked and len(parts) > 1:
            bad = (part < 0) | (part >= length)
            outside = bad if outside is None else outside | bad
    if outside is None:
        return total
    return ir.where(outside, ir.const(-1, dtypes.index, total.shape), total)


def _counter(n: Dim, axis: int, shape: Shape) -> Node:
    """0, 1 .. n-1 along `axis` of `shape`."""
    column = tuple(n if i == axis else 1 for i in range(len(shape)))
    return broadcast(ir.reshape(ir.iota(n), column), shape)


def _flat(x: Node) -> Node:
    return ir.reshape(x, (ir.numel(x.shape),))

"""What is between the brackets of `x[..]`: a key, worked out for one tensor.

A key becomes a list of parts, one for each axis of the tensor, in order, with None where a new
axis goes. Reading moves elements through the basic parts and LOADs through the tensors; writing
works out the position that each value goes to and STOREs it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.intervals import derive
from smelt.ir.node import Dim, Facts, Node, Shape
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, as_dim, bounds, merge_bindings
from smelt.tensor.base import UNBOUND, Array, Base, broadcast, broadcast_shapes
from smelt.util.errors import ArgumentError, DTypeError, MaskError, OutOfRangeError


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


Part: TypeAlias = Slice | Lookup | None


@dataclass
class Key:
    """A key, worked out for one shape.

    A bool, or a mask without axes, is a new axis of size 1 of which 1 or 0 elements are looked up:
    `shape` is the tensor's with these axes.
    """

    shape: Shape
    parts: list[Part]
    place: int = 0  # the axis of the result at which what is looked up goes
    tensors: list[Base] = field(default_factory=list)
    bindings: Mapping[str, int] = field(default_factory=lambda: UNBOUND)

    def lookups(self) -> list[Node]:
        """The positions that tensors give."""
        return [p.positions for p in self.parts if isinstance(p, Lookup)]


@dataclass(frozen=True)
class Mask:
    """Where a bool tensor or array holds: it stands for as many axes as it has."""

    flags: Base | Array

    @property
    def ndim(self) -> int:
        return self.flags.ndim

    @property
    def shape(self) -> Shape:
        return self.flags.node.shape if isinstance(self.flags, Base) else self.flags.shape


# Finds where the flags of a mask hold: a tensor of positions for each axis.
Finder: TypeAlias = Callable[[Base], Sequence[Base]]


def as_items(x: Base, key: Any) -> list[Any]:
    """The items of a key, of which one is an Ellipsis; bool tensors, arrays and lists as Masks.

    Raises OutOfRangeError if there are more than x has axes.
    """
    items = [_as_mask(item) for item in (key if isinstance(key, tuple) else (key,))]
    axes = sum(_axes_of(item) for item in items)
    ellipses = sum(item is Ellipsis for item in items)
    if axes > x.ndim or ellipses > 1:
        raise OutOfRangeError(
            "index", f"{axes} indices and {ellipses} ellipses", f"at most {x.ndim} and one"
        )
    return items if ellipses else [*items, Ellipsis]


def _axes_of(item: Any) -> int:
    if isinstance(item, Mask):
        return item.ndim
    return int(item is not None and item is not Ellipsis)


def _as_mask(item: Any) -> Any:
    if isinstance(item, bool | np.bool_):
        return Mask(np.array(item))
    if isinstance(item, Base):
        return Mask(item) if item.dtype.is_bool else item
    if isinstance(item, list | tuple | np.ndarray | range):
        array = np.asarray(item, None if np.size(item) else getattr(item, "dtype", np.int64))
        return Mask(array) if array.dtype == np.bool_ else array
    return item


def widths(x: Base, items: Sequence[Any]) -> list[int]:
    """How many axes each item keeps in the result; those of what is looked up come besides."""
    rest = x.ndim - sum(_axes_of(item) for item in items)
    return [
        rest if item is Ellipsis else int(item is None or isinstance(item, slice)) for item in items
    ]


def place_of(items: Sequence[Any], kept: Sequence[int]) -> int:
    """The axis of the result at which what is looked up goes.

    As in numpy: in place of the first tensor or int if they are next to each other, else in front.
    """
    advanced = [
        i for i, k in enumerate(items) if not (k is None or k is Ellipsis or isinstance(k, slice))
    ]
    apart = bool(advanced) and advanced[-1] - advanced[0] != len(advanced) - 1
    return 0 if apart or not advanced else sum(kept[: advanced[0]])


def parse(x: Base, key: Any, find: Finder) -> Key:
    """A key for x, with its Ellipsis filled in, masks as positions, and everything checked."""
    items = as_items(x, key)
    kept = widths(x, items)
    parsed = Key(x.node.shape, [], place_of(items, kept))
    axis = 0
    for item, width in zip(items, kept, strict=True):
        if item is None:
            parsed.parts.append(None)
        elif item is Ellipsis:
            parsed.parts += [Slice(0, size, 1) for size in x.node.shape[axis : axis + width]]
            axis += width
        elif isinstance(item, Mask):
            parsed.parts += _mask_parts(x, item, axis, parsed, find)
            axis += item.ndim
        else:
            parsed.parts.append(_part(x, item, axis, parsed))
            axis += 1
    return parsed


def check_mask(mask: Mask, sizes: Shape, axis: int) -> None:
    """Raises MaskError unless a mask for the axes from `axis` on has their sizes, or no elements.

    That an axis of it may be 0 is as numpy has it.
    """
    for i, (n, size) in enumerate(zip(mask.shape, sizes, strict=True)):
        if n not in (size, 0):
            raise MaskError("index", f"a mask of {n} on axis {axis + i}", f"one of {size}")


def _mask_parts(x: Base, mask: Mask, axis: int, key: Key, find: Finder) -> list[Part]:
    """The lookups of a mask, one for each of its axes."""
    done = len(key.shape) - x.ndim  # axes that masks without axes have added
    check_mask(mask, x.node.shape[axis : axis + mask.ndim], axis)
    if mask.ndim == 0:
        at = axis + done
        key.shape = (*key.shape[:at], 1, *key.shape[at:])
    flags = mask.flags
    if isinstance(flags, Base):
        found = find(flags._with(ir.reshape(flags.node, flags.node.shape or (1,))))
        key.tensors += found
    else:
        found = [type(x)(array, device=x.device) for array in np.nonzero(np.atleast_1d(flags))]
    return [Lookup(place.node) for place in found]


def _part(x: Base, item: Any, axis: int, key: Key) -> Part:
    size = x.node.shape[axis]
    if isinstance(item, SymInt):
        key.bindings = merge_bindings(key.bindings, item.bindings)
        return Slice(_symbolic_int(item, size), 1, 1, is_int=True)
    if isinstance(item, int | np.integer):
        if not isinstance(size, int):
            _check_bound(int(item), axis, size, x.bindings)
        return Slice(_checked(int(item), axis, size), 1, 1, is_int=True)
    if isinstance(item, slice):
        return _slice(item, size, key)
    if isinstance(item, np.ndarray):
        if item.dtype.kind not in "iu":
            raise DTypeError("index", str(item.dtype), "integers, or a bool mask")
        if isinstance(size, int) and item.size:
            for extreme in (int(item.min()), int(item.max())):
                _checked(extreme, axis, size)
            item = np.where(item < 0, item + size, item)
        item = type(x)(item.astype(np.int64), device=x.device)
    if not isinstance(item, Base):
        raise DTypeError("index", type(item).__name__, "ints, slices, None, ... or tensors")
    if not item.dtype.is_int:
        raise DTypeError("index", item.dtype.name, "an integer tensor, or a bool mask")
    key.tensors.append(item)
    return Lookup(wrapped(item.node, size))


def _checked(i: int, axis: int, size: Dim) -> Dim:
    """An int index from 0 up. Raises OutOfRangeError.

    The size decides, if it depends on a Variable: from the end an index has to be inside of the
    smallest, from 0 up of the largest.
    """
    least, largest = (size, size) if isinstance(size, int) else bounds(size)
    if not -least <= i < largest:
        raise OutOfRangeError("index", f"{i} on axis {axis}", f"{-least} <= index < {largest}")
    return i if i >= 0 else ir.dim_sub(size, -i)


def _check_bound(i: int, axis: int, size: Dim, bindings: Mapping[str, int]) -> None:
    """Raises OutOfRangeError if the size that an axis has now, where known, is too small."""
    names = {n.arg[0] for n in ir.toposort([ir.index(size)]) if n.op is Op.VARIABLE}
    if names <= bindings.keys():
        from smelt.ir.interpreter import evaluate_index  # only symbolic sizes need it

        _checked(i, axis, evaluate_index(size, bindings))


def _symbolic_int(item: SymInt, size: Dim) -> Dim:
    least, largest = bounds(item.node)
    if least < 0 or (isinstance(size, int) and largest >= size):
        raise OutOfRangeError("index", f"{item!r} in [{least}, {largest}]", f"0 <= index < {size}")
    return as_dim(item)


def _slice(item: slice, size: Dim, key: Key) -> Slice:
    """A slice as start, count and step. Symbolic bounds are taken as they are."""
    for bound in (item.start, item.stop):
        if isinstance(bound, SymInt):
            key.bindings = merge_bindings(key.bindings, bound.bindings)
    for bound in (item.start, item.stop, item.step):
        if bound is not None and not isinstance(bound, SymInt) and not hasattr(bound, "__index__"):
            raise DTypeError("slice", f"{bound!r}", "ints or None")
    if item.step == 0:
        raise ArgumentError("slice", "step 0", "a step other than 0")
    if isinstance(size, int) and not any(isinstance(b, SymInt) for b in (item.start, item.stop)):
        start, stop, step = item.indices(size)
        return Slice(start, len(range(start, stop, step)), step)
    begin, end = _bound(item.start, 0, size), _bound(item.stop, size, size)
    if begin is None or end is None or item.step not in (None, 1):
        raise ArgumentError("slice", f"{item}", "bounds inside and step 1, next to a Variable")
    return Slice(begin, ir.dim_sub(end, begin), 1)


def _bound(given: Any, default: Dim, size: Dim) -> Dim | None:
    """A bound of a slice next to a Variable; None if it may be before the axis begins."""
    bound = default if given is None else as_dim(given)
    if not isinstance(bound, int) or bound >= 0:
        return bound
    least = size if isinstance(size, int) else bounds(size)[0]
    return ir.dim_sub(size, -bound) if -bound <= least else None


def wrapped(positions: Node, size: Dim) -> Node:
    """Positions as int64, negative ones counted from the end."""
    positions = ir.cast(positions, dtypes.index)
    check_constant(positions, size, from_end=True)
    if bounds(positions)[0] >= 0:
        return positions
    length = broadcast(ir.index(size), positions.shape)
    return ir.where(positions < 0, positions + length, positions)


def check_constant(positions: Node, size: Dim, from_end: bool = False) -> None:
    """Raises OutOfRangeError for positions outside of an axis that depend on no memory.

    Kernels check the others where they use them, but trust what they count themselves.
    """
    if not isinstance(size, int):
        return
    least = -size if from_end else 0
    low, high = bounds(positions)
    if (least <= low and high < size) or derive(positions, _varies, _is_varying):
        return
    from smelt.ir.evaluate import evaluate_graph  # seldom needed, and dear to import

    (values,) = evaluate_graph([positions], {})
    for value in (int(values.min()), int(values.max())) if values.size else ():
        if not least <= value < size:
            raise OutOfRangeError("index", f"{value}", f"{least} <= index < {size}")


_varies: Facts[bool] = Facts()


def _is_varying(node: Node) -> bool:
    """Whether a value depends on memory, or on a Variable."""
    fixed = node.op not in (Op.BUFFER, Op.VARIABLE, Op.STATE) and ir.is_static(node.shape)
    return not fixed or any(_varies[s] for s in node.src)


# ---- basic parts --------------------------------------------------------------------------------


def sliced(x: Node, key: Key) -> Node:
    """What the ints, slices and Nones make of x; a lookup keeps its axis whole."""
    x = ir.reshape(x, key.shape)
    parts = [p for p in key.parts if p is not None]
    if any(isinstance(p, Slice) for p in parts):
        x = _strided(x, parts)
    shape: list[Dim] = []
    sizes = iter(x.shape)
    for part in key.parts:
        size = 1 if part is None else next(sizes)
        if not (isinstance(part, Slice) and part.is_int):
            shape.append(size)
    return ir.reshape(x, tuple(shape))


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


def put_back(x: Node, key: Key) -> Node:
    """The inverse of `sliced`, for a key without Lookups: x where it was taken from, zeros around.

    It is no STORE, so that gradients need not find out which of several values stayed.
    """
    parts = [p for p in key.parts if isinstance(p, Slice)]
    x = ir.reshape(x, tuple(p.count for p in parts))
    steps = [abs(p.step) if p.count != 0 else 1 for p in parts]
    if any(s > 1 for s in steps):  # (count, step), of which the first column is x
        x = ir.reshape(x, tuple(d for p in parts for d in (p.count, 1)))
        x = ir.pad(x, [width for s in steps for width in ((0, 0), (0, s - 1))])
        x = ir.reshape(x, tuple(ir.dim_mul(p.count, s) for p, s in zip(parts, steps, strict=True)))
        x = ir.shrink(x, [(0, ir.dim_sub(d, s - 1)) for d, s in zip(x.shape, steps, strict=True)])
    x = ir.flip(x, [i for i, p in enumerate(parts) if p.step < 0])
    widths: list[tuple[Dim, Dim]] = []
    for part, count, size in zip(parts, x.shape, key.shape, strict=True):
        begin = ir.dim_sub(part.start, ir.dim_sub(count, 1)) if part.step < 0 else part.start
        begin = 0 if part.count == 0 else begin
        widths.append((begin, ir.dim_sub(size, ir.dim_add(begin, count))))
    return ir.pad(x, widths)


# ---- tensors as indices -------------------------------------------------------------------------


def looked_up(x: Node, key: Key) -> Node:
    """What `sliced` gave, with the Lookups carried out."""
    kept = [p for p in key.parts if not (isinstance(p, Slice) and p.is_int)]
    axes = [i for i, p in enumerate(kept) if isinstance(p, Lookup)]
    rest = [a for a in range(x.ndim) if a not in axes]
    shape = broadcast_shapes("index", *(p.shape for p in key.lookups()))
    sizes = tuple(x.shape[a] for a in axes)
    index = combined([broadcast(p, shape) for p in key.lookups()], sizes, range(len(axes)))
    x = ir.permute(x, (*axes, *rest))
    x = ir.reshape(x, (product(sizes), *x.shape[len(axes) :]))
    loaded = ir.load(x, index)  # (*shape, *rest)
    order = list(range(len(shape), loaded.ndim))
    order[key.place : key.place] = range(len(shape))
    return ir.permute(loaded, order)


def positions(key: Key) -> Node:
    """For each element that the key names, in the shape that reading gives: where it is."""
    found = broadcast_shapes("setitem", *(p.shape for p in key.lookups()))
    place = key.place
    kept = [p for p in key.parts if p is None or (isinstance(p, Slice) and not p.is_int)]
    outer: list[Dim] = [p.count if isinstance(p, Slice) else 1 for p in kept]
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
            count = counter(part.count, axis, whole)
            start = broadcast(ir.index(part.start), whole)
            parts.append(count * part.step + start)
            slot += 1
    return combined(parts, key.shape, checked)


def product(dims: Sequence[Dim]) -> Dim:
    """The number of elements."""
    total: Dim = 1
    for d in dims:
        total = ir.dim_mul(total, d)
    return total


def combined(parts: Sequence[Node], sizes: Shape, checked: Sequence[int]) -> Node:
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


def counter(n: Dim, axis: int, shape: Shape) -> Node:
    """0, 1 .. n-1 along `axis` of `shape`."""
    column = tuple(n if i == axis else 1 for i in range(len(shape)))
    return broadcast(ir.reshape(ir.iota(n), column), shape)


def flat(x: Node) -> Node:
    size: Dim = 1
    for n in x.shape:
        size = ir.dim_mul(size, n)
    return ir.reshape(x, (size,))

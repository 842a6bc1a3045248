"""Finding, sorting, taking and counting elements."""

from __future__ import annotations

from typing import Literal, NamedTuple

from smelt.array_api.array import Array, Axes, as_array, axes_of
from smelt.array_api.elementwise import INTEGER, NUMBER
from smelt.dtype import Scalar, dtypes
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DTypeError, ShapeError

# ---- searching ----------------------------------------------------------------------------------


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The place of the (first) largest element, int64; in the flattened array if axis is None.

    >>> argmax(Array([1, 3, 2])).tolist()
    1
    """
    x = as_array("argmax", x, NUMBER)
    along = None if axis is None else x._axis("argmax", axis)
    return x.argmax(along, keepdims).cast(dtypes.int64)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The place of the (first) smallest element, int64; in the flattened array if axis is None.

    >>> argmin(Array([3, 1, 2])).tolist()
    1
    """
    x = as_array("argmin", x, NUMBER)
    along = None if axis is None else x._axis("argmin", axis)
    return x.argmin(along, keepdims).cast(dtypes.int64)


def count_nonzero(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """How many elements are not 0, int64.

    >>> count_nonzero(Array([[0, 1], [2, 3]]), axis=1).tolist()
    [1, 2]
    """
    x = as_array("count_nonzero", x)
    return x.count_nonzero(axes_of("count_nonzero", x, axis), keepdims)


def nonzero(x: Array, /) -> tuple[Array, ...]:
    """The places of the elements that are not 0, int64, an array for each axis.

    >>> [places.tolist() for places in nonzero(Array([[0, 1], [2, 0]]))]
    [[0, 1], [1, 0]]
    """
    x = as_array("nonzero", x)
    if not x.ndim:
        raise ShapeError("nonzero", "an array without axes", "at least one axis")
    return tuple(p.cast(dtypes.int64) for p in x.nonzero(as_tuple=True))


def searchsorted(
    x1: Array,
    x2: Array | Scalar,
    /,
    *,
    side: Literal["left", "right"] = "left",
    sorter: Array | None = None,
) -> Array:
    """Where x2's elements have to go in x1, so that it stays sorted, int64.

    >>> searchsorted(Array([1, 3, 5]), Array([3, 4])).tolist()
    [1, 2]
    """
    x1 = as_array("searchsorted", x1, NUMBER)
    values = as_array("searchsorted", x2, NUMBER) if isinstance(x2, Tensor) else x2
    if x1.ndim != 1:
        raise ShapeError("searchsorted", f"x1 of shape {x1.shape}", "one axis")
    if side not in ("left", "right"):
        raise ArgumentError("searchsorted", f"side {side!r}", '"left" or "right"')
    return x1.searchsorted(values, side=side, sorter=sorter).cast(dtypes.int64)


def where(condition: Array, x1: Array | Scalar, x2: Array | Scalar, /) -> Array:
    """x1 where the condition, a bool array, holds, else x2.

    >>> where(Array([True, False]), Array([1, 2]), 0).tolist()
    [1, 0]
    """
    mask = as_array("where", condition, "b")
    if not isinstance(x1, Tensor) and not isinstance(x2, Tensor):
        raise DTypeError("where", f"{x1!r} and {x2!r}", "at least one array")
    return mask.where(x1, x2)


def take(x: Array, indices: Array, /, *, axis: int | None = None) -> Array:
    """The elements of x at `indices` along an axis, which may be left out if there is one only.

    >>> take(Array([10, 20, 30]), Array([2, 0])).tolist()
    [30, 10]
    """
    x = as_array("take", x)
    where = as_array("take", indices, INTEGER)
    if axis is None and x.ndim != 1:
        raise ArgumentError("take", f"no axis for {x.ndim} axes", "axis=")
    along = 0 if axis is None else x._axis("take", axis)
    return x[(slice(None),) * along + (where,)]


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> Array:
    """out[i][j] = x[i][indices[i][j]] for the last axis, likewise for the others.

    >>> take_along_axis(Array([[10, 20]]), Array([[1, 1, 0]])).tolist()
    [[20, 20, 10]]
    """
    where = as_array("take_along_axis", indices, INTEGER)
    return as_array("take_along_axis", x).take_along_dim(where, axis)


# ---- sorting ------------------------------------------------------------------------------------


def argsort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """The places of the elements in ascending order, int64; equal ones keep their order.

    >>> argsort(Array([3, 1, 2])).tolist()
    [1, 2, 0]
    """
    x = as_array("argsort", x, NUMBER)
    return x.argsort(x._axis("argsort", axis), descending, stable=True).cast(dtypes.int64)


def sort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """The elements in ascending order; equal ones keep their order.

    >>> sort(Array([3, 1, 2]), descending=True).tolist()
    [3, 2, 1]
    """
    x = as_array("sort", x, NUMBER)
    return x.sort(x._axis("sort", axis), descending, stable=True)[0]


# ---- sets ---------------------------------------------------------------------------------------


class UniqueAll(NamedTuple):
    """Each value once, where it first stands, which one each element is, how often it occurs."""

    values: Array
    indices: Array
    inverse_indices: Array
    counts: Array


class UniqueCounts(NamedTuple):
    """Each value once, and how often it occurs."""

    values: Array
    counts: Array


class UniqueInverse(NamedTuple):
    """Each value once, and which of them each element is."""

    values: Array
    inverse_indices: Array


def unique_all(x: Array, /) -> UniqueAll:
    """Each value once, ascending; the places of the first of each, of each element's, the counts.

    >>> [part.tolist() for part in unique_all(Array([5, 3, 5]))]
    [[3, 5], [1, 0], [1, 0, 1], [1, 2]]
    """
    x = as_array("unique_all", x)
    values, inverse, counts = x.unique(return_inverse=True, return_counts=True)
    flat = inverse.reshape(-1)
    # The first element of each value: the least place that leads to it.
    places = flat.full_like(flat.size).cast(dtypes.int64)[: counts.size]
    first = places.scatter_reduce(0, flat, _counter(flat), "amin")
    return UniqueAll(values, first, inverse.reshape(x.shape), counts)


def _counter(like: Array) -> Array:
    return Array.arange(like.size, dtype=dtypes.int64, device=like.device)


def unique_counts(x: Array, /) -> UniqueCounts:
    """Each value once, ascending, and how often it occurs.

    >>> [part.tolist() for part in unique_counts(Array([5, 3, 5]))]
    [[3, 5], [1, 2]]
    """
    values, counts = as_array("unique_counts", x).unique(return_counts=True)
    return UniqueCounts(values, counts)


def unique_inverse(x: Array, /) -> UniqueInverse:
    """Each value once, ascending, and which of them each element is.

    >>> [part.tolist() for part in unique_inverse(Array([5, 3, 5]))]
    [[3, 5], [1, 0, 1]]
    """
    x = as_array("unique_inverse", x)
    values, inverse = x.unique(return_inverse=True)
    return UniqueInverse(values, inverse.reshape(x.shape))


def unique_values(x: Array, /) -> Array:
    """Each value once, ascending.

    >>> unique_values(Array([5, 3, 5])).tolist()
    [3, 5]
    """
    return unique_counts(x).values

"""Sums, means, extremes and tests along axes, and running ones."""

from __future__ import annotations

from smelt.array_api.array import Array, Axes, as_array, axes_of
from smelt.array_api.data_types import DEFAULT_INT
from smelt.array_api.elementwise import FLOAT, NUMBER
from smelt.dtype import DType, dtypes
from smelt.util.errors import ArgumentError, AxisError


def total_dtype(x: Array, dtype: DType | None) -> DType:
    """What elements are added up in unless told: integers in the widest of their kind."""
    if dtype is not None or x.dtype.is_float:
        return dtype or x.dtype
    return dtypes.uint64 if x.dtype.kind == "u" else DEFAULT_INT


def max(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """The largest element; NaN if any is.

    >>> max(Array([[1, 2], [3, 0]]), axis=1).tolist()
    [2, 3]
    """
    x = as_array("max", x, NUMBER)
    return x.max(axes_of("max", x, axis), keepdims)


def min(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """The smallest element; NaN if any is.

    >>> min(Array([[1, 2], [3, 0]]), axis=1).tolist()
    [1, 0]
    """
    x = as_array("min", x, NUMBER)
    return x.min(axes_of("min", x, axis), keepdims)


def mean(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """The mean, of floats.

    >>> mean(Array([1.0, 3.0])).tolist()
    2.0
    """
    x = as_array("mean", x, FLOAT)
    return x.mean(axes_of("mean", x, axis), keepdims)


def sum(
    x: Array, /, *, axis: Axes = None, dtype: DType | None = None, keepdims: bool = False
) -> Array:
    """The sum; of integers in int64 or uint64 unless told.

    >>> sum(Array([[1, 2], [3, 4]]), axis=0).tolist()
    [4, 6]
    """
    x = as_array("sum", x, NUMBER)
    return x.sum(axes_of("sum", x, axis), keepdims, total_dtype(x, dtype))


def prod(
    x: Array, /, *, axis: Axes = None, dtype: DType | None = None, keepdims: bool = False
) -> Array:
    """The product; of integers in int64 or uint64 unless told.

    >>> prod(Array([[1, 2], [3, 4]]), axis=0).tolist()
    [3, 8]
    """
    x = as_array("prod", x, NUMBER)
    return x.prod(axes_of("prod", x, axis), keepdims, total_dtype(x, dtype))


def var(
    x: Array, /, *, axis: Axes = None, correction: float = 0.0, keepdims: bool = False
) -> Array:
    """The sum of squared distances from the mean, divided by the number of elements - correction.

    >>> var(Array([1.0, 3.0])).tolist()
    1.0
    """
    x = as_array("var", x, FLOAT)
    return x.var(axes_of("var", x, axis), keepdims, correction)


def std(
    x: Array, /, *, axis: Axes = None, correction: float = 0.0, keepdims: bool = False
) -> Array:
    """The square root of the variance.

    >>> std(Array([1.0, 3.0])).tolist()
    1.0
    """
    x = as_array("std", x, FLOAT)
    return x.std(axes_of("std", x, axis), keepdims, correction)


def cumulative_sum(
    x: Array,
    /,
    *,
    axis: int | None = None,
    dtype: DType | None = None,
    include_initial: bool = False,
) -> Array:
    """The sum up to and including each element, or with `include_initial` a 0 before them.

    >>> cumulative_sum(Array([1, 2, 3]), include_initial=True).tolist()
    [0, 1, 3, 6]
    """
    x, along = _line("cumulative_sum", x, axis)
    total = x.cumsum(along, total_dtype(x, dtype))
    return _after(total, along, 0) if include_initial else total


def cumulative_prod(
    x: Array,
    /,
    *,
    axis: int | None = None,
    dtype: DType | None = None,
    include_initial: bool = False,
) -> Array:
    """The product up to and including each element, or with `include_initial` a 1 before them.

    >>> cumulative_prod(Array([1, 2, 3]), include_initial=True).tolist()
    [1, 1, 2, 6]
    """
    x, along = _line("cumulative_prod", x, axis)
    total = x.cumprod(along, total_dtype(x, dtype))
    return _after(total, along, 1) if include_initial else total


def _line(operation: str, x: Array, axis: int | None) -> tuple[Array, int]:
    """An array and the axis to go along, which may be left out if it is the only one."""
    x = as_array(operation, x, NUMBER)
    if not x.ndim:
        raise AxisError(operation, "an array without axes", "at least one axis")
    if axis is None and x.ndim > 1:
        raise ArgumentError(operation, f"no axis for {x.ndim} axes", "axis=")
    return x, 0 if axis is None else x._axis(operation, axis)


def _after(x: Array, axis: int, value: int) -> Array:
    """x behind `value`."""
    shape = [1 if i == axis else d for i, d in enumerate(x.shape)]
    return Array.cat([Array.full(shape, value, x.dtype, x.device), x], dim=axis)


def all(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """Whether no element is 0.

    >>> all(Array([[2, 1], [0, 1]]), axis=1).tolist()
    [True, False]
    """
    x = as_array("all", x)
    return x.all(axes_of("all", x, axis), keepdims)


def any(x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array:
    """Whether any element is not 0.

    >>> any(Array([[0, 1], [0, 0]]), axis=1).tolist()
    [True, False]
    """
    x = as_array("any", x)
    return x.any(axes_of("any", x, axis), keepdims)


def diff(
    x: Array,
    /,
    *,
    axis: int = -1,
    n: int = 1,
    prepend: Array | None = None,
    append: Array | None = None,
) -> Array:
    """Each element less the one before it along an axis, n times.

    >>> diff(Array([1, 4, 9])).tolist()
    [3, 5]
    """
    x = as_array("diff", x, NUMBER)
    along = x._axis("diff", axis)
    if n < 0:
        raise ArgumentError("diff", f"n={n}", "0 or more")
    if n and (prepend is not None or append is not None):
        parts = [as_array("diff", part) for part in (prepend, x, append) if part is not None]
        x = Array.cat(parts, dim=along)
    before = (slice(None),) * along
    for _ in range(n):
        x = x[(*before, slice(1, None))] - x[(*before, slice(None, -1))]
    return x

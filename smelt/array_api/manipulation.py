"""Arrays in another shape, in another order, joined and repeated."""

from __future__ import annotations

from collections.abc import Sequence

from smelt.array_api.array import Array, as_array
from smelt.util.errors import AxisError, ShapeError

Axes = int | tuple[int, ...]


def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> Array:
    """The arrays one after the other along an axis, or flattened if that is None.

    >>> concat([Array([1, 2]), Array([3])]).tolist()
    [1, 2, 3]
    """
    listed = [as_array("concat", x) for x in arrays]
    if axis is None:
        return Array.cat([x.reshape(-1) for x in listed])
    return Array.cat(listed, dim=axis)


def expand_dims(x: Array, /, axis: int = 0) -> Array:
    """x with a new axis of size 1 at that place.

    >>> expand_dims(Array([1, 2]), axis=1).shape
    (2, 1)
    """
    return as_array("expand_dims", x).unsqueeze(axis)


def flip(x: Array, /, *, axis: Axes | None = None) -> Array:
    """x in reverse along axes; None is all of them.

    >>> flip(Array([1, 2, 3])).tolist()
    [3, 2, 1]
    """
    x = as_array("flip", x)
    axes = tuple(range(x.ndim)) if axis is None else axis
    return x if axes == () else x.flip(axes)


def moveaxis(x: Array, source: Axes, destination: Axes, /) -> Array:
    """x with axes at other places; the others keep their order.

    >>> moveaxis(Array([[[1, 2, 3]]]), 2, 0).shape
    (3, 1, 1)
    """
    return as_array("moveaxis", x).movedim(source, destination)


def permute_dims(x: Array, /, axes: tuple[int, ...]) -> Array:
    """x with its axes in another order.

    >>> permute_dims(Array([[1, 2, 3]]), (1, 0)).shape
    (3, 1)
    """
    return as_array("permute_dims", x).permute(tuple(axes))


def repeat(x: Array, repeats: int | Array, /, *, axis: int | None = None) -> Array:
    """Each element that many times; of the flattened array if axis is None.

    >>> repeat(Array([1, 2]), 2).tolist()
    [1, 1, 2, 2]
    """
    return as_array("repeat", x).repeat_interleave(repeats, axis)


def reshape(x: Array, /, shape: tuple[int, ...], *, copy: bool | None = None) -> Array:
    """The same elements in row-major order, another shape. There is never a need to copy.

    >>> reshape(Array([1, 2, 3, 4]), (2, -1)).tolist()
    [[1, 2], [3, 4]]
    """
    return as_array("reshape", x).reshape(shape)


def roll(x: Array, /, shift: Axes, *, axis: Axes | None = None) -> Array:
    """x moved along axes, what leaves at one end coming back at the other.

    >>> roll(Array([1, 2, 3]), 1).tolist()
    [3, 1, 2]
    """
    return as_array("roll", x).roll(shift, axis)


def squeeze(x: Array, /, axis: Axes) -> Array:
    """x without axes of size 1. Raises ShapeError if one of them is larger.

    >>> squeeze(Array([[1, 2]]), 0).shape
    (2,)
    """
    x = as_array("squeeze", x)
    axes = tuple(x._axis("squeeze", a) for a in ((axis,) if isinstance(axis, int) else axis))
    if any(x.shape[a] != 1 for a in axes):
        raise ShapeError("squeeze", f"axes {axes} of shape {x.shape}", "axes of size 1")
    return x.squeeze(axes)


def stack(arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
    """The arrays, of one shape, along a new axis.

    >>> stack([Array([1, 2]), Array([3, 4])], axis=1).tolist()
    [[1, 3], [2, 4]]
    """
    return Array.stack([as_array("stack", x) for x in arrays], dim=axis)


def tile(x: Array, repetitions: tuple[int, ...], /) -> Array:
    """x side by side with itself, that many times along each axis.

    >>> tile(Array([1, 2]), (2,)).tolist()
    [1, 2, 1, 2]
    """
    return as_array("tile", x).tile(tuple(repetitions))


def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """What x consists of along an axis.

    >>> [part.tolist() for part in unstack(Array([[1, 2], [3, 4]]))]
    [[1, 2], [3, 4]]
    """
    x = as_array("unstack", x)
    if not x.ndim:
        raise AxisError("unstack", "an array without axes", "at least one axis")
    return x.unbind(axis)

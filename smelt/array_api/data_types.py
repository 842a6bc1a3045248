"""The data types of the standard: what they are called, how they promote, what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from smelt.array_api.array import KINDS, Array, as_array
from smelt.dtype import DType, Scalar, dtypes, promote, promote_scalar
from smelt.tensor import Tensor
from smelt.tensor.base import broadcast_shapes
from smelt.util.errors import ArgumentError, DTypeError

# The standard leaves open whether the defaults have 32 or 64 bits. Here they are those of
# array-api-strict and numpy, for whose precision programs in this style are written.
DEFAULT_INT = dtypes.int64
DEFAULT_FLOAT = dtypes.float64
DTYPES = (dtypes.bool, *dtypes.ints, dtypes.float32, dtypes.float64)


@dataclass(frozen=True)
class finfo_object:
    """What a float dtype holds."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: DType


@dataclass(frozen=True)
class iinfo_object:
    """What an integer dtype holds."""

    bits: int
    max: int
    min: int
    dtype: DType


def scalar_dtype(value: Scalar) -> DType:
    """The dtype that a Python scalar has in this namespace when nothing else decides it."""
    if isinstance(value, bool):
        return dtypes.bool
    if isinstance(value, int):
        return DEFAULT_INT if value <= DEFAULT_INT.max else dtypes.uint64
    return DEFAULT_FLOAT


def astype(x: Array, dtype: DType, /, *, copy: bool = True, device: str | None = None) -> Array:
    """Each value converted. Without `copy` an array that has the dtype already is given back.

    >>> astype(Array([1.9, -1.9]), dtypes.int8).tolist()
    [1, -1]
    """
    x = as_array("astype", x)
    if not copy and x.dtype is dtype and device in (None, x.device):
        return x
    return x.cast(dtype).to(device)


def broadcast_arrays(*arrays: Array) -> list[Array]:
    """The arrays repeated to their common shape. Raises ShapeError.

    >>> [x.shape for x in broadcast_arrays(Array([1, 2]), Array([[1], [2]]))]
    [(2, 2), (2, 2)]
    """
    listed = [as_array("broadcast_arrays", x) for x in arrays]
    shape = broadcast_shapes("broadcast_arrays", *(x.node.shape for x in listed))
    return [x.expand(shape) for x in listed]


def broadcast_to(x: Array, /, shape: tuple[int, ...]) -> Array:
    """x repeated to a shape that it broadcasts to. Raises ShapeError.

    >>> broadcast_to(Array([1, 2]), (2, 2)).tolist()
    [[1, 2], [1, 2]]
    """
    x = as_array("broadcast_to", x)
    wanted = tuple(shape)
    if broadcast_shapes("broadcast_to", x.node.shape, wanted) != wanted:
        raise ArgumentError("broadcast_to", f"shape {x.shape}", f"one that expands to {wanted}")
    return x.expand(wanted)


def can_cast(from_: DType | Array, to: DType, /) -> bool:
    """Whether every value of a dtype is one of another's, of the same kind, as the rules promote.

    >>> can_cast(dtypes.int8, dtypes.int16), can_cast(dtypes.int8, dtypes.uint8)
    (True, False)
    """
    source = from_.dtype if isinstance(from_, Tensor) else from_
    kinds = {"i": "signed", "u": "signed"}
    if kinds.get(source.kind, source.kind) != kinds.get(to.kind, to.kind):
        return False
    try:
        return promote(source, to) is to
    except DTypeError:
        return False


@cache
def _finfo(dtype: DType) -> finfo_object:
    if dtype.np.isbuiltin == 1:
        info: Any = np.finfo(dtype.np)
    else:
        import ml_dtypes

        info = ml_dtypes.finfo(dtype.np)
    return finfo_object(
        dtype.bits,
        float(info.eps),
        float(info.max),
        float(info.min),
        float(info.smallest_normal),
        dtype,
    )


def finfo(type: DType | Array, /) -> finfo_object:
    """The limits of a float dtype. Raises DTypeError for others.

    >>> finfo(dtypes.float32).eps
    1.1920928955078125e-07
    """
    dtype = type.dtype if isinstance(type, Tensor) else type
    if not dtype.is_float:
        raise DTypeError("finfo", dtype.name, "a float dtype", "use iinfo for integers")
    return _finfo(dtype)


def iinfo(type: DType | Array, /) -> iinfo_object:
    """The limits of an integer dtype. Raises DTypeError for others.

    >>> iinfo(dtypes.uint8).max
    255
    """
    dtype = type.dtype if isinstance(type, Tensor) else type
    if not dtype.is_int:
        raise DTypeError("iinfo", dtype.name, "an integer dtype", "use finfo for floats")
    return iinfo_object(dtype.bits, int(dtype.max), int(dtype.min), dtype)


def isdtype(dtype: DType, kind: DType | str | tuple[DType | str, ...]) -> bool:
    """Whether a dtype is another, of a kind, or any of several. Raises ArgumentError.

    >>> isdtype(dtypes.uint8, "integral"), isdtype(dtypes.uint8, ("bool", dtypes.int8))
    (True, False)
    """
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    if isinstance(kind, DType):
        return dtype is kind
    if kind not in KINDS:
        raise ArgumentError("isdtype", f"kind {kind!r}", f"one of {', '.join(KINDS)}")
    return dtype.kind in KINDS[kind]


def result_type(*arrays_and_dtypes: Array | DType | Scalar) -> DType:
    """The dtype that arrays, dtypes and (weak) Python scalars promote to. Raises DTypeError.

    >>> result_type(dtypes.int8, dtypes.uint8, 1)
    dtypes.int16
    """
    found: DType | None = None
    scalars: list[Scalar] = []
    for given in arrays_and_dtypes:
        if isinstance(given, Tensor | DType):
            dtype = given.dtype if isinstance(given, Tensor) else given
            found = dtype if found is None else promote(found, dtype)
        elif isinstance(given, bool | int | float):
            scalars.append(given)
        else:
            raise DTypeError("result_type", type(given).__name__, "an array, dtype or number")
    if found is None:
        raise ArgumentError("result_type", f"{arrays_and_dtypes}", "an array or a dtype")
    for scalar in scalars:
        found = promote_scalar(found, scalar)
    return found

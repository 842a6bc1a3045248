"""Arrays from nothing, from numbers and from other libraries' arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from smelt.array_api.array import Array, as_array
from smelt.array_api.data_types import DEFAULT_FLOAT, scalar_dtype
from smelt.dtype import DType, Scalar, dtypes
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DTypeError, ShapeError


def asarray(
    obj: Any,
    /,
    *,
    dtype: DType | None = None,
    device: str | None = None,
    copy: bool | None = None,
) -> Array:
    """Numbers, nested lists, arrays and what has a buffer or DLPack as an Array.

    Without `copy=True` an Array that has the dtype and device already is given back itself.
    Raises ArgumentError if copy=False and a copy is needed, DTypeError for complex numbers (a
    Python complex without an imaginary part is taken as the real number that it is).

    >>> asarray([[1, 2], [3, 4]], dtype=dtypes.float32).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if isinstance(obj, Tensor):
        fits = dtype in (None, obj.dtype) and device in (None, obj.device)
        if copy is False and not fits:
            raise ArgumentError("asarray", "copy=False", "an array of the wanted dtype and device")
        if fits and not copy and isinstance(obj, Array):
            return obj
        return Array(obj, dtype=dtype).to(device)
    if copy is False:
        raise ArgumentError("asarray", f"copy=False for {type(obj).__name__}", "an array")
    if isinstance(obj, complex) and not obj.imag:
        obj = obj.real
    if isinstance(obj, bool | int | float) and obj == obj:  # a constant NaN has no sign
        return full((), obj, dtype=dtype, device=device)
    if hasattr(obj, "__dlpack__") and not isinstance(obj, np.ndarray | np.generic):
        return asarray(from_dlpack(obj, copy=True), dtype=dtype, device=device)
    return Array(_numbers(obj, dtype), device=device)


def _numbers(obj: Any, dtype: DType | None) -> Any:
    """What numpy makes of nested sequences and buffers, in a dtype that we have."""
    try:
        values = np.asarray(obj, None if dtype is None else dtype.np)
    except OverflowError as error:
        raise ArgumentError("asarray", str(error), "numbers that the dtype holds") from None
    if values.dtype.kind not in "biuf" and values.dtype.isbuiltin == 1:
        raise DTypeError("asarray", f"{values.dtype} values", "bools, integers or real numbers")
    return values


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Array:
    """The array of another library, on the CPU in its own memory unless `copy`.

    One of smelt's stays where it is unless a device is named.

    >>> from_dlpack(np.arange(3)).tolist()
    [0, 1, 2]
    """
    if isinstance(x, Tensor):
        return asarray(x, device=device, copy=copy)
    return Array.from_dlpack(x, device, copy)


def full(
    shape: int | tuple[int, ...],
    fill_value: Scalar | Array,
    *,
    dtype: DType | None = None,
    device: str | None = None,
) -> Array:
    """Every element is `fill_value`, a number or a 0-d array, which gives the dtype unless told.

    >>> full(2, 7).tolist()
    [7, 7]
    """
    if isinstance(fill_value, Tensor):
        return _repeated("full", fill_value, shape, dtype, device)
    wanted = scalar_dtype(fill_value) if dtype is None else dtype
    _check_holds("full", fill_value, wanted)
    return Array.full(shape, fill_value, wanted, device)


def _repeated(
    operation: str, value: Tensor, shape: Any, dtype: DType | None, device: str | None
) -> Array:
    if value.ndim:
        raise ShapeError(operation, f"fill_value of shape {value.shape}", "a number or a 0-d array")
    return asarray(value, dtype=dtype, device=device).expand(shape)


def _check_holds(operation: str, value: Scalar, dtype: DType) -> None:
    if not isinstance(value, bool | int | float):
        raise DTypeError(operation, f"{value!r}", "a bool, an int or a float")
    if dtype.is_int and not dtype.min <= value <= dtype.max:
        raise ArgumentError(operation, f"{value}", f"a number that {dtype.name} holds")


def zeros(
    shape: int | tuple[int, ...], *, dtype: DType | None = None, device: str | None = None
) -> Array:
    """Zeros, float64 unless told.

    >>> zeros((1, 2)).tolist()
    [[0.0, 0.0]]
    """
    return Array.full(shape, 0, DEFAULT_FLOAT if dtype is None else dtype, device)


def ones(
    shape: int | tuple[int, ...], *, dtype: DType | None = None, device: str | None = None
) -> Array:
    """Ones, float64 unless told.

    >>> ones(2).tolist()
    [1.0, 1.0]
    """
    return Array.full(shape, 1, DEFAULT_FLOAT if dtype is None else dtype, device)


def empty(
    shape: int | tuple[int, ...], *, dtype: DType | None = None, device: str | None = None
) -> Array:
    """Zeros: nothing here has undefined contents.

    >>> empty((2, 3)).shape
    (2, 3)
    """
    return zeros(shape, dtype=dtype, device=device)


def full_like(
    x: Array,
    /,
    fill_value: Scalar | Array,
    *,
    dtype: DType | None = None,
    device: str | None = None,
) -> Array:
    """`fill_value` in x's shape, and in its dtype and place unless told.

    >>> full_like(Array([1, 2]), 5).tolist()
    [5, 5]
    """
    x = as_array("full_like", x)
    if isinstance(fill_value, Tensor):
        place = x.device if device is None else device
        return _repeated("full_like", fill_value, x.shape, dtype or x.dtype, place)
    _check_holds("full_like", fill_value, dtype or x.dtype)
    return x.full_like(fill_value, dtype, device)


def zeros_like(x: Array, /, *, dtype: DType | None = None, device: str | None = None) -> Array:
    """Zeros in x's shape, and in its dtype and place unless told.

    >>> zeros_like(Array([1, 2])).tolist()
    [0, 0]
    """
    return as_array("zeros_like", x).zeros_like(dtype, device)


def ones_like(x: Array, /, *, dtype: DType | None = None, device: str | None = None) -> Array:
    """Ones in x's shape, and in its dtype and place unless told.

    >>> ones_like(Array([1.5, 2.5])).tolist()
    [1.0, 1.0]
    """
    return as_array("ones_like", x).ones_like(dtype, device)


def empty_like(x: Array, /, *, dtype: DType | None = None, device: str | None = None) -> Array:
    """Zeros in x's shape, and in its dtype and place unless told.

    >>> empty_like(Array([1, 2])).shape
    (2,)
    """
    return zeros_like(x, dtype=dtype, device=device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType | None = None,
    device: str | None = None,
) -> Array:
    """start, start + step .. up to and without stop; `arange(stop)` starts at 0.

    int64 if all arguments are ints, else float64.

    >>> arange(1, 10, 3).tolist()
    [1, 4, 7]
    """
    whole = all(isinstance(v, int) for v in (start, stop, step) if v is not None)
    wanted = scalar_dtype(0 if whole else 0.0) if dtype is None else dtype
    return Array.arange(start, stop, step, wanted, device)


def linspace(
    start: float,
    stop: float,
    /,
    num: int,
    *,
    dtype: DType | None = None,
    device: str | None = None,
    endpoint: bool = True,
) -> Array:
    """`num` numbers from start to stop at equal distances, with `stop` if `endpoint`.

    >>> linspace(0, 1, 4, endpoint=False).tolist()
    [0.0, 0.25, 0.5, 0.75]
    """
    wanted = DEFAULT_FLOAT if dtype is None else dtype
    if endpoint:
        return Array.linspace(start, stop, num, wanted, device)
    return Array.linspace(start, stop, num + 1, wanted, device)[:num]


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DType | None = None,
    device: str | None = None,
) -> Array:
    """Ones on the k-th diagonal of a matrix, zeros elsewhere.

    >>> eye(2, 3, k=1).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    rows = Array.arange(n_rows, dtype=dtypes.int64, device=device).unsqueeze(1)
    columns = Array.arange(n_rows if n_cols is None else n_cols, dtype=dtypes.int64, device=device)
    return (columns - rows).eq(k).cast(DEFAULT_FLOAT if dtype is None else dtype)


def meshgrid(*arrays: Array, indexing: str = "xy") -> list[Array]:
    """Each 1-d array repeated along the axes of all the others.

    >>> [x.tolist() for x in meshgrid(Array([1, 2]), Array([3]))]
    [[[1, 2]], [[3, 3]]]
    """
    return list(Array.meshgrid(_checked("meshgrid", arrays), indexing=indexing))


def tril(x: Array, /, *, k: int = 0) -> Array:
    """x on and below the k-th diagonal of its last two axes, 0 above.

    >>> tril(Array([[1, 2], [3, 4]])).tolist()
    [[1, 0], [3, 4]]
    """
    return as_array("tril", x).tril(k)


def triu(x: Array, /, *, k: int = 0) -> Array:
    """x on and above the k-th diagonal of its last two axes, 0 below.

    >>> triu(Array([[1, 2], [3, 4]])).tolist()
    [[1, 2], [0, 4]]
    """
    return as_array("triu", x).triu(k)


def _checked(operation: str, arrays: Sequence[Array]) -> list[Array]:
    return [as_array(operation, x) for x in arrays]

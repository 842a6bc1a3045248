"""Array: the Tensor with what the standard asks of an array object besides."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any, Self, TypeAlias

from smelt.dtype import DType
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DTypeError

Axes: TypeAlias = int | tuple[int, ...] | None
VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")

# What the standard calls the kinds of dtypes: the letters of DType.kind.
KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "",
    "numeric": "iuf",
}


class Array(Tensor):
    """The array object of the standard: a Tensor whose `size` is a number.

    A class of its own only because PyTorch's users call `size()`, and the standard's read `size`.
    What the methods and operators of Tensor make of an Array is an Array.

    >>> Array([[1, 2], [3, 4]]).mT.size
    4
    """

    @property
    def size(self) -> int:  # type: ignore[override]
        """The number of elements."""
        return math.prod(int(d) for d in self.shape)

    def to_device(self, device: str, /, *, stream: Any = None) -> Self:
        """The same values on another device.

        >>> Array([1]).to_device("PYTHON").device
        'PYTHON'
        """
        if stream is not None:
            raise ArgumentError("to_device", f"stream {stream!r}", "None, as there is none here")
        return self.to(device)

    def __array_namespace__(self, /, *, api_version: str | None = None) -> ModuleType:
        """`smelt.array_api`. Raises ArgumentError for a version of the standard it is not of."""
        if api_version is not None and api_version not in VERSIONS:
            raise ArgumentError("__array_namespace__", api_version, f"one of {', '.join(VERSIONS)}")
        import smelt.array_api

        return smelt.array_api


def as_array(operation: str, x: object, kinds: str = "biuf") -> Array:
    """A tensor as an Array, if its dtype is of one of the kinds. Raises DTypeError."""
    if not isinstance(x, Tensor):
        raise DTypeError(operation, type(x).__name__, "an array", "make one with asarray")
    if x.dtype.kind not in kinds:
        raise wrong_kind(operation, x.dtype, kinds)
    return x if isinstance(x, Array) else Array(x)


def axes_of(operation: str, x: Array, axis: Axes) -> Axes:
    """`axis` counted from 0. Raises AxisError, for an axis of a 0-d array too."""
    if isinstance(axis, tuple):
        return tuple(x._axis(operation, a) for a in axis)
    return None if axis is None else x._axis(operation, axis)


def wrong_kind(operation: str, dtype: DType, kinds: str) -> DTypeError:
    """The error that an operation is not defined for a dtype."""
    names = [name for name in ("bool", "integral", "real floating") if KINDS[name] in kinds]
    return DTypeError(operation, dtype.name, f"a dtype that is {' or '.join(names)}", "cast it")

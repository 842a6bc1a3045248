"""The element types and how two of them promote to one."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from smelt.util.errors import DTypeError

Scalar = bool | int | float


@dataclass(frozen=True, eq=False)
class DType:
    """An element type: its name, size and numpy counterpart. There is one object for each."""

    name: str
    itemsize: int
    kind: str  # "b" bool, "i" signed, "u" unsigned, "f" float

    @cached_property
    def bits(self) -> int:
        return self.itemsize * 8

    @cached_property
    def is_float(self) -> bool:
        return self.kind == "f"

    @cached_property
    def is_int(self) -> bool:
        """True for the eight integers; bool is not one of them."""
        return self.kind in "iu"

    @cached_property
    def is_bool(self) -> bool:
        return self.kind == "b"

    @cached_property
    def is_signed(self) -> bool:
        return self.kind in "if"

    @cached_property
    def np(self) -> np.dtype[Any]:
        scalar_type: Any = self.name
        if self.name in _ML_DTYPES:
            import ml_dtypes  # takes 10 ms, and few programs have these on the host

            scalar_type = getattr(ml_dtypes, _ML_DTYPES[self.name])
        found: np.dtype[Any] = np.dtype(scalar_type)
        return found

    @cached_property
    def min(self) -> Scalar:
        """The smallest value: the identity of a maximum (minus infinity where there is one)."""
        if self.is_float:
            return -self.max
        if self.is_bool:
            return False
        return -(1 << (self.bits - 1)) if self.kind == "i" else 0

    @cached_property
    def max(self) -> Scalar:
        """The largest value (infinity where there is one)."""
        if self.is_float:
            return 448.0 if self.name == "float8_e4m3" else math.inf
        if self.is_bool:
            return True
        return (1 << (self.bits - (self.kind == "i"))) - 1

    @cached_property
    def largest(self) -> Scalar:
        """The largest finite value."""
        return _LARGEST.get(self.name, self.max)

    def cast(self, value: Scalar) -> Scalar:
        """The Python scalar `value` as this dtype holds it: rounded, or wrapped around."""
        if self.is_float:
            return _rounded(float(value), self)
        if self.is_bool:
            return bool(value)
        wrapped = int(value) & ((1 << self.bits) - 1)
        return wrapped - (1 << self.bits) if wrapped > self.max else wrapped

    def __repr__(self) -> str:
        return f"dtypes.{self.name}"

    def __reduce__(self) -> str | tuple[Any, ...]:
        return (_by_name, (self.name,))


class dtypes:
    """The namespace of dtypes, as in `dtypes.float32`."""

    bool = DType("bool", 1, "b")
    int8 = DType("int8", 1, "i")
    int16 = DType("int16", 2, "i")
    int32 = DType("int32", 4, "i")
    int64 = DType("int64", 8, "i")
    uint8 = DType("uint8", 1, "u")
    uint16 = DType("uint16", 2, "u")
    uint32 = DType("uint32", 4, "u")
    uint64 = DType("uint64", 8, "u")
    # stored only: their arithmetic is float32's, rounded (e4m3 as OCP has it, without infinities)
    float8_e4m3 = DType("float8_e4m3", 1, "f")
    float8_e5m2 = DType("float8_e5m2", 1, "f")
    float16 = DType("float16", 2, "f")
    bfloat16 = DType("bfloat16", 2, "f")
    float32 = DType("float32", 4, "f")
    float64 = DType("float64", 8, "f")

    # the names that PyTorch's and tinygrad's users also know
    float8_e4m3fn, fp8e4m3, fp8e5m2 = float8_e4m3, float8_e4m3, float8_e5m2
    half, float, double = float16, float32, float64
    char, short, int, long = int8, int16, int32, int64
    uchar, ushort, uint, ulong = uint8, uint16, uint32, uint64

    sints, uints = (int8, int16, int32, int64), (uint8, uint16, uint32, uint64)
    ints = (*sints, *uints)
    floats = (float8_e4m3, float8_e5m2, float16, bfloat16, float32, float64)
    is_float = staticmethod(attrgetter("is_float"))  # of a dtype, as tinygrad's users ask
    is_int = staticmethod(attrgetter("is_int"))

    default_float = float32
    default_int = int32
    index = int64  # what loop counters and addresses are computed in


FLOAT8 = (dtypes.float8_e4m3, dtypes.float8_e5m2)

_ALL = {d.name: d for d in vars(dtypes).values() if isinstance(d, DType)}
_ALIASES = {n: d.name for n, d in vars(dtypes).items() if isinstance(d, DType)}
# numpy's names of ml_dtypes' types; its float8_e4m3 has infinities, which ours has not
_ML_DTYPES = {
    "bfloat16": "bfloat16", "float8_e4m3": "float8_e4m3fn", "float8_e5m2": "float8_e5m2",
}  # fmt: skip
_OF_NUMPY = {theirs: ours for ours, theirs in _ML_DTYPES.items()} | {"float8_e4m3": ""}
_ROUNDERS = {"float32": struct.Struct("f"), "float16": struct.Struct("e")}
# bits of precision, exponent of the least number above 0, largest number, what is beyond it
_FORMATS = {
    "bfloat16": (8, -133, 2.0**128 - 2.0**120, math.inf),
    "float8_e4m3": (4, -9, 448.0, 448.0),
    "float8_e5m2": (3, -16, 57344.0, math.inf),
}

_LARGEST: dict[str, float] = {name: row[2] for name, row in _FORMATS.items()}
_LARGEST |= {n: float(np.finfo(n).max) for n in ("float16", "float32", "float64")}


def _rounded(value: float, dtype: DType) -> float:
    """`value` rounded once, to nearest even, to a float dtype."""
    if math.isnan(value):
        return math.nan  # one of them, as constants are interned: the sign says nothing
    if dtype.itemsize == 8 or value == 0:
        return value
    if dtype.name in _FORMATS:
        precision, least, largest, beyond = _FORMATS[dtype.name]
        if math.isinf(value):
            return math.copysign(beyond, value)
        unit = max(math.frexp(value)[1] - precision, least)
        size = math.ldexp(round(math.ldexp(abs(value), -unit)), unit)
        return math.copysign(size if size <= largest else beyond, value)
    rounder = _ROUNDERS[dtype.name]
    try:
        (rounded,) = rounder.unpack(rounder.pack(value))
    except OverflowError:
        rounded = math.copysign(math.inf, value)
    return float(rounded)


def _by_name(name: str) -> DType:
    return _ALL[name]


def all_dtypes() -> Iterator[DType]:
    """Every dtype once, in the order of the table above."""
    return iter(_ALL.values())


def to_dtype(spec: DType | str | type | np.dtype[Any]) -> DType:
    """The dtype that `spec` names: a DType, its name, a numpy dtype, or bool, int, float."""
    if isinstance(spec, DType):
        return spec
    if spec is bool:
        return dtypes.bool
    if spec is int:
        return dtypes.default_int
    if spec is float:
        return dtypes.default_float
    if spec is None:  # which is float64 to numpy
        raise DTypeError("dtype", "None", f"one of {', '.join(_ALL)}")
    if isinstance(spec, str):
        name = _ALIASES.get(spec, spec)
    else:
        try:
            name = np.dtype(spec).name
        except TypeError:
            raise DTypeError("dtype", repr(spec), f"one of {', '.join(_ALL)}") from None
        name = _OF_NUMPY.get(name, name)
    if name not in _ALL:
        raise DTypeError("dtype", repr(spec), f"one of {', '.join(_ALL)}")
    return _ALL[name]


def scalar_dtype(value: Scalar) -> DType:
    """The dtype that a Python scalar has when nothing else decides it."""
    if isinstance(value, bool):
        return dtypes.bool
    return dtypes.default_int if isinstance(value, int) else dtypes.default_float


def promote(a: DType, b: DType) -> DType:
    """The common dtype of two arrays.

    The Array API standard's table; where it leaves a pair open, an integer with a float gives the
    float (as PyTorch), and two floats of one size (float16 with bfloat16) give float32. uint64
    with a signed integer has no common type and raises DTypeError.
    """
    if a is b:
        return a
    if a.is_bool or b.is_bool:
        return b if a.is_bool else a
    if a.is_float != b.is_float:
        return a if a.is_float else b
    if a.itemsize == b.itemsize and a.is_float:
        return dtypes.float32
    if a.kind == b.kind:
        return a if a.itemsize > b.itemsize else b
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    bits = max(signed.bits, unsigned.bits * 2)
    if bits > 64:
        raise DTypeError(
            "promote", f"{a.name} and {b.name}", "a common dtype", "cast one of them explicitly"
        )
    return _ALL[f"int{bits}"]


def promote_scalar(a: DType, value: Scalar) -> DType:
    """The dtype of an array of dtype `a` with a Python scalar, which is weak.

    Only a scalar of a higher kind changes it: True < 1 < 1.0.
    """
    if isinstance(value, bool) or a.is_float:
        return a
    if isinstance(value, int):
        return dtypes.default_int if a.is_bool else a
    return dtypes.default_float

"""DLPack: arrays of other libraries as ours and ours as theirs, in the same memory of the host.

numpy makes and reads the capsules, whose owners C code frees. It has no bfloat16 and no float8:
these go through it as unsigned integers of their size, and their code in the capsule is exchanged.
Source: the DLPack 1.1 header, https://dmlc.github.io/dlpack/latest/c_api.html
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.util.errors import ArgumentError, DeviceError, DTypeError

Array = np.ndarray[Any, Any]

CPU = 1  # kDLCPU
_UNSIGNED = 1  # kDLUInt
# DLDataTypeCode of the floats that numpy's DLPack does not know.
_CODES = {"bfloat16": 4, "float8_e4m3": 10, "float8_e5m2": 12}
_DTYPES = {_CODES[d.name]: d for d in all_dtypes() if d.name in _CODES}
_UINTS = {1: np.uint8, 2: np.uint16}


class _Tensor(ctypes.Structure):
    """DLTensor, up to the field that is exchanged."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
    ]


class _Versioned(ctypes.Structure):
    """DLManagedTensorVersioned, whose tensor does not come first."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("manager", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", _Tensor),
    ]


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_is_valid = ctypes.pythonapi.PyCapsule_IsValid
_is_valid.restype = ctypes.c_int
_is_valid.argtypes = [ctypes.py_object, ctypes.c_char_p]


def _inside(capsule: Any) -> _Tensor:
    """The DLTensor in a capsule that nobody has taken yet."""
    if _is_valid(capsule, b"dltensor_versioned"):
        return _Versioned.from_address(_pointer(capsule, b"dltensor_versioned")).tensor  # type: ignore[no-any-return]
    if not _is_valid(capsule, b"dltensor"):
        raise ArgumentError("from_dlpack", f"{capsule!r}", "a DLPack capsule that nobody has taken")
    return _Tensor.from_address(_pointer(capsule, b"dltensor"))


class _Holder:
    """What numpy takes an array from: a capsule."""

    def __init__(self, capsule: Any):
        self._capsule = capsule

    def __dlpack__(self, **_: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return (CPU, 0)


def exported(array: Array, dtype: DType, max_version: tuple[int, int] | None) -> Any:
    """A capsule of an array in the host's memory; read-only where the consumer can know that."""
    if dtype.name in _CODES:
        array = array.view(_UINTS[dtype.itemsize])
    if max_version is None or max_version[0] < 1:
        return _as(dtype, array.__dlpack__())
    array = array.view()
    array.flags.writeable = False
    return _as(dtype, array.__dlpack__(max_version=max_version))


def _as(dtype: DType, capsule: Any) -> Any:
    if dtype.name in _CODES:
        _inside(capsule).code = _CODES[dtype.name]
    return capsule


def imported(source: Any) -> Array:
    """The array that an object with `__dlpack__` offers, in the memory where it is.

    Raises DeviceError unless that is the host's, DTypeError for a dtype that there is not here.
    """
    if not hasattr(source, "__dlpack__") or not hasattr(source, "__dlpack_device__"):
        raise ArgumentError(
            "from_dlpack", type(source).__name__, "an array with __dlpack__", "use Tensor(data)"
        )
    kind, number = source.__dlpack_device__()
    if int(kind) != CPU:
        raise DeviceError(
            "from_dlpack", f"memory of device ({int(kind)}, {number})", "memory of the host",
            "copy it to the CPU first",
        )  # fmt: skip
    try:
        capsule = source.__dlpack__(max_version=(1, 0))
    except TypeError:  # from before version 1
        capsule = source.__dlpack__()
    described = _inside(capsule)
    code, bits = described.code, described.bits
    if code in _DTYPES:
        described.code = _UNSIGNED
    try:
        array = np.from_dlpack(_Holder(capsule))
    except (BufferError, RuntimeError) as error:
        got = f"DLPack's dtype of code {code} and {bits} bits ({error})"
        raise DTypeError("from_dlpack", got, "a dtype that there is here") from None
    if array.dtype.kind == "c":
        raise DTypeError("from_dlpack", str(array.dtype), "real numbers", "take .real and .imag")
    return array.view(_DTYPES[code].np) if code in _DTYPES else array


__all__ = ["CPU", "exported", "imported"]
assert dtypes.bfloat16 in _DTYPES.values()

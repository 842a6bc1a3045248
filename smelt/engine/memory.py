"""Which memory a BUFFER of the graph is, and the way in and out of it for host arrays."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from smelt.dtype import to_dtype
from smelt.engine.device import runtime
from smelt.ir.node import BufferRef, Node, buffer, reshape
from smelt.util.errors import DeviceError

if TYPE_CHECKING:
    from smelt.program import Memory


def memory_of(ref: BufferRef) -> Memory:
    """The memory of a BUFFER. Raises DeviceError for one that only stands for an argument."""
    if ref.memory is None:
        raise DeviceError("memory", f"{ref!r}, which has none", "a buffer that holds values")
    return ref.memory  # type: ignore[no-any-return]


def bind(ref: BufferRef, memory: Memory) -> None:
    """From now on `ref` is `memory`."""
    ref.memory = memory


def from_numpy(array: np.ndarray[Any, Any], device: str, copy: bool = True) -> Node:
    """A host array on `device`, as a node of the array's shape.

    Without `copy` the array's own memory is used, if the device can: it must not change any more.
    """
    array = np.asarray(array)
    ref = BufferRef(device, array.size, to_dtype(array.dtype))
    place = runtime(device)
    adopt = None if copy else getattr(place, "adopt", None)
    memory = adopt(array) if adopt is not None else None
    if memory is None:
        memory = place.allocate(ref.nbytes)
        place.write(memory, np.ascontiguousarray(array).reshape(-1))
    ref.memory = memory
    return reshape(buffer(ref), array.shape)


def at_address(address: int, nbytes: int, owner: Any) -> np.ndarray[Any, Any]:
    """Bytes of the host as an array that keeps `owner` alive."""
    memory: Any = (ctypes.c_uint8 * nbytes).from_address(address)
    memory.owner = owner
    flat: np.ndarray[Any, Any] = np.frombuffer(memory, np.uint8)
    return flat


def shared(ref: BufferRef) -> np.ndarray[Any, Any] | None:
    """What is in a BUFFER as a flat array in its own memory; None where the host has no address.

    Nobody may write to it: values do not change.
    """
    memory = memory_of(ref)
    address = getattr(memory, "address", None)
    if address is None:
        return None
    return at_address(address, ref.nbytes, memory).view(ref.dtype.np)


def contents(ref: BufferRef) -> np.ndarray[Any, Any]:
    """What is in a BUFFER, as a fresh flat array."""
    return runtime(ref.device).read(memory_of(ref), ref.dtype, ref.size)

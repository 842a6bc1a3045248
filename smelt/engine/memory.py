"""Which memory a BUFFER of the graph is, and the way in and out of it for host arrays."""

from __future__ import annotations

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


def from_numpy(array: np.ndarray[Any, Any], device: str) -> Node:
    """A copy of a host array on `device`, as a node of the array's shape."""
    array = np.asarray(array)
    ref = BufferRef(device, array.size, to_dtype(array.dtype))
    memory = runtime(device).allocate(ref.nbytes)
    runtime(device).write(memory, np.ascontiguousarray(array).reshape(-1))
    ref.memory = memory
    return reshape(buffer(ref), array.shape)


def contents(ref: BufferRef) -> np.ndarray[Any, Any]:
    """What is in a BUFFER, as a fresh flat array."""
    return runtime(ref.device).read(memory_of(ref), ref.dtype, ref.size)

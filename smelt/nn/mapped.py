"""Files in memory: their bytes are read from disk when somebody looks at them."""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np

from smelt import engine
from smelt.tensor import Tensor

Array = np.ndarray[Any, np.dtype[Any]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


def map_file(path: str | os.PathLike[str]) -> Bytes:
    """The bytes of a file, mapped. What is written to them changes nobody else's, nor the file."""
    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return np.zeros(0, np.uint8)
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY), np.uint8)


def from_mapped(array: Array, device: str | None = None) -> Tensor:
    """A tensor of a mapped array, in the array's own memory where the device can use that."""
    name = str(engine.Device.DEFAULT if device is None else engine.Device.canonical(device))
    return Tensor._make(engine.from_numpy(array, name, copy=False))

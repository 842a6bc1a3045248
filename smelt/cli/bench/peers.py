"""Who takes part: smelt and numpy here, others in benchmarks/.

A peer turns a row into a call that computes it and waits for the result.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import smelt
from smelt import Tensor
from smelt.cli.bench.rows import Row
from smelt.util.errors import SmeltError

Array = np.ndarray[Any, np.dtype[Any]]
Call = Callable[[], Any]


class Unsupported(Exception):
    """A row that a peer has no way to compute. Its text is the reason."""


class Peer(ABC):
    """One contestant. The name is that of `--peers` and of its columns."""

    name: str
    errors: tuple[type[Exception], ...] = (RuntimeError, TypeError, ValueError, ArithmeticError)

    @abstractmethod
    def version(self) -> str:
        """The version of its library."""

    @abstractmethod
    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        """The call to time, on inputs of the peer's own. Raises Unsupported, or one of `errors`."""

    @abstractmethod
    def to_numpy(self, result: Any) -> Array:
        """One result as an array; a call returns one or a sequence of them."""


class Smelt(Peer):
    """A captured function, called with realized tensors."""

    name = "smelt"
    errors = (*Peer.errors, SmeltError)

    def version(self) -> str:
        from importlib import metadata

        return metadata.version("smelt")

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        compute, settings = row.operation.smelt, row.settings
        inputs = [Tensor(array).realize() for array in arrays]

        @smelt.jit
        def captured(*tensors: Tensor) -> Any:
            return compute(*tensors, **settings)

        def call() -> Any:
            result = captured(*inputs)
            smelt.Device.synchronize()
            return result

        return call

    def to_numpy(self, result: Any) -> Array:
        return result.numpy()  # type: ignore[no-any-return]


class Numpy(Peer):
    """numpy as it is installed."""

    name = "numpy"

    def version(self) -> str:
        return np.__version__

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        if not row.operation.numpy_competes:
            raise Unsupported("no function of numpy")
        if any(array.dtype not in (np.float32, np.int64) for array in arrays):
            raise Unsupported(f"no products of {row.dtype}")
        copies = [array.copy() for array in arrays]
        return functools.partial(row.operation.numpy, *copies, **row.settings)

    def to_numpy(self, result: Any) -> Array:
        return np.asarray(result)

"""Values in and out: computing, reading, sharing memory with others, saving, copying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt import engine
from smelt.dtype import to_dtype
from smelt.engine.memory import at_address
from smelt.tensor.base import (
    Array,
    Base,
    DTypeLike,
    Operand,
    as_shape,
    capturing,
    device_name,
    is_any_pending,
    read_guard,
    take_pending,
)
from smelt.tensor.dlpack import CPU, exported, imported
from smelt.tensor.losses import Losses
from smelt.util.errors import (
    ArgumentError,
    DeviceError,
    DTypeError,
    GradientError,
    ShapeError,
)

HOST = ("CPU", "PYTHON")  # devices whose memory is the host's


class Exchange(Losses):
    """How values come to life and leave: `realize`, `numpy`, `data`, DLPack, pickle."""

    # ---- computing ----------------------------------------------------------------------------

    def realize(self, *others: Base) -> Self:
        """Compute self, `others`, and whatever was assigned to and not computed yet.

        Inside of a captured step, or of a function that is being transformed, it does nothing.

        >>> (Tensor([1, 2]) + 1).realize().tolist()
        [2, 3]
        """
        if capturing.get():
            return self
        if not others and not is_any_pending() and self._place() is not None:
            return self
        wanted: list[Base] = [self, *others, *take_pending()]
        tensors = {id(t): t for t in wanted}
        for bindings, group in _by_bindings(list(tensors.values())):
            stored = engine.realize([t.node for t in group], bindings)
            for tensor, buffer in zip(group, stored, strict=True):
                leaf = engine.as_leaf(tensor.node, buffer)
                if tensor.is_leaf:
                    tensor._settle(leaf)
        return self

    def _read(self, operation: str, copy: bool = True) -> Array:
        """The values on the host; every reading of values comes through here.

        Without `copy` in the tensor's own memory, if the host has that: nobody may write to it.
        Raises CaptureError inside a captured step, for which `operation` is the reader's name.
        """
        self._about_to_read(operation)
        self.realize()
        return engine.to_numpy(self.node, self.bindings, copy=copy)

    def _about_to_read(self, operation: str) -> None:
        guard = read_guard.get()
        if guard is not None:
            guard(operation)
        recorder = capturing.get()
        if recorder is not None:
            recorder.read(self, operation)

    # ---- reading ------------------------------------------------------------------------------

    def numpy(self) -> Array:
        """The values as a numpy array of its own; bfloat16 and float8 have ml_dtypes' types.

        >>> Tensor([1, 2]).numpy()
        array([1, 2], dtype=int32)
        """
        return self._read("numpy")

    def data(self) -> memoryview:
        """The values as a read-only memoryview, on the CPU in the tensor's own memory.

        Raises DTypeError for bfloat16 and float8, for which Python has no format.

        >>> Tensor([1, 2]).data().tolist()
        [1, 2]
        """
        return self._buffer("data")

    def _buffer(self, operation: str) -> memoryview:
        if self.dtype.np.isbuiltin != 1:  # one of ml_dtypes'
            raise DTypeError(
                operation, self.dtype.name, "a dtype that Python's buffers have",
                "cast it to float32, or use numpy()",
            )  # fmt: skip
        return _read_only(self._read(operation, copy=False)).data

    def __buffer__(self, flags: int) -> memoryview:
        """`memoryview(tensor)`, which Python looks for from 3.12 on."""
        if flags & 1:
            raise BufferError("the values of a tensor are read-only: use numpy() for a copy")
        return self._buffer("memoryview")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """For `np.asarray`: read-only and on the CPU in the tensor's own memory, unless `copy`."""
        values = _read_only(self._read("__array__", copy=bool(copy)))
        wanted = values.dtype if dtype is None else np.dtype(dtype)
        if copy is False and (wanted != values.dtype or not self._is_on_host()):
            raise ArgumentError(
                "__array__", f"copy=False for {self.dtype.name} on {self.device}",
                "the tensor's own dtype, on the CPU", "leave copy out",
            )  # fmt: skip
        return values.astype(wanted) if copy or wanted != values.dtype else values

    # numpy's operators leave the work to ours: `np.float32(2) * x` is a Tensor.
    __array_ufunc__ = None

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers, or one number.

        >>> Tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
        """
        return self._read("tolist").tolist()

    def item(self) -> Any:
        """The only value, as a Python number. Raises ShapeError if there are more.

        >>> Tensor([[5]]).item()
        5
        """
        return self._one("item").item()

    def _one(self, operation: str) -> Array:
        if ir.numel(self.node.shape) != 1:
            raise ShapeError(operation, f"a tensor of shape {self.shape}", "a single element")
        self._about_to_read(operation)
        found = engine.one_number(self.node, self.bindings)
        return (self._read(operation) if found is None else found).reshape(())

    def __bool__(self) -> bool:
        return bool(self._one("bool"))

    def __int__(self) -> int:
        return int(self._one("int"))

    def __float__(self) -> float:
        return float(self._one("float"))

    def __complex__(self) -> complex:
        return complex(float(self._one("complex")))

    def __index__(self) -> int:
        if not self.dtype.is_int:
            raise DTypeError("index", self.dtype.name, "an integer")
        return int(self._one("index"))

    def __format__(self, spec: str) -> str:
        """`f"{loss:.3f}"`: a single value as the number that it is."""
        return format(self._one("format").item(), spec) if spec else str(self)

    def __len__(self) -> int:
        if not self.ndim:
            raise ShapeError("len", "a tensor without axes", "at least one axis")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Operand) -> bool:
        return bool((self == value).any())

    def allclose(
        self, other: Operand, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
    ) -> bool:
        """Whether `isclose` holds everywhere.

        >>> Tensor([1.0]).allclose(Tensor([1.0000001]))
        True
        """
        return bool(self.isclose(other, rtol, atol, equal_nan).all())

    # ---- memory that others have too ----------------------------------------------------------

    def equal(self, other: Self) -> bool:
        """Whether other has the same shape and the same elements.

        >>> Tensor([1, 2]).equal(Tensor([1, 2])), Tensor([1, 2]).equal(Tensor([1, 2, 3]))
        (True, False)
        """
        return self.node.shape == other.node.shape and bool(self.eq(other).all().item())

    def _is_on_host(self) -> bool:
        return self.device in HOST

    def data_ptr(self) -> int:
        """The address of the first element. Raises DeviceError unless it is on the CPU.

        It holds as long as the tensor has this value: a change makes another buffer.

        >>> Tensor([1, 2]).data_ptr() % 64
        0
        """
        self._require_host("data_ptr")
        return int(self._read("data_ptr", copy=False).ctypes.data)

    def _require_host(self, operation: str) -> None:
        if not self._is_on_host():
            raise DeviceError(
                operation, f"a tensor on {self.device}", "one on the CPU", 'use .to("CPU")'
            )

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """A DLPack capsule of the tensor's own memory, or of a copy: for others' `from_dlpack`.

        It is marked read-only, as far as the consumer knows of version 1: values do not change.
        """
        if stream is not None:
            raise ArgumentError("__dlpack__", f"stream {stream!r}", "None, as there is none here")
        if dl_device is not None and tuple(dl_device) != (CPU, 0):
            raise BufferError(
                f"__dlpack__: cannot export to device {dl_device}, only to {(CPU, 0)}"
            )
        if not copy:
            self._require_host("__dlpack__")
        return exported(self._read("__dlpack__", copy=bool(copy)), self.dtype, max_version)

    def __dlpack_device__(self) -> tuple[int, int]:
        self._require_host("__dlpack_device__")
        return (CPU, 0)

    @classmethod
    def from_dlpack(cls, source: Any, device: str | None = None, copy: bool | None = None) -> Self:
        """The array of another library, on the CPU in its own memory unless `copy`.

        As long as it shares the memory, nobody should write to that: values that were computed
        before keep the old contents, others see the new. smelt itself never does: `assign` and
        `x[...] = y` make another buffer. With copy=False what cannot be shared (strides other than
        row-major, another device) raises ArgumentError.

        >>> Tensor.from_dlpack(np.arange(3)).tolist()
        [0, 1, 2]
        """
        array = imported(source)
        name = device_name(device)
        if copy:
            return cls._make(engine.from_numpy(array, name))
        return cls._sharing("from_dlpack", array, name, must=copy is False)

    @classmethod
    def _sharing(cls, operation: str, array: Array, device: str, must: bool) -> Self:
        flags = array.flags
        if must and not (flags.c_contiguous and flags.aligned and device == "CPU"):
            raise ArgumentError(
                operation, f"strides {array.strides} on {device} without a copy",
                "row-major elements on the CPU", "leave copy out",
            )  # fmt: skip
        if flags.c_contiguous and not flags.writeable:  # nobody writes to it
            flat = at_address(array.ctypes.data, array.nbytes, array)
            array = flat.view(array.dtype).reshape(array.shape)
        return cls._make(engine.from_numpy(array, device, copy=False))

    @classmethod
    def from_blob(
        cls, ptr: int, shape: Any, dtype: DTypeLike = "float32", device: str | None = None
    ) -> Self:
        """What is in memory at the address `ptr`, row-major, without a copy on the CPU.

        The caller keeps the memory alive and unchanged as long as the tensor, or anything computed
        from it, is in use; smelt never writes to it.

        >>> array = np.array([1.0, 2.0], np.float32)
        >>> Tensor.from_blob(array.ctypes.data, (2,)).tolist()
        [1.0, 2.0]
        """
        wanted = to_dtype(dtype)
        dims, _ = as_shape("from_blob", shape if isinstance(shape, list | tuple) else (shape,))
        if not isinstance(ptr, int) or (ptr <= 0 and ir.numel(dims)):
            raise ArgumentError("from_blob", f"address {ptr!r}", "a positive int")
        flat = at_address(ptr, ir.numel(dims) * wanted.itemsize, None).view(wanted.np)
        return cls._sharing("from_blob", flat.reshape(ir.static(dims)), device_name(device), False)

    @classmethod
    def from_url(cls, url: str, gunzip: bool = False, device: str | None = None) -> Self:
        """The bytes of a file on the web as a uint8 tensor; it is fetched once and kept on disk.

        `gunzip` unpacks it. Raises FileFormatError if it can neither be fetched nor is in the
        cache, with the path to put it at.

        >>> from smelt.util.flags import SMELT_CACHE
        >>> path = SMELT_CACHE.value / "example"
        >>> path.parent.mkdir(parents=True, exist_ok=True)
        >>> _ = path.write_bytes(b"abc")
        >>> Tensor.from_url(path.as_uri()).tolist()
        [97, 98, 99]
        """
        from smelt.util.download import fetched, unpacked  # what fetches takes long to import

        content = fetched(url)
        return cls(unpacked(content, url) if gunzip else content, device=device)

    # ---- saving and copying -------------------------------------------------------------------

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle: values, device, and whether it is a leaf that has a gradient."""
        self._require_no_history("pickle")
        values = self._read("pickle")
        requires_grad = self._requires_grad if self._is_decided else None
        return _unpickled, (type(self), values, self.device, requires_grad, self._grad)

    def __copy__(self) -> Self:
        """Another tensor of the same value; of a leaf another leaf with the same gradient."""
        return self._duplicate(self._grad)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """The same with a gradient of its own. Values do not change, so no memory is copied."""
        self._require_no_history("deepcopy")
        result = memo[id(self)] = self._duplicate(None)
        result._grad = None if self._grad is None else self._grad.__deepcopy__(memo)
        return result

    def _duplicate(self, grad: Self | None) -> Self:
        is_leaf = self.is_leaf and self._requires_grad
        node = self.node.src[0] if is_leaf else self.node  # without the mark of this very leaf
        result = self._make(node, self.bindings, requires_grad=is_leaf)
        result._requires_grad = self._requires_grad
        result._is_decided = self._is_decided
        result.grad = grad
        return result

    def _require_no_history(self, operation: str) -> None:
        if not self.is_leaf:
            raise GradientError(
                operation, "a result, which has a history", "a leaf", "detach it first"
            )


def _unpickled(
    kind: type[Exchange], values: Array, device: str, requires_grad: bool | None, grad: Any
) -> Exchange:
    result = kind(values, device=device, requires_grad=requires_grad)
    result.grad = grad
    return result


def _read_only(values: Array) -> Array:
    values.flags.writeable = False
    return values


def _by_bindings(tensors: list[Base]) -> list[tuple[Mapping[str, int], list[Base]]]:
    """Tensors in groups in which no Variable has two values."""
    groups: list[tuple[dict[str, int], list[Base]]] = []
    for tensor in tensors:
        for bound, group in groups:
            if all(bound.get(name, value) == value for name, value in tensor.bindings.items()):
                bound.update(tensor.bindings)
                group.append(tensor)
                break
        else:
            groups.append((dict(tensor.bindings), [tensor]))
    return [(bound, group) for bound, group in groups]

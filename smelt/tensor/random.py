"""Random numbers: Threefry-2x32 of a key and a counter, the same bits on every device.

Each device has a key and a counter in memory; a draw of n numbers takes the n values of the
counter that follow. Both are tensors, so that a captured step carries them on as state.

Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import math
import os
import threading
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import DType, dtypes, to_dtype
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.tensor.base import DTypeLike, as_shape, broadcast, capturing, device_name
from smelt.tensor.scattering import Scattering
from smelt.util.errors import ArgumentError, DTypeError

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA

# How many random bits a float of [0, 1) has: those of its significand, so that none rounds to 1.
BITS = {
    dtypes.float8_e4m3: 4, dtypes.float8_e5m2: 3, dtypes.float16: 11, dtypes.bfloat16: 8,
    dtypes.float32: 24, dtypes.float64: 53,
}  # fmt: skip

_lock = threading.Lock()
_states: dict[str, tuple[Any, Any]] = {}  # key and counter of each device
_seed = int.from_bytes(os.urandom(8), "little")


def threefry(key: tuple[Node, Node], low: Node, high: Node) -> tuple[Node, Node]:
    """Two uint32 words of random bits for each counter (low, high): 20 rounds."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    x, y = low + keys[0], high + keys[1]
    for block in range(5):
        for rotation in ROTATIONS[block % 2]:
            x = x + y
            turned = ir.alu(Op.SHL, y, ir.const(rotation, y.dtype, y.shape))
            y = turned | ir.alu(Op.SHR, y, ir.const(32 - rotation, y.dtype, y.shape))
            y = x ^ y
        x = x + keys[(block + 1) % 3]
        y = y + keys[(block + 2) % 3] + (block + 1)
    return x, y


class Random(Scattering):
    """`Tensor.rand(2, 3)` and the like; every one takes dtype, device and requires_grad."""

    @classmethod
    def manual_seed(cls, seed: int = 0) -> None:
        """Start all generators anew: the same seed gives the same numbers on every device.

        >>> Tensor.manual_seed(7)
        >>> a = Tensor.rand(3).tolist()
        >>> Tensor.manual_seed(7)
        >>> a == Tensor.rand(3).tolist()
        True
        """
        global _seed
        with _lock:
            _seed = seed
            for key, counter in _states.values():
                key._replace(cls(_key_words(), device=key.device))
                counter._replace(cls(np.zeros(1, np.uint64), device=counter.device))

    @classmethod
    def _words(cls, shape: ir.Shape, device: str | None) -> tuple[Node, Node]:
        """Two words of random bits for each element; the counter moves on."""
        recorder = capturing.get()
        if recorder is None:
            return cls._draw(shape, device)
        x, y = recorder.draw(shape, lambda wanted: cls._draw(wanted, device))
        return x, y

    @classmethod
    def _draw(cls, shape: ir.Shape, device: str | None) -> tuple[Node, Node]:
        place = device_name(device)
        n = ir.numel(shape)
        with _lock:
            if place not in _states:
                _states[place] = cls._new_state(place)
            key, counter = _states[place]
            start = counter.node
            counter._replace(counter + n)
        count = ir.cast(ir.iota(n), dtypes.uint64) + broadcast(start, (n,))
        low = ir.cast(count, dtypes.uint32)
        high = ir.cast(ir.alu(Op.SHR, count, ir.const(32, count.dtype, (n,))), dtypes.uint32)
        first, second = (broadcast(ir.shrink(key.node, [(i, i + 1)]), (n,)) for i in (0, 1))
        x, y = threefry((first, second), low, high)
        return ir.reshape(x, shape), ir.reshape(y, shape)

    @classmethod
    def _new_state(cls, place: str) -> tuple[Self, Self]:
        """Key and counter, made as if outside of a step that is captured now: they outlive it."""
        token = capturing.set(None)
        try:
            return cls(_key_words(), device=place), cls(np.zeros(1, np.uint64), device=place)
        finally:
            capturing.reset(token)

    @classmethod
    def rand(
        cls,
        *shape: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Uniform numbers in [0, 1).

        >>> Tensor.rand(2, 3).shape
        (2, 3)
        """
        wanted = _float_dtype("rand", dtype)
        dims, bindings = as_shape("rand", shape)
        x, y = cls._words(dims, device)
        return cls._make(_unit(x, y, wanted), bindings, requires_grad)

    @classmethod
    def randn(
        cls,
        *shape: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Normal numbers of mean 0 and variance 1, by the method of Box and Muller.

        >>> Tensor.randn(2, 3).shape
        (2, 3)
        """
        wanted = _float_dtype("randn", dtype)
        compute = dtypes.float64 if wanted is dtypes.float64 else dtypes.float32
        dims, bindings = as_shape("randn", shape)
        x, y = cls._words(dims, device)
        if compute is dtypes.float64:
            # Both numbers of a pair take all their bits from words of their own.
            x2, y2 = cls._words(dims, device)
            radius, angle = (cls._make(_unit(a, b, compute)) for a, b in ((x, y), (x2, y2)))
        else:
            radius, angle = (cls._make(_unit(w, w, compute)) for w in (x, y))
        # 1 - u is in (0, 1], where the logarithm is finite.
        result = (-2.0 * (1.0 - radius).log()).sqrt() * (2 * math.pi * angle).sin()
        return cls._make(ir.cast(result.node, wanted), bindings, requires_grad)

    @classmethod
    def randint(
        cls,
        *shape: Any,
        low: int = 0,
        high: int = 10,
        size: Any = None,
        dtype: DTypeLike | None = None,
        device: str | None = None,
    ) -> Self:
        """Integers in [low, high), int32 unless told; randint(low, high, size) as PyTorch has it.

        >>> bool((Tensor.randint(5, low=-2, high=3) < 3).all())
        True
        >>> Tensor.randint(7, 8, (2,)).tolist()
        [7, 7]
        """
        shape, limits = _torch_order(shape, size)
        if limits:
            low, high = limits if len(limits) == 2 else (low, limits[0])
        wanted = dtypes.default_int if dtype is None else to_dtype(dtype)
        if not low < high <= low + (1 << 32):
            raise ArgumentError(
                "randint", f"[{low}, {high})", "low < high, at most 2**32 numbers apart"
            )
        if wanted.is_int and not wanted.min <= low < high <= wanted.max + 1:
            raise ArgumentError("randint", f"[{low}, {high})", f"numbers that {wanted.name} holds")
        dims, bindings = as_shape("randint", shape)
        word, _ = cls._words(dims, device)
        # The high word of a product with the range: one of its numbers, all equally likely.
        product = ir.cast(word, dtypes.uint64) * (high - low)
        scaled = ir.alu(Op.SHR, product, ir.const(32, dtypes.uint64, dims))
        return cls._make(ir.cast(ir.cast(scaled, dtypes.int64) + low, wanted), bindings)

    @classmethod
    def uniform(
        cls,
        *shape: Any,
        low: float = 0.0,
        high: float = 1.0,
        size: Any = None,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Uniform numbers in [low, high); uniform(low, high, size) as numpy has it.

        >>> bool((Tensor.uniform(9, low=2.0, high=3.0) >= 2).all())
        True
        """
        shape, limits = _torch_order(shape, size)
        if limits:
            low, high = limits if len(limits) == 2 else (low, limits[0])
        values = cls.rand(*shape, dtype=dtype, device=device) * (high - low) + low
        return cls._make(values.node, values.bindings, requires_grad)

    @classmethod
    def normal(
        cls,
        *shape: Any,
        mean: float = 0.0,
        std: float = 1.0,
        size: Any = None,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Normal numbers of that mean and deviation; normal(mean, std, size) as PyTorch has it.

        >>> Tensor.normal(2, 3, mean=10.0).shape
        (2, 3)
        >>> Tensor.normal(10.0, 0.0, (2,)).tolist()
        [10.0, 10.0]
        """
        shape, moments = _torch_order(shape, size)
        if moments:
            mean, std = moments if len(moments) == 2 else (moments[0], std)
        values = cls.randn(*shape, dtype=dtype, device=device) * std + mean
        return cls._make(values.node, values.bindings, requires_grad)

    @classmethod
    def scaled_uniform(cls, *shape: Any, **kwargs: Any) -> Self:
        """Uniform in (-1, 1), divided by the square root of the number of elements.

        >>> Tensor.scaled_uniform(2, 3).shape
        (2, 3)
        """
        bound = 1.0 / math.sqrt(max(1, ir.numel(as_shape("scaled_uniform", shape)[0])))
        return cls.uniform(*shape, low=-bound, high=bound, **kwargs)

    @classmethod
    def glorot_uniform(cls, *shape: Any, **kwargs: Any) -> Self:
        """Uniform within sqrt(6 / (fan in + fan out)) of 0 (Glorot and Bengio, 2010).

        >>> Tensor.glorot_uniform(2, 3).shape
        (2, 3)
        """
        fan_out, fan_in = _fans("glorot_uniform", shape)
        bound = math.sqrt(6 / max(1, fan_in + fan_out))
        return cls.uniform(*shape, low=-bound, high=bound, **kwargs)

    @classmethod
    def kaiming_uniform(cls, *shape: Any, a: float = 0.01, **kwargs: Any) -> Self:
        """Uniform within sqrt(6 / ((1 + a**2) fan in)) of 0 (He et al., 2015).

        >>> Tensor.kaiming_uniform(2, 3).shape
        (2, 3)
        """
        bound = math.sqrt(6 / (1 + a * a) / max(1, _fans("kaiming_uniform", shape)[1]))
        return cls.uniform(*shape, low=-bound, high=bound, **kwargs)

    @classmethod
    def kaiming_normal(cls, *shape: Any, a: float = 0.01, **kwargs: Any) -> Self:
        """Normal with standard deviation sqrt(2 / ((1 + a**2) fan in)) (He et al., 2015).

        >>> Tensor.kaiming_normal(2, 3).shape
        (2, 3)
        """
        std = math.sqrt(2 / (1 + a * a) / max(1, _fans("kaiming_normal", shape)[1]))
        return cls.normal(*shape, std=std, **kwargs)

    def bernoulli(self, p: float | None = None) -> Self:
        """1 with the probability that each element is (or with p), else 0, in self's dtype.

        >>> Tensor([0.0, 1.0]).bernoulli().tolist()
        [0.0, 1.0]
        """
        compute = self.dtype if self.dtype is dtypes.float64 else dtypes.float32
        return (self.rand_like(dtype=compute) < (self if p is None else p)).cast(self.dtype)

    def rand_like(self, **kwargs: Any) -> Self:
        """`rand` in self's shape, dtype and place.

        >>> Tensor.zeros(2, 3).rand_like().shape
        (2, 3)
        """
        return self.rand(*self.shape, **{"dtype": self.dtype, "device": self.node.device, **kwargs})

    def randint_like(self, low: int, high: int | None = None, **kwargs: Any) -> Self:
        """`randint` in self's shape, dtype and place; randint_like(high) starts at 0.

        >>> Tensor.zeros(2, 3, dtype="int8").randint_like(5).dtype
        dtypes.int8
        """
        low, high = (0, low) if high is None else (low, high)
        like = {"dtype": self.dtype, "device": self.node.device, **kwargs}
        return self.randint(*self.shape, low=low, high=high, **like)

    def randn_like(self, **kwargs: Any) -> Self:
        """`randn` in self's shape, dtype and place.

        >>> Tensor.zeros(2, 3).randn_like().shape
        (2, 3)
        """
        return self.randn(
            *self.shape, **{"dtype": self.dtype, "device": self.node.device, **kwargs}
        )


def _torch_order(shape: Any, size: Any) -> tuple[Any, tuple[Any, ...]]:
    """A shape, and the numbers before it in `randint(low, high, size)`: none in `randint(2, 3)`."""
    if size is not None:
        return (size,), shape
    if len(shape) in (2, 3) and isinstance(shape[-1], tuple | list):
        return shape[-1:], shape[:-1]
    return shape, ()


def _key_words() -> np.ndarray[Any, Any]:
    return np.array([_seed & 0xFFFFFFFF, (_seed >> 32) & 0xFFFFFFFF], np.uint32)


def _float_dtype(operation: str, dtype: DTypeLike | None) -> DType:
    wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
    if not wanted.is_float:
        raise DTypeError(operation, wanted.name, "a float dtype", "use randint for integers")
    return wanted


def _fans(operation: str, shape: Any) -> tuple[int, int]:
    """How many outputs an input has and how many inputs an output, of a weight (out, in, ..)."""
    sizes = ir.static(as_shape(operation, shape)[0])
    return (sizes[0] if sizes else 1), math.prod(sizes[1:])


def _unit(x: Node, y: Node, dtype: DType) -> Node:
    """Random words as floats in [0, 1)."""
    bits = BITS[dtype]
    if bits <= 32:
        word, width = x, 32
    else:
        low, word = ir.cast(y, dtypes.uint64), ir.cast(x, dtypes.uint64)
        word = ir.alu(Op.SHL, word, ir.const(32, dtypes.uint64, x.shape)) | low
        width = 64
    top = ir.alu(Op.SHR, word, ir.const(width - bits, word.dtype, word.shape))
    return ir.cast(top, dtype) * 2.0**-bits

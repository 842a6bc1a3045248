"""Tensors from nothing: constants, counters and patterns. All are lazy and cost no memory."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import DType, Scalar, dtypes, scalar_dtype, to_dtype
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, bounds
from smelt.tensor.base import Base, DTypeLike, as_dims, as_shape
from smelt.util.errors import ArgumentError


class Creation(Base):
    """`Tensor.zeros(2, 3)` and the like; every one takes dtype, device and requires_grad."""

    @classmethod
    def full(
        cls,
        shape: Any,
        fill_value: Scalar,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Every element is `fill_value`, whose type gives the dtype unless it is given.

        >>> Tensor.full((2, 2), 7).tolist()
        [[7, 7], [7, 7]]
        """
        if not isinstance(fill_value, bool | int | float | np.generic):
            raise ArgumentError("full", f"{fill_value!r}", "a number")
        sizes = shape if isinstance(shape, tuple | list) else (shape,)
        dims, bindings = as_shape("full", sizes)
        wanted = scalar_dtype(fill_value) if dtype is None else to_dtype(dtype)
        return cls._make(ir.const(fill_value, wanted, dims), bindings, requires_grad, device)

    @classmethod
    def zeros(
        cls,
        *shape: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Zeros, float32 unless told.

        >>> Tensor.zeros(2, 3).shape
        (2, 3)
        """
        return cls.full(_flat(shape), 0.0, dtype, device, requires_grad)

    @classmethod
    def ones(
        cls,
        *shape: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Ones, float32 unless told.

        >>> Tensor.ones(3, dtype="int8").tolist()
        [1, 1, 1]
        """
        return cls.full(_flat(shape), 1.0, dtype, device, requires_grad)

    # Memory with undefined contents would make a program's results depend on what ran before it.
    empty = zeros

    @classmethod
    def arange(
        cls,
        start: float | SymInt,
        stop: float | SymInt | None = None,
        step: float = 1,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """start, start + step .. up to and without stop; `arange(stop)` starts at 0.

        int32 if all arguments are ints, else float32. Steps between bounds that depend on Variables
        are of 1. Raises ArgumentError if step is 0 or the numbers do not fit the dtype.

        >>> Tensor.arange(1, 10, 3).tolist()
        [1, 4, 7]
        """
        if stop is None:
            start, stop = 0, start
        if step == 0:
            raise ArgumentError("arange", "step 0", "a step other than 0")
        if isinstance(start, SymInt) or isinstance(stop, SymInt):
            return cls._between(start, stop, step, dtype, device, requires_grad)
        _check_finite("arange", start, stop, step)
        whole = all(isinstance(v, int) for v in (start, stop, step))
        default = dtypes.default_int if whole else dtypes.default_float
        wanted = default if dtype is None else to_dtype(dtype)
        n = max(0, math.ceil((stop - start) / step))
        last = start + (n - 1) * step
        if (
            wanted.is_int
            and n
            and not wanted.min <= min(start, last) <= max(start, last) <= wanted.max
        ):
            raise ArgumentError(
                "arange", f"{start} to {last}", f"numbers that {wanted.name} holds",
                "give a wider dtype",
            )  # fmt: skip
        return cls._make(_ramp(start, step, n, wanted), device=device, requires_grad=requires_grad)

    @classmethod
    def _between(
        cls,
        start: float | SymInt,
        stop: float | SymInt,
        step: float,
        dtype: DTypeLike | None,
        device: str | None,
        requires_grad: bool | None,
    ) -> Self:
        """`arange` between bounds of which one depends on a Variable."""
        (first, end), bindings = as_dims("arange", (start, stop))
        n = ir.dim_sub(end, first)
        least = n if isinstance(n, int) else bounds(n)[0]
        if step != 1 or least < 0:
            raise ArgumentError(
                "arange", f"{start} to {stop} by {step}", "steps of 1, and no stop below start"
            )
        node = ir.iota(n) + ir.expand(ir.reshape(ir.index(first), (1,)), (n,))
        wanted = dtypes.default_int if dtype is None else to_dtype(dtype)
        return cls._make(ir.cast(node, wanted), bindings, bool(requires_grad), device)

    @classmethod
    def linspace(
        cls,
        start: float,
        stop: float,
        steps: int,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """`steps` numbers from start to stop, both included, at equal distances.

        >>> Tensor.linspace(0, 1, 5).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
        """
        _check_finite("linspace", start, stop)
        if not isinstance(steps, int | np.integer) or steps < 0:
            raise ArgumentError("linspace", f"{steps!r} steps", "a number of them from 0 up")
        wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
        compute = wanted if wanted.is_float else dtypes.default_float
        step = (stop - start) / max(1, steps - 1)
        # From both ends to the middle, so that both ends are exact.
        rising = _ramp(start, step, steps, compute)
        falling = ir.flip(_ramp(stop, -step, steps, compute), (0,))
        middle = ir.const(steps // 2 + steps % 2, dtypes.index, (steps,))
        node = ir.where(ir.iota(steps) < middle, rising, falling) if steps else rising
        return cls._make(ir.cast(node, wanted), device=device, requires_grad=requires_grad)

    @classmethod
    def logspace(
        cls,
        start: float,
        stop: float,
        steps: int,
        base: float = 10.0,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """The powers of `base` whose exponents `linspace` gives.

        >>> Tensor.logspace(0, 2, 3, base=2).tolist()
        [1.0, 2.0, 4.0]
        """
        wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
        # Exponents have to be more precise than what they make.
        exponent = cls.linspace(start, stop, steps, dtypes.float64).node
        scaled = exponent * math.log2(base)
        node = ir.cast(ir.alu(Op.EXP2, scaled), wanted)
        return cls._make(node, device=device, requires_grad=requires_grad)

    @classmethod
    def eye(
        cls,
        n: int,
        m: int | None = None,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Ones on the diagonal of an n x m matrix (n x n without m), zeros elsewhere.

        >>> Tensor.eye(2).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        columns = n if m is None else m
        wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
        (_, _), _ = as_shape("eye", (n, columns))
        mask = triangle(n, columns, 0, lower=True)
        mask = ir.alu(Op.AND, mask, triangle(n, columns, 0, lower=False))
        return cls._make(ir.cast(mask, wanted), device=device, requires_grad=requires_grad)

    def full_like(
        self,
        fill_value: Scalar,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """`fill_value` in self's shape, dtype and place.

        >>> Tensor([1, 2]).full_like(5).tolist()
        [5, 5]
        """
        wanted = self.dtype if dtype is None else to_dtype(dtype)
        node = ir.const(fill_value, wanted, self.node.shape)
        return self._make(node, self.bindings, requires_grad, device or self.node.device)

    def empty_like(
        self,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Like `empty`, in self's shape, dtype and place: zeros.

        >>> Tensor([1, 2]).empty_like().shape
        (2,)
        """
        return self.full_like(0, dtype, device, requires_grad)

    def zeros_like(
        self,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Zeros in self's shape, dtype and place.

        >>> Tensor([1, 2]).zeros_like().tolist()
        [0, 0]
        """
        return self.full_like(0, dtype, device, requires_grad)

    def ones_like(
        self,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """Ones in self's shape, dtype and place.

        >>> Tensor([1.5, 2.5]).ones_like().tolist()
        [1.0, 1.0]
        """
        return self.full_like(1, dtype, device, requires_grad)

    def new_full(
        self,
        size: Any,
        fill_value: Scalar,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """`fill_value` in a shape of its own, with self's dtype and place.

        >>> Tensor([0.5]).new_full((2,), 3).tolist()
        [3.0, 3.0]
        """
        place = device or self.node.device
        return self.full(size, fill_value, dtype or self.dtype, place, requires_grad)

    def new_zeros(self, *size: Any, **kwargs: Any) -> Self:
        """`new_full` of zeros.

        >>> Tensor([0.5]).new_zeros(2).tolist()
        [0.0, 0.0]
        """
        return self.new_full(_flat(size), 0, **kwargs)

    def new_ones(self, *size: Any, **kwargs: Any) -> Self:
        """`new_full` of ones.

        >>> Tensor([0.5]).new_ones(2).tolist()
        [1.0, 1.0]
        """
        return self.new_full(_flat(size), 1, **kwargs)

    def new_tensor(
        self,
        data: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ) -> Self:
        """A tensor of `data`, with self's dtype and place.

        >>> Tensor([0.5]).new_tensor([1, 2]).tolist()
        [1.0, 2.0]
        """
        return type(self)(data, dtype or self.dtype, device or self.node.device, requires_grad)

    new_empty = new_zeros


def _flat(shape: tuple[Any, ...]) -> Any:
    return shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape


def _check_finite(operation: str, *values: Any) -> None:
    for value in values:
        if not isinstance(value, int | float | np.number) or not math.isfinite(value):
            raise ArgumentError(operation, f"{value!r}", "finite numbers")


def _ramp(start: float, step: float, n: int, dtype: DType) -> Node:
    """start + step * i for i < n."""
    if isinstance(start, int) and isinstance(step, int):
        return ir.cast(ir.iota(n) * step + start, dtype)
    # Rounded once, in at least float32, so that the error does not grow with i.
    compute = dtype if dtype is dtypes.float64 else dtypes.float32
    first, slope = (ir.const(v, compute, (n,)) for v in (start, step))
    return ir.cast(ir.alu(Op.FMA, ir.cast(ir.iota(n), compute), slope, first), dtype)


def triangle(rows: ir.Dim, columns: ir.Dim, diagonal: int, lower: bool) -> Node:
    """Which elements of a matrix are on or below (above, unless lower) that diagonal."""
    shape = (rows, columns)
    row = ir.expand(ir.reshape(ir.iota(rows), (rows, 1)), shape)
    column = ir.expand(ir.reshape(ir.iota(columns), (1, columns)), shape)
    return column <= row + diagonal if lower else column >= row + diagonal

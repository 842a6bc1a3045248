"""Conversions between dtypes."""

from __future__ import annotations

from typing import Self

import smelt.ir.node as ir
from smelt.dtype import dtypes, to_dtype
from smelt.tensor.base import DTypeLike
from smelt.tensor.windows import Windows


class Casting(Windows):
    """`x.cast("float16")`, or `x.half()`. A class of its own, as the names hide Python's types."""

    def cast(self, dtype: DTypeLike) -> Self:
        """Each value converted: to integers truncated and saturated, to bool whether it is not 0.

        >>> Tensor([1.9, -1.9]).cast("int32").tolist()
        [1, -1]
        """
        return self._with(ir.cast(self.node, to_dtype(dtype)))

    def bitcast(self, dtype: DTypeLike) -> Self:
        """The same bytes read as another dtype; the last axis grows or shrinks with its size.

        >>> Tensor([1.0]).bitcast("uint32").tolist()
        [1065353216]
        """
        return self._with(ir.bitcast(self.node, to_dtype(dtype)))

    def bool(self) -> Self:
        """Cast to bool."""
        return self.cast(dtypes.bool)

    def int(self) -> Self:
        """Cast to int32."""
        return self.cast(dtypes.int32)

    def long(self) -> Self:
        """Cast to int64."""
        return self.cast(dtypes.int64)

    def char(self) -> Self:
        """Cast to int8."""
        return self.cast(dtypes.int8)

    def byte(self) -> Self:
        """Cast to uint8."""
        return self.cast(dtypes.uint8)

    def short(self) -> Self:
        """Cast to int16."""
        return self.cast(dtypes.int16)

    def half(self) -> Self:
        """Cast to float16."""
        return self.cast(dtypes.float16)

    def bfloat16(self) -> Self:
        """Cast to bfloat16."""
        return self.cast(dtypes.bfloat16)

    def float(self) -> Self:
        """Cast to float32."""
        return self.cast(dtypes.float32)

    def double(self) -> Self:
        """Cast to float64."""
        return self.cast(dtypes.float64)

    def type_as(self, other: Casting) -> Self:
        """Cast to the other's dtype.

        >>> Tensor([1, 2]).type_as(Tensor([0.5])).tolist()
        [1.0, 2.0]
        """
        return self.cast(other.dtype)

    def _floating(self) -> Self:
        """self as a float: integers and bools become float32."""
        return self if self.dtype.is_float else self.cast(dtypes.default_float)

"""Comparison, bits and choice."""

from __future__ import annotations

import math
from typing import Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.base import Operand, is_operand
from smelt.tensor.casting import Casting
from smelt.util.errors import ArgumentError, DTypeError


class Logic(Casting):
    """What two tensors, or a tensor and a number, are to each other, element by element.

    Operands broadcast and promote as the Array API standard has it, Python scalars being weak;
    ShapeError and DTypeError say where they cannot. `reverse=True` exchanges the two.
    """

    def _pair(self, other: Operand, reverse: bool = False) -> tuple[Self, Self]:
        """self and `other` promoted and broadcast, in the order they are meant."""
        nodes, tensors = self._operands("operands", other)
        a, b = (self._with(n, *tensors[i : i + 1]) for i, n in enumerate(nodes))
        return (b, a) if reverse else (a, b)

    # ---- comparison ---------------------------------------------------------------------------

    def _comparable(self, other: Operand) -> tuple[Self, Operand]:
        """self and `other`. An int that self's dtype does not hold is beyond all that it holds."""
        if self.dtype.is_int and isinstance(other, int | np.integer):
            value = int(other)
            if not self.dtype.min <= value <= self.dtype.max:
                return self.float(), math.copysign(math.inf, value)
        return self, other

    def lt(self, other: Operand) -> Self:
        """self < other; False where either is NaN.

        >>> Tensor([1, 2, 3]).lt(2).tolist()
        [True, False, False]
        """
        x, other = self._comparable(other)
        return x._alu(Op.LT, other)

    def gt(self, other: Operand) -> Self:
        """self > other; False where either is NaN."""
        x, other = self._comparable(other)
        return x._alu(Op.LT, other, reverse=True)

    def le(self, other: Operand) -> Self:
        """self <= other; False where either is NaN."""
        x, other = self._comparable(other)
        (a, b), tensors = x._operands("le", other)
        if not a.dtype.is_float:
            return self._with(ir.logical_not(b < a), *tensors)
        return self._with((a < b) | ir.logical_not(ir.alu(Op.NE, a, b)), *tensors)

    def ge(self, other: Operand) -> Self:
        """self >= other; False where either is NaN."""
        x, other = self._comparable(other)
        a, b = x._pair(other)
        return b.le(a)

    def ne(self, other: Operand) -> Self:
        """self != other; True where either is NaN."""
        x, other = self._comparable(other)
        return x._alu(Op.NE, other)

    def eq(self, other: Operand) -> Self:
        """self == other; False where either is NaN.

        >>> Tensor([1.0, float("nan")]).eq(Tensor([1.0, float("nan")])).tolist()
        [True, False]
        """
        different = self.ne(other)
        return different._with(ir.logical_not(different.node))

    less, less_equal, greater, greater_equal, not_equal = lt, le, gt, ge, ne

    # ---- bits ---------------------------------------------------------------------------------

    def bitwise_and(self, other: Operand) -> Self:
        """self & other, of integers or bools.

        >>> Tensor([6, 5]).bitwise_and(3).tolist()
        [2, 1]
        """
        return self._alu(Op.AND, other)

    def bitwise_or(self, other: Operand) -> Self:
        """self | other, of integers or bools."""
        return self._alu(Op.OR, other)

    def bitwise_xor(self, other: Operand) -> Self:
        """self ^ other, of integers or bools."""
        return self._alu(Op.XOR, other)

    def bitwise_not(self) -> Self:
        """~self, of integers or bools.

        >>> Tensor([0, 5]).bitwise_not().tolist()
        [-1, -6]
        """
        return self.bitwise_xor(self.full_like(True if self.dtype.is_bool else -1))

    def lshift(self, other: Operand, reverse: bool = False) -> Self:
        """self << other, of integers; 0 if that shifts all bits out.

        >>> Tensor([1, 3]).lshift(2).tolist()
        [4, 12]
        """
        return self._alu(Op.SHL, other, reverse=reverse)

    def rshift(self, other: Operand, reverse: bool = False) -> Self:
        """self >> other, of integers; signed ones keep their sign.

        >>> Tensor([8, -8]).rshift(1).tolist()
        [4, -4]
        """
        return self._alu(Op.SHR, other, reverse=reverse)

    bitwise_left_shift, bitwise_right_shift = lshift, rshift

    def logical_not(self) -> Self:
        """Where it is 0."""
        return self.bool().bitwise_not()

    def logical_and(self, other: Operand) -> Self:
        """Where both are not 0."""
        a, b = self._pair(other)
        return a.bool().bitwise_and(b.bool())

    def logical_or(self, other: Operand) -> Self:
        """Where one is not 0."""
        a, b = self._pair(other)
        return a.bool().bitwise_or(b.bool())

    def logical_xor(self, other: Operand) -> Self:
        """Where exactly one is not 0."""
        a, b = self._pair(other)
        return a.bool().bitwise_xor(b.bool())

    # ---- choice -------------------------------------------------------------------------------

    def where(self, a: Operand, b: Operand) -> Self:
        """a where self, a condition, holds, else b; or as PyTorch has it, x.where(condition, b).

        Raises DTypeError unless one of self and `a` is a bool tensor.

        >>> Tensor([True, False]).where(1, 2).tolist()
        [1, 2]
        >>> Tensor([1, 2]).where(Tensor([True, False]), 0).tolist()
        [1, 0]
        """
        if not self.dtype.is_bool:
            if isinstance(a, Logic) and a.dtype.is_bool:
                return self._make(a.node, a.bindings)._where(self, b)
            raise DTypeError("where", f"a condition of {self.dtype.name}", "bool", "compare with 0")
        return self._where(a, b)

    def masked_fill(self, mask: Operand, value: Operand) -> Self:
        """`value` where `mask` holds, else self, whose dtype remains.

        >>> Tensor([1, 2]).masked_fill(Tensor([True, False]), 9).tolist()
        [9, 2]
        """
        result = (self.zeros_like(dtypes.bool) | mask).where(value, self)
        if result.dtype.kind != self.dtype.kind:
            raise DTypeError("masked_fill", f"{value!r} into {self.dtype.name}", "a value it holds")
        return result.cast(self.dtype)

    def clamp(
        self,
        min: Operand | None = None,
        max: Operand | None = None,
        *,
        min_: Operand | None = None,
        max_: Operand | None = None,
    ) -> Self:
        """No smaller than `min`, also called `min_`, no larger than `max`, or `max_`; NaN stays.

        >>> Tensor([-2, 0, 2]).clamp(-1, 1).tolist()
        [-1, 0, 1]
        """
        min, max = min if min_ is None else min_, max if max_ is None else max_
        if min is None and max is None:
            raise ArgumentError("clamp", "neither min nor max", "at least one of them")
        result = self
        if min is not None:
            low = result._pair(min)
            result = low[0].lt(low[1]).where(low[1], low[0])
        if max is not None:
            high = result._pair(max)
            result = high[0].gt(high[1]).where(high[1], high[0])
        return result

    clip = clamp

    def clamp_min(self, min: Operand) -> Self:
        """No smaller than `min`.

        >>> Tensor([-2, 2]).clamp_min(0).tolist()
        [0, 2]
        """
        return self.clamp(min=min)

    def clamp_max(self, max: Operand) -> Self:
        """No larger than `max`.

        >>> Tensor([-2, 2]).clamp_max(0).tolist()
        [-2, 0]
        """
        return self.clamp(max=max)

    # ---- operators ----------------------------------------------------------------------------

    __lt__ = lt
    __gt__ = gt
    __le__ = le
    __ge__ = ge
    __and__ = bitwise_and
    __rand__ = bitwise_and
    __or__ = bitwise_or
    __ror__ = bitwise_or
    __xor__ = bitwise_xor
    __rxor__ = bitwise_xor
    __lshift__ = lshift
    __rshift__ = rshift
    __invert__ = bitwise_not
    __hash__ = object.__hash__  # `==` compares values, a dict of tensors identities

    def __eq__(self, other: object) -> Self:  # type: ignore[override]
        return self.eq(other) if is_operand(other) else NotImplemented

    def __ne__(self, other: object) -> Self:  # type: ignore[override]
        return self.ne(other) if is_operand(other) else NotImplemented

    def __rlshift__(self, other: Operand) -> Self:
        return self.lshift(other, reverse=True)

    def __rrshift__(self, other: Operand) -> Self:
        return self.rshift(other, reverse=True)

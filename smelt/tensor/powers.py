"""Powers of integers and floats."""

from __future__ import annotations

from typing import Self

from smelt.dtype import Scalar
from smelt.ir.op import Op
from smelt.tensor.arithmetic import Arithmetic
from smelt.tensor.base import HALVES, Operand
from smelt.util.errors import ArgumentError, DTypeError

# A scalar exponent that is a whole number up to this is a chain of products.
LARGEST_PRODUCT_POWER = 64


class Powers(Arithmetic):
    """`x ** y`, promoted as the other operators."""

    def pow(self, other: Operand, reverse: bool = False) -> Self:
        """self to the power other. Of integers it is an integer, and wraps around.

        Raises ArgumentError for an integer to a negative integer number.

        >>> Tensor([1, 2, 3]).pow(2).tolist()
        [1, 4, 9]
        >>> Tensor([4.0, 9.0]).pow(0.5).tolist()
        [2.0, 3.0]
        """
        a, b = self._pair(other, reverse)
        if a.dtype.is_bool:
            raise DTypeError("pow", "bool", "numbers", "cast to an integer")
        if not reverse and isinstance(other, int | float) and a._is_product(other):
            return a._scalar_pow(other) if a.dtype not in HALVES else a._half_pow(other)
        return a._float_pow(b) if a.dtype.is_float else a._int_pow(b)

    def _is_product(self, exponent: Scalar) -> bool:
        """Whether a power by that number is a chain of products or a square root."""
        if not self.dtype.is_float and exponent < 0:
            raise ArgumentError(
                "pow", f"{self.dtype.name} to the power {exponent}", "an exponent from 0 up",
                "cast to a float",
            )  # fmt: skip
        return abs(exponent) == 0.5 or (
            exponent == exponent // 1 and abs(exponent) <= LARGEST_PRODUCT_POWER
        )

    def float_power(self, other: Operand) -> Self:
        """self to the power other in float64.

        >>> Tensor([2, 3]).float_power(-1).dtype
        dtypes.float64
        """
        return self.double().pow(other)

    def _half_pow(self, exponent: Scalar) -> Self:
        return self.float()._scalar_pow(exponent).cast(self.dtype)

    def _scalar_pow(self, exponent: Scalar) -> Self:
        if abs(exponent) == 0.5:
            root = self._alu(Op.SQRT)
            return root if exponent > 0 else 1.0 / root
        n = abs(exponent).__trunc__()
        result = self._with(self.ones_like().node) if n == 0 else None
        square = self
        while n:
            if n & 1:
                result = square if result is None else result * square
            n >>= 1
            square = square * square if n else square
        assert result is not None
        return 1.0 / result if exponent < 0 else result

    def _int_pow(self, exponent: Self) -> Self:
        """Square and multiply, over the bits of the exponent."""
        result, square = self.ones_like(), self
        for bit in range(exponent.dtype.bits - (exponent.dtype.kind == "i")):
            result = ((exponent >> bit) & 1).bool().where(result * square, result)
            square = square * square
        if exponent.dtype.kind == "u":
            return result
        # 1 / self**n: what is left of it as an integer.
        sign = (exponent & 1).eq(1).where(self, 1)
        inverse = self.abs().eq(1).where(sign, 0)
        return (exponent < 0).where(inverse, result)

    def _float_pow(self, exponent: Self) -> Self:
        """2 ** (exponent * log2 |self|) with the sign and the special cases of IEEE 754."""
        if self.dtype in HALVES:
            return self.float()._float_pow(exponent.float()).cast(self.dtype)
        zero = self.eq(0)
        # log2(0) would make its gradient a NaN.
        size = (exponent * zero.where(1.0, self.abs())._alu(Op.LOG2))._alu(Op.EXP2)
        at_zero = (exponent < 0).where(float("inf"), exponent.isnan().where(exponent, 0.0))
        size = zero.where(at_zero, size)
        whole = exponent.eq(exponent.trunc())
        odd = whole & (exponent * 0.5).ne((exponent * 0.5).trunc())
        negative = (self < 0) | (1.0 / self < 0)  # -0.0 too
        signed = (negative & odd).where(-size, size)
        undefined = (self < 0) & (self > -float("inf")) & ~whole
        signed = undefined.where(float("nan"), signed)
        one = self.eq(1) | exponent.eq(0) | (self.eq(-1) & exponent.isinf())
        return one.where(1.0, exponent.eq(1).where(self, signed))

    __pow__ = pow

    def __rpow__(self, other: Operand) -> Self:
        return self.pow(other, reverse=True)

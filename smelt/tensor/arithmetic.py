"""Arithmetic with broadcasting and weak Python scalars."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Self, TypeVar

from smelt.dtype import Scalar, dtypes
from smelt.ir.op import Op
from smelt.tensor.base import HALVES, Operand
from smelt.tensor.logic import Logic
from smelt.util.errors import ArgumentError, DTypeError

T = TypeVar("T", bound="Arithmetic")
P = ParamSpec("P")

# A scalar exponent that is a whole number up to this is a chain of products.
LARGEST_PRODUCT_POWER = 64


def wide(method: Callable[Concatenate[T, P], T]) -> Callable[Concatenate[T, P], T]:
    """A function of a float that is rounded once: float16 and bfloat16 go through float32.

    Integers and bools become float32.
    """

    def computed(self: T, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self.dtype in HALVES:
            return method(self.float(), *args, **kwargs).cast(self.dtype)
        return method(self._floating(), *args, **kwargs)

    functools.update_wrapper(computed, method)
    return computed


class Arithmetic(Logic):
    """`x + y` and the other operators of numbers, roundings, and powers.

    Operands broadcast and promote as the Array API standard has it, Python scalars being weak;
    ShapeError and DTypeError say where they cannot. `reverse=True` exchanges the two.
    """

    def add(self, other: Operand) -> Self:
        """self + other; on bools it is OR.

        >>> Tensor([1, 2]).add(10).tolist()
        [11, 12]
        """
        return self._alu(Op.ADD, other)

    def sub(self, other: Operand, reverse: bool = False) -> Self:
        """self - other.

        >>> Tensor([1, 2]).sub(10).tolist()
        [-9, -8]
        """
        return self._alu(Op.SUB, other, reverse=reverse)

    def mul(self, other: Operand) -> Self:
        """self * other; on bools it is AND.

        >>> Tensor([1, 2]).mul(1.5).tolist()
        [1.5, 3.0]
        """
        return self._alu(Op.MUL, other)

    def div(self, other: Operand, reverse: bool = False, rounding_mode: str | None = None) -> Self:
        """self / other, a float; rounding_mode "trunc" or "floor" rounds and keeps integers.

        >>> Tensor([1, 2]).div(4).tolist()
        [0.25, 0.5]
        """
        if rounding_mode is None:
            return self._alu(Op.FDIV, other, floating=True, reverse=reverse)
        a, b = self._pair(other, reverse)
        if rounding_mode == "floor":
            return a.floordiv(b)
        if rounding_mode != "trunc":
            raise ArgumentError("div", f"rounding_mode={rounding_mode!r}", '"trunc" or "floor"')
        if a.dtype.is_float:
            return (a / b).trunc()
        quotient = a.floordiv(b)  # one too low where it is negative and not exact
        return quotient + ((quotient < 0) & ((quotient * b).ne(a)))

    def floordiv(self, other: Operand, reverse: bool = False) -> Self:
        """floor(self / other), as Python's //. An integer divided by 0 is 0.

        >>> Tensor([7, -7]).floordiv(2).tolist()
        [3, -4]
        """
        a, b = self._pair(other, reverse)
        if a.dtype.is_bool:
            raise DTypeError("floordiv", "bool", "numbers", "cast to an integer")
        return a._float_divmod(b)[0] if a.dtype.is_float else a._alu(Op.IDIV, b)

    def mod(self, other: Operand, reverse: bool = False) -> Self:
        """self - other * floor(self / other), of other's sign, as Python's %.

        >>> Tensor([7, -7]).mod(3).tolist()
        [1, 2]
        """
        a, b = self._pair(other, reverse)
        if a.dtype.is_bool:
            raise DTypeError("mod", "bool", "numbers", "cast to an integer")
        return a._float_divmod(b)[1] if a.dtype.is_float else a._alu(Op.MOD, b)

    remainder = mod

    def _float_divmod(self, b: Self) -> tuple[Self, Self]:
        """Floor quotient and remainder of floats of one shape and dtype."""
        if self.dtype in HALVES:
            quotient, remainder = self.float()._float_divmod(b.float())
            return quotient.cast(self.dtype), remainder.cast(self.dtype)
        quotient = (self / b).floor()
        # self / b may have been rounded up to a whole number; FMA's remainder tells.
        remainder = (-quotient)._alu(Op.FMA, b, self)
        high = remainder.ne(0) & ((remainder < 0) != (b < 0))
        quotient = high.where(quotient - 1, quotient)
        remainder = high.where(remainder + b, remainder)
        quotient = (self.isinf() & b.ne(0)).where(float("nan"), quotient)
        # A finite number lies wholly inside an infinite divisor.
        inside = b.abs().eq(float("inf")) & (self.abs() < float("inf"))
        same_side = self.eq(0) | ((self < 0) == (b < 0))
        return (
            inside.where(same_side.where(self.zeros_like(), -1.0), quotient),
            inside.where(same_side.where(self, b), remainder),
        )

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
            return a._scalar_pow(other)
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

    def neg(self) -> Self:
        """-self.

        >>> Tensor([1, -2]).neg().tolist()
        [-1, 2]
        """
        # 0 - 0.0 would lose the sign.
        return self._alu(Op.MUL, -1.0) if self.dtype.is_float else self.zeros_like() - self

    def maximum(self, other: Operand) -> Self:
        """The larger of the two; NaN if either is.

        >>> Tensor([1, 5]).maximum(3).tolist()
        [3, 5]
        """
        return self._alu(Op.MAX, other)

    def minimum(self, other: Operand) -> Self:
        """The smaller of the two; NaN if either is.

        >>> Tensor([1, 5]).minimum(3).tolist()
        [1, 3]
        """
        a, b = self._pair(other)
        return a._mirrored()._alu(Op.MAX, b._mirrored())._mirrored()

    def _mirrored(self) -> Self:
        """The values in reverse order, without an overflow: -x of floats, ~x of the others."""
        return -self if self.dtype.is_float else ~self

    def lerp(self, end: Operand, weight: Operand) -> Self:
        """self + weight * (end - self).

        >>> Tensor([0.0, 10.0]).lerp(Tensor([4.0, 20.0]), 0.5).tolist()
        [2.0, 15.0]
        """
        return self + (-self + end) * weight

    # ---- parts of numbers ---------------------------------------------------------------------

    def abs(self) -> Self:
        """|self|. The least integer, which has no counterpart, stays itself.

        >>> Tensor([-1.5, 2.0]).abs().tolist()
        [1.5, 2.0]
        """
        return self.maximum(-self) if self.dtype.is_signed else self

    def sign(self) -> Self:
        """-1, 0 or 1; NaN stays.

        >>> Tensor([-3.0, 0.0, 5.0]).sign().tolist()
        [-1.0, 0.0, 1.0]
        """
        if self.dtype.is_bool:
            return self
        # What is neither above nor below 0 is 0, or NaN; trunc has no slope there.
        return (self < 0).where(
            -1 if self.dtype.is_signed else 0, (self > 0).where(1, self.trunc())
        )

    def trunc(self) -> Self:
        """Rounded towards 0; integers stay.

        >>> Tensor([-1.5, 1.5]).trunc().tolist()
        [-1.0, 1.0]
        """
        return self._alu(Op.TRUNC) if self.dtype.is_float else self

    def floor(self) -> Self:
        """Rounded down; integers stay.

        >>> Tensor([-1.5, 1.5]).floor().tolist()
        [-2.0, 1.0]
        """
        if not self.dtype.is_float:
            return self
        t = self.trunc()
        return (self < t).where(t - 1, t)

    def ceil(self) -> Self:
        """Rounded up; integers stay.

        >>> Tensor([-1.5, 1.5]).ceil().tolist()
        [-1.0, 2.0]
        """
        if not self.dtype.is_float:
            return self
        t = self.trunc()
        return (self > t).where(t + 1, t)

    def round(self, decimals: int = 0) -> Self:
        """Rounded to the nearest, ties to the even one; to that many decimals.

        >>> Tensor([0.5, 1.5, -2.6]).round().tolist()
        [0.0, 2.0, -3.0]
        """
        if not self.dtype.is_float:
            return self
        if decimals:
            scale = 10.0 ** abs(decimals)
            scaled = self * scale if decimals > 0 else self / scale
            return scaled.round() / scale if decimals > 0 else scaled.round() * scale
        t = self.trunc()
        part = (self - t).abs()  # exact
        odd = t * 0.5 != (t * 0.5).trunc()
        up = (part > 0.5) | (part.eq(0.5) & odd)
        return up.where(t + (self < 0).where(-1.0, 1.0), t)

    # ---- tests --------------------------------------------------------------------------------

    def isclose(
        self, other: Operand, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
    ) -> Self:
        """|self - other| <= atol + rtol * |other|, where infinities are close to themselves only.

        >>> Tensor([1.0, 2.0]).isclose(Tensor([1.0000001, 2.1])).tolist()
        [True, False]
        """
        a, b = self._pair(other)
        near = ((a._floating() - b).abs() <= b.abs() * rtol + atol) & b.isfinite()
        near = near | a.eq(b)
        return near | (a.isnan() & b.isnan()) if equal_nan else near

    def isnan(self) -> Self:
        """Where it is not a number.

        >>> Tensor([1.0, float("nan")]).isnan().tolist()
        [False, True]
        """
        return self.ne(self)

    def isinf(self) -> Self:
        """Where it is plus or minus infinity.

        >>> Tensor([1.0, -float("inf")]).isinf().tolist()
        [False, True]
        """
        if not self.dtype.is_float:
            return self.full_like(False, dtypes.bool)
        return self.abs().eq(float("inf"))

    def isfinite(self) -> Self:
        """Where it is neither infinite nor NaN.

        >>> Tensor([1.0, float("nan")]).isfinite().tolist()
        [True, False]
        """
        if not self.dtype.is_float:
            return self.full_like(True, dtypes.bool)
        return self.abs().lt(float("inf"))

    # ---- operators ----------------------------------------------------------------------------

    __add__ = add
    __radd__ = add
    __sub__ = sub
    __mul__ = mul
    __rmul__ = mul
    __truediv__ = div
    __floordiv__ = floordiv
    __mod__ = mod
    __pow__ = pow
    __neg__ = neg
    __abs__ = abs

    def __pos__(self) -> Self:
        return self

    def __rsub__(self, other: Operand) -> Self:
        return self.sub(other, reverse=True)

    def __rtruediv__(self, other: Operand) -> Self:
        return self.div(other, reverse=True)

    def __rfloordiv__(self, other: Operand) -> Self:
        return self.floordiv(other, reverse=True)

    def __rmod__(self, other: Operand) -> Self:
        return self.mod(other, reverse=True)

    def __rpow__(self, other: Operand) -> Self:
        return self.pow(other, reverse=True)

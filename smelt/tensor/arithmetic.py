"""Arithmetic with broadcasting and weak Python scalars."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Self, TypeVar

from smelt.dtype import dtypes, to_dtype
from smelt.ir.op import Op
from smelt.tensor.base import HALVES, Operand
from smelt.tensor.logic import Logic
from smelt.util.errors import ArgumentError, DTypeError

T = TypeVar("T", bound="Arithmetic")
P = ParamSpec("P")


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


def wide_pair(method: Callable[[T, T], T]) -> Callable[[T, Operand], T]:
    """A function of two floats that is rounded once: `wide`, after both are promoted."""

    def computed(self: T, other: Operand) -> T:
        a, b = (v._floating() for v in self._pair(other))
        if a.dtype in HALVES:
            return method(a.float(), b.float()).cast(a.dtype)
        return method(a, b)

    functools.update_wrapper(computed, method)
    return computed


class Arithmetic(Logic):
    """`x + y` and the other operators of numbers, and roundings.

    Operands broadcast and promote as the Array API standard has it, Python scalars being weak;
    ShapeError and DTypeError say where they cannot. `reverse=True` exchanges the two.
    """

    def add(self, other: Operand, reverse: bool = False, *, alpha: Operand = 1) -> Self:
        """self + alpha * other; on bools it is OR.

        >>> Tensor([1, 2]).add(10).tolist()
        [11, 12]
        """
        return self._alu(Op.ADD, self._scaled(other, alpha), reverse=reverse)

    def sub(self, other: Operand, reverse: bool = False, *, alpha: Operand = 1) -> Self:
        """self - alpha * other.

        >>> Tensor([1, 2]).sub(10).tolist()
        [-9, -8]
        """
        return self._alu(Op.SUB, self._scaled(other, alpha), reverse=reverse)

    subtract = sub

    def _scaled(self, other: Operand, alpha: Operand) -> Operand:
        if isinstance(alpha, int) and alpha == 1:
            return other
        return self._pair(other)[1] * alpha

    def mul(self, other: Operand, reverse: bool = False) -> Self:
        """self * other; on bools it is AND.

        >>> Tensor([1, 2]).mul(1.5).tolist()
        [1.5, 3.0]
        """
        return self._alu(Op.MUL, other, reverse=reverse)

    multiply = mul

    def addcmul(self, a: Operand, b: Operand, value: Operand = 1) -> Self:
        """self + value * a * b.

        >>> Tensor([1.0]).addcmul(Tensor([2.0]), Tensor([3.0]), value=10).tolist()
        [61.0]
        """
        return self + self._pair(a)[1] * b * value

    def addcdiv(self, a: Operand, b: Operand, value: Operand = 1) -> Self:
        """self + value * a / b.

        >>> Tensor([1.0]).addcdiv(Tensor([6.0]), Tensor([3.0]), value=10).tolist()
        [21.0]
        """
        return self + self._pair(a)[1] / b * value

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

    divide = true_divide = div

    def floordiv(self, other: Operand, reverse: bool = False) -> Self:
        """floor(self / other), as Python's //. An integer divided by 0 is 0.

        >>> Tensor([7, -7]).floordiv(2).tolist()
        [3, -4]
        """
        a, b = self._pair(other, reverse)
        if a.dtype.is_bool:
            raise DTypeError("floordiv", "bool", "numbers", "cast to an integer")
        return a._float_divmod(b)[0] if a.dtype.is_float else a._alu(Op.IDIV, b)

    floor_divide = floordiv

    def idiv(self, other: Operand, reverse: bool = False) -> Self:
        """self / other, rounded towards 0.

        >>> Tensor([7, -7]).idiv(2).tolist()
        [3, -3]
        """
        return self.div(other, reverse, rounding_mode="trunc")

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

    def fmod(self, other: Operand) -> Self:
        """self - other * trunc(self / other), of self's sign, as C's fmod.

        >>> Tensor([7, -7]).fmod(3).tolist()
        [1, -1]
        """
        a, b = self._pair(other)
        negative = a.signbit()
        size = negative.where(-a, a) if a.dtype.is_signed else a
        rest = size.mod(b.abs())
        return negative.where(-rest, rest) if a.dtype.is_signed else rest

    def _float_divmod(self, b: Self) -> tuple[Self, Self]:
        """Floor quotient and remainder of floats of one shape and dtype."""
        if self.dtype is not dtypes.float64:  # exact there up to a quotient of 2**150
            quotient, remainder = self.double()._float_divmod(b.double())
            return quotient.cast(self.dtype), remainder.cast(self.dtype)
        quotient = (self / b).floor()
        # self / b may have been rounded up to a whole number; FMA's remainder tells.
        high = (-quotient)._alu(Op.FMA, b, self)._is_against(b)
        quotient = high.where(quotient - 1, quotient)
        remainder = self
        for _ in range(3):  # each step is exact and takes 52 bits off the quotient
            remainder = (-(remainder / b).trunc())._alu(Op.FMA, b, remainder)
        remainder = remainder._is_against(b).where(remainder + b, remainder)
        quotient = (self.isinf() & b.ne(0)).where(float("nan"), quotient)
        # A finite number lies wholly inside an infinite divisor.
        inside = b.abs().eq(float("inf")) & (self.abs() < float("inf"))
        same_side = self.eq(0) | ((self < 0) == (b < 0))
        remainder = inside.where(same_side.where(self, b), remainder)
        flipped = 0.0 - remainder  # +0 where the remainder is 0 of either sign
        return (
            inside.where(same_side.where(self / b, -1.0), quotient),
            (b < 0).where(-flipped, 0.0 - flipped),  # 0 has the sign of b, too
        )

    def _is_against(self, b: Self) -> Self:
        """Where self is not 0 and of another sign than b."""
        return self.ne(0) & ((self < 0) != (b < 0))

    def neg(self) -> Self:
        """-self.

        >>> Tensor([1, -2]).neg().tolist()
        [-1, 2]
        """
        # 0 - 0.0 would lose the sign.
        return self._alu(Op.MUL, -1.0) if self.dtype.is_float else self.zeros_like() - self

    negative = neg

    def positive(self) -> Self:
        """self.

        >>> Tensor([1, -2]).positive().tolist()
        [1, -2]
        """
        return self

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

    def fmax(self, other: Operand) -> Self:
        """The larger of the two; the other one where one is NaN.

        >>> Tensor([1.0, float("nan")]).fmax(0.5).tolist()
        [1.0, 0.5]
        """
        a, b = self._pair(other)
        return a.isnan().where(b, b.isnan().where(a, a.maximum(b)))

    def fmin(self, other: Operand) -> Self:
        """The smaller of the two; the other one where one is NaN.

        >>> Tensor([1.0, float("nan")]).fmin(0.5).tolist()
        [0.5, 0.5]
        """
        a, b = self._pair(other)
        return a.isnan().where(b, b.isnan().where(a, a.minimum(b)))

    def lerp(self, end: Operand, weight: Operand) -> Self:
        """self + weight * (end - self).

        >>> Tensor([0.0, 10.0]).lerp(Tensor([4.0, 20.0]), 0.5).tolist()
        [2.0, 15.0]
        """
        if self.dtype in HALVES:
            start, stop = (v.float() for v in self._pair(end))
            return start.lerp(stop, weight).cast(self._pair(end)[0].dtype)
        return self + (-self + end) * weight

    # ---- parts of numbers ---------------------------------------------------------------------

    def abs(self) -> Self:
        """|self|. The least integer, which has no counterpart, stays itself.

        >>> Tensor([-1.5, 2.0]).abs().tolist()
        [1.5, 2.0]
        """
        return self.maximum(-self) if self.dtype.is_signed else self

    absolute = abs

    def sign(self) -> Self:
        """-1, +0 or 1; NaN stays.

        >>> Tensor([-3.0, 0.0, 5.0]).sign().tolist()
        [-1.0, 0.0, 1.0]
        """
        if self.dtype.is_bool:
            return self
        # What is neither above nor below 0 is 0, or NaN; trunc has no slope there, -0 + 0 is +0.
        return (self < 0).where(
            -1 if self.dtype.is_signed else 0, (self > 0).where(1, self.trunc() + 0)
        )

    sgn = sign

    def signbit(self) -> Self:
        """Where it is negative: below 0, -0.0, or a NaN with that sign.

        >>> Tensor([-1.0, -0.0, 0.0]).signbit().tolist()
        [True, True, False]
        """
        if not self.dtype.is_signed:
            return self.full_like(False, dtypes.bool)
        return (self.bitcast(f"int{self.dtype.bits}") if self.dtype.is_float else self).lt(0)

    def copysign(self, other: Operand) -> Self:
        """|self| with the sign of other.

        >>> Tensor([1.0, -2.0]).copysign(-0.0).tolist()
        [-1.0, -2.0]
        """
        a, b = (v._floating() for v in self._pair(other))
        size = a.abs()
        return b.signbit().where(-size, size)

    def nextafter(self, other: Operand) -> Self:
        """The float next to self on the way to other.

        >>> Tensor([1.0]).nextafter(2.0).tolist()
        [1.0000001192092896]
        """
        a, b = (v._floating() for v in self._pair(other))
        integer = f"int{a.dtype.bits}"
        away = (a < b) == (a > 0)  # to a larger size; the bits of floats order like sizes
        bits = a.bitcast(integer) + away.where(1, -1).cast(integer)
        least = a.full_like(1, integer) | (b.bitcast(integer) & to_dtype(integer).min)
        found = a.eq(0).where(least, bits).bitcast(a.dtype)
        return (a.isnan() | b.isnan()).where(a + b, a.eq(b).where(b, found))

    def heaviside(self, values: Operand) -> Self:
        """1 above 0, `values` at 0, else 0.

        >>> Tensor([-1.0, 0.0, 2.0]).heaviside(0.5).tolist()
        [0.0, 0.5, 1.0]
        """
        a, b = self._pair(values)
        return a.eq(0).where(b, (a > 0).cast(a.dtype))

    def frac(self) -> Self:
        """self - trunc(self).

        >>> Tensor([-1.5, 2.25]).frac().tolist()
        [-0.5, 0.25]
        """
        return self - self.trunc()

    def trunc(self) -> Self:
        """Rounded towards 0; integers stay.

        >>> Tensor([-1.5, 1.5]).trunc().tolist()
        [-1.0, 1.0]
        """
        return self._alu(Op.TRUNC) if self.dtype.is_float else self

    fix = trunc

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
        if decimals and self.dtype in HALVES:
            return self.float().round(decimals).cast(self.dtype)
        if decimals:
            scale = 10.0 ** abs(decimals)
            scaled = self * scale if decimals > 0 else self / scale
            return scaled.round() / scale if decimals > 0 else scaled.round() * scale
        t = self.trunc()
        part = (self - t).abs()  # exact
        odd = t * 0.5 != (t * 0.5).trunc()
        up = (part > 0.5) | (part.eq(0.5) & odd)
        away = (self < 0).where(-1.0, 1.0).cast(self.dtype)
        return up.where(t + away, t)

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

    def isinf(self, detect_positive: bool = True, detect_negative: bool = True) -> Self:
        """Where it is infinity, or minus infinity.

        >>> Tensor([1.0, -float("inf")]).isinf().tolist()
        [False, True]
        """
        if not self.dtype.is_float or not (detect_positive or detect_negative):
            return self.full_like(False, dtypes.bool)
        value = self.abs() if detect_positive and detect_negative else self
        return value.eq(float("inf") if detect_positive else -float("inf"))

    def isposinf(self) -> Self:
        """Where it is infinity.

        >>> Tensor([float("inf"), -float("inf")]).isposinf().tolist()
        [True, False]
        """
        return self.isinf(detect_negative=False)

    def isneginf(self) -> Self:
        """Where it is minus infinity.

        >>> Tensor([float("inf"), -float("inf")]).isneginf().tolist()
        [False, True]
        """
        return self.isinf(detect_positive=False)

    def nan_to_num(
        self, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
    ) -> Self:
        """Numbers in place of NaN and the infinities, for these the largest that there are.

        >>> Tensor([float("nan"), float("inf"), 1.0]).nan_to_num(posinf=9.0).tolist()
        [0.0, 9.0, 1.0]
        """
        if not self.dtype.is_float:
            return self
        high = self.dtype.largest if posinf is None else posinf
        low = -self.dtype.largest if neginf is None else neginf
        finite = self.isposinf().where(high, self.isneginf().where(low, self))
        return self.isnan().where(nan, finite)

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

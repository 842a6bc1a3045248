"""Functions of one number: roots, exponentials, logarithms, trigonometry."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self

from smelt.dtype import dtypes
from smelt.ir import accurate
from smelt.ir import node as ir
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.tensor.arithmetic import wide, wide_pair
from smelt.tensor.powers import Powers

# From here on asinh(x) and acosh(x) are log(2 x) to the last bit, before x * x overflows.
LARGE = {dtypes.float32: 1e5, dtypes.float64: 1e9}


class Functions(Powers):
    """Each takes integers and bools as float32; what is not defined is NaN, never an error."""

    def _function(self, function: Callable[[Node], Node]) -> Self:
        return self._with(function(self.node))

    # ---- roots --------------------------------------------------------------------------------

    def sqrt(self) -> Self:
        """The square root, correctly rounded.

        >>> Tensor([4.0, 9.0]).sqrt().tolist()
        [2.0, 3.0]
        """
        return self._floating()._alu(Op.SQRT)

    @wide
    def rsqrt(self) -> Self:
        """1 / sqrt(x).

        >>> Tensor([4.0, 16.0]).rsqrt().tolist()
        [0.5, 0.25]
        """
        return 1.0 / self.sqrt()

    def reciprocal(self) -> Self:
        """1 / x.

        >>> Tensor([4, 5]).reciprocal().tolist()
        [0.25, 0.20000000298023224]
        """
        return 1.0 / self

    def square(self) -> Self:
        """x * x.

        >>> Tensor([3, -2]).square().tolist()
        [9, 4]
        """
        return self * self

    @wide_pair
    def hypot(self, other: Self) -> Self:
        """sqrt(self**2 + other**2), without overflow.

        >>> Tensor([3.0]).hypot(Tensor([4.0])).tolist()
        [5.0]
        """
        size = self.abs().maximum(other.abs())
        size = size._with(ir.detach(size.node))
        scale = (size.gt(0) & size.isfinite()).where(size, 1.0)
        a, b = self / scale, other / scale
        infinite = self.isinf() | other.isinf()
        return infinite.where(math.inf, scale * (a * a + b * b).sqrt())

    # ---- exponentials and logarithms ----------------------------------------------------------

    def exp2(self) -> Self:
        """2 to the power x.

        >>> Tensor([0.0, 3.0]).exp2().tolist()
        [1.0, 8.0]
        """
        return self._floating()._alu(Op.EXP2)

    @wide
    def exp(self) -> Self:
        """e to the power x.

        >>> Tensor([0.0, 1.0]).exp()
        Tensor([1.    , 2.7183], dtype=float32, device=CPU)
        """
        return self._function(accurate.exp)

    @wide
    def expm1(self) -> Self:
        """exp(x) - 1, accurate near 0.

        >>> Tensor([0.0, 1e-6]).expm1()
        Tensor([0.e+00, 1.e-06], dtype=float32, device=CPU)
        """
        return self._function(accurate.expm1)

    def log2(self) -> Self:
        """The logarithm to base 2.

        >>> Tensor([1.0, 8.0]).log2().tolist()
        [0.0, 3.0]
        """
        return self._floating()._alu(Op.LOG2)

    @wide
    def log(self) -> Self:
        """The natural logarithm.

        >>> Tensor([1.0, 10.0]).log()
        Tensor([0.    , 2.3026], dtype=float32, device=CPU)
        """
        return self._function(accurate.log)

    @wide
    def log10(self) -> Self:
        """The logarithm to base 10.

        >>> Tensor([1.0, 100.0]).log10()
        Tensor([0., 2.], dtype=float32, device=CPU)
        """
        return self._function(accurate.log10)

    @wide
    def log1p(self) -> Self:
        """log(1 + x), accurate near 0.

        >>> Tensor([0.0, 1.0]).log1p()
        Tensor([0.    , 0.6931], dtype=float32, device=CPU)
        """
        return self._function(accurate.log1p)

    @wide_pair
    def xlogy(self, other: Self) -> Self:
        """self * log(other), and 0 where self is 0, unless other is NaN.

        >>> Tensor([0.0, 2.0]).xlogy(Tensor([0.0, 1.0])).tolist()
        [0.0, 0.0]
        """
        zero = self.eq(0) & ~other.isnan()
        return zero.where(0.0, self * zero.where(1.0, other).log())

    @wide_pair
    def logaddexp(self, other: Self) -> Self:
        """log(exp(self) + exp(other)), without overflow.

        >>> Tensor([0.0, 1000.0]).logaddexp(0.0)
        Tensor([6.9315e-01, 1.0000e+03], dtype=float32, device=CPU)
        """
        first = self > other
        high, low = first.where(self, other), first.where(other, self)
        # Equal infinities have no difference.
        less = low - high
        # What is lost in the sum is 0, as an underflow takes long.
        less = ((less < -60.0) & ((high > 1e-9) | (high < -1e-9))).where(-math.inf, less)
        added = less._function(accurate.softplus)
        return (high == low).where(high + math.log(2), high + added)

    @wide_pair
    def logaddexp2(self, other: Self) -> Self:
        """log2(2**self + 2**other), without overflow.

        >>> Tensor([0.0, 1000.0]).logaddexp2(0.0).tolist()
        [1.0, 1000.0]
        """
        first = self > other
        high, low = first.where(self, other), first.where(other, self)
        added = (low - high).exp2().log1p() * (1 / math.log(2))
        return (high == low).where(high + 1.0, high + added)

    @wide
    def logit(self, eps: float | None = None) -> Self:
        """log(x / (1 - x)), of x held within [eps, 1 - eps].

        >>> Tensor([0.5, 1.0]).logit().tolist()
        [0.0, inf]
        """
        x = self if eps is None else self.clamp(eps, 1 - eps)
        return (x / (1.0 - x)).log()

    # ---- trigonometry -------------------------------------------------------------------------

    @wide
    def deg2rad(self) -> Self:
        """Degrees as radians.

        >>> Tensor([180.0]).deg2rad()
        Tensor([3.1416], dtype=float32, device=CPU)
        """
        return self * (math.pi / 180)

    @wide
    def rad2deg(self) -> Self:
        """Radians as degrees.

        >>> Tensor([math.pi]).rad2deg().tolist()
        [180.0]
        """
        return self * (180 / math.pi)

    @wide
    def sinc(self) -> Self:
        """sin(pi x) / (pi x), and 1 at 0.

        >>> Tensor([0.0, 0.5]).sinc()
        Tensor([1.    , 0.6366], dtype=float32, device=CPU)
        """
        zero = self.eq(0)
        angle = zero.where(1.0, self) * math.pi
        return zero.where(1.0, angle.sin() / angle)

    def sin(self) -> Self:
        """The sine of x in radians.

        >>> Tensor([0.0, 1.0]).sin()
        Tensor([0.    , 0.8415], dtype=float32, device=CPU)
        """
        return self._floating()._alu(Op.SIN)

    @wide
    def cos(self) -> Self:
        """The cosine of x in radians.

        >>> Tensor([0.0, 1.0]).cos()
        Tensor([1.    , 0.5403], dtype=float32, device=CPU)
        """
        return self._function(accurate.cos)

    @wide
    def tan(self) -> Self:
        """sin(x) / cos(x).

        >>> Tensor([0.0, 1.0]).tan()
        Tensor([0.    , 1.5574], dtype=float32, device=CPU)
        """
        return self.sin() / self.cos()

    @wide
    def atan(self) -> Self:
        """The angle in (-pi/2, pi/2) whose tangent is x.

        >>> Tensor([0.0, 1.0]).atan()
        Tensor([0.    , 0.7854], dtype=float32, device=CPU)
        """
        return self._function(accurate.atan)

    @wide_pair
    def atan2(self, other: Self) -> Self:
        """The angle in [-pi, pi] of the point with y = self and x = other.

        >>> Tensor([0.0, 1.0]).atan2(Tensor([-1.0, 1.0]))
        Tensor([3.1416, 0.7854], dtype=float32, device=CPU)
        """
        y, x = self, other
        infinite = x.isinf() & y.isinf()
        y, x = (infinite.where(v.full_like(1.0).copysign(v), v) for v in (y, x))
        steep = y.abs() > x.abs()
        below = steep.where(y, x)
        angle = (steep.where(x, y) / below.eq(0).where(1.0, below)).atan()
        half_turn = y.full_like(math.pi).copysign(y)
        flat = x.signbit().where(angle + half_turn, angle)
        return steep.where(half_turn * 0.5 - angle, flat)

    @wide
    def asin(self) -> Self:
        """The angle in [-pi/2, pi/2] whose sine is x.

        >>> Tensor([0.0, 1.0]).asin()
        Tensor([0.    , 1.5708], dtype=float32, device=CPU)
        """
        return (self / ((1.0 - self) * (1.0 + self)).sqrt()).atan()

    @wide
    def acos(self) -> Self:
        """The angle in [0, pi] whose cosine is x.

        >>> Tensor([0.0, 1.0]).acos()
        Tensor([1.5708, 0.    ], dtype=float32, device=CPU)
        """
        return 2.0 * ((1.0 - self) / (1.0 + self)).sqrt().atan()

    arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2

    # ---- hyperbolic functions -----------------------------------------------------------------

    @wide
    def sinh(self) -> Self:
        """(exp(x) - exp(-x)) / 2.

        >>> Tensor([0.0, 1.0]).sinh()
        Tensor([0.    , 1.1752], dtype=float32, device=CPU)
        """
        return (self.expm1() - (-self).expm1()) * 0.5

    @wide
    def cosh(self) -> Self:
        """(exp(x) + exp(-x)) / 2.

        >>> Tensor([0.0, 1.0]).cosh()
        Tensor([1.    , 1.5431], dtype=float32, device=CPU)
        """
        # The smaller one is at least exp(-20): its underflow would take long and change nothing.
        low, high = ((x < -20.0).where(-20.0, x) for x in (self, -self))
        return (low.exp() + high.exp()) * 0.5

    @wide
    def tanh(self) -> Self:
        """sinh(x) / cosh(x).

        >>> Tensor([0.0, 1.0]).tanh()
        Tensor([0.    , 0.7616], dtype=float32, device=CPU)
        """
        return self._function(accurate.tanh)

    @wide
    def asinh(self) -> Self:
        """The number whose sinh is x.

        >>> Tensor([0.0, 1.0]).asinh()
        Tensor([0.    , 0.8814], dtype=float32, device=CPU)
        """
        # Of |x|, as log1p of a number near -1 would be inaccurate; -x for x < 0 has a slope at 0.
        negative = self.signbit()  # of -0, too
        size = negative.where(-self, self)
        large = size > LARGE[self.dtype]
        small = large.where(1.0, size)
        near = (small + small * small / (1.0 + (1.0 + small * small).sqrt())).log1p()
        result = large.where(large.where(size, 1.0).log() + math.log(2), near)
        return negative.where(-result, result)

    @wide
    def acosh(self) -> Self:
        """The number from 0 up whose cosh is x.

        >>> Tensor([1.0, 2.0]).acosh()
        Tensor([0.   , 1.317], dtype=float32, device=CPU)
        """
        large = self > LARGE[self.dtype]
        above = large.where(2.0, self) - 1.0
        near = (above + (above * (above + 2.0)).sqrt()).log1p()
        result = large.where(large.where(self, 1.0).log() + math.log(2), near)
        return (self < 1).where(math.nan, result)

    @wide
    def atanh(self) -> Self:
        """The number whose tanh is x.

        >>> Tensor([0.0, 0.5]).atanh()
        Tensor([0.    , 0.5493], dtype=float32, device=CPU)
        """
        # Of |x|, as log1p of a number near -1 would be inaccurate.
        negative = self.signbit()
        size = negative.where(-self, self)
        result = (2.0 * size / (1.0 - size)).log1p() * 0.5
        return negative.where(-result, result)

    arcsinh, arccosh, arctanh = asinh, acosh, atanh

    @wide
    def erf(self) -> Self:
        """The error function, 2 / sqrt(pi) times the integral of exp(-t*t) from 0 to x.

        >>> Tensor([0.0, 1.0]).erf()
        Tensor([0.    , 0.8427], dtype=float32, device=CPU)
        """
        return self._function(accurate.erf)

    @wide
    def erfc(self) -> Self:
        """1 - erf(x), accurate for large x.

        >>> Tensor([0.0, 1.0]).erfc()
        Tensor([1.    , 0.1573], dtype=float32, device=CPU)
        """
        return self._function(accurate.erfc)
